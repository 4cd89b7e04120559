"""Descriptions by hand: `[[entry]]` tables in TOML, each checked, each error with file and line."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal, get_args, get_type_hints

import msgspec

EntryKind = Literal["dataset", "dashboard", "document", "tool", "portal", "holding", "register"]
Claim = Literal["open", "gesloten", "gemengd"]
NOT_OPEN = "https://definities.geostandaarden.nl/dcat-ap-nl/id/waardelijst/licenties/niet_open"
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_WEB = re.compile(r"https?://[^\s/?#<>\"{}|^`\\]+[^\s<>\"{}|^`\\]*")
_AT = re.compile(r"\(at (line (\d+), column \d+|end of document)\)")


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One file of a dataset that is described by hand."""

    url: str
    title: str = ""
    format: str = ""
    licence: str = ""


class Contact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to ask: as the owner states it."""

    name: str
    email: str = ""
    url: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing without an interface. What is not known is left out; the texts are ours."""

    id: str
    kind: EntryKind
    title: str
    publisher: str
    access: Claim
    """Open, closed or mixed, as claimed; nobody has tried it."""
    access_by: str
    """Who claims so."""
    access_basis: Literal["stated", "inferred"] = "stated"
    """Said in so many words, or concluded (a list that links to it)."""
    rights: Literal["", "restricted", "non-public"] = ""
    """Of closed things: for whom it is closed; all but the owner where absent."""
    how: str
    """How to get it."""
    why: str
    """Why it is described by hand."""
    checked: date
    checked_at: Literal["list", "place"] = "list"
    """Compared with the list that names it, or seen at its own place."""
    publisher_iri: str = ""
    about: str = ""
    level: tuple[str, ...] = ()
    sector: tuple[str, ...] = ()
    link: str = ""
    """The thing's own page; only where that address is a fact."""
    place: str = ""
    """The site where it is to be found."""
    format: tuple[str, ...] = ()
    period: tuple[str, ...] = ()
    """First and last day."""
    licence: str = ""
    language: str = "nl"
    theme: tuple[str, ...] = ()
    keyword: tuple[str, ...] = ()
    status: str = ""
    contact: Contact | None = None
    file: tuple[File, ...] = ()
    harvested_by: tuple[str, ...] = ()
    """Of a portal: our sources that read what it offers."""
    same_as: str = ""
    facets: tuple[str, ...] = ()
    """Concepts of `vocab/facets.ttl`: `section/behouden`."""
    covers: tuple[str, ...] = ()
    """Rows of the inventory that this entry describes."""


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with a register file, and where: `duo.toml:12`."""

    where: str
    reason: str
    of_file: bool = False
    """The file itself cannot be read."""

    def __str__(self) -> str:
        return f"{self.where}: {self.reason}"


class Located(msgspec.Struct, frozen=True):
    """An entry and where it begins: `duo.toml:12`."""

    entry: Entry
    where: str


def parse(text: str, name: str) -> tuple[list[Located], list[Problem]]:
    """Read the good entries of one file, and what is wrong with the others.

    `[defaults]` gives what every entry of the file has unless it says otherwise.
    """
    try:
        table = tomllib.loads(text.removeprefix("\ufeff"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return [], [_broken(text, name, str(error))]
    defaults, given = table.pop("defaults", {}), table.pop("entry", [])
    wrong = [Problem(f"{name}:{_line(text, k)}", f"no table {k!r} here") for k in table]
    if not isinstance(given, list) or not isinstance(defaults, dict):
        return [], [*wrong, Problem(f"{name}:1", "entries are [[entry]] tables, one each")]
    found: list[Located] = []
    lines = _headers(text)
    for number, one in enumerate(given):
        line = lines[number] if number < len(lines) else 1
        try:
            entry = msgspec.convert({**defaults, **one}, Entry)
        except (msgspec.ValidationError, TypeError) as error:
            at = _field_line(text, line, str(error))
            wrong.append(Problem(f"{name}:{at}", _named(one, str(error))))
            continue
        reasons = list(_reasons(entry))
        wrong += [
            Problem(f"{name}:{_key_line(text, line, k)}", f"{entry.id}: {r}") for k, r in reasons
        ]
        if not reasons:
            found.append(Located(entry, f"{name}:{line}"))
    return _once(found, wrong)


def _broken(text: str, name: str, error: str) -> Problem:
    at = _AT.search(error)
    line = int(at[2]) if at and at[2] else max(1, len(text.splitlines()))
    return Problem(f"{name}:{line}", f"this is no TOML: {_AT.sub('', error).strip()}", of_file=True)


def _once(found: list[Located], wrong: list[Problem]) -> tuple[list[Located], list[Problem]]:
    seen: dict[str, str] = {}
    kept: list[Located] = []
    for one in found:
        if first := seen.get(one.entry.id):
            wrong.append(Problem(one.where, f"{one.entry.id}: this id is taken at {first}"))
        else:
            seen[one.entry.id] = one.where
            kept.append(one)
    return kept, wrong


def _reasons(e: Entry) -> Iterator[tuple[str, str]]:
    """Tell what is wrong with an entry: the key and the reason."""
    if not _ID.fullmatch(e.id):
        yield "id", "an id is lower-case words, digits and hyphens"
    for key in ("title", "publisher", "access_by", "how", "why"):
        if not getattr(e, key).strip():
            yield key, f"{key} is empty"
    addresses = [("link", e.link), ("place", e.place), ("publisher_iri", e.publisher_iri)]
    addresses += [("url", f.url) for f in e.file]
    addresses += [("url", e.contact.url)] if e.contact else []
    for key, address in addresses:
        if address and not _WEB.fullmatch(address):
            yield key, f"{address!r} is no web address; leave it out where it is not known"
    if e.rights and e.access == "open":
        yield "rights", "open things are public: rights is for closed and mixed ones"
    if e.access != "open" and (e.licence or any(f.licence for f in e.file)):
        yield "licence", "what is not open has no licence here: its files get 'niet open'"
    if e.kind != "dataset" and (e.file or e.period):
        yield "file" if e.file else "period", "only a dataset has files and a period"
    if e.file and not e.link and not e.place:
        yield "file", "files stand on a page: give link or place"
    if e.period and not _is_period(e.period):
        yield "period", "a period is [first day, last day], YYYY-MM-DD, in order"


def _is_period(days: tuple[str, ...]) -> bool:
    try:
        first, last = (date.fromisoformat(d) for d in days)
    except ValueError:
        return False
    return first <= last


def _headers(text: str) -> list[int]:
    return [n for n, x in enumerate(text.splitlines(), 1) if re.match(r"\s*\[\[\s*entry\s*\]\]", x)]


def _key_line(text: str, start: int, key: str) -> int:
    """Find the line of a key in the entry that begins at `start`, or else the latter."""
    for number, line in enumerate(text.splitlines()[start:], start + 1):
        if re.match(r"\s*\[\[\s*entry\s*\]\]", line):
            break
        if re.match(rf"\s*(\[\[?\s*entry\.)?{re.escape(key)}\b", line):
            return number
    return start


def _field_line(text: str, start: int, error: str) -> int:
    if unknown := re.search(r"unknown field `(\w+)`", error):
        return _key_line(text, start, unknown[1])
    field = re.search(r"at `\$\.(\w+)", error)
    return _key_line(text, start, field[1]) if field else start


def _line(text: str, key: str) -> int:
    wanted = re.compile(rf"\s*\[*\s*{re.escape(key)}\b")
    return next((n for n, x in enumerate(text.splitlines(), 1) if wanted.match(x)), 1)


def _named(entry: Mapping[str, Any], error: str) -> str:
    name = entry.get("id") or entry.get("title") or "an entry"
    field = re.search(r"enum value .* at `\$\.(\w+)", error)
    words = get_args(get_type_hints(Entry)[field[1]]) if field else ()
    allowed = f"; one of {', '.join(w for w in words if w)}" if words else ""
    return f"{name}: {error}{allowed}"
