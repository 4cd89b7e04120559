"""Links to files: format by extension, size and title by the link text, `TITLE (EXT SIZEkb)`."""

import re
from urllib.parse import unquote, urlsplit

from dcat_harvest.model import Record
from dcat_harvest.read.html import Anchor

DATA = frozenset(
    {"csv", "tsv", "txt", "xlsx", "xls", "xlsm", "xlsb", "ods", "zip", "json", "geojson", "xml"}
    | {"gz", "7z", "parquet", "sav", "dbf", "gpkg", "shp", "kml", "gml", "rdf", "ttl", "mdb"}
)
TEXTS = frozenset({"pdf", "doc", "docx", "odt", "rtf", "ppt", "pptx", "odp", "md"})
EXPLAINS = re.compile(
    r"(toelichting|leeswijzer|codeboek|documentatie|\w*beschrijving|handleiding|release ?notes)\b",
    re.IGNORECASE,
)
SIZE = re.compile(
    r"\(\s*(?P<format>[a-z0-9]{2,7})\b[\s,:;-]*(?P<size>\d[\d.,]*)\s*(?P<unit>bytes|[kmg]i?b)\s*\)",
    re.IGNORECASE,
)
UNITS = {"bytes": 0, "kb": 1, "kib": 1, "mb": 2, "mib": 2, "gb": 3, "gib": 3}
YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-/–]\s*((?:19|20)\d\d)(?!\d)")
STATUS = re.compile(r"(?P<provisional>voorlopige?)\b|definitie(f|ve)\b", re.IGNORECASE)


class FileLink(Record, frozen=True):
    """A link to a file, as its page states it. `is_data` is False for documentation."""

    url: str
    title: str
    format: str
    is_data: bool
    size: str = ""
    """As printed: `1636kb`; empty where the page states none."""
    status: str | None = None
    """`Voorlopig` or `Definitief` where the link text begins with it."""
    mismatch: tuple[str, str] | None = None
    """Years of the link text and of the file name, where they contradict."""


def file_link(anchor: Anchor) -> FileLink | None:
    """The file that a link leads to, or None where its address has no extension of a file."""
    name = unquote(urlsplit(anchor.url).path).rsplit("/", 1)[-1]
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if extension not in DATA | TEXTS:
        return None
    stated = SIZE.search(anchor.text) or SIZE.match(anchor.after)
    title = SIZE.sub("", anchor.text).strip() or name
    status = STATUS.match(title)
    return FileLink(
        url=anchor.url,
        title=re.sub(r"\s+", " ", title),
        format=extension.upper(),
        is_data=extension in DATA and not EXPLAINS.match(title),
        size=f"{stated['size']}{stated['unit']}" if stated else "",
        status=("Voorlopig" if status["provisional"] else "Definitief") if status else None,
        mismatch=_mismatch(title, name),
    )


def agrees(size: str, length: int) -> bool:
    """Whether a length in bytes rounds to the printed size, in units of 1024 or of 1000.

    >>> agrees("1636kb", 1674847), agrees("1,2 MB", 1250000), agrees("21kb", 135)
    (True, True, False)
    """
    found = re.fullmatch(r"(\d[\d.,]*)\s*([a-z]+)", size.strip(), re.IGNORECASE)
    if not found or found[2].lower() not in UNITS:
        return False
    power = UNITS[found[2].lower()]
    number, step = _number(found[1])
    return any(
        (number - step) * base**power <= length <= (number + step) * base**power
        for base in (1024, 1000)
    )


def _number(digits: str) -> tuple[float, float]:
    """The number, and one unit of its last digit; a group of three after a point is thousands."""
    plain = digits.strip(".,")
    if re.fullmatch(r"\d{1,3}([.,]\d{3})+", plain):
        return float(re.sub(r"[.,]", "", plain)), 1.0
    whole, _, fraction = plain.replace(",", ".").partition(".")
    decimals = fraction.replace(".", "")
    return float(f"{whole or 0}.{decimals or 0}"), 10.0 ** -len(decimals)


def _mismatch(title: str, name: str) -> tuple[str, str] | None:
    """Years of title and name that differ; a period from a year to that same year is no period."""
    in_title, in_name = YEARS.findall(title), YEARS.findall(name)
    if len(in_title) != 1:
        return None
    years = in_title[0]
    if len(in_name) == 1 and years != in_name[0]:
        return "-".join(years), "-".join(in_name[0])
    return ("-".join(years), name) if years[0] == years[1] else None
