"""The index that a browser searches: rows, facets, and words with the rows that have them."""

import re
import unicodedata
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache

import msgspec

from dcat_harvest.model import Score
from dcat_harvest.publish.site.values import first, many
from dcat_harvest.publish.site.view import Shown, formats_of
from dcat_harvest.publish.site.words import code_texts, plain, table, tail

_WORDS = re.compile(r"[^\W_]+")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
Values = Iterator[tuple[str, str, str]]
"""Key, and label in Dutch and English, of the values that a dataset has for a facet."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One dataset in the index and in the lists."""

    local: str
    title: str
    lang: str
    kind: str
    summary: str
    publisher: str
    """IRI."""
    values: tuple[tuple[int, ...], ...]
    score: Score | None


class Facet:
    """A facet and the values seen so far, numbered in the order in which they came."""

    def __init__(self, name: str, read: Callable[[Shown], Values]) -> None:
        self.name = name
        self.read = read
        self.keys: dict[str, int] = {}
        self.labels: list[tuple[str, str]] = []
        self.counts: list[int] = []

    def take(self, shown: Shown) -> tuple[int, ...]:
        """The numbers of the values that a dataset has, each counted."""
        return self.add(self.read(shown))

    def add(self, values: Values) -> tuple[int, ...]:
        """The numbers of these values, each counted once."""
        found: dict[int, None] = {}
        for key, nl, en in values:
            number = self.keys.setdefault(key, len(self.keys))
            if number == len(self.labels):
                self.labels.append((plain(nl, 120), plain(en, 120)))
                self.counts.append(0)
            if number not in found:
                found[number] = None
                self.counts[number] += 1
        return tuple(found)


class Index:
    """Gathers rows and words while the pages are written."""

    def __init__(self) -> None:
        self.facets = [Facet(name, read) for name, read in FACETS.items()]
        self.rows: list[Row] = []
        self.postings: dict[str, array[int]] = {}

    def add(self, x: Shown, score: Score | None) -> None:
        """Take one dataset into the index."""
        values = [facet.take(x) for facet in self.facets[:-1]]
        values.append(self.facets[-1].add(_criteria(score)))
        description = first(x.main.get("description"))
        number = 2 * len(self.rows)
        title = words(x.title[:1000])
        for word in title:
            self.postings.setdefault(word, array("L")).append(number + 1)
        for word in words(_text(x, description)) - title:
            self.postings.setdefault(word, array("L")).append(number)
        row = Row(
            local=x.local,
            title=plain(x.title, 200),
            lang=x.lang,
            kind=x.entry.kind,
            summary=plain(" ".join(description[:400].split()), 160),
            publisher=str(next(iter(many(x.main.get("publisher"))), "")),
            values=tuple(values),
            score=score,
        )
        self.rows.append(row)

    def script(self) -> bytes:
        """The index as a script: a page opened from a file may load that, and no JSON."""
        order = sorted(self.postings)
        facets = [
            {
                "name": f.name,
                "label": [table()[f"by-{f.name}"]["nl"], table()[f"by-{f.name}"]["en"]],
                "keys": list(f.keys),
                "labels": [nl if nl == en else [nl, en] for nl, en in f.labels],
            }
            for f in self.facets
        ]
        rows = [
            (r.local, r.title, r.summary, r.values, r.lang if r.lang != "nl" else 0)
            for r in self.rows
        ]
        found = {
            "facets": facets,
            "rows": rows,
            "words": " ".join(order),
            "posts": " ".join(_packed(self.postings[w]) for w in order),
        }
        return b"dcatIndex(" + msgspec.json.encode(found) + b");\n"


def _text(x: Shown, description: str) -> str:
    keywords = x.main.get("keyword")
    publisher = x.by_id.get(str(next(iter(many(x.main.get("publisher"))), "")), {})
    texts = [description[:800], x.entry.key, first(publisher.get("name"))]
    if isinstance(keywords, dict):
        texts += [str(k) for found in keywords.values() for k in many(found)[:50]]
    return " ".join(texts)


def words(text: str) -> set[str]:
    """The words of a text without capitals and accents; the script in the page does the same."""
    return set(_WORDS.findall(_folded(text)))


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text)
    return "".join(c for c in apart if not unicodedata.category(c).startswith("M")).lower()


def _packed(numbers: Iterable[int]) -> str:
    """Differences of ascending numbers in base 36."""
    last, parts = 0, []
    for number in numbers:
        parts.append(_base36(number - last))
        last = number
    return ",".join(parts)


@lru_cache(maxsize=8192)
def _base36(number: int) -> str:
    text = ""
    while number >= 36:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    return _DIGITS[number] + text


def _publisher(x: Shown) -> Values:
    iri = str(next(iter(many(x.main.get("publisher"))), ""))
    name = first(x.by_id.get(iri, {}).get("name"))
    if name:
        yield name, name, name


def _coded(key: str) -> Callable[[Shown], Values]:
    def read(x: Shown) -> Values:
        for iri in many(x.main.get(key)):
            yield (tail(iri), *code_texts(str(iri)))

    return read


def _concept(kind: str) -> Callable[[Shown], Values]:
    """Levels and sectors: a property of that name, or a subject from a list of that name."""

    def read(x: Shown) -> Values:
        for iri in (*many(x.main.get(kind)), *many(x.main.get("subject"))):
            text = str(iri)
            if f"/{kind}/" in text or f"#{kind}-" in text:
                name = tail(text).removeprefix(f"{kind}-")
                yield (name, *code_texts(f"x/{kind}/{name}"))

    return read


def _format(x: Shown) -> Values:
    nodes = [x.by_id.get(str(i), {}) for i in many(x.main.get("distribution"))]
    for name in formats_of(nodes):
        yield name, name.replace("_", " "), name.replace("_", " ")


def _licence(x: Shown) -> Values:
    for iri in many(x.main.get("distribution")):
        licence = x.by_id.get(str(iri), {}).get("license")
        if licence:
            nl, en = code_texts(str(licence))
            yield nl, nl, en


def _criteria(score: Score | None) -> Values:
    from dcat_harvest.check.checklist import criteria

    for number, verdict in score.criteria.items() if score else ():
        if verdict == "pass":
            known = criteria()[number].label
            yield number, f"{number}. {known.nl}", f"{number}. {known.en}"


FACETS: Mapping[str, Callable[[Shown], Values]] = {
    "publisher": _publisher,
    "theme": _coded("theme"),
    "sector": _concept("sector"),
    "level": _concept("level"),
    "format": _format,
    "licence": _licence,
    "frequency": _coded("accrualPeriodicity"),
    "criterion": lambda x: iter(()),
}
