"""Articles of the CBS website that offer tables: rows of its OData service, and their pages."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from dcat_harvest.errors import PageChanged
from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import (
    Agent,
    Capture,
    Dataset,
    Distribution,
    Document,
    Link,
    Origin,
    Page,
    ref,
)
from dcat_harvest.read import dates, html, paging
from dcat_harvest.read.fields import Fields
from dcat_harvest.read.files import FileLink, file_link
from dcat_harvest.read.html import Anchor
from dcat_harvest.read.lack import lacks
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.things import Things

if TYPE_CHECKING:
    from dcat_harvest.read.html import Tag

SUPERSEDED = re.compile(
    r"[^.\n]*\b(?:inmiddels (?:zijn|is)|er zijn)\b[^.\n]*\b(?:definitieve|nieuwe|recentere)\b"
    r"[^.\n]*beschikbaar[^.\n]*"
    r"|[^.\n]*\bvervangen door\b[^.\n]*",
    re.IGNORECASE,
)
COMMISSIONED = re.compile(r"^opdrachtgevers?\s*:\s*(.+?)\.?$", re.IGNORECASE | re.MULTILINE)
BREAK = re.compile(r"</p>|<br\s*/?>|</li>|</h\d>|</div>", re.IGNORECASE)
TAG = re.compile(r"</?[a-z][^<>]{0,1000}>", re.IGNORECASE)
IGNORED = (
    *("ArticleType", "ArticleTypeInt", "MetaDescription", "Footnote", "Authors", "Series"),
    *("References", "Version", "Created", "Permalink", "Icon", "Image", "Images"),
)
EDUCATION = Origin(kind="assumed", because="the title or lead is about education")


def of_row(row: Fields, capture: Capture, manifest: Manifest) -> Iterator[Dataset | Page | Finding]:
    """Yield the dataset of a row; one without files is read from its page, if that has them."""
    url = row.take("Url", str)
    page = html.address(capture.final_url, url) or url
    body = plain(row.text("Body") or "")
    lead = plain(row.text("LeadText") or "")
    files = [f for f in _items(row, "Downloads", page) if f]
    links = list(_anchors(row, "Links", page))
    key = row.text("ItemNameLowerCase") or _slug(page)
    yield _dataset(
        _Said(row.take("Title", str), lead, body, page),
        key, files, links, capture, manifest,
        other_identifiers=tuple(x for x in (row.text("UniqueId"),) if x),
        keywords=tuple(dict.fromkeys((*_words(row, "TaxonomyTags"), *_words(row, "Themes")))),
        issued=dates.iso(row.text("ReleaseTime")),
        modified=dates.iso(row.text("Updated")),
        language=row.text("Language"),
    )  # fmt: skip
    if not files:
        yield Page(url=page, kind="page", optional=True)
    yield from row.report(manifest.name, ignore=IGNORED, key=key)


def of_page(root: "Tag", capture: Capture, manifest: Manifest) -> Iterator[Dataset]:
    """Yield the dataset of a page: its h1, its text, and the files that it links to."""
    url = capture.final_url
    lines = list(html.content(root, url))
    title = next((line.text for line in lines if line.level == 1), None)
    if title is None:
        raise PageChanged(f"{url}: no h1")
    texts = [
        line.text
        for line in lines
        if line.kind in ("text", "item") and not any(file_link(a) for a in line.anchors)
    ]
    anchors = [a for line in lines for a in line.anchors]
    files = [f for f in (file_link(a) for a in dict.fromkeys(anchors)) if f]
    tag = root.find("html")
    language = str(tag.get("lang") or "") if tag is not None and hasattr(tag, "get") else ""
    said = _Said(title, texts[0] if texts else "", "\n\n".join(texts[1:]), url)
    record = _dataset(said, _slug(url), files, [], capture, manifest, language=language or None)
    yield record


class _Said(msgspec.Struct, frozen=True):
    """Title, lead and body of an article, and its address."""

    title: str
    lead: str
    body: str
    page: str


def _dataset(
    said: _Said, key: str, files: list[FileLink], links: list[Anchor], capture: Capture,
    manifest: Manifest, **more: Any,
) -> Dataset:  # fmt: skip
    title = re.sub(r"(?<!\.)\.$", "", " ".join(said.title.split()))
    by = COMMISSIONED.search(said.body)
    body = COMMISSIONED.sub("", said.body).strip()
    pattern = manifest.options.get("education", "")
    is_ours = bool(pattern and re.search(pattern, f"{title}\n{said.lead}", re.IGNORECASE))
    return Dataset(
        source=manifest.name,
        key=key,
        title=title or None,
        raw_title=said.title if said.title != title else None,
        description="\n\n".join(t for t in (said.lead, body) if t) or None,
        text_language="en" if (more.get("language") or "").lower().startswith("en") else "nl",
        identifier=said.page,
        landing_page=said.page,
        contributors=(Agent(name=by[1]),) if by else (),
        themes=("EDUC",) if is_ours else (),
        distributions=tuple(
            Distribution(access_url=said.page, download_url=f.url, title=f.title, format=f.format)
            for f in files
            if f.is_data
        ),
        documents=tuple(
            Document(url=f.url, title=f.title, format=f.format) for f in files if not f.is_data
        ),
        links=tuple(Link(url=a.url, title=a.text or None) for a in links),
        origins={"themes": EDUCATION} if is_ours else {},
        captures=(ref(capture),),
        **more,
    )


def joined(things: Things, manifest: Manifest) -> Iterator[Dataset | Finding]:
    """Yield each article once, files and text of its page where the service gave none."""
    found: dict[str, Dataset] = {}
    for one in things.datasets:
        page = one.landing_page or one.key
        found[page] = _merged(found[page], one) if page in found else one
    shared = Counter(one.key for one in found.values())
    for page, given in found.items():
        # The same name in another week is another article: the week goes before it.
        key = "/".join(urlsplit(page).path.split("/")[-3:])
        one = msgspec.structs.replace(given, key=key) if shared[given.key] > 1 else given
        yield one
        yield from lacks(one, ignore=("no-licence",))
        if stale := SUPERSEDED.search(one.description or ""):
            where = one.landing_page or one.key
            yield finding(
                "superseded", source=manifest.name, key=one.key, where=where,
                value=stale[0].strip(),
            )  # fmt: skip


def _merged(first: Dataset, second: Dataset) -> Dataset:
    """Return the fuller record with what only the other one has."""
    full, other = (first, second) if first.other_identifiers else (second, first)
    lacking = {
        name: getattr(other, name)
        for name in ("description", "distributions", "documents", "links", "language")
        if not getattr(full, name)
    }
    captures = tuple(dict.fromkeys((*full.captures, *other.captures)))
    return msgspec.structs.replace(full, **lacking, captures=captures)


def onwards(capture: Capture, count: int, manifest: Manifest) -> Iterator[Page | Finding]:
    """Yield the next page of a list with `$top` and `$skip`, as long as pages are full."""
    url = capture.url
    top = re.search(r"[?&](?:\$|%24)top=(\d{1,5})", url)
    skip = re.search(r"([?&](?:\$|%24)skip=)(\d{1,9})", url)
    if not (top and skip) or count < int(top[1]) or count == 0:
        return
    number = int(skip[2]) + count
    link = f"{url[: skip.start()]}{skip[1]}{number}{url[skip.end() :]}"
    yield from paging.following(capture, link, manifest.name)


def plain(markup: str) -> str:
    r"""Return the text of a piece of HTML, its paragraphs apart.

    >>> plain("<p>Een &amp; twee</p><p>drie</p>")
    'Een & twee\n\ndrie'
    """
    text = unescape(TAG.sub("", BREAK.sub("\n\n", markup)))
    return re.sub(r"\n{2,}", "\n\n", re.sub(r"[ \t\xa0]+", " ", text)).strip()


def _anchors(row: Fields, name: str, page: str) -> Iterator[Anchor]:
    holder = row.maybe(name, dict) or {}
    items = holder.get("Items")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, Mapping):
            url = html.address(page, str(item.get("Url") or ""))
            if url:
                yield Anchor(text=str(item.get("Text") or "").strip(), url=url)


def _items(row: Fields, name: str, page: str) -> Iterable[FileLink | None]:
    return (file_link(anchor) for anchor in _anchors(row, name, page))


def _words(row: Fields, name: str) -> Iterator[str]:
    """Yield the words of a list: texts, or things with a title."""
    for item in row.maybe(name, list) or ():
        word = item.get("Title") or item.get("Name") if isinstance(item, Mapping) else item
        if isinstance(word, str) and word.strip():
            yield word.strip()


def _slug(url: str) -> str:
    return urlsplit(url).path.rstrip("/").rpartition("/")[2].lower()
