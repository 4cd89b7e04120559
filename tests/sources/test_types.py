"""Types and configured sources: which are on, what a bad one is told, and how bad input ends."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from dcat_harvest import sources
from dcat_harvest.errors import FetchError, UsageError
from dcat_harvest.harvest import Harvested, harvest_one
from dcat_harvest.model import Capture, Dataset, Distribution, Page
from dcat_harvest.read.limits import MOST_FILES, bounded
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.sources import places

OAI = "https://oai.example.org/oai"
Answer = Callable[[str], tuple[str, str] | None]


class Made:
    """Answers pages by a function of their address; counts them."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.count = 0

    def fetch(self, page: Page, manifest: Manifest) -> Capture:
        self.count += 1
        found = self.answer(page.url)
        if found is None:
            raise FetchError(page.url, "status 404", status=404)
        kind, body = found
        return Capture(
            url=page.url,
            final_url=page.url,
            status=200,
            headers={"content-type": kind},
            body=body.encode(),
            time="2026-11-02T06:00:00Z",
            digest="sha1:X",
            page=page,
        )


def harvest(kind: str, start: str, answer: Answer, **options: Any) -> tuple[Harvested, Made]:
    given = {"type": kind, "start": start, "publisher": "P", **options}
    made = Made(answer)
    return harvest_one(sources.load(["x"], {"x": given})[0], made), made


def codes(found: Harvested) -> set[str]:
    return {f.code for f in found.findings}


def oai_list(number: int, token: str) -> str:
    return (
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords><record><header>'
        f"<identifier>oai:x:{number}</identifier><datestamp>2024-01-01</datestamp></header>"
        '<metadata><dc xmlns="http://purl.org/dc/elements/1.1/"><title>T</title></dc></metadata>'
        f"</record><resumptionToken>{token}</resumptionToken></ListRecords></OAI-PMH>"
    )


def turtle(page: int, following: str) -> str:
    return (
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> ."
        "@prefix hydra: <http://www.w3.org/ns/hydra/core#> ."
        f"<https://f.example.org/{page}> a dcat:Dataset ; dct:title 'T{page}' ."
        f"[] a hydra:PagedCollection ; hydra:next <{following}> ."
    )


def test_a_plain_run_takes_four_sources_and_all_takes_every_one() -> None:
    plain = [s.name for s in sources.load()]
    every = [s.name for s in sources.load(["all"])]

    assert plain == ["cbs-statline", "duo-ckan", "duo-pages", "inspectie"]
    assert set(every) == set(places.built_in())
    assert not set(places.kinds()) & set(every)


def test_a_source_that_is_off_goes_on_by_a_setting() -> None:
    on = [s.name for s in sources.load((), {"hackontrack": {"enabled": True}})]

    assert "hackontrack" in on


def test_a_configured_source_is_on_and_assumes_only_its_publisher() -> None:
    given = {"type": "ckan", "start": "https://a.example.org", "publisher": "https://o.org/De_Org"}
    names = [s.name for s in sources.load((), {"mijn": given})]
    manifest = sources.load(["mijn"], {"mijn": given})[0].manifest

    assert "mijn" in names
    assert list(manifest.stated_for_all) == ["publisher"]
    assert manifest.publisher.name == "De Org"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"type": "bestaat-niet"}, "no type 'bestaat-niet'"),
        ({}, "no type is given"),
        ({"type": "sdmx", "publisher": "P"}, "give it start"),
        ({"type": "sdmx", "start": "https://a.org"}, "give it publisher"),
        ({"type": "dcat", "start": "https://a.org", "publisher": "P", "robots": "no"}, "robots"),
        ({"manifest": "nergens/source.toml"}, "no manifest"),
    ],
)
def test_a_wrong_source_is_refused_with_what_to_do(given: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        sources.load(["x"], {"x": given})


def test_a_manifest_of_the_user_makes_a_source_without_code(tmp_path: Path) -> None:
    file = tmp_path / "source.toml"
    file.write_text(
        'name = "mijn"\ntype = "oai-pmh"\ntitle = "Mijn"\nstart = ["https://a.example.org/oai"]\n'
        'publisher = { name = "P" }\n[options]\nset = "een"\n',
        encoding="utf-8",
    )
    found = sources.load(["mijn"], {"mijn": {"manifest": str(file), "prefix": "oai_datacite"}})[0]
    page = next(iter(found.reader.start(found.manifest)))

    assert page.url.endswith("verb=ListRecords&metadataPrefix=oai_datacite&set=een")


def test_a_package_of_others_adds_sources_and_a_broken_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "andermans_bron"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "source.toml").write_text(
        'name = "andermans"\ntype = "ckan"\ntitle = "T"\nstart = ["https://a.example.org"]\n'
        'publisher = { name = "P" }\n',
        encoding="utf-8",
    )
    entry = msgspec.defstruct("Entry", [("name", str), ("value", str)])
    given = [entry("goed", "andermans_bron"), entry("fout", "bestaat_niet_echt")]
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(places, "entry_points", lambda group: given)
    for cached in (places.built_in, places.kinds, places.others):
        cached.cache_clear()
    try:
        found = sources.load(["andermans"])[0]
        problems = places.others()[1]
    finally:
        for cached in (places.built_in, places.kinds, places.others):
            cached.cache_clear()

    assert found.manifest.type == "ckan"
    assert len(problems) == 1
    assert "bestaat_niet_echt" in problems[0]


def test_the_same_resumption_token_again_ends_and_keeps_the_rest() -> None:
    found, made = harvest("oai-pmh", OAI, lambda url: ("text/xml", oai_list(1, "zelfde")))

    assert [d.key for d in found.datasets] == ["oai:x:1"]
    assert "paging-refused" in codes(found)
    assert made.count == 2


def test_a_resumption_token_that_grows_without_end_ends() -> None:
    def answer(url: str) -> tuple[str, str]:
        return "text/xml", oai_list(len(url), "a" * len(url))

    found, made = harvest("oai-pmh", OAI, answer)

    assert "paging-refused" in codes(found)
    assert made.count < 100


def test_new_tokens_without_end_stop_at_the_most_pages() -> None:
    def answer(url: str) -> tuple[str, str]:
        number = int(url.rpartition("t")[2]) + 1 if "resumptionToken" in url else 1
        return "text/xml", oai_list(number, f"t{number}")

    found, made = harvest("oai-pmh", OAI, answer, most_pages=7)

    assert len(found.datasets) == 7
    assert made.count == 7
    assert "paging-refused" in codes(found)


def test_a_feed_that_pages_in_a_circle_ends() -> None:
    def answer(url: str) -> tuple[str, str]:
        page = int(url[-1])
        return "text/turtle", turtle(page, f"https://f.example.org/feed?page={1 - page}")

    found, made = harvest("dcat", "https://f.example.org/feed?page=0", answer)

    assert len(found.datasets) == 2
    assert made.count == 2
    assert "paging-refused" in codes(found)


def test_a_sparql_endpoint_is_asked_until_an_answer_is_not_full() -> None:
    asked: list[str] = []

    def answer(url: str) -> tuple[str, str]:
        asked.append(url)
        first = 0 if "OFFSET%200" in url else 2
        lines = [
            f"<https://e.example.org/{n}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
            f" <http://www.w3.org/ns/dcat#Dataset> .\n"
            f"<https://e.example.org/{n}> <http://purl.org/dc/terms/title> 'T{n}' ."
            for n in range(first, first + (2 if first == 0 else 1))
        ]
        return "text/turtle", "\n".join(lines)

    found, _ = harvest("dcat", "https://e.example.org/sparql", answer, page_size=2)

    assert [d.title for d in found.datasets] == ["T0", "T1", "T2"]
    assert len(asked) == 2
    assert "CONSTRUCT" in asked[0]


def test_a_dataset_that_a_catalogue_only_names_is_fetched() -> None:
    def answer(url: str) -> tuple[str, str] | None:
        if url.endswith("/catalog"):
            return "text/turtle", (
                "@prefix dcat: <http://www.w3.org/ns/dcat#> . <https://f.example.org/catalog> a"
                " dcat:Catalog ; dcat:dataset <https://f.example.org/d#it>,"
                " <https://elders.example.net/d> ."
            )
        return "text/turtle", (
            "@prefix dcat: <http://www.w3.org/ns/dcat#> . <https://f.example.org/d#it> a"
            " dcat:Dataset ; <http://purl.org/dc/terms/title> 'Het'@nl ."
        )

    found, made = harvest("dcat", "https://f.example.org/catalog", answer)

    assert [d.title for d in found.datasets] == ["Het"]
    assert made.count == 2


def test_ten_thousand_files_of_one_dataset_are_bounded_and_reported() -> None:
    files = tuple(Distribution(access_url=f"https://a.example.org/{n}") for n in range(10_000))
    record, told = bounded(Dataset(source="x", key="k", distributions=files))

    assert len(record.distributions) == MOST_FILES
    assert [f.code for f in told] == ["too-many-distributions"]
    assert told[0].value == "10000"


def test_ten_thousand_files_in_a_feed_do_not_cost_the_other_datasets() -> None:
    many = " , ".join(f"<https://f.example.org/f{n}>" for n in range(3000))
    addresses = "\n".join(
        f"<https://f.example.org/f{n}> dcat:accessURL <https://f.example.org/f{n}.csv> ."
        for n in range(3000)
    )
    body = (
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
        f"<https://f.example.org/a> a dcat:Dataset ; dct:title 'A' ; dcat:distribution {many} .\n"
        f"<https://f.example.org/b> a dcat:Dataset ; dct:title 'B' .\n{addresses}"
    )
    found, _ = harvest("dcat", "https://f.example.org/feed", lambda url: ("text/turtle", body))

    assert [(d.title, len(d.distributions)) for d in found.datasets] == [
        ("A", MOST_FILES),
        ("B", 0),
    ]
    assert "too-many-distributions" in codes(found)


def test_a_sitemap_leads_to_pages_and_pages_without_a_dataset_are_ordinary() -> None:
    def answer(url: str) -> tuple[str, str] | None:
        if url.endswith("/sitemap.xml"):
            pages = "".join(
                f"<url><loc>https://s.example.org/{n}</loc></url>" for n in ("een", "twee")
            )
            return "application/xml", f"<urlset>{pages}</urlset>"
        if url.endswith("/een"):
            node = {"@context": "https://schema.org", "@type": "Dataset", "name": "Een"}
            script = f'<script type="application/ld+json">{json.dumps(node)}</script>'
            return "text/html", f"<!doctype html><html><head>{script}</head></html>"
        return "text/html", "<!doctype html><html><body><h1>Twee</h1></body></html>"

    found, _ = harvest("schema-org", "https://s.example.org/sitemap.xml", answer)

    assert [d.title for d in found.datasets] == ["Een"]
    assert not found.failed
    assert "page-changed" not in codes(found)


def test_a_portal_that_answers_the_page_of_another_fails_alone() -> None:
    html = ("text/html", "<!doctype html><html><body><h1>Even geduld</h1></body></html>")
    for kind in ("ckan", "odata3", "oai-pmh", "dataverse", "sdmx", "dcat", "schema-org"):
        found, _ = harvest(kind, "https://p.example.org/data", lambda url: html)

        assert found.failed, kind
        assert not found.datasets
        assert "page-changed" in codes(found)


def test_a_dataverse_search_leads_to_exports_and_lost_ones_are_told() -> None:
    def answer(url: str) -> tuple[str, str] | None:
        if "/api/search" in url:
            items = [{"type": "dataset", "global_id": f"doi:10.5072/a/{n}"} for n in (1, 2)]
            return "application/json", json.dumps(
                {"status": "OK", "data": {"total_count": 2, "start": 0, "items": items}}
            )
        if url.endswith("/1"):
            return "application/json", json.dumps(
                {
                    "protocol": "doi",
                    "authority": "10.5072",
                    "identifier": "a/1",
                    "datasetVersion": {
                        "metadataBlocks": {"c": {"fields": [{"typeName": "title", "value": "Een"}]}}
                    },
                }
            )
        return None

    found, _ = harvest("dataverse", "https://dv.example.org", answer)

    assert [(d.key, d.title) for d in found.datasets] == [("doi:10.5072/a/1", "Een")]
    assert "fetch-error" in codes(found)


def test_one_bad_statement_in_a_feed_does_not_cost_the_rest() -> None:
    body = (
        "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n"
        "@prefix dct: <http://purl.org/dc/terms/> .\n"
        "<https://f.example.org/a> a dcat:Dataset ; dct:title 'A' ; dcat:contactPoint _:c .\n"
        "<https://f.example.org/b> a dcat:Dataset ; dct:title B .\n"
        "_:c <http://www.w3.org/2006/vcard/ns#fn> 'Loket' .\n"
        "<https://f.example.org/d> a dcat:Dataset ; dct:title 'D' .\n"
    )
    found, _ = harvest("dcat", "https://f.example.org/feed", lambda url: ("text/turtle", body))

    titles = {d.title for d in found.datasets}
    assert {"A", "D"} <= titles
    assert next(d.contact.name for d in found.datasets if d.title == "A" and d.contact) == "Loket"
    assert "odd-value" in codes(found)


def test_json_ld_with_a_context_elsewhere_is_read_without_fetching_it() -> None:
    node = {
        "@context": "https://elders.example.net/dcat-ap.jsonld",
        "@id": "https://f.example.org/a",
        "@type": "Dataset",
        "title": {"nl": "Een"},
        "landingPage": "https://f.example.org/a.html",
    }
    found, made = harvest(
        "dcat", "https://f.example.org/feed", lambda url: ("application/ld+json", json.dumps(node))
    )

    assert [(d.title, d.landing_page) for d in found.datasets] == [
        ("Een", "https://f.example.org/a.html")
    ]
    assert made.count == 1


def test_the_same_feed_gives_the_same_records_each_time() -> None:
    body = (
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> ."
        "<https://f.example.org/a> a dcat:Dataset ; dct:title 'A' ; dcat:distribution"
        " [ dcat:accessURL <https://f.example.org/1> ] ,"
        " [ dcat:accessURL <https://f.example.org/2> ]"
        " , [ dcat:accessURL <https://f.example.org/3> ] ."
    )
    first, _ = harvest("dcat", "https://f.example.org/feed", lambda url: ("text/turtle", body))
    second, _ = harvest("dcat", "https://f.example.org/feed", lambda url: ("text/turtle", body))

    assert first.datasets == second.datasets
    assert len(first.datasets[0].distributions) == 3
