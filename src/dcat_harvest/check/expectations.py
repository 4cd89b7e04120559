"""Checks of the criteria that SHACL cannot say: comparisons with today, origins, other datasets."""

import math
import re
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache

from dcat_harvest.check import vocabulary as v
from dcat_harvest.check.context import Context, Seen
from dcat_harvest.check.statements import Index, bare, is_iri, text
from dcat_harvest.model import Origin

_FILE_NAME = re.compile(r"\S*_\S*|.*\.(csv|tsv|xlsx?|ods|json|xml|zip|pdf|txt)", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_SPACE = re.compile(r"\s+")
ORIGIN_WORDS = {"assumed": "aangenomen (assumed)", "interpreted": "gelezen (interpreted)"}


def assumed_access(context: Context, dataset: str) -> Iterator[Seen]:
    """c1-assumed."""
    values = context.index.objects(dataset, v.ACCESS_RIGHTS)
    origin = context.origins.get(bare(dataset), {}).get("access")
    if values and origin is not None and origin.kind == "assumed":
        yield Seen(text(values[0]), statement=values[0], words={"because": _because(origin)})


def assumed_licence(context: Context, dataset: str) -> Iterator[Seen]:
    """c3-assumed."""
    origin = context.origins.get(bare(dataset), {}).get("licence")
    if origin is None or origin.kind not in ORIGIN_WORDS:
        return
    for distribution in context.index.objects(dataset, v.DISTRIBUTION):
        for licence in context.index.objects(distribution, v.LICENCE):
            words = {"because": _because(origin), "origin": ORIGIN_WORDS[origin.kind]}
            yield Seen(text(licence), statement=licence, words=words)
            return


def _because(origin: Origin) -> str:
    reason = origin.seen_at or origin.because or origin.text
    return f" ({reason})" if reason else ""


def file_name(context: Context, dataset: str) -> Iterator[Seen]:
    """c5-name: a stated format that the ending of the file contradicts."""
    endings, known = _endings()
    for distribution in context.index.objects(dataset, v.DISTRIBUTION):
        node = context.index.node(distribution)
        if v.PACKAGE_FORMAT in node or v.COMPRESS_FORMAT in node:
            continue
        codes = [v.code(text(x)) for x in node.get(v.FORMAT, ())]
        for address in node.get(v.DOWNLOAD_URL) or node.get(v.ACCESS_URL, ()):
            ending = _ending(text(address))
            if codes and ending in endings and codes[0] in known - endings[ending]:
                words = {"format": codes[0]}
                yield Seen(text(address), node=distribution, statement=address, words=words)


@cache
def _endings() -> tuple[Mapping[str, frozenset[str]], frozenset[str]]:
    table = v.table("codelists/formats.toml")["endings"]
    endings = {ending: frozenset(codes) for ending, codes in table.items()}
    return endings, frozenset[str]().union(*endings.values())


def _ending(address: str) -> str:
    name = address.split("?", 1)[0].split("#", 1)[0].rsplit("/", 1)[-1].lower()
    return name.rpartition(".")[2] if "." in name else ""


def media_type(context: Context, dataset: str) -> Iterator[Seen]:
    """c5-media-type: a media type that the format contradicts."""
    pairs = v.table("codelists/formats.toml")["media_types"]
    for distribution in context.index.objects(dataset, v.DISTRIBUTION):
        node = context.index.node(distribution)
        codes = [v.code(text(x)) for x in node.get(v.FORMAT, ())]
        for value in node.get(v.MEDIA_TYPE, ()):
            this = v.media_type(text(value))
            if codes and codes[0] in pairs and not _fits(this, codes[0], pairs[codes[0]]):
                yield Seen(this, node=distribution, statement=value, words={"format": codes[0]})


def _fits(this: str, code: str, pairs: Sequence[str]) -> bool:
    family = {"JSON": "+json", "XML": "+xml"}.get(code, "")
    return this in pairs or this == "application/octet-stream" or bool(family and family in this)


def official(context: Context, dataset: str) -> Iterator[Seen]:
    """c6-profile."""
    yield from _official(context, dataset, "violation")


def recommended(context: Context, dataset: str) -> Iterator[Seen]:
    """c6-recommended."""
    yield from _official(context, dataset, "warning")


def _official(context: Context, dataset: str, severity: str) -> Iterator[Seen]:
    if context.official is None:
        return
    found = [x for x in context.official.get(bare(dataset), ()) if x.severity == severity]
    if found:
        first = found[0]
        value = " ".join(x for x in (first.component, first.path, first.value) if x)
        words = {"profile": context.profile}
        yield Seen(value, node=f"<{first.focus_node}>", words=words, count=len(found))


def unchecked(context: Context, dataset: str) -> Iterator[Seen]:
    """c6-unchecked."""
    if context.official is None:
        yield Seen("")


def stale(context: Context, dataset: str) -> Iterator[Seen]:
    """c7-stale: last change older than 1.5 times the stated period."""
    index = context.index
    days = v.table("codelists/frequency-days.toml")
    if any("DISCONT" in x or "WITHDRAWN" in x for x in index.objects(dataset, v.STATUS)):
        return
    for frequency in index.objects(dataset, v.FREQUENCY):
        code = v.code(text(frequency))
        dates = [(d, x) for x in _modified(index, dataset) if (d := last_day(text(x)))]
        if code in days and dates:
            last, value = max(dates)
            if context.today - last > timedelta(days=math.ceil(1.5 * days[code])):
                yield Seen(text(value), statement=value, words={"frequency": code})
                return


def _modified(index: Index, dataset: str) -> Iterator[str]:
    for node in (dataset, *index.objects(dataset, v.DISTRIBUTION)):
        yield from index.objects(node, v.MODIFIED)


def last_day(value: str) -> date | None:
    """The last day that a date of any precision may mean; None where it is no date."""
    match = _DATE.match(value)
    if not match:
        return None
    year, month, day = (int(x) if x else None for x in match.groups())
    assert year is not None
    try:
        if day:
            return date(year, month or 12, day)
        return date(year, month or 12, monthrange(year, month or 12)[1])
    except ValueError:
        return None


def dates(context: Context, dataset: str) -> Iterator[Seen]:
    """c7-dates: a period that ends before it starts, a change in the future."""
    index = context.index
    for period in index.objects(dataset, v.TEMPORAL):
        start = [text(x) for x in index.objects(period, v.START)]
        end = index.objects(period, v.END)
        if start and end and (last_day(text(end[0])) or date.max) < (first_day(start[0])):
            yield Seen(f"{start[0]} > {text(end[0])}", statement=end[0])
    for value in _modified(index, dataset):
        if first_day(text(value)) > context.today + timedelta(days=1):
            yield Seen(text(value), statement=value)


def first_day(value: str) -> date:
    """The first day that a date may mean; the first day of all where it is no date."""
    match = _DATE.match(value)
    try:
        return date(*(int(x or 1) for x in match.groups())) if match else date.min
    except ValueError:
        return date.min


def title_is_file(context: Context, dataset: str) -> Iterator[Seen]:
    """c8-title-file."""
    for value in context.index.objects(dataset, v.TITLE):
        if _FILE_NAME.fullmatch(text(value)):
            yield Seen(text(value), statement=value)


def copied(context: Context, dataset: str) -> Iterator[Seen]:
    """c8-copied: a long description that another dataset has too."""
    for value in context.index.objects(dataset, v.DESCRIPTION):
        group = context.copies.get(plain(text(value)), ())
        if len(group) > 1:
            other = group[0] if group[0] != dataset else group[1]
            yield Seen(bare(other), statement=value, count=len(group) - 1)
            return


def says_title(context: Context, dataset: str) -> Iterator[Seen]:
    """c8-says-title."""
    titles = {plain(text(x)) for x in context.index.objects(dataset, v.TITLE)}
    for value in context.index.objects(dataset, v.DESCRIPTION):
        if plain(text(value)) in titles:
            yield Seen(text(value)[:200], statement=value)


def plain(value: str) -> str:
    """A text for comparison: lower case, single spaces, no final stop."""
    return _SPACE.sub(" ", value).strip().rstrip(".").casefold()


def shared_descriptions(index: Index, datasets: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Descriptions of 100 characters or more that several datasets have."""
    found: dict[str, dict[str, None]] = {}
    for dataset in datasets:
        for value in index.objects(dataset, v.DESCRIPTION):
            if len(value) >= 100:
                found.setdefault(plain(text(value)), {})[dataset] = None
    return {key: tuple(who) for key, who in found.items() if len(who) > 1}


def addresses(index: Index, dataset: str) -> Iterator[tuple[str, str]]:
    """Each access and download address with its distribution, both as terms."""
    for distribution in index.objects(dataset, v.DISTRIBUTION):
        node = index.node(distribution)
        for value in dict.fromkeys((*node.get(v.ACCESS_URL, ()), *node.get(v.DOWNLOAD_URL, ()))):
            if is_iri(value):
                yield distribution, value
