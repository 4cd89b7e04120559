"""Which fields of a record a person may supply, and how the value is written."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from dcat_harvest.model import Annotation, Contact, Distribution, Document, Period

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
WEB = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
MAIL = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\"]+")


def _text(value: str) -> str:
    return value


def _words(value: str) -> tuple[str, ...]:
    return tuple(x.strip() for x in value.split(";") if x.strip())


def _day(value: str) -> str:
    if not DAY.fullmatch(value):
        raise ValueError(f"{value!r} is no day; write yyyy-mm-dd")
    return date.fromisoformat(value).isoformat()


def _address(value: str) -> str:
    if not WEB.fullmatch(value):
        raise ValueError(f"{value!r} is no web address")
    return value


def _period(value: str) -> Period:
    start, slash, end = value.partition("/")
    if not slash or not (start.strip() or end.strip()):
        raise ValueError(f"{value!r} is no period; write yyyy-mm-dd/yyyy-mm-dd")
    days = [_day(x.strip()) if x.strip() else None for x in (start, end)]
    if days[0] and days[1] and days[0] > days[1]:
        raise ValueError(f"{value!r} ends before it begins")
    return Period(start=days[0], end=days[1])


def _contact(value: str) -> Contact:
    if MAIL.fullmatch(value):
        return Contact(name=value, email=value)
    return Contact(name=value, url=_address(value))


def _documents(value: str) -> tuple[Document, ...]:
    return tuple(Document(url=_address(x)) for x in _words(value))


def _files(value: str) -> tuple[Distribution, ...]:
    return tuple(Distribution(access_url=x, download_url=x) for x in map(_address, _words(value)))


def _sources(value: str) -> tuple[Annotation, ...]:
    return (Annotation(kind="sources", text=value),)


FIELDS: dict[str, Callable[[str], Any]] = {
    "title": _text,
    "description": _text,
    "keywords": _words,
    "themes": _words,
    "frequency": _text,
    "licence": _text,
    "rights": _text,
    "access": _text,
    "language": _text,
    "spatial": _text,
    "status": _text,
    "version": _text,
    "period": _period,
    "issued": _day,
    "modified": _day,
    "contact": _contact,
    "landing_page": _address,
    "identifier": _address,
    "documents": _documents,
    "files": _files,
    "sources": _sources,
}
FILE_FIELDS: dict[str, Callable[[str], Any]] = {
    "format": _text,
    "media_type": _text,
    "download_url": _address,
}


def known_fields() -> tuple[str, ...]:
    """The fields that can be amended."""
    return (*FIELDS, *FILE_FIELDS)


def parse(field: str, value: str) -> Any:
    """The value of a field as the record holds it; raises ValueError where it cannot be that."""
    return (FIELDS | FILE_FIELDS)[field](value)
