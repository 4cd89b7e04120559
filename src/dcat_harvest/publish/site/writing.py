"""Writes the site: every dataset as page, Turtle and JSON-LD, the lists, the index, the assets."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from dcat_harvest import jsonld
from dcat_harvest.build import Built, Entry
from dcat_harvest.iri import Names
from dcat_harvest.join.catalogue import items_of
from dcat_harvest.join.partners import Partners
from dcat_harvest.jsonld import Node
from dcat_harvest.memo import Memo, sum_of
from dcat_harvest.model import Dataset, Score
from dcat_harvest.publish import files
from dcat_harvest.publish.site import changes, lists
from dcat_harvest.publish.site.earlier import DAY, RELEASE, Earlier
from dcat_harvest.publish.site.render import environment, render
from dcat_harvest.publish.site.search import Index, Row
from dcat_harvest.publish.site.values import facts, first, text_of
from dcat_harvest.publish.site.verdicts import Judged, block
from dcat_harvest.publish.site.view import Context, Shown, shown, surroundings, view
from dcat_harvest.publish.site.words import HERE, both, day, plain, whole
from dcat_harvest.report.data import ReportData

CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'"
)
"""What a page may load: its own files and nothing else; the server says so too."""


class Site:
    """The site while it is written."""

    def __init__(
        self,
        folder: Path,
        built: Built,
        data: ReportData,
        names: Names,
        records: Mapping[str, Dataset],
        place: Callable[[str], str],
        before: Path | None = None,
        memo: Memo | None = None,
    ) -> None:
        self.folder, self.data, self.names, self.records = folder, data, names, records
        self._ours = (f"{names.base}agent/", f"{names.base}contact/")
        hub: Node = built.hub[0] if built.hub else {}
        self.publishers = _publishers(built)
        title = hub.get("title") if isinstance(hub.get("title"), dict) else {}
        about = hub.get("description") if isinstance(hub.get("description"), dict) else {}
        assert isinstance(title, dict) and isinstance(about, dict)
        self.title = str(title.get("nl") or data.title)
        self.about = (str(about.get("nl", "")), str(about.get("en", "")))
        self.catalog = {
            "@type": "DataCatalog",
            "@id": names.catalog,
            "name": self.title,
            "url": names.base,
        }
        self.context = Context(
            base=names.base,
            catalog=self.catalog,
            publishers=lists.publisher_pages(self.publishers),
            partners=_partners(built, records),
            place=place,
        )
        site_name = both(self.title, str(title.get("en") or self.title))
        released = day(data.generated)
        environment().globals.update(
            csp=CSP,
            site_title=self.title,
            site_name=site_name,
            base=names.base,
            release=data.release,
            released=released,
            day=day,
            here="",
        )
        stamps = {"release": data.release.encode(), "day": released.encode()}
        self.earlier = Earlier(before, memo or Memo(), stamps)
        self._given = sum_of(names.base, CSP, site_name, *self.catalog.values())
        self.index = Index()
        self.judged = Judged(data.findings)
        self.scores = {s.dataset: s for s in data.scores}
        self.locals: dict[str, str] = {}
        self.made: set[str] = set()
        self.pages: list[str] = []
        hub_nodes = {str(n["@id"]): n for n in built.hub}
        self.things = {k: n for k, n in hub_nodes.items() if k.startswith(self._ours)}
        """Agents and contact points that have a name of ours."""

    def entry(self, entry: Entry, local: str) -> None:
        """The page of one dataset, and its RDF."""
        parent = local.rpartition("/")[0]
        if parent not in self.made:
            (self.folder / parent).mkdir(parents=True, exist_ok=True)
            self.made.add(parent)
        x = shown(entry, self.records.get(entry.iri), local)
        score = self.scores.get(entry.iri)
        self._page(x, score)
        self.turtle(f"{local}.ttl", sum_of("turtle", entry.packed), entry.lines)
        files.put(f"{self.folder}/{local}.jsonld", jsonld.document(entry.packed))
        for iri, node in x.by_id.items():
            if iri.startswith(self._ours):
                self.things.setdefault(iri, node)
        self.index.add(x, score)
        self.locals[entry.iri] = local
        self.pages.append(x.href)

    def _page(self, x: Shown, score: Score | None) -> None:
        """The page of one dataset: that of the release before where nothing of it changed."""
        verdicts = block(self.judged, score) if score else ""
        points = score.mqa["points"] if score else 0
        near = surroundings(x, self.context)
        said = (x.local, x.record, str(verdicts), points, [str(v) for v in near.values()])
        key = sum_of(self._given, x.entry.iri, x.entry.kind, x.entry.packed, _encode(said))
        name = f"{x.local}.html"
        page = self.earlier.page(key, name)
        if page is None:
            values = view(x, self.context, near)
            values |= {"verdicts": verdicts, "points": points, "release": RELEASE, "released": DAY}
            values["year"] = text_of(x.main.get("modified") or x.main.get("issued"))[:4]
            page = self.earlier.keep_page(key, render("dataset.html", values))
        files.put(f"{self.folder}/{name}", page)

    def turtle(self, name: str, key: bytes, lines: list[str]) -> None:
        """A Turtle file of these statements; `key` is a sum of them."""
        data = self.earlier.file(key, name) or files.turtle(lines)
        files.put(f"{self.folder}/{name}", self.earlier.keep(key, data))

    def page(self, template: str, target: str, **values: object) -> None:
        """One page of the lists."""
        root = "../" * target.count("/")
        self._put(target, render(template, {"root": root, **values}))
        self.pages.append(target)

    def lists(self, before: Path | None) -> None:
        """Home, publishers, changes, SPARQL, index, sitemap, assets."""
        rows = [r for r in self.index.rows if r.kind != "service"]
        self._home(rows)
        for iri, node in sorted(self.things.items()):
            self._thing(iri, node)
        self._publishers(rows)
        self._changes(before)
        self.page("sparql.html", "sparql.html", here="sparql", queries=lists.example_queries())
        for asset in sorted((HERE / "assets").iterdir()):
            self._put(f"assets/{asset.name}", asset.read_bytes())
        self._put("assets/index.js", self.index.script())
        for file, data in lists.sitemaps(self.names.base, sorted(self.pages)):
            self._put(file, data)
        self._put("robots.txt", lists.robots(self.names.base))

    def _put(self, file: str, data: bytes) -> None:
        (self.folder / file).parent.mkdir(exist_ok=True)
        files.put(f"{self.folder}/{file}", data)

    def _home(self, rows: list[Row]) -> None:
        schema = {
            "@context": "https://schema.org/",
            **self.catalog,
            "description": self.about[0],
            "inLanguage": "nl",
        }
        self.page(
            "index.html",
            "index.html",
            here="home",
            about=both(*self.about),
            about_nl=self.about[0],
            facets=list(lists.home_facets(self.index)),
            meets=lists.meets(rows),
            schema=_script(schema),
        )

    def _thing(self, iri: str, node: Node) -> None:
        """An agent or contact point: what we say of it, for people and in RDF."""
        local = iri.removeprefix(self.names.base)
        title = plain(first(node.get("name") or node.get("fn")), 200) or local
        rows = facts(node, {}, None, "../", self.names.base)
        page = self.context.publishers.get(iri, "")
        self.page(
            "thing.html", f"{local}.html", iri=iri, title_text=title, rows=rows,
            publisher_page=page, file=local.rpartition("/")[2].replace("%", "%25"),
        )  # fmt: skip
        lines = sorted(jsonld.expected(node))
        put_rdf(f"{self.folder}/{local}", lines, msgspec.json.encode([node]))

    def _publishers(self, rows: list[Row]) -> None:
        groups: dict[str, list[Row]] = {}
        for row in rows:
            groups.setdefault(row.publisher, []).append(row)
        pages = self.context.publishers
        order = sorted((x for x in groups if x in pages), key=lambda x: (-len(groups[x]), x))
        self.page(
            "publishers.html",
            "publishers.html",
            here="publishers",
            title_text=lists.words("publishers"),
            publishers=[
                {"name": self.publishers[x], "page": pages[x], "count": whole(len(groups[x]))}
                for x in order
            ],
        )
        for x in order:
            for file, values in lists.publisher_views(x, self.publishers[x], pages[x], groups[x]):
                self.page("publisher.html", file, **values)

    def _changes(self, before: Path | None) -> None:
        data = self.data
        steps = changes.steps(before, data.release, data.generated, data.changes, self.locals)
        self._put("changes.json", msgspec.json.encode(steps) + b"\n")
        self.page(
            "changes.html",
            "changes.html",
            here="changes",
            title_text=lists.words("changes"),
            steps=list(changes.shown(steps, self.locals)),
        )
        title = f"{self.title}: {lists.words('changes').lower()}"
        feed = changes.atom(
            steps, base=self.names.base, title=title, author=self.title, time=data.generated
        )
        self._put("changes.atom", feed)


def _script(value: object) -> object:
    from markupsafe import Markup

    return Markup(msgspec.json.encode(value).decode().replace("<", "\\u003c"))  # noqa: S704 no < is left


def _publishers(built: Built) -> dict[str, str]:
    """IRI -> name of everyone who publishes something; a node is unpacked once per publisher."""
    found: dict[str, str] = {}
    for entry in (e for group in built.entries.values() for e in group):
        seen = _PUBLISHER.search(entry.packed)
        iri = msgspec.json.decode(seen[1], type=str) if seen else ""
        if iri and not found.get(iri):
            names = (first(n.get("name")) for n in entry.nodes if n["@id"] == iri)
            found[iri] = plain(next((x for x in names if x), ""), 200)
    return {k: v for k, v in found.items() if v}


def _partners(built: Built, records: Mapping[str, Dataset]) -> Partners:
    """What joins with what; only records that have a key column are looked at again."""
    keyed = (e.iri for g in built.entries.values() for e in g if b'"keyColumn"' in e.packed)
    return Partners(items_of({iri: records[iri] for iri in keyed if iri in records}))


_PUBLISHER = re.compile(rb'"publisher":("(?:[^"\\\\]|\\\\.)*")')


def put_rdf(path: str, lines: list[str], packed: bytes) -> None:
    """The statements of one thing as Turtle and JSON-LD; the server makes other forms of them."""
    files.put(f"{path}.ttl", files.turtle(lines))
    files.put(f"{path}.jsonld", jsonld.document(packed))


_encode = msgspec.json.Encoder().encode
