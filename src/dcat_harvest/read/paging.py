"""From one page of a list to the next, and never in a circle or without end."""

import zlib
from collections.abc import Iterator, Mapping
from urllib.parse import parse_qsl, urljoin, urlsplit

from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Capture, Page

MAX_PAGES = 1000
MAX_EMPTY = 5
MAX_ADDRESS = 4000


def following(
    capture: Capture,
    link: str,
    source: str,
    *,
    is_empty: bool = False,
    data: Mapping[str, str] | None = None,
    most: int = MAX_PAGES,
) -> Iterator[Page | Finding]:
    """Yield the next page of a list, or a finding that says why it is not followed.

    `Page.data` carries a short sum of each address seen and the run of empty pages, so that a
    circle, a growing address or an endless row of empty pages ends. Another host is not followed.
    """
    try:
        url = urljoin(capture.final_url, link.strip())
        parts = urlsplit(url)
        foreign = parts.hostname != urlsplit(capture.final_url).hostname
    except ValueError:
        url, parts, foreign = link, urlsplit(""), True
    seen = capture.page.data.get("seen", "").split() or [_sum(capture.url)]
    empty = int(capture.page.data.get("empty", "0")) + 1 if is_empty else 0
    reason = "it is on another host" if foreign else _refusal(url, seen, empty, most)
    if reason:
        yield finding(
            "paging-refused", source=source, where=capture.url, value=url[:200], reason=reason
        )
        return
    more = {"seen": " ".join([*seen, _sum(url)]), "empty": str(empty)}
    yield Page(url=url, kind=capture.page.kind, data={**capture.page.data, **(data or {}), **more})


def _refusal(url: str, seen: list[str], empty: int, most: int) -> str:
    names = [name.lower() for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)]
    if _sum(url) in seen:
        return "it was read before"
    if len(names) > 2 * len(set(names)):
        return "it repeats its parameters: it grows at every page"
    if len(url) > MAX_ADDRESS:
        return f"it is longer than {MAX_ADDRESS} characters"
    if empty >= MAX_EMPTY:
        return f"{empty} pages without anything came before it"
    return f"it would be page {len(seen) + 1}" if len(seen) >= most else ""


def _sum(url: str) -> str:
    return f"{zlib.crc32(url.encode('utf-8', 'replace')):08x}"
