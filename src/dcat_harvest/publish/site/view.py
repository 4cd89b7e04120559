"""What the page of one dataset shows, from its nodes, its record and its findings."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache

import msgspec
from markupsafe import Markup, escape

from dcat_harvest.build import Entry
from dcat_harvest.join.partners import Partners
from dcat_harvest.jsonld import Node
from dcat_harvest.model import Dataset
from dcat_harvest.publish.site import joining, schema_org, values, words
from dcat_harvest.publish.site.values import first, many, text_of
from dcat_harvest.publish.site.words import code, day, label, plain, safe, tail

MOST_FILES = 300
LONG = 200
# The source's own heading, where it says no more than ours does.
_HEADING = re.compile(r"(Bronnen|Selectie|Kwaliteit|Let op|Opmerking|Toelichting): ?(?=\S)")
NOTES = {"sources", "selection", "quality", "suppression", "provisional", "caveat"}


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """What all pages share."""

    base: str
    catalog: Mapping[str, str]
    """The catalogue as schema.org names it."""
    publishers: Mapping[str, str]
    """IRI of a publisher -> its page."""
    partners: Partners
    place: Callable[[str], str]
    """IRI of a dataset -> where its files stand in the release, without a suffix."""


class Shown(msgspec.Struct, kw_only=True):
    """One dataset taken apart once: for its page, for the index and for the lists."""

    entry: Entry
    main: Node
    by_id: Mapping[str, Node]
    record: Dataset | None
    local: str
    """Where its files stand in the release, without a suffix."""
    title: str
    lang: str

    @property
    def href(self) -> str:
        """Its page as an address relative to the site."""
        return self.local.replace("%", "%25") + ".html"


def shown(entry: Entry, record: Dataset | None, local: str) -> Shown:
    """Take an entry apart."""
    nodes = entry.nodes
    by_id = {str(n["@id"]): n for n in nodes[::-1]}
    main = by_id[entry.iri]
    title = main.get("title")
    lang = next(iter(title)) if isinstance(title, dict) and title else "nl"
    name = plain(first(title)) or entry.key
    return Shown(
        entry=entry, main=main, by_id=by_id, record=record, local=local, title=name, lang=lang
    )


def surroundings(x: Shown, context: Context) -> dict[str, object]:
    """What the page shows of other pages."""
    root = "../" * x.local.count("/")
    publisher = str(next(iter(many(x.main.get("publisher"))), ""))
    return {
        "publisher_page": context.publishers.get(publisher, ""),
        "partners": joining.partners(context.partners.of(x.entry.iri), context.place, root),
    }


def view(x: Shown, context: Context, near: Mapping[str, object]) -> dict[str, object]:
    """The values of `dataset.html`; `near` are its surroundings."""
    main, by_id = x.main, x.by_id
    root = "../" * x.local.count("/")
    texts = words.paragraphs(first(main.get("description")))
    publisher = str(next(iter(many(main.get("publisher"))), ""))
    page = context.base + x.local.replace("%", "%25") + ".html"
    return {
        "root": root,
        "file": x.local.rpartition("/")[2].replace("%", "%25"),
        "iri": x.entry.iri,
        "kind": label(f"shown-{x.entry.kind}"),
        "title": plain(x.title, LONG),
        "full_title": x.title if len(x.title) > LONG else "",
        "lang": x.lang,
        "summary": plain(texts[0], 200) if texts else plain(x.title, LONG),
        "description": texts,
        "publisher": first(by_id.get(publisher, {}).get("name")),
        **near,
        "strip": list(_strip(main, by_id)),
        "files": _files(main, by_id),
        "more_files": max(len(many(main.get("distribution"))) - MOST_FILES, 0),
        "facts": values.facts(main, by_id, x.record, root, context.base),
        "joins": safe("".join(joining.rows(main, by_id, root))),
        "notes": list(_notes(main, by_id)),
        "captures": x.record.captures[:20] if x.record else (),
        "record": by_id.get(f"{x.entry.iri}#record", {}),
        "source": x.entry.source,
        "schema": Markup(schema_org.document(main, by_id, page, context.catalog)),  # noqa: S704 JSON with every < escaped
        "is_data": x.entry.kind in ("dataset", "series"),
    }


def _strip(main: Node, by_id: Mapping[str, Node]) -> Iterator[tuple[Markup, Markup]]:
    """The few facts that people look for first."""
    period = by_id.get(str(main.get("temporal")))
    if period:
        yield label("period"), values.period(period)
    if main.get("modified"):
        yield label("dct-modified"), day(text_of(main["modified"]))
    if main.get("accrualPeriodicity"):
        yield label("by-frequency"), code(str(main["accrualPeriodicity"]))
    nodes = [by_id.get(str(x), {}) for x in many(main.get("distribution"))]
    if formats := formats_of(nodes):
        yield label("format"), escape(", ".join(formats))
    licences = dict.fromkeys(str(x["license"]) for x in nodes if x.get("license"))
    if licences:
        yield label("licence"), Markup(", ").join(_licence(x) for x in list(licences)[:3])


def formats_of(nodes: list[Node]) -> list[str]:
    """The formats of files, by name, in their order."""
    found = (tail(n.get("format") or n.get("mediaType") or "") for n in nodes)
    return [f for f in dict.fromkeys(found) if f]


@cache
def _licence(iri: str) -> Markup:
    return safe(f'<a href="{escape(iri)}">{code(iri)}</a>')


COLUMNS = ("file", "format", "size", "date", "licence")


def _files(main: Node, by_id: Mapping[str, Node]) -> Markup:
    """The table of files; a column in which nothing stands is left out."""
    nodes = [by_id.get(str(iri)) for iri in many(main.get("distribution"))[:MOST_FILES]]
    rows = [_file(node, by_id) for node in nodes if node is not None]
    used = [n for n in range(len(COLUMNS)) if any(row[n] for row in rows)]
    head = "".join(f"<th scope=col{_CLASS.get(n, '')}>{label(COLUMNS[n])}</th>" for n in used)
    body = "\n".join(
        f"<tr><th scope=row>{row[0]}</th>"
        + "".join(f"<td{_CLASS.get(n, '')}>{row[n]}</td>" for n in used[1:])
        + "</tr>"
        for row in rows
    )
    return safe(f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>") if rows else safe("")


_CLASS = {2: " class=number"}


def _file(node: Node, by_id: Mapping[str, Node]) -> tuple[str, ...]:
    """The cells of one file."""
    url = str(node.get("downloadURL") or node["accessURL"])
    title = plain(first(node.get("title")), 300) or plain(url, 160)
    text = plain(first(node.get("description")), 600)
    under = [escape(text)] if text else []
    if "hasQualityAnnotation" in node:
        under += [safe(f"<b>{n}:</b> {escape(' '.join(t))}") for n, t in _annotations(node, by_id)]
    dates = [safe(f"{label(n)} {day(text_of(node[k]))}") for n, k in _DATES if k in node]
    if "figureStatus" in node:
        dates.append(code(f"x/figure-status/{tail(node['figureStatus'])}"))
    package = node.get("packageFormat")
    kind = escape(tail(node.get("format") or node.get("mediaType") or "").replace("_", " "))
    return (
        f'<a href="{escape(url)}"><bdi>{escape(title)}</bdi></a>{_under(under)}',
        f'{kind} <span class="small">({escape(tail(package))})</span>' if package else kind,
        words.size_shown(str(node["byteSize"])) if "byteSize" in node else "",
        _under(dates),
        _licence(str(node["license"])) if "license" in node else "",
    )


def _under(lines: list[Markup]) -> str:
    return "".join(f'<span class="under">{x}</span>' for x in lines)


_DATES = (("reference", "referenceDate"), ("issued", "issued"), ("modified", "modified"))


def _notes(main: Node, by_id: Mapping[str, Node]) -> Iterator[tuple[Markup, list[str]]]:
    for key in ("provenance", "hasQualityAnnotation"):
        if key in main:
            yield from _annotations(main, by_id, key)
    remarks = main.get("note")
    for texts in remarks.values() if isinstance(remarks, dict) else ():
        yield from ((label("note"), words.paragraphs(str(text))) for text in many(texts))


def _annotations(
    node: Node, by_id: Mapping[str, Node], key: str = "hasQualityAnnotation"
) -> Iterator[tuple[Markup, list[str]]]:
    for iri in many(node.get(key)):
        note = by_id.get(str(iri), {})
        kind = tail(note.get("annotationKind") or "")
        text = first(note.get("label") or note.get("bodyValue"))
        if text:
            name = label(f"note-{kind}" if kind in NOTES else "note")
            yield name, words.paragraphs(_bare(text))


def _bare(text: str) -> str:
    found = _HEADING.match(text)
    return text[found.end() :] if found else text
