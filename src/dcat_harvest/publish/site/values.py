"""The values of a node as a page shows them: text or link, each marked by where it comes from."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from markupsafe import Markup, escape

from dcat_harvest.jsonld import Node
from dcat_harvest.model import Dataset, Origin
from dcat_harvest.publish.site.words import both, code, day, label, paragraphs, plain, safe, tail

FACTS = (
    "publisher", "creator", "contactPoint", "landingPage", "identifier", "alternative", "type",
    "theme", "sector", "level", "unit", "timeGrain", "dimension", "subject", "keyword",
    "accessRights", "rights", "accrualPeriodicity", "temporal", "issued", "modified", "version",
    "versionNotes", "status", "language", "spatial", "hvdCategory", "inSeries", "page", "relation",
    "isReferencedBy", "isReplacedBy", "wasDerivedFrom", "sameAs", "column", "endpointURL",
    "endpointDescription", "conformsTo", "servesDataset", "hasEmail", "hasURL", "hasTelephone",
)  # fmt: skip
LABELS = {"issued": "dct-issued", "modified": "dct-modified"}
FIELD_OF = {
    "creator": "creators",
    "contactPoint": "contact",
    "accessRights": "access",
    "theme": "themes",
    "accrualPeriodicity": "frequency",
    "temporal": "period",
    "keyword": "keywords",
    "landingPage": "landing_page",
}
"""Key of a node -> field of the record, where they differ: origins are kept by field."""
MOST = 60
"""Values of one kind that a page shows; the rest is in the RDF."""


def facts(
    main: Node, by_id: Mapping[str, Node], record: Dataset | None, root: str, base: str
) -> Markup:
    """Label, values and mark of every property that a dataset has, in our order, as list items."""
    origins = record.origins if record else {}
    rows = []
    for key in FACTS:
        value = main.get(key)
        if value is None:
            continue
        origin = origins.get(FIELD_OF.get(key, key))
        if key in COMMON and not isinstance(value, dict):
            rows.append(_common(by_id, key, tuple(map(str, many(value))), origin, root, base))
        else:
            rows.append(_row(key, list(_values(value, by_id, root, base)), origin))
    return safe("".join(rows))


COMMON = {
    "publisher", "creator", "contactPoint", "theme", "accessRights", "accrualPeriodicity", "status",
    "language", "spatial", "hvdCategory", "type", "sector", "level", "unit", "timeGrain",
}  # fmt: skip
"""Properties whose few values many datasets share: their rows are made once."""
_made: dict[object, Markup] = {}


def _common(
    by_id: Mapping[str, Node],
    key: str,
    iris: tuple[str, ...],
    origin: Origin | None,
    root: str,
    base: str,
) -> Markup:
    seen = (origin.kind, origin.seen_at, origin.because, origin.text) if origin else None
    name = (key, iris, seen, root, base, tuple(first(by_id.get(i, {}).get("name")) for i in iris))
    if name not in _made:
        if len(_made) > 20_000:
            _made.clear()
        _made[name] = _row(key, [_link(iri, by_id, root, base) for iri in iris], origin)
    return _made[name]


def _row(key: str, values: list[Markup], origin: Origin | None) -> Markup:
    more = f"<li>… {len(values) - MOST}</li>" if len(values) > MOST else ""
    items = "".join(f"<li>{x}</li>" for x in values[:MOST])
    shown = values[0] if len(values) == 1 else f"<ul>{items}{more}</ul>"
    where = mark(origin)
    told = f' <span class="origin">{where}</span>' if where else ""
    return safe(f"<dt>{label(LABELS.get(key, key))}</dt><dd>{shown}{told}</dd>\n")


def mark(origin: Origin | None) -> Markup:
    """Whether a value is interpreted, assumed or amended, and where seen; empty: stated."""
    if origin is None or origin.kind == "stated":
        return Markup()
    return _mark(origin.kind, origin.seen_at, origin.because, origin.text)


@lru_cache(maxsize=4096)
def _mark(kind: str, seen_at: str, because: str, text: str) -> Markup:
    why = plain(text or because, 300)
    # Reasons are ours and in English; what was read is in the words of the source.
    language = Markup("") if text else Markup(' lang="en"')
    words = Markup('<span class="mark {}">{}</span>').format(kind, label(kind))
    if seen_at.startswith(("http://", "https://")):
        words = Markup('<a class="mark {}" href="{}">{}</a>').format(kind, seen_at, label(kind))
    return words + (Markup(' <span class="why"{}>{}</span>').format(language, why) if why else "")


def _values(value: object, by_id: Mapping[str, Node], root: str, base: str) -> Iterator[Markup]:
    if isinstance(value, dict) and "@value" not in value:
        for lang, texts in value.items():
            for text in many(texts):
                yield from _text(str(text), lang)
        return
    for one in many(value):
        if isinstance(one, dict):
            yield day(str(one["@value"]))
        elif str(one).startswith(("http://", "https://", "mailto:", "tel:")):
            yield _link(str(one), by_id, root, base)
        else:
            yield escape(plain(str(one), 1000))


def _text(text: str, lang: str) -> Iterator[Markup]:
    attribute = f' lang="{escape(lang)}"' if lang != "nl" else ""
    for one in paragraphs(text):
        yield safe(f"<bdi{attribute}>{escape(one)}</bdi>")


def _link(iri: str, by_id: Mapping[str, Node], root: str, base: str) -> Markup:
    if "/authority/" in iri or "/facets/" in iri or "dcat-harvest/def#" in iri:
        return code(iri)
    node = by_id.get(iri)
    if node is None:
        return _anchor(iri, "", root, base)
    if node["@type"] == "dct:PeriodOfTime":
        return period(node)
    name = first(node.get("name") or node.get("fn") or node.get("title") or node.get("label"))
    href = str(node.get("hasEmail") or node.get("hasURL") or iri)
    if node["@type"] in ("dct:RightsStatement", "qb:DimensionProperty"):
        return escape(plain(name, 1000))
    return _anchor(href, name, root, base)


@lru_cache(maxsize=512)
def _anchor(iri: str, name: str, root: str, base: str) -> Markup:
    """A link: to a file of this site where it is one of ours, else to the address itself."""
    href = iri
    if iri.startswith((f"{base}dataset/", f"{base}service/")) and "#" not in iri:
        href = root + iri.removeprefix(base).replace("%", "%25") + ".html"
    shown = plain(name, 300) or (tail(iri) if href is not iri else plain(iri, 200))
    return safe(f'<a href="{escape(href)}"><bdi>{escape(shown)}</bdi></a>')


def period(node: Node) -> Markup:
    """A period in words; an open end is left out."""
    start, end = text_of(node.get("startDate")), text_of(node.get("endDate"))
    if start and end:
        return _span(start, end)
    if start:
        return both("vanaf ", "from ") + day(start)
    return both("tot en met ", "until ") + day(end) if end else Markup()


@lru_cache(maxsize=4096)
def _span(start: str, end: str) -> Markup:
    if start.endswith("-01-01") and end.endswith("-12-31"):
        years = start[:4] if start[:4] == end[:4] else f"{start[:4]} – {end[:4]}"
        return safe(years)
    return day(start) + " – " + day(end)


def text_of(value: object) -> str:
    """A plain or typed value as text."""
    return str(value["@value"]) if isinstance(value, dict) else str(value or "")


def first(value: object) -> str:
    """The first text of a language map."""
    if isinstance(value, dict):
        for texts in value.values():
            return str(many(texts)[0])
    return ""


def many(value: object) -> list[object]:
    """One value or several as a list; none for None."""
    return value if isinstance(value, list) else [] if value is None else [value]
