"""The distributions of a dcat:Dataset as records."""

import re
from typing import TYPE_CHECKING

from dcat_harvest import words
from dcat_harvest.model import Checksum, Distribution
from dcat_harvest.read.choice import of_language

if TYPE_CHECKING:
    from dcat_harvest.read.dcat_record import Reader

MEDIA = re.compile(
    r"(?:https?://www\.iana\.org/assignments/media-types/|https?://purl\.org/NET/mediatypes/|)"
    r"([a-z]+/[a-z0-9][\w.+-]*)(?:\s*;.*)?",
    re.IGNORECASE,
)
ALGORITHM = re.compile(r"(?:checksumAlgorithm_)?(md5|sha1|sha224|sha256|sha384|sha512)", re.I)


def distributions(
    subject: object, key: str, tag: str, reader: "Reader"
) -> tuple[Distribution, ...]:
    """Return the distributions that have an address; others are reported."""
    found: dict[str, Distribution] = {}
    for node in reader.index.values(subject, "dcat:distribution"):
        one = _distribution(node, key, tag, reader)
        if one is None:
            value = reader.index.word(node) or "a node without a name"
            reader.report("odd-value", key, field="distribution", value=f"{value}: no address")
            continue
        address = (one.download_url or one.access_url) + (one.service or "")
        if address in found:
            reader.report("duplicate-file", key, value=one.download_url or one.access_url)
        found.setdefault(address, one)
    return tuple(found.values())


def _distribution(node: object, key: str, tag: str, reader: "Reader") -> Distribution | None:
    index = reader.index
    access = index.addresses(node, "dcat:accessURL")
    download = index.addresses(node, "dcat:downloadURL")
    if not access and not download:
        return None
    title = of_language(index.texts(node, "dct:title", "rdfs:label"), tag, reader.default)
    text = of_language(index.texts(node, "dct:description"), tag, reader.default)
    services = [reader.use_service(s) for s in index.values(node, "dcat:accessService")]
    media = next(
        (m[1].lower() for w in index.words(node, "dcat:mediaType") if (m := MEDIA.fullmatch(w))),
        None,
    )
    rights = [w for w in index.words(node, "dct:rights") if "://" not in w]
    packed = index.words(node, "dcat:packageFormat", "dcat:compressFormat")
    return Distribution(
        access_url=(access or download)[0],
        download_url=next(iter(download), None),
        title=title.text if title else None,
        description=text.text if text else None,
        format=_format(index.words(node, "dct:format"), media),
        media_type=media,
        package_media_type=next((m[1].lower() for w in packed if (m := MEDIA.fullmatch(w))), None),
        bytes=_size(index.words(node, "dcat:byteSize", "schema:contentSize")),
        checksum=_checksum(node, reader),
        issued=reader.date(node, "issued", key, "dct:issued", keep=min),
        modified=reader.date(node, "modified", key, "dct:modified", keep=max),
        licence=reader.one(node, "licence", key, "dct:license"),
        rights="\n".join(rights) or None,
        language=reader.one(node, "language", key, "dct:language", several=True),
        service=next((s for s in services if s), None),
        documents=reader.documents(node, tag),
    )


def _format(given: list[str], media: str | None) -> str | None:
    """Return the format that has a term, else the first one, else the media type."""
    known = next((w for w in given if words.format_of(w)), None)
    return known or next(iter(given), media)


def _size(given: list[str]) -> int | None:
    found = next((re.fullmatch(r"(\d{1,18})(?:\.0+)?", w) for w in given), None)
    return int(found[1]) if found else None


def _checksum(node: object, reader: "Reader") -> Checksum | None:
    for one in reader.index.values(node, "spdx:checksum"):
        value = next(iter(reader.index.words(one, "spdx:checksumValue")), "")
        kinds = reader.index.words(one, "spdx:algorithm")
        kind = next((m[1].lower() for k in kinds if (m := ALGORITHM.search(k))), None)
        if kind and re.fullmatch(r"[0-9a-fA-F]+", value):
            return Checksum(algorithm=kind, value=value.lower())
    return None
