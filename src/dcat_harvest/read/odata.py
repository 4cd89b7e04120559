"""OData listings: version 3 as JSON or Atom, version 4 as JSON, page after page."""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urljoin, urlsplit, urlunsplit

import msgspec

from dcat_harvest.errors import PageChanged
from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Capture, Page
from dcat_harvest.read import xml
from dcat_harvest.read.fields import MAX_BYTES, parse

ATOM = "{http://www.w3.org/2005/Atom}"
DATA = "{http://schemas.microsoft.com/ado/2007/08/dataservices}"
META = "{http://schemas.microsoft.com/ado/2007/08/dataservices/metadata}"
# Where the next page stands: OData 3, 4.0, 4.01, and the verbose form of OData 2 and 3.
NEXT_LINKS = ("odata.nextLink", "@odata.nextLink", "@nextLink", "__next")
MAX_PAGES = 1000
MAX_EMPTY = 5
MAX_ADDRESS = 2000

Row = dict[str, Any]


class Listing(NamedTuple):
    """The rows of one answer, the address of the next one, and what was odd."""

    rows: list[Row]
    next_link: str | None = None
    findings: tuple[Finding, ...] = ()


def listing(capture: Capture, source: str) -> Listing:
    """Return the rows of an entity set; PageChanged where the answer is none.

    Which form it has (JSON of version 3 or 4, verbose JSON, Atom) is seen from the answer itself.
    """
    if _is_atom(capture):
        return _atom(capture)
    value, findings = parse(capture, source)
    body = value.get("d", value) if isinstance(value, dict) else {"value": value}
    body = {"results": body} if isinstance(body, list) else body
    _refuse_error(body, capture.url)
    rows = body.get("value", body.get("results"))
    if not isinstance(rows, list):
        raise PageChanged(f"{capture.url}: a list of rows under 'value' was expected")
    odd = [("value", row) for row in rows if not isinstance(row, dict)]
    link = next((body[name] for name in NEXT_LINKS if body.get(name)), None)
    if not isinstance(link, str | None):
        odd.append(("nextLink", link))
        link = None
    told = (
        finding("odd-value", source=source, where=capture.url, field=field, value=repr(value)[:80])
        for field, value in odd
    )
    return Listing([row for row in rows if isinstance(row, dict)], link, (*findings, *told))


def entity(capture: Capture, source: str) -> tuple[Row, tuple[Finding, ...]]:
    """Return the one entity of an answer (a singleton, or an entity set of one row)."""
    findings: tuple[Finding, ...] = ()
    if _is_atom(capture):
        rows = _atom(capture).rows
    else:
        value, findings = parse(capture, source)
        body = value.get("d", value) if isinstance(value, dict) else value
        if not isinstance(body, dict):
            raise PageChanged(f"{capture.url}: an object was expected")
        _refuse_error(body, capture.url)
        rows = body["value"] if isinstance(body.get("value"), list) else [body]
    if len(rows) != 1 or not isinstance(rows[0], dict):
        raise PageChanged(f"{capture.url}: one entity was expected, not {len(rows)}")
    return rows[0], findings


def following(capture: Capture, read: Listing, source: str) -> Iterator[Page | Finding]:
    """Yield the next page of a listing, or a finding that says why it is not followed.

    The link is followed bare. `Page.data` carries how far we are: a number, the run of empty
    pages and a short sum of each address seen, so that a circle or an endless row ends.
    """
    if read.next_link is None:
        return
    try:
        url = urljoin(capture.final_url, read.next_link.strip())
        asked, split = urlsplit(capture.final_url), urlsplit(url)
    except ValueError:
        yield finding(
            "odata-next-link", source=source, where=capture.url, value=read.next_link[:200],
            reason="it is no address",
        )  # fmt: skip
        return
    if split.netloc != asked.netloc or split.scheme != asked.scheme:
        # dataderden names its internal host (seen 2026-07); http gives an empty reply.
        yield finding("odata-foreign-link", source=source, where=capture.url, value=url[:200])
        url = urlunsplit((asked.scheme, asked.netloc, *split[2:]))
    data = capture.page.data
    seen = data.get("seen", "").split() or [_sum(capture.url)]
    empty = 0 if read.rows else int(data.get("empty", "0")) + 1
    reason = _refusal(url, seen, empty)
    if reason:
        yield finding(
            "odata-next-link", source=source, where=capture.url, value=url[:200], reason=reason
        )
        return
    more = {"seen": " ".join([*seen, _sum(url)]), "empty": str(empty)}
    yield Page(url=url, kind=capture.page.kind, data={**data, **more})


def _refusal(url: str, seen: list[str], empty: int) -> str:
    names = [name.lower() for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)]
    if _sum(url) in seen:
        return "it was read before"
    if len(names) > len(set(names)):
        return "it repeats a parameter: it grows at every page"
    if len(url) > MAX_ADDRESS:
        return f"it is longer than {MAX_ADDRESS} characters"
    if empty >= MAX_EMPTY:
        return f"{empty} pages without rows came before it"
    return f"it would be page {len(seen) + 1}" if len(seen) >= MAX_PAGES else ""


def _sum(url: str) -> str:
    return f"{zlib.crc32(url.encode()):08x}"


def _refuse_error(body: Mapping[str, Any], where: str) -> None:
    for name in ("error", "odata.error"):
        if name in body and "value" not in body:
            said = msgspec.json.encode(body[name]).decode()
            raise PageChanged(f"{where}: the service answers with an error: {said[:200]}")


def _is_atom(capture: Capture) -> bool:
    named = "atom+xml" in capture.headers.get("content-type", "").lower()
    start = capture.body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"<") and (named or b"<feed" in start or b"<entry" in start)


def _atom(capture: Capture) -> Listing:
    """Read a feed: no entities, no DTD, nothing fetched; entries are freed as they are read."""
    from io import BytesIO

    from lxml import etree

    if len(capture.body) > MAX_BYTES:
        raise PageChanged(f"{capture.url}: more than the {MAX_BYTES} bytes that we read")
    xml.refuse_many(capture.body, capture.url)
    if b"<!DOCTYPE" in capture.body[:4096].upper():
        raise PageChanged(f"{capture.url}: Atom with a document type is not read")
    read = etree.iterparse(
        BytesIO(capture.body),
        tag=(f"{ATOM}feed", f"{ATOM}entry", f"{ATOM}link"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
    )
    try:
        rows, link, last = _entries(element for _, element in read)
    except (etree.LxmlError, ValueError) as error:
        raise PageChanged(f"{capture.url}: the answer is no Atom feed: {error}") from None
    if last not in {f"{ATOM}feed", f"{ATOM}entry"}:
        raise PageChanged(f"{capture.url}: the answer is no Atom feed")
    return Listing(rows, link)


def _entries(elements: Iterable[Any]) -> tuple[list[Row], str | None, str]:
    """Return the rows of a feed, its next link, and the name of the element that ended last."""
    rows: list[Row] = []
    link, last = None, ""
    for element in elements:
        parent, last = element.getparent(), element.tag
        if last == f"{ATOM}entry":
            rows.append(_properties(element))
            _free(element)
        elif last == f"{ATOM}link" and element.get("rel") == "next":
            is_ours = parent is not None and parent.tag == f"{ATOM}feed"
            link = element.get("href") if is_ours else link
    return rows, link, last


def _free(entry: Any) -> None:
    parent = entry.getparent()
    entry.clear(keep_tail=False)
    while parent is not None and entry.getprevious() is not None:
        parent.remove(entry.getprevious())


def _properties(entry: Any) -> Row:
    found = entry.find(f".//{META}properties")
    row: Row = {}
    for item in () if found is None else found:
        if isinstance(item.tag, str) and item.tag.startswith(DATA):
            row[item.tag[len(DATA) :]] = _value(item)
    return row


def _value(item: Any) -> Any:
    if item.get(f"{META}null") == "true":
        return None
    text = item.text or ""
    kind = item.get(f"{META}type", "")
    try:
        if kind in {"Edm.Int16", "Edm.Int32", "Edm.Int64", "Edm.Byte"}:
            return int(text)
        return float(text) if kind in {"Edm.Double", "Edm.Single", "Edm.Decimal"} else text
    except ValueError:
        return text
