"""Strict JSON: nothing but JSON is taken, and each field is read, ignored or reported."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar, get_args

from dcat_harvest.errors import PageChanged
from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Capture

MAX_BYTES = 256 * 1024 * 1024
MAX_DEPTH = 64
MAX_VALUES = 3_000_000
"""Commas and brackets: an object of three bytes takes sixty in memory."""
MAX_ITEMS = 100_000
MAX_TEXT = 1_000_000
"""Characters of one text: the longest known has 6,000 (a description of StatLine)."""
CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
SURROGATE = re.compile("[\ud800-\udfff]")
# Texts are passed over whole; possessive, so that no text makes it go back.
BRACKETS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)

T = TypeVar("T")


class Fields:
    """One JSON object, read by name: `take` what must be there, `maybe` what may, then `rest`."""

    def __init__(self, mapping: object, where: str) -> None:
        if not isinstance(mapping, Mapping):
            raise PageChanged(f"{where}: an object was expected, not {_kind(mapping)}")
        self.where = where
        self.odd: list[tuple[str, str]] = []
        """Names and values that `maybe` refused because of their type."""
        self._mapping: Mapping[str, Any] = mapping
        self._read: set[str] = set()

    def take(self, name: str, kind: type[T]) -> T:
        """Return the value of `name`; PageChanged where it is missing or of another type.

        >>> Fields({"count": 3}, "answer").take("count", int)
        3
        """
        self._read.add(name)
        if name not in self._mapping:
            raise PageChanged(f"{self.where}: {name!r} is missing")
        value = self._mapping[name]
        if not _fits(value, kind):
            raise PageChanged(f"{self.where}: {name!r} is {_kind(value)}, not {kind.__name__}")
        return value  # type: ignore[no-any-return]  # _fits has looked

    def maybe(self, name: str, kind: type[T]) -> T | None:
        """Return the value of `name`, or None where it is missing, null or of another type.

        A value of another type goes to `odd`, so that `report` tells of it.
        """
        self._read.add(name)
        value = self._mapping.get(name)
        if value is None:
            return None
        if not _fits(value, kind):
            self.odd.append((name, f"{_kind(value)} {value!r}"[:120]))
            return None
        return value  # type: ignore[no-any-return]  # _fits has looked

    def text(self, name: str) -> str | None:
        """Return the trimmed text of `name`, or None where it is missing, blank or no text."""
        value = self.maybe(name, str)
        return value.strip() or None if value is not None else None

    def take_all(self, names: Iterable[str]) -> None:
        """Count names as read whose values say nothing here."""
        self._read.update(names)

    def rest(self, ignore: Iterable[str] = ()) -> tuple[str, ...]:
        """Names that were neither read nor are ignored, sorted: they belong in a finding."""
        return tuple(sorted(self._mapping.keys() - self._read - set(ignore)))

    def report(
        self, source: str, *, ignore: Iterable[str] = (), key: str = ""
    ) -> Iterator[Finding]:
        """Yield findings for names that nobody read and for values of an odd type."""
        for name in self.rest(ignore):
            value = repr(self._mapping[name])[:80]
            yield finding(
                "unread-field", source=source, key=key, where=self.where, field=name, value=value
            )
        for name, value in self.odd:
            yield finding(
                "odd-value", source=source, key=key, where=self.where, field=name, value=value
            )


def parse(capture: Capture, source: str = "") -> tuple[Any, tuple[Finding, ...]]:
    """Return the JSON value of a capture, with findings on charset and keys given twice.

    What is deeper than we read becomes null, and a text or list longer than we read is cut, with
    a finding. Raises PageChanged, with the reason, for anything that is not JSON: HTML, a cut body.
    """
    where = capture.url
    body = capture.body
    if len(body) > MAX_BYTES:
        raise PageChanged(f"{where}: {len(body)} bytes is more than the {MAX_BYTES} that we read")
    text, encoding = _decode(body, capture.headers.get("content-type", ""), where)
    twice: list[str] = []
    odd: list[str] = []
    if sum(map(text.count, ",[{")) > MAX_VALUES:
        raise PageChanged(f"{where}: more than the {MAX_VALUES} values that we read")
    value = _within(text, where, twice, odd)
    if len(text) > MAX_ITEMS:
        value = _cut(value, odd)
    if re.search(r"\\u[dD][89a-fA-F]", text):
        value = _whole(value)
    told = [
        finding("odd-value", source=source, where=where, field="JSON", value=word)
        for word in sorted(set(odd))
    ]
    return value, (*_notes(source, where, encoding, twice), *told)


def _within(text: str, where: str, twice: list[str], odd: list[str]) -> Any:
    try:
        value = _loads(text, where, twice, odd)
        if not _is_deep(value):
            return value
    except RecursionError:
        pass
    odd.append(f"deeper than {MAX_DEPTH} levels")
    return _loads(_shallow(text), where, twice, odd)


def _notes(source: str, where: str, encoding: str, twice: list[str]) -> Iterator[Finding]:
    if encoding not in {"utf-8", "utf-16", "utf-32"}:
        yield finding("wrong-charset", source=source, where=where, value=encoding)
    for name in sorted(set(twice)):
        yield finding("json-key-twice", source=source, where=where, value=name)


def _decode(body: bytes, content_type: str, where: str) -> tuple[str, str]:
    """JSON is UTF-8 (RFC 8259, 8.1); other charsets are read where they fit, and reported."""
    if not body.strip():
        raise PageChanged(f"{where}: the answer is empty where JSON was promised")
    named = CHARSET.search(content_type)
    marked = "utf-16" if body.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    for encoding in (marked, named[1].lower() if named else "", "cp1252"):
        try:
            text = body.decode(encoding) if encoding else None
        except (UnicodeError, LookupError, ValueError):
            continue
        if text is not None:
            _refuse_markup(text, where)
            return text.lstrip("\ufeff"), "utf-8" if encoding == "utf-8-sig" else encoding
    return body.decode("cp1252", "replace"), "cp1252"


def _refuse_markup(text: str, where: str) -> None:
    start = text.lstrip("\ufeff \t\r\n")[:200]
    if start.startswith("<"):
        kind = "HTML" if re.search(r"<!doctype html|<html|<head|<body", start, re.I) else "XML"
        raise PageChanged(f"{where}: JSON was promised, the answer is {kind}: {start[:60]!r}")


def _loads(text: str, where: str, twice: list[str], odd: list[str]) -> Any:
    """Read JSON; what is no number that anyone can hold becomes null, and its word goes in `odd`.

    One such number must not cost the publisher every other dataset of the page.
    """

    def number(digits: str, kind: type[int] | type[float] = float) -> int | float | None:
        try:
            value = kind(digits)
        except ValueError:  # Python's own limit: 4300 digits
            value = math.nan
        if isinstance(value, float) and not math.isfinite(value):
            odd.append(digits[:20])
            return None
        return value

    def whole(digits: str) -> int | float | None:
        return number(digits, int)

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(items)
        if len(found) < len(items):
            times = Counter(name for name, _ in items)
            twice.extend(name[:80] for name, count in times.items() if count > 1)
        return found

    try:
        return json.loads(
            text,
            parse_constant=number,
            parse_float=number,
            parse_int=whole,
            object_pairs_hook=pairs,
        )
    except ValueError as error:
        raise PageChanged(f"{where}: the answer is not JSON: {error}") from None


def _is_deep(value: Any) -> bool:
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(MAX_DEPTH):
        level = [
            child
            for item in level
            for child in (item.values() if isinstance(item, dict) else item)
            if isinstance(child, (dict, list))
        ]
    return bool(level)


def _shallow(text: str) -> str:
    """Return JSON with null for each value that is deeper than we read."""
    kept: list[str] = []
    depth = start = 0
    for found in BRACKETS.finditer(text):
        if found[0] in "[{":
            depth += 1
            if depth == MAX_DEPTH + 1:
                kept += (text[start : found.start()], "null")
        elif found[0] in "]}":
            if depth == MAX_DEPTH + 1:
                start = found.end()
            depth -= 1
    return "".join(kept) + (text[start:] if depth <= MAX_DEPTH else "")


def _cut(value: Any, odd: list[str]) -> Any:
    """Return the value without the ends of texts and lists that are longer than we read."""
    match value:
        case str() if len(value) > MAX_TEXT:
            odd.append(f"{value[:20]}…: cut after {MAX_TEXT} characters")
            return value[:MAX_TEXT]
        case list():
            if len(value) > MAX_ITEMS:
                odd.append(f"{len(value)} items: cut after {MAX_ITEMS}")
            return [_cut(item, odd) for item in value[:MAX_ITEMS]]
        case dict():
            return {name[:MAX_TEXT]: _cut(item, odd) for name, item in value.items()}
        case _:
            return value


def _whole(value: Any) -> Any:
    """Return the value with half surrogate pairs, which no encoding can write, as U+FFFD."""
    match value:
        case str():
            return SURROGATE.sub("\ufffd", value)
        case list():
            return [_whole(item) for item in value]
        case dict():
            return {_whole(name): _whole(item) for name, item in value.items()}
        case _:
            return value


def _fits(value: Any, kind: Any) -> bool:
    kinds = get_args(kind) or (kind,)
    if isinstance(value, bool):
        return bool in kinds
    return isinstance(value, kinds) or (float in kinds and isinstance(value, int))


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
