"""Finds datasets of the catalogue by identifier, address and title, exactly or not at all."""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import log
from pathlib import Path

from dcat_harvest import records
from dcat_harvest import words as words_of
from dcat_harvest.errors import UsageError
from dcat_harvest.iri import Names
from dcat_harvest.model import Dataset

# Words that a title has for grammar, or that say no more than that something was counted.
_SMALL = (
    "aan aantal aantallen alle als bij cijfers data dat de een en etc gegevens het in is met naar "
    "of om onder op over per te tot uit uitgesplitst van vanaf via voor wie worden waaronder "
    "the and by for from in of on to"
)
_GRAMMAR = frozenset(_SMALL.split())
CLOSE = 0.55


class Catalogue:
    """The datasets of a release, with what they are found by."""

    def __init__(self, held: Mapping[str, list[Dataset]], names: Names) -> None:
        self.names = names
        self._keys: dict[str, list[Dataset]] = defaultdict(list)
        self._addresses: dict[str, list[Dataset]] = defaultdict(list)
        self._titles: dict[str, list[Dataset]] = defaultdict(list)
        self._words: dict[str, list[tuple[str, Dataset]]] = defaultdict(list)
        self._stems: dict[str, list[tuple[str, Dataset]]] = defaultdict(list)
        self._counts = {
            source: sum(d.kind != "resource" for d in datasets) for source, datasets in held.items()
        }
        self._own = {(source, d.key) for source, datasets in held.items() for d in datasets}
        for datasets in held.values():
            for d in datasets:
                if d.kind != "resource" and not is_by_hand(d):
                    self._add(d)

    def _add(self, d: Dataset) -> None:
        for name in {n.casefold() for n in (d.key, *d.other_identifiers) if n}:
            self._keys[name].append(d)
        for place in {address(a) for a in addresses(d)}:
            self._addresses[place].append(d)
        for title in {plain(t) for t in titles(d)} - {""}:
            self._titles[title].append(d)
            for word in words(title):
                self._words[word].append((title, d))
                self._stems[stem(word)].append((title, d))

    def iri(self, d: Dataset) -> str:
        """Give the IRI of a dataset."""
        return self.names.dataset(d.source, d.key)

    def has(self, source: str, key: str) -> bool:
        """Tell whether a source has a record of this key."""
        return (source, key) in self._own

    def count(self, source: str) -> int:
        """Count the datasets of a source."""
        return self._counts.get(source, 0)

    def by_identifier(self, name: str) -> list[Dataset]:
        """Find by key or by an identifier that the publisher gives; an address is one too."""
        return self.by_address(name) if "://" in name else self._keys.get(name.casefold(), [])

    def by_address(self, url: str) -> list[Dataset]:
        """Find by landing page, identifier or file."""
        return self._addresses.get(address(url), [])

    def by_title(self, title: str) -> list[Dataset]:
        """Find by the very title, case, accents and punctuation apart."""
        return self._titles.get(plain(title), [])

    def alike(self, title: str) -> list[Dataset]:
        """Find datasets whose title has every word of this one, the closest first."""
        wanted = words(plain(title))
        if len(wanted) < 2:
            return []
        rarest = min(wanted, key=lambda w: len(self._words.get(w, ())))
        found = {
            (len(words(t)) - len(wanted), d.source, d.key): d
            for t, d in self._words.get(rarest, ())
            if wanted <= words(t)
        }
        return [found[name] for name in sorted(found)]

    def closest(self, title: str, source: str) -> list[Dataset]:
        """Find the datasets of a source that share most of a title's rare words: candidates only.

        Two word stems at least, and more than half of what tells the title from others.
        """
        total = sum(self._counts.values()) + 1
        wanted = sorted({stem(w) for w in words(plain(title))})
        shared: dict[int, list[float]] = defaultdict(list)
        held: dict[int, tuple[str, Dataset]] = {}
        weight = 0.0
        for word in wanted:
            group = {id(d): (t, d) for t, d in self._stems.get(word, ()) if d.source == source}
            rarity = log(total / (1 + len(group)))
            weight += rarity
            held |= group
            for one in group:
                shared[one].append(rarity)
        bound = CLOSE * weight
        kept = [n for n, got in shared.items() if len(got) > 1 and sum(got) >= bound]
        kept.sort(key=lambda n: (-sum(shared[n]), len(held[n][0]), held[n][1].key))
        return [held[n][1] for n in kept]


def of_release(release: Path | None, base: str) -> Catalogue:
    """Load what a release has, under its own base; raises UsageError where there is none."""
    if release is None:
        raise UsageError("there is no release here; `dcat-harvest run` makes one")
    folder, manifest = release / "records", release / "manifest.json"
    if manifest.is_file():
        base = str(json.loads(manifest.read_text(encoding="utf-8")).get("base", base))
    held = {name: records.read(folder, name)[0] for name in records.sources_in(folder)}
    return Catalogue(held, Names(base))


def is_by_hand(d: Dataset) -> bool:
    """Tell whether a record comes from a register, not from its publisher."""
    return any(capture.url.startswith("register:") for capture in d.captures)


def addresses(d: Dataset) -> Iterator[str]:
    """Give every address that is a dataset's own: its page, its identifiers, its files."""
    for text in (d.identifier, d.landing_page, *d.other_identifiers, *d.same_as):
        if text and "://" in text:
            yield text
    for x in d.distributions:
        yield from (a for a in (x.download_url, x.access_url) if a)


def address(url: str) -> str:
    """Fold an address for comparison: no scheme, no `www.`, no final slash; the path as it is."""
    host, slash, rest = re.sub(r"^https?://", "", url.strip(), flags=re.I).partition("/")
    return (host.casefold().removeprefix("www.") + slash + rest).rstrip("/")


def titles(d: Dataset) -> Iterator[str]:
    """Give every title of a dataset."""
    yield from (t for t in (d.title, d.raw_title, *d.alternatives) if t)


def plain(text: str | None) -> str:
    """Fold a text for comparison: its words and numbers, without case, accents, punctuation."""
    bare = unicodedata.normalize("NFKD", text or "").casefold()
    bare = "".join(c for c in bare if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", re.sub(r"[’'‘`´]", "", bare)))


def words(title: str) -> frozenset[str]:
    """Keep the words of a folded title that tell it from others."""
    return frozenset(title.split()) - _GRAMMAR


def stem(word: str) -> str:
    """Cut a word to what its forms share."""
    return word[:7] if len(word) > 7 else word.removesuffix("s").removesuffix("en")


def same_publisher(name: str, d: Dataset) -> bool:
    """Tell whether a dataset is of this publisher; a list that names none says nothing of it."""
    if not name or d.publisher is None:
        return not name
    return bool(publisher_names(name) & publisher_names(d.publisher.name))


def publisher_names(name: str) -> set[str]:
    """Give the names of a publisher: with and without its abbreviation, and its short name."""
    inside = re.findall(r"\((.*?)\)", name)
    bare = re.sub(r"\(.*?\)", " ", name).strip()
    short = {words_of.term("publisher", n) or "" for n in (name, bare, *inside)}
    return ({plain(n) for n in (name, bare, *inside)} | short) - {""}
