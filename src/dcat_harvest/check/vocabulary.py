"""The IRIs that checks in code look at, as N-Triples terms, and the lists of `vocab/codelists`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from dcat_harvest import resources

DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
DQV = "http://www.w3.org/ns/dqv#"
XSD = "http://www.w3.org/2001/XMLSchema#"
A = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
AUTHORITY = "publications.europa.eu/resource/authority/"


def _dcat(name: str) -> str:
    return f"<{DCAT}{name}>"


def _dct(name: str) -> str:
    return f"<{DCT}{name}>"


ACCESS_RIGHTS = _dct("accessRights")
ACCESS_SERVICE = _dcat("accessService")
ACCESS_URL = _dcat("accessURL")
BODY = "<http://www.w3.org/ns/oa#bodyValue>"
BYTE_SIZE = _dcat("byteSize")
COMMENT = "<http://www.w3.org/2000/01/rdf-schema#comment>"
COMPRESS_FORMAT = _dcat("compressFormat")
CONTACT = _dcat("contactPoint")
DESCRIPTION = _dct("description")
DISTRIBUTION = _dcat("distribution")
DOWNLOAD_URL = _dcat("downloadURL")
END = _dcat("endDate")
FORMAT = _dct("format")
FREQUENCY = _dct("accrualPeriodicity")
IDENTIFIER = _dct("identifier")
ISSUED = _dct("issued")
KEYWORD = _dcat("keyword")
KIND = "<https://w3id.org/dcat-harvest/def#annotationKind>"
LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
LANDING_PAGE = _dcat("landingPage")
LICENCE = _dct("license")
MEDIA_TYPE = _dcat("mediaType")
MODIFIED = _dct("modified")
NAME = "<http://xmlns.com/foaf/0.1/name>"
NOTE = "<http://www.w3.org/2004/02/skos/core#note>"
PACKAGE_FORMAT = _dcat("packageFormat")
PROVENANCE = _dct("provenance")
PUBLISHER = _dct("publisher")
QUALITY = "<http://www.w3.org/ns/dqv#hasQualityAnnotation>"
RIGHTS = _dct("rights")
SPATIAL = _dct("spatial")
START = _dcat("startDate")
STATUS = "<http://www.w3.org/ns/adms#status>"
SUPPRESSION = "<https://w3id.org/dcat-harvest/def#suppression>"
TEMPORAL = _dct("temporal")
THEME = _dcat("theme")
TITLE = _dct("title")


@cache
def table(name: str) -> Mapping[str, Any]:
    """A TOML table of `vocab/`, such as `codelists/formats.toml`."""
    return tomllib.loads(resources.text(f"vocab/{name}"))


@cache
def media_types() -> frozenset[str]:
    """The media types registered with IANA."""
    lines = resources.text("vocab/codelists/media-types.txt").splitlines()
    return frozenset(x for x in lines if not x.startswith("#"))


def code(iri: str) -> str:
    """The code of an EU authority term or word: the last part, in upper case."""
    return iri.rsplit("/", 1)[-1].lstrip(".").upper()


def media_type(iri: str) -> str:
    """The `type/subtype` of an IANA address or of a plain word."""
    return iri.rsplit("/media-types/", 1)[-1].split(";", 1)[0].strip().lower()
