"""The words of the reports, Dutch and English, from `texts.toml` beside this module."""

import re
import tomllib
from functools import cache
from pathlib import Path

_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]"
)
LONGEST = 300


@cache
def table() -> dict[str, dict[str, str]]:
    """Key -> language -> text."""
    path = Path(__file__).with_name("texts.toml")
    read: dict[str, dict[str, str]] = tomllib.loads(path.read_text(encoding="utf-8"))
    return read


def text(name: str, lang: str, **values: object) -> str:
    """The text of a name in one language, its places filled."""
    return table()[name][lang].format_map(values)


def plural(name: str, lang: str, number: int, **values: object) -> str:
    """`name-one` or `name-many`, by the number."""
    form = "one" if number == 1 else "many"
    return text(f"{name}-{form}", lang, n=whole(number, lang), **values)


def whole(number: float, lang: str) -> str:
    """A whole number with the separator of thousands of the language."""
    return f"{round(number):,}".replace(",", "." if lang == "nl" else ",")


def decimal(number: float, lang: str) -> str:
    """A number with one decimal."""
    written = f"{number:,.1f}"
    return written.translate(str.maketrans(",.", ".,")) if lang == "nl" else written


def plain(value: str, longest: int = LONGEST) -> str:
    """Others' text for one line: no control or direction marks, no line ends, not too long."""
    line = " ".join(_UNSAFE.sub(" ", value[: longest * 4]).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def cell(value: str, longest: int = 2000) -> str:
    """Others' text for a spreadsheet: one line, and never read as a formula."""
    line = plain(value, longest)
    return f"'{line}" if line.startswith(("=", "+", "-", "@")) else line


def iri_name(iri: str) -> str:
    """A short name for a well-known IRI (`dct:title`), else the IRI."""
    for prefix, space in _SPACES.items():
        if iri.startswith(space):
            return f"{prefix}:{iri[len(space) :]}"
    return iri


def path_name(path: str) -> str:
    """A SHACL path with its IRIs shortened."""
    if path.startswith(("http://", "https://")) and not re.search(r"[\s|<>^]", path):
        return iri_name(path)
    return re.sub(r"<([^<>]*)>", lambda m: iri_name(m[1]), path)


_SPACES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "adms": "http://www.w3.org/ns/adms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "prov": "http://www.w3.org/ns/prov#",
    "spdx": "http://spdx.org/rdf/terms#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "odrl": "http://www.w3.org/ns/odrl/2/",
    "dcatap": "http://data.europa.eu/r5r/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "dqv": "http://www.w3.org/ns/dqv#",
    "def": "https://w3id.org/dcat-harvest/def#",
    "sh": "http://www.w3.org/ns/shacl#",
}
