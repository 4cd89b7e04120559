"""What a path stands for: a file of the release, a thing with several forms, or one withdrawn."""

from urllib.parse import quote, unquote

import msgspec

from dcat_harvest.publish.pages import local_path
from dcat_harvest.serve.accept import TYPES
from dcat_harvest.serve.release import Release

RDF = ("ttl", "jsonld", "rdf", "nt")
MEDIA = {
    "html": TYPES["html"],
    **{k: TYPES[k] for k in RDF},
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "jsonl": "application/jsonl; charset=utf-8",
    "svg": "image/svg+xml",
    "xml": "application/xml",
    "atom": "application/atom+xml; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "sarif": "application/sarif+json",
}


class Form(msgspec.Struct, frozen=True):
    """One form of a thing: the file that holds it, or the Turtle file that it is made from."""

    file: str
    media_type: str
    made: str = ""
    """Ending of the format to make it in; empty: the file as it is."""
    location: str = ""
    """Its own address, relative to the base, where it has one."""


class Thing(msgspec.Struct, frozen=True):
    """Something with a name: its forms by ending."""

    forms: dict[str, Form]
    negotiated: bool
    """False: the path names one form."""


class Gone(msgspec.Struct, frozen=True):
    """A dataset that was withdrawn."""

    iri: str


SPECIAL = {".well-known/void": "void", "feed": "feed/1", "catalog.html": "index"}


def find(release: Release, path: str) -> Thing | Gone | None:
    """What a path (raw, without the base's own path and without a leading slash) stands for."""
    if path in ("", "index.html"):
        return _single(release, "index.html")
    plain = unquote(path, errors="replace")
    thing = _named(release, plain)
    if thing is not None:
        return thing
    if plain in release.files:
        return _single(release, plain)
    stem, dot, suffix = plain.rpartition(".")
    if dot and suffix in RDF:
        made = _named(release, stem)
        if made is not None and suffix in made.forms:
            return Thing({suffix: made.forms[suffix]}, negotiated=False)
    return _gone(release, plain)


def _named(release: Release, plain: str) -> Thing | None:
    """A thing by its name, which is a path without an ending."""
    plain = SPECIAL.get(plain, plain)
    if plain == "catalog":
        forms = {
            "html": _form(release, "index.html"),
            **{x: _form(release, f"catalog.{x}") for x in RDF},
        }
        return Thing({k: v for k, v in forms.items() if v.file in release.files}, negotiated=True)
    turtle = _graph(plain) or f"{_local(release, plain)}.ttl"
    if turtle not in release.files:
        return None
    stem = turtle.removesuffix(".ttl")
    forms = {}
    for suffix in ("html", *RDF):
        file = f"{stem}.{suffix}"
        if file in release.files:
            forms[suffix] = _form(release, file)
        elif suffix != "html":
            forms[suffix] = Form(turtle, TYPES[suffix], made=suffix, location=quote(file))
    return Thing(forms, negotiated=True)


def _graph(plain: str) -> str:
    """The file of a named graph of the store."""
    if not plain.startswith("graph/"):
        return ""
    name = plain.removeprefix("graph/")
    files = {"quality": "quality/dqv.ttl", "provenance": "provenance.ttl"}
    return files.get(name, f"sources/{name}.ttl")


def _local(release: Release, plain: str) -> str:
    return local_path(release.names, release.names.base + quote(plain, safe="/"))


def _form(release: Release, file: str) -> Form:
    suffix = file.rpartition(".")[2]
    return Form(file, MEDIA.get(suffix, "application/octet-stream"), location=quote(file))


def _single(release: Release, file: str) -> Thing | None:
    if file not in release.files:
        return None
    return Thing({file.rpartition(".")[2]: _form(release, file)}, negotiated=False)


def _gone(release: Release, plain: str) -> Gone | None:
    for name in (plain, plain.rpartition(".")[0]):
        iri = release.names.base + quote(name, safe="/")
        if iri in release.gone:
            return Gone(iri)
    return None
