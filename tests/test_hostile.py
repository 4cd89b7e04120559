"""Sources that attack, harvested live and published in one run by the command itself.

One local server is every publisher; another one is the inner host that nobody may reach. Every
case has a good dataset beside what attacks; that one must be in the catalogue.
"""

import json
import os
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dcat_harvest.sources import kinds
from web import Web, reply, serving

SECONDS = 120
MEGABYTES = 512
CODE = "from dcat_harvest.cli import main; main()"
SECRET = "s3cret-of-the-operator"
BIDI = "\u202egnp.exe\u202c"
GOOD = "Goede dataset"


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A source of a type: what its start address answers, and other paths it serves."""

    type: str
    body: bytes | Callable[[], bytes]
    """What is dear to make is made when the server starts."""
    start: str = ""
    headers: tuple[str, ...] = ("Content-Type: application/json",)
    more: dict[str, bytes] = msgspec.field(default_factory=dict)
    options: dict[str, Any] = msgspec.field(default_factory=dict)
    good: bool = True
    """False: the whole answer is the attack; the source fails and says why."""

    @property
    def given(self) -> bytes:
        """The body as bytes."""
        return self.body if isinstance(self.body, bytes) else self.body()


def package(key: str = "goed", **values: Any) -> dict[str, Any]:
    file = {"id": "1", "url": f"https://p.test/{key}.csv", "format": "CSV", "name": "Bestand"}
    return {
        "id": key, "name": key, "title": f"{GOOD} {key}", "notes": "Wat erin staat.",
        "license_id": "cc-by", "resources": [file], "type": "dataset", **values,
    }  # fmt: skip


def ckan(*packages: Any, **result: Any) -> bytes:
    found = {"count": len(packages), "results": list(packages), **result}
    return json.dumps({"success": True, "result": found}).encode()


def attack(**values: Any) -> Case:
    """A CKAN portal with a good package and one that attacks."""
    return Case(type="ckan", body=ckan(package(), package("kwaad", **values)))


def raw(text: str) -> Case:
    """A CKAN portal whose second package is written by hand."""
    whole = ckan(package(), "KWAAD").decode().replace('"KWAAD"', text)
    return Case(type="ckan", body=whole.encode())


def file(url: str, **values: Any) -> list[dict[str, Any]]:
    return [{"id": "9", "url": url, "format": "CSV", "name": "x", **values}]


TURTLE = """@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://p.test/goed> a dcat:Dataset ; dct:identifier "goed" ; dct:title "Goede dataset"@nl ;
  dcat:distribution <https://p.test/goed#d> .
<https://p.test/goed#d> a dcat:Distribution ; dcat:accessURL <https://p.test/goed.csv> .
"""
RDF = "Content-Type: text/turtle"


def dcat(more: str) -> Case:
    return Case(type="dcat", body=(TURTLE + more).encode(), start="/feed.ttl", headers=(RDF,))


def page(*parts: str) -> Case:
    """A page with a good description of schema.org, and more."""
    said = {
        "@context": "https://schema.org/", "@type": "Dataset", "name": GOOD,
        "description": "Wat erin staat, en voor wie.", "url": "https://p.test/goed",
        "distribution": [{"@type": "DataDownload", "contentUrl": "https://p.test/goed.csv"}],
    }  # fmt: skip
    good = f'<script type="application/ld+json">{json.dumps(said)}</script>'
    body = f"<!doctype html><html><head>{good}</head><body>{''.join(parts)}</body></html>"
    return Case(
        type="schema-org", body=body.encode(), start="/page", headers=("Content-Type: text/html",)
    )


def script(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


RECORD = """<record><header><identifier>oai:p.test:goed</identifier>
<datestamp>2026-01-01</datestamp></header><metadata><oai_dc:dc
xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Goede dataset</dc:title>
<dc:type>Dataset</dc:type><dc:identifier>https://p.test/goed</dc:identifier></oai_dc:dc></metadata>
</record>"""


def oai(more: str = "", *, doctype: str = "", good: bool = True) -> Case:
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<OAI-PMH '
        f'xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{RECORD}{more}</ListRecords>'
        "</OAI-PMH>"
    )
    return Case(
        type="oai-pmh", body=body.encode(), start="/oai?verb=ListRecords&metadataPrefix=oai_dc",
        headers=("Content-Type: text/xml",), good=good,
    )  # fmt: skip


GOOD_DOI, BAD_DOI = "doi:10.1/GOED", "doi:10.1/KWAAD"


def export(name: str, **version: Any) -> dict[str, Any]:
    """An export of Dataverse."""
    fields = [{"typeName": "title", "value": f"{GOOD} {name}"}]
    told = {"datasetPersistentId": name, "metadataBlocks": {"citation": {"fields": fields}}}
    return {"datasetVersion": {**told, "files": [{"dataFile": {"id": 1}}], **version}}


def dataverse(bad: bytes = b"{}", **found: Any) -> Case:
    """A Dataverse with a good dataset, an export that attacks, and a search that may."""
    asked = "/api/datasets/export?exporter=dataverse_json&persistentId="
    items = [{"type": "dataset", "global_id": name} for name in (GOOD_DOI, BAD_DOI)]
    answer = {"status": "OK", "data": {"total_count": 2, "items": items, **found}}
    return Case(
        type="dataverse", body=json.dumps(answer).encode(), start="/api/search?q=*&start=0",
        more={asked + GOOD_DOI: json.dumps(export(GOOD_DOI)).encode(), asked + BAD_DOI: bad},
    )  # fmt: skip


def row(key: str = "goed", **values: Any) -> dict[str, Any]:
    return {"Identifier": key, "Title": f"{GOOD} {key}", "Modified": "2026-01-01", **values}


def odata3(tables: dict[str, Any] | str, *, good: bool = True, **lists: dict[str, Any]) -> Case:
    """A catalogue of StatLine: its tables, and further lists."""
    body = tables if isinstance(tables, str) else json.dumps(tables)
    kind = "application/atom+xml" if body.startswith("<") else "application/json"
    base, form = "/ODataCatalog", "?$format=json"
    return Case(
        type="odata3", body=body.encode(), start=f"{base}/Tables{form}", good=good,
        headers=(f"Content-Type: {kind}",),
        more={f"{base}/{name}{form}": json.dumps(x).encode() for name, x in lists.items()},
        options={"further": [f"{base}/{name}{form}" for name in lists]} if lists else {},
    )  # fmt: skip


def topics(links: tuple[str, ...], more: str = "", *, document: str = "") -> Case:
    """A site of the government's platform: an overview, a good document and one that attacks."""
    place = "/o/documenten/data/2026/01/02/"
    files = '<a href="/binaries/x.csv">Download x.csv</a>'
    html = "<!doctype html><html><body><main><h1>{}</h1>{}</main></body></html>"
    listed = "".join(f'<p><a href="{x}">x</a></p>' for x in (*links, "goed", "kwaad"))
    listed = listed.replace('"goed"', '"PLACEgoed"').replace('"kwaad"', '"PLACEkwaad"')
    return Case(
        type="rijksoverheid", body=html.format("Overzicht", listed + more).encode(), start="/o",
        headers=("Content-Type: text/html",),
        more={
            f"{place}goed": html.format(GOOD, files).encode(),
            f"{place}kwaad": html.format("Kwaad", files + document).encode(),
        },
    )  # fmt: skip


def bomb(megabytes: int) -> bytes:
    """Zeros packed piece by piece: the memory of this process counts for the run it starts."""
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(bytes(2**20)) for _ in range(megabytes)) + packer.flush()


LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
    + "]>"
)
OUTSIDE = '<!DOCTYPE x [<!ENTITY x SYSTEM "INNER/entity">]>'
DEEP = "[" * 100_000 + "]" * 100_000

CASES: dict[str, Case] = {
    "javascript-link": attack(resources=file("javascript:alert(1)")),
    "data-link": attack(resources=file("data:text/html,<script>alert(1)</script>")),
    "vbscript-link": attack(url="vbscript:x", resources=file(" JaVaScRiPt:alert(1)")),
    "file-link": attack(resources=file("file:///etc/passwd")),
    "inner-link": attack(resources=file("INNER/file.csv")),
    "metadata-link": attack(resources=file("http://169.254.169.254/latest/meta-data")),
    "markup-in-the-title": attack(title="<script>alert('title')</script>"),
    "markup-in-the-notes": attack(notes="<img src=x onerror=alert('notes')>[x](javascript:y)"),
    "control-characters": attack(title="a\u0000b\u0007c\u001b[31m", notes="\ufffe\uffff\u0085"),
    "bidi-characters": attack(title=f"Lijst {BIDI}", notes=BIDI * 50),
    "lone-surrogate": raw(json.dumps(package("kwaad")).replace("Wat erin", "\\ud800")),
    "nan-and-infinity": raw('{"name": "kwaad", "title": NaN, "notes": -Infinity}'),
    "huge-number": raw(json.dumps(package("kwaad", size=0)).replace("0", "9" * 5000, 1)),
    "huge-exponent": raw('{"name": "kwaad", "title": "x", "size": 1e999999}'),
    "key-twice": raw('{"name": "kwaad", "name": "kwaad2", "title": "x", "title": "y"}'),
    "deep-nesting": raw(f'{{"name": "kwaad", "title": "x", "extras": {"[" * 50}{"]" * 50}}}'),
    "deep-beyond-a-package": raw(f'{{"name": "kwaad", "title": "x", "resources": {DEEP}}}'),
    "deep-beyond-reading": Case(type="ckan", body=DEEP.encode(), good=False),
    "package-is-a-number": raw("17"),
    "package-is-null": raw("null"),
    "package-is-a-list": raw('[["name", "kwaad"]]'),
    "name-is-an-object": attack(name={"a": 1}),
    "title-is-a-list": attack(title=["a", {"b": "c"}]),
    "resources-is-a-text": attack(resources="none"),
    "resource-is-a-number": attack(resources=[1, None, "x", []]),
    "title-of-a-megabyte": attack(title="x" * 1_000_000),
    "notes-of-five-megabytes": attack(notes="woord " * 900_000),
    "name-climbs": attack(name="../../../../etc/passwd"),
    "name-with-nul": attack(name="a\u0000b"),
    "name-of-ten-thousand": attack(name="n" * 10_000),
    "name-with-spaces-and-quotes": attack(name="a\"b <c> {d} \\ `e` | ^ \u00e9"),
    "ten-thousand-distributions": attack(
        resources=[file(f"https://p.test/{n}.csv")[0] for n in range(10_000)]
    ),
    "ten-thousand-tags": attack(tags=[{"name": f"t{n}"} for n in range(10_000)]),
    "address-of-a-megabyte": attack(resources=file("https://p.test/" + "a" * 1_000_000)),
    "address-with-a-key": attack(resources=file("https://u:password@p.test/x.csv")),
    "address-that-is-none": attack(resources=file("http://[::1"), url="http://"),
    "dates-of-nowhere": attack(metadata_modified="9999999-99-99T99:99", metadata_created=[]),
    "count-that-grows": Case(type="ckan", body=ckan(package(), count=10**9)),
    "count-is-a-word": Case(type="ckan", body=ckan(package(), count="veel")),
    "count-is-infinite": Case(type="ckan", body=ckan(package(), count=float("inf"))),
    "packages-are-null": Case(type="ckan", body=ckan(package(), *[None] * 300_000)),
    "parts-are-numbers": Case(
        type="ckan",
        body=ckan(package(resources=[7, *file("https://p.test/goed.csv")], tags=[7], extras=[7])),
    ),
    "keys-by-the-thousand": attack(**{f"k{n}": n for n in range(50_000)}),
    "no-utf-8-and-no-other": raw(json.dumps(package("kwaad", notes="\ufffd" * 9))),
    "names-that-meet": Case(
        type="ckan",
        body=ckan(*(package(x) for x in ("goed", "", " ", "a/", "a/ ", ".", "..", "%2e", "%"))),
    ),
    "agent-of-ours-that-climbs": attack(
        publisher_name="x", publisher_uri="https://x.test/agent/../../../../kwaad"
    ),
    "agent-that-is-our-catalogue": attack(
        publisher_name="x", publisher_uri="https://x.test/catalog"
    ),
    "agent-of-a-megabyte": attack(publisher_name="a." * 500_000),
    "second-page-is-a-page": Case(
        type="ckan", body=ckan(package(), count=3),
        more={"/api/3/action/package_search?rows=1000&start=1": b"<html>"},
    ),
    "second-page-is-deep": Case(
        type="ckan", body=ckan(package(), count=3),
        more={"/api/3/action/package_search?rows=1000&start=1": DEEP.encode()},
    ),
    "bomb": Case(
        type="ckan", body=partial(bomb, 1200), good=False,
        headers=("Content-Encoding: gzip", "Content-Type: application/json"),
    ),
    "answer-is-a-page": Case(type="ckan", body=b"<html>" + b"<div>" * 50_000, good=False),
    "answer-is-empty": Case(type="ckan", body=b"", good=False),
    "answer-is-random": Case(type="ckan", body=bytes(range(256)) * 500, good=False),
    "xml-laughs": Case(
        type="oai-pmh", body=oai("<x>&i;</x>", doctype=LAUGHS).given,
        start="/oai?verb=ListRecords&metadataPrefix=oai_dc", good=False,
    ),
    "xml-entity-from-outside": oai("<x>&x;</x>", doctype=OUTSIDE, good=False),
    "xml-doctype-from-outside": oai(doctype='<!DOCTYPE x SYSTEM "INNER/x.dtd">', good=False),
    "xml-of-many-elements": oai("<b/>" * 1_500_000, good=False),
    "xml-deep": oai("<a>" * 5000 + "</a>" * 5000, good=False),
    "xml-cut-short": oai("<record><header>", good=False),
    "token-that-comes-again": oai("<resumptionToken>zelfde</resumptionToken>"),
    "turtle-javascript": dcat(
        '<https://p.test/k> a dcat:Dataset ; dct:title "k" ; dcat:landingPage <javascript:x> ;'
        " dcat:distribution [ dcat:accessURL <data:text/html,x> ] ."
    ),
    "turtle-circle": dcat(
        '<https://p.test/k> a dcat:Dataset ; dct:title "k" ; dct:publisher <https://p.test/k> ;'
        " dcat:distribution <https://p.test/k> ; dct:isPartOf <https://p.test/k> ."
    ),
    "turtle-many-titles": dcat(
        "<https://p.test/k> a dcat:Dataset ; dct:title "
        + ", ".join(f'"t{n}"@nl' for n in range(3000)) + " ."
    ),
    "turtle-odd-dates": dcat(
        '<https://p.test/k> a dcat:Dataset ; dct:title "k" ; dct:modified "gisteren"^^dct:x ,'
        ' "99999-99-99"^^<http://www.w3.org/2001/XMLSchema#date> .'
    ),
    "turtle-next-page-inside": dcat(
        "<https://p.test/c> <http://www.w3.org/ns/hydra/core#next> <INNER/page2> ;"
        " a <http://www.w3.org/ns/hydra/core#PartialCollectionView> ."
    ),
    "html-deep": page("<div><b><i>" * 30),
    "html-deep-beyond-reading": page("<div>" * 5000),
    "html-larger-than-reading": page("<div><b><i>" * 20_000),
    "html-many-attributes": page("<p " + " ".join(f"a{n}=1" for n in range(50_000)) + ">"),
    "html-comment-without-end": page("<!--" + "-" * 500_000),
    "html-script-cut-short": page('<script type="application/ld+json">{"@type": "Dataset", "na'),
    "html-json-deep": page(script(DEEP)),
    "html-json-circle": page(
        script('{"@id": "#a", "@type": "Dataset", "name": "k", "hasPart": {"@id": "#a"}}')
    ),
    "html-context-inside": page(
        script('{"@context": "INNER/context", "@type": "Dataset", "name": "k"}')
    ),
    "html-javascript-links": page(
        script('{"@type": "Dataset", "name": "k", "url": "javascript:x", "sameAs": "data:,x"}')
    ),
    "redirect-inside": Case(
        type="ckan", body=b"", good=False, headers=("Location: INNER/secret",),
    ),
    "sdmx-laughs": Case(
        type="sdmx", body=(LAUGHS + "<Structure>&i;</Structure>").encode(), start="/dataflow/all",
        good=False,
    ),
    "dv-count-is-a-word": dataverse(total_count="veel"),
    "dv-count-that-grows": dataverse(total_count=10**9),
    "dv-start-that-lies": dataverse(total_count=10**9, start=-(10**300)),
    "dv-items-are-none": dataverse(items=[7, None, {"type": 7}, {"global_id": GOOD_DOI}]),
    "dv-names-that-lead-inside": dataverse(
        items=[{"global_id": x} for x in (GOOD_DOI, "INNER/x", "javascript:x", "x" * 50_000)]
    ),
    "dv-export-is-deep": dataverse(DEEP.encode()),
    "dv-export-is-null": dataverse(b"null"),
    "dv-export-is-another": dataverse(json.dumps(export("doi:10.1/ANDERS")).encode()),
    "dv-files-are-numbers": dataverse(
        json.dumps(export(BAD_DOI, files=[7, {"dataFile": 7}, {"dataFile": {"id": []}}])).encode()
    ),
    "dv-fifty-thousand-files": dataverse(
        json.dumps(
            export(BAD_DOI, files=[{"dataFile": {"id": n}} for n in range(50_000)])
        ).encode()
    ),
    "dv-numbers-of-nobody": dataverse(
        json.dumps(export(BAD_DOI)).replace('"id": 1', '"id": 1e999, "filesize": NaN').encode()
    ),
    "odata3-rows-are-numbers": odata3({"value": [7, None, row(), row(""), {"Identifier": 7}]}),
    "odata3-next-is-itself": odata3(
        {"value": [row()], "odata.nextLink": "Tables?$format=json"}
    ),
    "odata3-next-is-a-number": odata3({"value": [row()], "odata.nextLink": 7}),
    "odata3-next-link-inside": odata3({"value": [row()], "odata.nextLink": "INNER/next"}),
    "odata3-deep-title": odata3(
        json.dumps({"value": [row(), row("kwaad", Title="DIEP")]}).replace('"DIEP"', DEEP)
    ),
    "odata3-addresses-of-nowhere": odata3(
        {"value": [row(), row("kwaad", ApiUrl="javascript:x", FeedUrl="http://[::1")]}
    ),
    "odata3-atom-laughs": odata3(
        LAUGHS + '<feed xmlns="http://www.w3.org/2005/Atom"><title>&i;</title></feed>', good=False
    ),
    "odata3-themes-in-a-circle": odata3(
        {"value": [row()]},
        Themes={"value": [{"ID": n, "ParentID": (n + 1) % 900} for n in range(900)]},
        Tables_Themes={"value": [{"ThemeID": [], "TableIdentifier": {}}, 7]},
    ),
    "topics-that-lead-inside": topics(
        ("javascript:x", "data:text/html,x", "file:///etc/passwd", "INNER/x", "//127.0.0.1:1/x")
    ),
    "topics-by-the-thousand": topics((), "<p>" + "x <br>" * 9000),
    "topics-nested-deep": topics((), "<div>" * 5000 + "x"),
    "document-table-that-swells": topics(
        (), document="<table>" + "<tr><td rowspan=9999 colspan=9999>x" * 300 + "</table>"
    ),
    "odata-address-that-is-none": odata3({"value": [row(), row("kwaad", FeedUrl="http://[::1")]}),
    "topics-page-of-itself": topics(("?pagina=1", "?pagina=2", "?pagina=1&amp;x=1")),
    "document-deep": topics((), document="<div>" * 5000 + "x"),
    "document-of-many-words": topics((), document="<p>" + "per jaar en per kwartaal " * 20_000),
    "odata-next-link-inside": Case(
        type="odata4", start="/odata/v1/CBS/Datasets", good=False,
        body=b'{"value": [], "@odata.nextLink": "INNER/next"}',
    ),
}  # fmt: skip


class Ran(msgspec.Struct, frozen=True):
    """What one run over all cases did."""

    output: Path
    code: int
    said: str
    seconds: float
    megabytes: float
    inner: list[str]
    asked: int


def serve(web: Web, name: str, case: Case, inside: str) -> dict[str, Any]:
    """Put a case on the server; gives its `[sources.x]` entry."""
    path = case.start or "/api/3/action/package_search?rows=1000&start=0"
    headers = [h.replace("INNER", inside) for h in case.headers]
    status = "302 Found" if any(h.startswith("Location") for h in headers) else "200 OK"
    place = f"/{name}/o/documenten/data/2026/01/02/".encode()
    for where, body in {**case.more, path: case.given}.items():
        told = body.replace(b"INNER", inside.encode()).replace(b"PLACE", place)
        web.on(f"/{name}{where}", reply(told, *headers, status=status))
    options = dict(case.options)
    starts = [web.url(f"/{name}{x}") for x in (path, *options.pop("further", ()))]
    return {
        "type": case.type, "start": starts, "publisher": "Uitgever", "pace": 0.0,
        "robots": "api", **options,
    }  # fmt: skip


def toml(sources: dict[str, dict[str, Any]]) -> str:
    lines = ['base = "https://x.test/"\n', f'notify_url = "http://127.0.0.1:1/{SECRET}"\n']
    for name, options in sources.items():
        lines.append(f"[sources.{name}]\n")
        lines += [f"{key} = {json.dumps(value)}\n" for key, value in options.items()]
    return "".join(lines)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    """All cases as sources of one run of the command."""
    folder = tmp_path_factory.mktemp("hostile")
    with serving() as web, serving() as inner:
        inner.on("/secret", reply(SECRET.encode()))
        sources = {n: serve(web, n, c, inner.url().rstrip("/")) for n, c in CASES.items()}
        (folder / "dcat-harvest.toml").write_text(toml(sources))
        environment = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
        begun = time.monotonic()
        words = ["run", *CASES, "--output", "out", "--now", "2026-11-02T06:00:00Z"]
        log = folder / "log"
        with log.open("wb") as sink:
            process = subprocess.Popen(
                [sys.executable, "-c", CODE, *words, "--log-format", "json"], cwd=folder,
                stdout=sink, stderr=sink, env=environment,
            )  # fmt: skip
            _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begun
        said = log.read_text()
        log.unlink()
        code = os.waitstatus_to_exitcode(status)
        used = usage.ru_maxrss / 1024
        yield Ran(folder / "out", code, said, seconds, used, inner.paths(), len(web.asked))


def manifest(ran: Ran) -> dict[str, Any]:
    return dict(json.loads((ran.output / "current" / "manifest.json").read_text()))


def test_there_are_forty_cases_at_least() -> None:
    assert len(CASES) >= 40


def test_each_type_that_reads_the_web_has_cases() -> None:
    # `described` asks whether an address answers and reads nothing of it.
    assert kinds().keys() - {"described"} <= {case.type for case in CASES.values()}


def test_no_case_crashes_the_run(ran: Ran) -> None:
    assert ran.code == 3, ran.said[-3000:]
    assert "Traceback" not in ran.said
    assert manifest(ran)["sources"].keys() == CASES.keys()


def test_the_run_ends_in_time_and_in_its_memory(ran: Ran) -> None:
    assert ran.seconds < SECONDS
    assert ran.megabytes < MEGABYTES


def test_no_forbidden_address_was_asked(ran: Ran) -> None:
    assert ran.inner == []


def test_the_pages_asked_are_few(ran: Ran) -> None:
    assert ran.asked < 10 * len(CASES)


@pytest.mark.parametrize("name", CASES)
def test_what_is_good_in_a_hostile_source_is_published(ran: Ran, name: str) -> None:
    said = manifest(ran)["sources"][name]
    path = ran.output / "current" / "sources" / f"{name}.ttl"
    text = path.read_text() if path.is_file() else ""

    if CASES[name].good:
        assert (said["status"], GOOD in text) == ("ok", True), said
    else:
        assert (said["status"], bool(said["error"])) == ("failed", True), said


def test_no_script_or_data_link_is_published(ran: Ran) -> None:
    import re

    link = re.compile(
        rb"""(<|href=["']?|src=["']?)\s*(javascript|vbscript|data:text|file:)""", re.I
    )
    wrong = [
        path.relative_to(ran.output)
        for path in (ran.output / "current").resolve().rglob("*")
        if path.suffix in (".ttl", ".nt", ".rdf", ".html") and link.search(path.read_bytes())
    ]

    assert wrong == []


def test_no_markup_of_a_publisher_runs_in_our_pages(ran: Ran) -> None:
    pages = [p.read_text() for p in (ran.output / "current").resolve().rglob("*.html")]

    assert pages
    assert not any("<script>alert(" in text or "<img src=x" in text for text in pages)


def test_no_control_character_is_published(ran: Ran) -> None:
    import re

    text = (ran.output / "current" / "catalog.nt").read_text()

    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]|\\u000[0-8]|\\u001B", text)


def test_no_secret_is_in_logs_reports_or_archive(ran: Ran) -> None:
    assert SECRET not in ran.said
    for path in ran.output.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.stat().st_size < 50_000_000:
            data = path.read_bytes()
            if path.name.endswith(".warc.gz"):
                continue  # what a publisher writes in its own answer is evidence, not our secret
            assert SECRET.encode() not in data, path


def test_no_file_is_written_outside_the_output(ran: Ran) -> None:
    there = {p.name for p in ran.output.parent.iterdir()}

    assert there == {"out", "dcat-harvest.toml"}


def test_the_release_is_whole(ran: Ran) -> None:
    from dcat_harvest.publish import release

    current = release.current(ran.output)

    assert current is not None
    assert release.verify(current) == []
