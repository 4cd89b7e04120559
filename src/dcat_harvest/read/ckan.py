"""Any CKAN portal: `package_search` page by page, each package as a dataset record."""

import re
from collections.abc import Generator, Iterable, Iterator
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from dcat_harvest.errors import PageChanged
from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Capture, DataService, Dataset, Page, Part
from dcat_harvest.read import ckan_join
from dcat_harvest.read.ckan_options import options
from dcat_harvest.read.ckan_package import Package, package
from dcat_harvest.read.fields import Fields, parse
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.things import Things

KIND = "package_search"
SHOW = "package_show"


def start(manifest: Manifest) -> Iterable[Page]:
    """Begin with the addresses of the manifest: searches, single packages, or a portal's own."""
    return tuple(_first(url) for url in manifest.start)


def _first(url: str) -> Page:
    path = urlsplit(url).path
    if "/action/package_show" in path:
        return Page(url=url, kind=SHOW)
    if "/action/" in path:
        return Page(url=url, kind=KIND)
    base, mark, name = url.partition("?")[0].partition("/dataset/")
    action = f"{base.partition('/api')[0].rstrip('/')}/api/3/action"
    if mark:
        return Page(url=f"{action}/package_show?id={quote(name.strip('/'), safe='')}", kind=SHOW)
    return Page(url=f"{action}/package_search?rows=1000&start=0", kind=KIND)


def read(capture: Capture, manifest: Manifest) -> Iterator[Page | Dataset | Part | Finding]:
    """Read one page of `package_search`: its packages, findings, and the page that follows.

    An odd package is left out with a finding; a page without `result` raises PageChanged.
    """
    value, notes = parse(capture, manifest.name)
    yield from notes
    if capture.page.kind == SHOW:
        yield from _shown(Fields(value, capture.url).take("result", dict), capture, manifest)
        return
    result = _result(value, capture.url)
    packages = result.take("results", list)
    names = yield from _packages(packages, capture, manifest)
    count = result.maybe("count", int)
    for field, value in result.odd:
        yield _finding(capture, manifest, "odd-value", field=field, value=value)
    if count is None:  # as if this page were the last one, unless it is full
        count = _start_of(capture.url) + len(packages) + (len(packages) >= _rows_of(capture.url))
    yield Part(kind="listing", key=capture.url, fields={"count": count, "names": names})
    yield from _next(capture, manifest, count, names, len(packages))


def _shown(
    raw: dict[str, Any], capture: Capture, manifest: Manifest
) -> Iterator[Dataset | Part | Finding]:
    """Read one package; PageChanged where it is another than the one asked for."""
    asked = parse_qs(urlsplit(capture.url).query).get("id", [""])[0]
    own = [str(raw.get(field, "")) for field in ("name", "id")]
    if asked and asked.casefold() not in [name.casefold() for name in own]:
        yield _finding(capture, manifest, "answers-another", value=own[0], expected=asked)
        raise PageChanged(f"{capture.url}: asked for {asked}, the answer is about {own[0]}")
    names = yield from _packages([raw], capture, manifest)
    yield Part(kind="listing", key=capture.url, fields={"count": 1, "names": names})


def _packages(
    packages: list[Any], capture: Capture, manifest: Manifest
) -> Generator[Dataset | Finding, None, list[str]]:
    """Yield the datasets of packages with their findings, then return their names."""
    names: list[str] = []
    unread: dict[str, str] = {}
    for raw in packages:
        try:
            for item in package(raw, capture, manifest):
                if isinstance(item, Package):
                    names.append(item.name)
                    unread |= {field: item.name for field in item.unread if field not in unread}
                else:
                    yield item
        except PageChanged as changed:
            yield _finding(capture, manifest, "page-changed", reason=str(changed))
    for field, key in sorted(unread.items()):
        yield _finding(capture, manifest, "unread-field", key=key, field=field, value=key)
    return names


def finish(things: Things, manifest: Manifest) -> Iterator[Dataset | DataService | Finding]:
    """Join what the pages gave: each package once, changelogs linked, the DataStore described."""
    return ckan_join.join(things, manifest)


def _result(value: Any, where: str) -> Fields:
    answer = Fields(value, where)
    if not answer.take("success", bool):
        raise PageChanged(f"{where}: CKAN says that it failed: {answer.maybe('error', dict)}")
    return Fields(answer.take("result", dict), where)


def _next(
    capture: Capture, manifest: Manifest, count: int, names: list[str], length: int
) -> Iterator[Page | Finding]:
    """Yield the page that follows, unless the portal pages in circles or without end."""
    known = capture.page.data
    begin = _start_of(capture.page.url)
    read_now = begin + length
    if read_now >= count or length == 0:
        return
    number = int(known.get("number", "1"))
    if (names and known.get("first") == names[0]) or number >= options(manifest).most_pages:
        yield _finding(capture, manifest, "paging-stuck", value=str(read_now), expected=count)
        return
    data = {"number": str(number + 1), "first": names[0] if names else ""}
    yield Page(url=_with_start(capture.page.url, read_now), kind=KIND, data=data)


def _start_of(url: str) -> int:
    match = re.search(r"[?&]start=(\d{1,9})(?=&|$)", url)
    return int(match[1]) if match else 0


def _rows_of(url: str) -> int:
    """Return how many packages were asked for; 10 is what CKAN gives unasked."""
    match = re.search(r"[?&]rows=(\d{1,9})(?=&|$)", url)
    return int(match[1]) if match else 10


def _with_start(url: str, number: int) -> str:
    changed, times = re.subn(r"([?&]start=)\d*", rf"\g<1>{number}", url)
    return changed if times else f"{url}{'&' if '?' in url else '?'}start={number}"


def _finding(capture: Capture, manifest: Manifest, code: str, **values: Any) -> Finding:
    key = values.pop("key", "")
    return finding(code, source=manifest.name, key=key, where=capture.url, **values)
