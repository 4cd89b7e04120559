"""Terms for the words of publishers, by the tables in `vocab/words/*.toml`."""

import re
import tomllib
from collections.abc import Mapping
from functools import cache

import msgspec

from dcat_harvest import resources

AUTHORITY = "http://publications.europa.eu/resource/authority/"


class Format(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a word for a format means: EU file type code and IANA media type."""

    format: str | None = None
    media_type: str | None = None
    conforms_to: str | None = None


def fold(word: str) -> str:
    """A word as the tables hold it: lower case, white space removed."""
    return re.sub(r"\s+", "", word).casefold()


@cache
def table(field: str) -> Mapping[str, object]:
    """One table, its words folded; empty where there is no such file."""
    file = resources.path(f"vocab/words/{field}.toml")
    if not file.is_file():
        return {}
    return {fold(k): v for k, v in tomllib.loads(file.read_text(encoding="utf-8")).items()}


def term(field: str, word: str) -> str | None:
    """The code or IRI of a word, None where the table does not know it."""
    value = table(field).get(fold(word))
    return value if isinstance(value, str) else None


_CREATIVE_COMMONS = re.compile(
    r"https?://creativecommons\.org/(licenses|publicdomain)/([a-z-]+)/([\d.]+)(?:/[a-z]{2})?/?(?:deed\.\w+)?/?",
    re.IGNORECASE,
)


def licence_of(word: str) -> str | None:
    """The canonical licence IRI of a word, or of any of the addresses that licence has."""
    known = term("licence", word)
    if known or "://" not in word:
        return known
    if found := _CREATIVE_COMMONS.fullmatch(word.strip()):
        kind, name, version = (x.lower() for x in found.groups())
        if name == "zero":
            return term("licence", "cc0")
        return f"https://creativecommons.org/{kind}/{name}/{version}/"
    return word if word in table("licence").values() else None


def format_of(word: str) -> Format | None:
    """File type and media type of a format word: a name, a media type, or the IRI of either."""
    value = table("format").get(fold(word))
    if value is not None:
        return msgspec.convert(value, Format)
    plain = _FORMAT_IRI.sub("", word.strip()).strip(" .").casefold()
    if plain != fold(word) and (value := table("format").get(plain)) is not None:
        return msgspec.convert(value, Format)
    kind = plain.partition(";")[0].strip()
    if kind in media_types():
        return Format(format=media_types()[kind], media_type=kind)
    if "/" in kind and kind in registered_media_types():
        return Format(media_type=kind)
    code = plain.upper()
    return Format(format=code) if code in file_types() else None


_FORMAT_IRI = re.compile(
    r"^https?://(?:publications\.europa\.eu/resource/authority/file-type/"
    r"|www\.iana\.org/assignments/media-types/|purl\.org/NET/mediatypes/)",
    re.IGNORECASE,
)


@cache
def file_types() -> frozenset[str]:
    """Codes of the EU file-type table."""
    read = tomllib.loads(resources.text("vocab/codelists/file-types.toml"))
    return frozenset(read["codes"])


@cache
def media_types() -> Mapping[str, str | None]:
    """Media type to the EU file-type code that alone has it; None where several have it."""
    read = tomllib.loads(resources.text("vocab/codelists/formats.toml"))["media_types"]
    known = {str(v["media_type"]): v.get("format") for v in _formats() if v.get("media_type")}
    found: dict[str, str | None] = {}
    for code, kinds in read.items():
        for kind in kinds:
            found[kind] = None if kind in found else code
    return {**found, **known}


@cache
def registered_media_types() -> frozenset[str]:
    """Media types that IANA registers, or that the EU file-type table names."""
    lines = resources.text("vocab/codelists/media-types.txt").splitlines()
    read = tomllib.loads(resources.text("vocab/codelists/formats.toml"))["media_types"]
    return frozenset(lines) | {kind for kinds in read.values() for kind in kinds}


@cache
def is_described(iri: str) -> bool:
    """Whether the code lists, which validation knows, say what an IRI is."""
    return iri in _described()


@cache
def _described() -> frozenset[str]:
    import pyoxigraph as ox

    path = resources.path("vocab/codelists/background.ttl")
    quads = ox.parse(path=path, format=ox.RdfFormat.TURTLE)
    return frozenset(q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode))


def _formats() -> list[dict[str, str]]:
    return [msgspec.convert(v, dict[str, str]) for v in table("format").values()]


def themes_of(source: str, word: str) -> tuple[str, ...] | None:
    """EU data-theme codes of a theme word: the publisher's own table before the common one."""
    for name in (f"theme-{source.partition('-')[0]}", "theme"):
        value = table(name).get(fold(word))
        if value is not None:
            return msgspec.convert(value, tuple[str, ...])
    return None


def authority(listname: str, code_or_iri: str) -> str:
    """The IRI of a code of an EU authority table; an IRI is kept as it is."""
    return code_or_iri if "://" in code_or_iri else f"{AUTHORITY}{listname}/{code_or_iri}"
