"""What formats for research data share: identifiers, rights, languages, names."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from dcat_harvest import words
from dcat_harvest.model import Agent
from dcat_harvest.read.manifest import Manifest

ACCESS = {
    "openaccess": "PUBLIC",
    "open": "PUBLIC",
    "closedaccess": "NON_PUBLIC",
    "restrictedaccess": "RESTRICTED",
    "embargoedaccess": "RESTRICTED",
    "metadataonlyaccess": "NON_PUBLIC",
}
SEMANTICS = re.compile(
    r"(?:info:eu-repo/semantics/|https?://purl\.org/coar/access_right/|)(\w+?)(?:[ _-]access)?",
    re.IGNORECASE,
)
COAR = {"c_abf2": "PUBLIC", "c_16ec": "RESTRICTED", "c_14cb": "NON_PUBLIC", "c_f1cf": "RESTRICTED"}
NO_DATASET = re.compile(
    r"article|book|thesis|report|preprint|poster|presentation|lecture|review|conference|patent"
    r"|text|image|video|sound|moving|still|event|person|software|journal|workingpaper|film",
    re.IGNORECASE,
)
DATASET = re.compile(r"data|collection|table|statistic|survey|other|corpus", re.IGNORECASE)


class Header(NamedTuple):
    """What is known of a record before its metadata are read."""

    identifier: str
    datestamp: str
    is_deleted: bool
    where: str


class Rights(NamedTuple):
    """What statements on rights come to."""

    licence: str | None = None
    access: str | None = None
    text: str | None = None


def rights(statements: Iterable[str]) -> Rights:
    """Sort statements: a licence that we know, a word on access, and the rest as text.

    >>> rights(["info:eu-repo/semantics/openAccess", "2009 CentERdata"])
    Rights(licence=None, access='PUBLIC', text='2009 CentERdata')
    """
    licence = access = None
    rest: list[str] = []
    for said in dict.fromkeys(" ".join(s.split()) for s in statements):
        if not said:
            continue
        if known := access_of(said):
            access = access or known
        elif licence is None and words.licence_of(said):
            licence = said
        else:
            rest.append(said)
    if licence is None:
        # An address that stands under rights is a licence, known or not: mapping reports it.
        licence = next((s for s in rest if re.fullmatch(r"https?://\S+", s)), None)
    text = "\n".join(s for s in rest if s != licence)
    return Rights(licence, access, text or None)


def access_of(said: str) -> str | None:
    """Return the access right that a statement means: EU code, or None."""
    found = SEMANTICS.fullmatch(said.strip())
    if found is None:
        return None
    word = found[1].lower()
    return COAR.get(word) or ACCESS.get(word) or ACCESS.get(f"{word}access")


def is_dataset(kinds: Iterable[str]) -> bool:
    """Tell whether the types of a record leave room for a dataset; no type does.

    >>> is_dataset(["Dataset"]), is_dataset(["info:eu-repo/semantics/article"]), is_dataset([])
    (True, False, True)
    """
    given = [kind for kind in kinds if kind.strip()]
    return not given or any(DATASET.search(kind) or not NO_DATASET.search(kind) for kind in given)


def agents(names: Iterable[str], language: str = "nl") -> tuple[Agent, ...]:
    """Return makers by name, each once."""
    plain = (" ".join(name.split()) for name in names)
    return tuple(Agent(name=name, language=language) for name in dict.fromkeys(plain) if name)


def own(name: str | None, manifest: Manifest) -> Agent | None:
    """Return the publisher of the manifest for its own name, else an agent of that name."""
    if not name:
        return None
    publisher = manifest.publisher
    return publisher if name.casefold() == publisher.name.casefold() else Agent(name=name)


def languages(given: Iterable[str]) -> str | None:
    """Return the language that is stated, the first of several that we have a term for."""
    stated = [g.strip() for g in given if g.strip()]
    known = [g for g in stated if words.term("language", g) or g.startswith(words.AUTHORITY)]
    return next(iter(known or stated), None)


def text_language(stated: str | None, manifest: Manifest) -> str:
    """Return the tag for texts without one: the option `text_language`, else what is stated."""
    option = str(manifest.options.get("text_language", ""))
    code = (words.term("language", stated) or "") if stated else ""
    return option or {"NLD": "nl", "ENG": "en", "DEU": "de", "FRA": "fr"}.get(code, "nl")


def lines(texts: Iterable[str]) -> Iterator[str]:
    """Yield texts each once, trimmed, without the blank ones."""
    yield from dict.fromkeys(t.strip() for t in texts if t.strip())
