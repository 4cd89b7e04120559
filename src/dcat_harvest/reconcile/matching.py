"""Which row of the portal is which dataset of ours, and whether it is in step."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from dcat_harvest.reconcile.sides import Own, Row

State = Literal["there", "stale", "gone-at-source", "dead", "lacking"]
STATES: tuple[State, ...] = ("there", "stale", "gone-at-source", "dead", "lacking")
_RESOURCE = re.compile(r"/resource/([0-9a-f-]{36})(?:/|$)", re.IGNORECASE)
_UNTIDY = re.compile(r"^\d+[.)]\s+|[\s.]+$")


class Match(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One dataset: its state, where it is, and why we think so."""

    state: State
    name: str = ""
    """Name at the portal."""
    portal_id: str = ""
    iri: str = ""
    source: str = ""
    key: str = ""
    title: str = ""
    landing_page: str = ""
    how: str = ""
    """What it was matched by: identifier, file, or name."""
    why: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    """Of a series: the IRIs of its datasets, which the portal has under the series."""


def compare(
    rows: Iterable[Row], ours: Iterable[Own], *, answers: Callable[[str], bool]
) -> tuple[Match, ...]:
    """Match rows and datasets one to one; `answers` tells whether an address is alive."""
    left, theirs = list(ours), list(rows)
    parents = {_parent(a) for own in left for a in own.addresses}
    # A member of a series is on the portal under its series, as the publisher presents it.
    members = {own.iri: own.series for own in left if own.series}
    found: list[Match] = []
    for how, fits in (("identifier", _by_address), ("file", _by_file), ("name", _by_name)):
        for row in list(theirs):
            own = next((o for o in left if fits(row, o)), None)
            if own is not None:
                covered = tuple(sorted(m for m, series in members.items() if series == own.iri))
                found.append(_matched(row, own, how, covered))
                left.remove(own)
                theirs.remove(row)
    found += [_unmatched(row, parents, answers) for row in theirs]
    found += [
        Match(state="lacking", iri=o.iri, source=o.source, key=o.key, title=o.title)
        for o in left
        if o.iri not in members
    ]
    return tuple(sorted(found, key=lambda m: (STATES.index(m.state), m.name, m.key)))


def _by_address(row: Row, own: Own) -> bool:
    ours = {_same(a) for a in own.addresses if a}
    return bool(ours & {_same(a) for a in (row.identifier, row.url) if a})


def _by_file(row: Row, own: Own) -> bool:
    return bool({_file(f) for f in row.files} & {_file(f) for f in own.files})


def _by_name(row: Row, own: Own) -> bool:
    return row.name == own.key.rpartition("/")[2]


def _matched(row: Row, own: Own, how: str, members: tuple[str, ...]) -> Match:
    why = []
    size = min(len(row.modified), len(own.modified))
    if size and row.modified[:10][:size] < own.modified[:10][:size]:
        why.append(f"modified {row.modified[:10]} there, {own.modified[:10]} at the source")
    if own.title and _tidy(row.title) != _tidy(own.title):
        why.append(f"title differs: {row.title!r} there, {own.title!r} at the source")
    theirs = {_file(f) for f in row.files}
    lacking = [f for f in (*own.files, *own.documents) if _file(f) not in theirs]
    # A series lists its files with its members; a row without files cannot be compared.
    if lacking and row.files:
        why.append(f"lacks {len(lacking)} files of the source: {lacking[0]}")
    return Match(
        state="stale" if why else "there", name=row.name, portal_id=row.id, iri=own.iri,
        source=own.source, key=own.key, title=own.title, landing_page=row.url, how=how,
        why=tuple(why), members=members,
    )  # fmt: skip


def _unmatched(row: Row, parents: set[str], answers: Callable[[str], bool]) -> Match:
    state: State = "there"
    why = "not in our catalogue, but its page answers"
    if not answers(row.url):
        # Under the place where the source keeps its datasets it was withdrawn by the source.
        at_source = _parent(row.url) in parents
        state = "gone-at-source" if at_source else "dead"
        why = "the source no longer has it" if at_source else "its page does not answer"
    return Match(
        state=state, name=row.name, portal_id=row.id, title=row.title, landing_page=row.url,
        why=(why,),
    )  # fmt: skip


def _same(url: str) -> str:
    """An address as it is compared: no scheme, www, final slash; /datasets/ is /dataset/."""
    parts = urlsplit(url)
    host = (parts.netloc or "").lower().removeprefix("www.")
    path = parts.path.rstrip("/").replace("/datasets/", "/dataset/")
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{host}{path}{query}{fragment}"


def _parent(url: str) -> str:
    return _same(url).rpartition("/")[0]


def _file(url: str) -> str:
    # A CKAN resource keeps its id when its host or file name changes.
    found = _RESOURCE.search(url)
    return found[1].lower() if found else _same(url)


def _tidy(title: str) -> str:
    # Without accents: one side may have lost them, which is no newer title.
    plain = unicodedata.normalize("NFKD", _UNTIDY.sub("", title.strip()))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split()).casefold()
