"""Delivery to the portal, against a stand-in that checks, refuses, stumbles and cuts."""

import contextlib
import json
import random
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jsonschema
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

import portal as stand_in
from dcat_harvest import targets
from dcat_harvest.deliver import Delivery, deliver, render, unsure_sources
from dcat_harvest.deliver.client import Account, Client
from dcat_harvest.deliver.journal import Journal
from dcat_harvest.deliver.payload import items
from dcat_harvest.deliver.reading import uri
from dcat_harvest.deliver.records import Plan
from dcat_harvest.deliver.release import deliver_release
from dcat_harvest.deliver.rules import is_uri, refusals
from dcat_harvest.errors import StoreError, UsageError
from dcat_harvest.graph import Graph
from portal import BREAKS, KEY, Portal, errors, faults

BASE = "https://x.test/"
ENV = {"DCAT_HARVEST_DELIVER_CLIENT_ID": "us", "DCAT_HARVEST_DELIVER_API_KEY": KEY}
HEAD = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix eu: <http://publications.europa.eu/resource/authority/> .
<https://x.test/duo> a foaf:Agent ; foaf:name "Dienst Uitvoering Onderwijs"@nl .
<https://x.test/contact> a vcard:Kind ; vcard:fn "Loket"@nl ; vcard:hasEmail <mailto:a@x.test> ;
  vcard:hasTelephone <tel:+31701234567> .
"""
ONE = """
<https://x.test/dataset/{source}/{n}> a dcat:Dataset ; dct:identifier "https://duo.test/{n}" ;
  dct:title "Gegevens {n}"@nl ; dct:description "Aantallen {n} {text}"@nl ;
  <http://purl.org/dc/terms/accessRights> <http://publications.europa.eu/resource/authority/access-right/PUBLIC> ;
  dcat:theme <http://publications.europa.eu/resource/authority/data-theme/EDUC> ;
  dct:publisher <https://x.test/duo> ; dct:creator <https://x.test/duo> ;
  dcat:contactPoint <https://x.test/contact> ; dcat:keyword "school"@nl ;
  dct:modified "2025-03-04"^^xsd:date ;
  dcat:distribution <https://x.test/dataset/{source}/{n}#f> .
<https://x.test/dataset/{source}/{n}#f> a dcat:Distribution ; dct:title "csv"@nl ;
  dcat:accessURL <https://duo.test/{n}.csv> ; dcat:downloadURL <https://duo.test/{n}.csv> ;
  dct:license <https://creativecommons.org/licenses/by/4.0/> ; dcat:byteSize "12"^^xsd:nonNegativeInteger .
"""  # noqa: E501 addresses


def catalogue(count: int, *, text: str = "", source: str = "duo", more: str = "") -> Graph:
    body = "".join(ONE.format(n=n, text=text, source=source) for n in range(count))
    return Graph.parse((HEAD + body + more).encode(), ox.RdfFormat.TURTLE)


def payload(turtle: str = "", *, edit: Callable[[str], str] = lambda t: t) -> Any:
    data = HEAD + edit(ONE.format(n=1, text="", source="duo")) + turtle
    graph = Graph.parse(data.encode(), ox.RdfFormat.TURTLE)
    (found,) = items(graph, base=BASE, target=targets.target("data-overheid-nl"))
    return found


GOOD = dict(payload().payload)


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def run(portal: Portal, tmp_path: Path) -> Callable[..., Delivery]:
    def go(graph: Graph, **options: Any) -> Delivery:
        settings = {"environment": ENV, "sleep": lambda _: None, "pace": 0.0, **options}
        path = tmp_path / "deliveries.jsonl"
        return deliver(graph, to=portal.url, base=BASE, journal=path, **settings)

    return go


def test_dry_run_sends_nothing_that_changes(portal: Portal, run: Callable[..., Delivery]) -> None:
    found = run(catalogue(3), dry_run=True)

    assert found.plan.counts() == {"create": 3}
    assert portal.sent("POST", "PUT", "DELETE") == []


def test_plan_without_an_account_is_possible_but_delivery_is_not(
    portal: Portal, run: Callable[..., Delivery]
) -> None:
    assert run(catalogue(1), dry_run=True, environment={}).plan.counts() == {"create": 1}
    with pytest.raises(UsageError, match="DCAT_HARVEST_DELIVER_CLIENT_ID"):
        run(catalogue(1), environment={})
    assert portal.requests == []


def test_create_change_unchanged_withdraw_and_back(
    portal: Portal, run: Callable[..., Delivery]
) -> None:
    assert run(catalogue(3)).plan.counts() == {"create": 3}
    assert {r["status"] for r in portal.datasets.values()} == {"PUBLISHED"}
    portal.requests.clear()

    assert run(catalogue(3)).plan.counts() == {"unchanged": 3}
    assert portal.sent("POST", "PUT", "DELETE") == []

    changed = Graph([*catalogue(3).lines[:-1], *catalogue(3, text="nieuw").lines])
    mixed = Graph(x for x in changed.lines if 'Aantallen 1 "' not in x and "[02] nieuw" not in x)
    mixed = Graph(x for x in mixed.lines if not re.search("Aantallen [02] nieuw", x))
    assert run(mixed).plan.counts() == {"change": 1, "unchanged": 2}
    assert len(portal.sent("PUT")) == 1

    fewer = run(catalogue(2, text=""))
    assert fewer.plan.counts() == {"change": 1, "unchanged": 1, "withdraw": 1}
    assert portal.by_identifier()["https://duo.test/2"]["status"] == "WITHDRAWN"

    assert run(catalogue(2)).plan.counts() == {"unchanged": 3}
    assert run(catalogue(3)).plan.counts() == {"change": 1, "unchanged": 2}
    assert portal.by_identifier()["https://duo.test/2"]["status"] == "PUBLISHED"


def test_drafts_stay_drafts_until_told_to_publish(
    portal: Portal, run: Callable[..., Delivery]
) -> None:
    run(catalogue(2), publish=False)
    assert {r["status"] for r in portal.datasets.values()} == {"DRAFT"}

    assert run(catalogue(2)).plan.counts() == {"publish": 2}
    assert {r["status"] for r in portal.datasets.values()} == {"PUBLISHED"}


def test_withdrawn_draft_is_deleted(portal: Portal, run: Callable[..., Delivery]) -> None:
    run(catalogue(2), publish=False)

    run(catalogue(1), publish=False)

    assert list(portal.by_identifier()) == ["https://duo.test/0"]
    assert portal.wrong_order == []


def test_nothing_is_withdrawn_of_a_source_in_doubt(
    portal: Portal, run: Callable[..., Delivery]
) -> None:
    run(catalogue(3))
    unsure = unsure_sources({"sources": {"duo": {"status": "shrunk"}, "x": {"status": "ok"}}})

    found = run(catalogue(1), unsure=unsure)

    assert found.plan.counts() == {"held": 2, "unchanged": 1}
    assert {r["status"] for r in portal.datasets.values()} == {"PUBLISHED"}
    assert [f.code for f in found.findings if f.code != "delivery-loses"] == ["delivery-held"] * 2


def test_records_that_others_made_are_never_withdrawn(
    portal: Portal, run: Callable[..., Delivery]
) -> None:
    portal.add(dict(payload().payload) | {"dctIdentifier": "https://hand.test/made"})

    found = run(catalogue(1))

    assert found.plan.counts() == {"create": 1}
    assert portal.by_identifier()["https://hand.test/made"]["status"] == "PUBLISHED"


def test_own_record_with_our_identifier_is_taken_over_and_not_doubled(
    portal: Portal, run: Callable[..., Delivery]
) -> None:
    portal.add(dict(payload().payload) | {"dctTitle": ["Oude titel"]})

    found = run(catalogue(2))

    assert found.plan.counts() == {"change": 1, "create": 1}
    assert len(portal.datasets) == 2


def test_lost_journal_does_not_double_anything(
    portal: Portal, run: Callable[..., Delivery], tmp_path: Path
) -> None:
    run(catalogue(3))
    (tmp_path / "deliveries.jsonl").unlink()

    assert run(catalogue(3)).plan.counts() == {"unchanged": 3}


def test_identifier_under_another_hand_is_reported_and_the_rest_goes_on(
    portal: Portal, run: Callable[..., Delivery]
) -> None:
    # A draft of others does not show in any listing: only the API's 409 tells.
    portal.add(dict(payload().payload), owner="others", status="DRAFT")

    found = run(catalogue(3))

    assert [d.outcome for d in found.done] == ["done", "already-there", "done"]
    assert found.exit_code == 0
    assert len(portal.datasets) == 3


@pytest.mark.parametrize("identifier", ["https://duo.test/1", "https://hand.test/other"])
def test_what_others_published_is_found_by_identifier_or_file_before_creating(
    portal: Portal, run: Callable[..., Delivery], identifier: str
) -> None:
    portal.add(dict(payload().payload) | {"dctIdentifier": identifier}, owner="others")

    found = run(catalogue(3))

    assert found.plan.counts() == {"already-there": 1, "create": 2}
    assert [d.outcome for d in found.done] == ["done", "done"]


def test_nothing_is_created_where_others_cannot_be_looked_up(
    portal: Portal, run: Callable[..., Delivery]
) -> None:
    portal.fault = lambda method, path: "500" if (method, path[-9:]) == ("GET", "/datasets") else ""

    found = run(catalogue(2))

    assert found.plan.counts() == {"held": 2}
    assert found.exit_code == 4
    assert portal.datasets == {}


def test_source_that_is_not_delivered_is_left_out(
    portal: Portal, run: Callable[..., Delivery]
) -> None:
    found = run(catalogue(2), left_out=["duo"])

    assert found.plan.counts() == {"left-out": 2}
    assert portal.sent("POST", "PUT", "DELETE") == []


def test_what_reconcile_found_elsewhere_is_not_created(
    portal: Portal, run: Callable[..., Delivery]
) -> None:
    found = run(catalogue(2), elsewhere={"https://x.test/dataset/duo/1": "portal row abc"})

    assert found.plan.counts() == {"already-there": 1, "create": 1}
    assert "portal row abc" in render(found)


def test_sources_that_the_portal_harvests_are_left_out_unless_asked_for(
    portal: Portal, run: Callable[..., Delivery]
) -> None:
    cbs = catalogue(2, source="cbs-statline")

    assert run(cbs, dry_run=True).plan.counts() == {"left-out": 2}
    assert run(cbs, dry_run=True, included=["cbs-statline"]).plan.counts() == {"create": 2}


def test_each_owner_has_an_account_of_its_own(portal: Portal, run: Callable[..., Delivery]) -> None:
    name = "DCAT_HARVEST_DELIVER_DIENST_UITVOERING_ONDERWIJS"
    own = {f"{name}_CLIENT_ID": "us", f"{name}_API_KEY": KEY}
    graph = catalogue(2, more='<https://x.test/o> a foaf:Agent ; foaf:name "Ander" .')
    other = Graph(
        x.replace("<https://x.test/duo>", "<https://x.test/o>") if "/duo/1>" in x else x
        for x in graph.lines
    )

    found = run(other, environment=own)

    assert found.plan.counts() == {"create": 1, "held": 1}
    assert list(portal.by_identifier()) == ["https://duo.test/0"]


def test_two_datasets_with_one_identifier_are_both_refused_and_the_rest_goes_on(
    portal: Portal, run: Callable[..., Delivery]
) -> None:
    lines = catalogue(3).lines
    graph = Graph(x.replace('"https://duo.test/1"', '"https://duo.test/0"') for x in lines)

    found = run(graph)

    assert found.plan.counts() == {"create": 1, "refused": 2}
    assert found.exit_code == 4
    codes = {p.code for s in found.plan.steps for p in s.problems}
    assert codes == {"DCAT_DATASET_ALREADY_EXISTS"}


def test_bad_identifier_and_long_description_are_refused_before_anything_is_sent(
    portal: Portal, run: Callable[..., Delivery]
) -> None:
    lines = [x.replace('"https://duo.test/1"', '"geen adres"') for x in catalogue(3).lines]
    graph = Graph(x.replace("Aantallen 2", "Aantallen 2" + "x" * 9000) for x in lines)

    found = run(graph)

    told = {s.iri[-1]: [(p.code, p.path) for p in s.problems] for s in found.plan.steps}
    assert told == {
        "0": [],
        "1": [("INVALID_URI", "dctIdentifier")],
        "2": [("INVALID_SIZE", "dctDescription[0]")],
    }
    assert portal.invalid == []
    assert len(portal.datasets) == 1
    assert found.exit_code == 4


def test_portal_that_answers_html_is_told_per_dataset_and_given_up(
    portal: Portal, run: Callable[..., Delivery]
) -> None:
    portal.fault = lambda method, path: "html" if method == "POST" and "auth" not in path else ""

    found = run(catalogue(15))

    assert [d.outcome for d in found.done] == ["failed"] * 10 + ["not-tried"] * 5
    assert "text/html" in found.done[0].why
    assert found.exit_code == 4
    portal.fault = lambda *_: ""
    assert run(catalogue(15)).exit_code == 0
    assert len(portal.by_identifier()) == 15


def test_token_that_expires_in_mid_run_is_renewed(
    portal: Portal, run: Callable[..., Delivery]
) -> None:
    count = 0

    def expire(_method: str, _path: str) -> str:
        nonlocal count
        count += 1
        if count % 7 == 0:
            portal.tokens.clear()
        return ""

    portal.fault = expire

    assert run(catalogue(20)).exit_code == 0
    assert len(portal.by_identifier()) == 20


def test_wrong_account_is_a_clear_error_without_the_key(
    portal: Portal, run: Callable[..., Delivery]
) -> None:
    wrong = {**ENV, "DCAT_HARVEST_DELIVER_API_KEY": "wrong-key"}

    with pytest.raises(StoreError) as caught:
        run(catalogue(1), environment=wrong)

    assert "refused the account" in str(caught.value)
    assert "wrong-key" not in str(caught.value)


def test_busy_portal_is_waited_for_as_long_as_it_asks(
    portal: Portal, run: Callable[..., Delivery]
) -> None:
    waits: list[float] = []
    answers = iter(["429", "429"])
    portal.fault = lambda method, path: (
        next(answers, "") if method == "POST" and path.endswith("/datasets") else ""
    )

    run(catalogue(1), sleep=waits.append)

    assert [w for w in waits if w] == [7.0, 7.0]


def test_pace_is_kept_between_requests(portal: Portal, run: Callable[..., Delivery]) -> None:
    waits: list[float] = []

    run(catalogue(4), sleep=waits.append, pace=0.25)

    assert waits == [0.25] * len(portal.requests)


def cut_after(
    requests: int, inject: Callable[[str, str], str]
) -> tuple[Callable[[str, str], str], Callable[[float], None]]:
    """Faults as injected, and after some requests a cut at the next wait."""
    left = requests

    def fault(method: str, path: str) -> str:
        nonlocal left
        left -= 1
        return inject(method, path) if left > 0 else ""

    def sleep(_: float) -> None:
        if left <= 0:
            raise KeyboardInterrupt

    return fault, sleep


@pytest.mark.parametrize("seed", [1, 2])
def test_500_datasets_through_20_cuts_and_many_faults_end_as_planned(
    portal: Portal, run: Callable[..., Delivery], seed: int
) -> None:
    """The process is cut after a random number of requests, and begins again each time."""
    graph = catalogue(500 if seed == 1 else 60)
    dice = random.Random(seed)
    wanted = {
        x.identifier: x.payload
        for x in items(graph, base=BASE, target=targets.target("data-overheid-nl"))
    }
    for cut in range(20):
        portal.fault, sleep = cut_after(dice.randrange(5, 45), faults(seed * 100 + cut, 0.08))
        with pytest.raises(KeyboardInterrupt):
            with contextlib.suppress(StoreError):
                run(graph, sleep=sleep)
            raise KeyboardInterrupt  # it got through, or gave up, before the cut
    portal.fault = faults(seed, 0.05, ("401", "429", "500", "cut-before", "cut-after"))
    run(graph)
    portal.fault = lambda *_: ""

    last = run(graph)

    stored = portal.by_identifier()
    assert {k: r["payload"] for k, r in stored.items()} == wanted
    assert {r["status"] for r in stored.values()} == {"PUBLISHED"}
    assert portal.invalid == []
    assert portal.wrong_order == []
    assert last.exit_code == 0
    assert run(graph).plan.counts() == {"unchanged": len(wanted)}


@pytest.mark.parametrize("kind", BREAKS)
def test_each_kind_of_fault_is_survived(
    portal: Portal, run: Callable[..., Delivery], kind: str
) -> None:
    portal.fault = faults(3, 0.3, (kind,))
    try:
        run(catalogue(12))
    except StoreError:
        assert kind in ("401", "403", "409", "html")
    portal.fault = lambda *_: ""

    found = run(catalogue(12))

    assert found.exit_code == 0
    assert len(portal.by_identifier()) == 12
    assert {r["status"] for r in portal.datasets.values()} == {"PUBLISHED"}


def test_no_secret_reaches_journal_findings_or_rendering(
    portal: Portal, run: Callable[..., Delivery], tmp_path: Path
) -> None:
    portal.fault = faults(5, 0.3, ("403", "500"))
    told = ""
    try:
        found = run(catalogue(10))
        told = render(found) + render(found, "json") + repr(found)
    except StoreError as problem:
        told = str(problem)

    journal = tmp_path / "deliveries.jsonl"
    told += journal.read_text() if journal.exists() else ""
    assert told
    assert KEY not in told
    assert not [t for t in portal.tokens if t in told]
    assert KEY not in repr(Account(client_id="us", api_key=KEY))


def test_journal_line_that_was_cut_short_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    good = '{"event":"done","portal":"p","identifier":"a","id":"1"}'
    path.write_text(f'{good}\n{{"event":"done","port')

    journal = Journal(path, "p")
    journal.write(next(iter(journal.known.values())))

    assert list(Journal(path, "p").known) == ["a"]
    assert path.read_text().splitlines()[-1].startswith('{"event":"done"')


def test_distributions_have_their_own_calls(portal: Portal) -> None:
    id = portal.add(dict(payload().payload))
    account = Account(client_id="us", api_key=KEY)
    client = Client(portal.url, account, pace=0, sleep=lambda _: None)

    file = client.add_distribution(id, {"dcatAccessUrl": "https://x.test/f"})
    client.replace_distribution(id, file, {"dcatAccessUrl": "https://x.test/g"})

    (stored,) = client.distributions(id)
    assert stored == {"id": file, "dcatDistribution": {"dcatAccessUrl": "https://x.test/g"}}
    client.remove_distribution(id, file)
    assert list(client.distributions(id)) == []


# The payload


def test_payload_holds_what_the_catalogue_says_and_names_what_it_cannot_carry() -> None:
    item = payload()

    assert item.payload["dctTitle"] == ["Gegevens 1"]
    assert item.payload["dctModified"] == "2025-03-04T00:00:00Z"
    assert item.payload["dcatDistribution"] == [
        {
            "dcatAccessUrl": "https://duo.test/1.csv",
            "dcatDownloadUrl": "https://duo.test/1.csv",
            "dctTitle": ["csv"],
        }
    ]
    assert {x.field for x in item.lost} == {
        "IRI of dct:publisher", "IRI of dct:creator", "vcard:hasTelephone",
        "dct:license of a distribution", "dcat:byteSize of a distribution",
    }  # fmt: skip
    assert errors(item.payload) == []


@pytest.mark.parametrize(
    ("stated", "sent", "lost"),
    [
        ('"2025"^^xsd:gYear', None, True),
        ('"2025-03"^^xsd:gYearMonth', None, True),
        ('"2025-03-04T10:00:00"^^xsd:dateTime', "2025-03-04T00:00:00Z", True),
        ('"2025-03-04T10:00:00+01:00"^^xsd:dateTime', "2025-03-04T10:00:00+01:00", False),
    ],
)
def test_dates_are_sent_only_as_precisely_as_they_are_known(
    stated: str, sent: str | None, lost: bool
) -> None:
    item = payload(edit=lambda t: t.replace('"2025-03-04"^^xsd:date', stated))

    assert item.payload.get("dctModified") == sent
    assert any("dct:modified" in x.field for x in item.lost) == lost


def test_other_themes_languages_and_identifiers_are_told_as_lost() -> None:
    more = """<https://x.test/dataset/duo/1> dcat:theme <https://x.test/theme> ;
      dct:title "Data 1"@en ; adms:identifier <https://x.test/i> .
      <https://x.test/i> skos:notation "abc-1" ."""
    item = payload(more)

    assert item.payload["dctTitle"] == ["Gegevens 1"]
    assert "admsIdentifier" not in item.payload
    assert {
        "dcat:theme outside the EU list",
        "dct:title in another language",
        "adms:identifier that is no address",
    } <= {x.field for x in item.lost}


@pytest.mark.parametrize(
    ("iri", "sent"),
    [
        ("https://x.test/a[1].csv", "https://x.test/a%5B1%5D.csv"),
        ("https://x.test/één", "https://x.test/%C3%A9%C3%A9n"),
        ("https://x.test/100%", "https://x.test/100%25"),
        ("https://x.test/a%20b?q=1#f", "https://x.test/a%20b?q=1#f"),
        ("geen adres", ""),
        ("zonder", ""),
    ],
)
def test_addresses_are_sent_as_uris(iri: str, sent: str) -> None:
    assert uri(iri) == sent
    assert is_uri(sent) == bool(sent)


@given(st.text(max_size=20), st.sampled_from(["dctIdentifier", "dctType", "admsStatus"]))
def test_any_text_that_the_stand_in_refuses_is_refused_before(text: str, field: str) -> None:
    broken = {**GOOD, field: text}

    if errors(broken):
        assert refusals(broken)


def test_community_is_not_promised() -> None:
    assert payload().community.startswith("not known")


# Rules: everything that the stand-in refuses, the plan refused before

RULES: list[tuple[str, Any, str]] = [
    ("dctIdentifier", None, "REQUIRED_FIELD"),
    ("dctIdentifier", "geen adres", "INVALID_URI"),
    ("dctTitle", None, "REQUIRED_FIELD"),
    ("dctTitle", [""], "REQUIRED_FIELD"),
    ("dctTitle", ["a", "b"], "INVALID_SIZE"),
    ("dctDescription", None, "REQUIRED_FIELD"),
    ("dctDescription", ["x" * 2001], "INVALID_SIZE"),
    ("dctDescription", ["a", "b"], "INVALID_SIZE"),
    ("dctAccessRights", None, "REQUIRED_FIELD"),
    ("dctAccessRights", "https://x.test/PUBLIC", "INVALID_PATTERN"),
    ("dcatTheme", None, "REQUIRED_FIELD"),
    ("dcatTheme", ["https://x.test/EDUC"], "INVALID_PATTERN"),
    ("dctPublisher", None, "REQUIRED_FIELD"),
    ("dctPublisher", {"foafName": []}, "REQUIRED_FIELD"),
    ("dctCreator", None, "REQUIRED_FIELD"),
    ("dctCreator", [{"foafName": ["a", "b"]}], "INVALID_SIZE"),
    ("dcatContactPoint", None, "REQUIRED_FIELD"),
    ("dcatContactPoint", {"vcardHasEmail": "mailto:a@x.test"}, "INVALID_CONTACT_POINT"),
    ("dcatContactPoint", {"vcardFn": "x", "vcardHasEmail": "geen adres"}, "INVALID_URI"),
    ("dcatKeyword", [""], "INVALID_FIELD_VALUE"),
    ("dcatKeyword", ["a", ""], "INVALID_FIELD_VALUE"),
    ("dctIssued", "2025", "INVALID_DATE"),
    ("dctIssued", "2025-02-30", "INVALID_DATE"),
    ("dctModified", "2025-01-01T10:00:00", "INVALID_DATE"),
    ("dctModified", "2025-01-01T25:00:00Z", "INVALID_DATE"),
    ("dcatTemporalResolution", "een jaar", "INVALID_DURATION"),
    ("dcatSpatialResolutionInMeters", "ver", "INVALID_NUMERIC_VALUE"),
    ("dctAccrualPeriodicity", "jaarlijks", "INVALID_URI"),
    ("dcatLandingPage", ["www.duo.nl zonder schema"], "INVALID_URI"),
    ("admsIdentifier", ["abc-1"], "INVALID_URI"),
    ("dctTemporal", [{"dcatStartDate": "2020"}], "INVALID_DATE"),
    ("dctTemporal", [{"dcatEndDate": "2020-13-01"}], "INVALID_DATE"),
    ("dctSpatial", [{"dctLocation": "Nederland"}], "INVALID_URI"),
    ("dcatDistribution", [{"dcatAccessUrl": "geen adres"}], "INVALID_URI"),
    ("dcatDistribution", [{"dctFormat": "CSV"}], "INVALID_URI"),
    ("dcatDistribution", [{"dctTitle": ["a", "b"]}], "INVALID_SIZE"),
    ("dcatDistribution", [{"dctTitle": [""]}], "INVALID_FIELD_VALUE"),
]


@pytest.mark.parametrize(("field", "value", "code"), RULES)
def test_each_rule_is_known_before_anything_is_sent(field: str, value: Any, code: str) -> None:
    broken = {**payload().payload, field: value}
    if value is None:
        del broken[field]

    found = refusals(broken)

    assert errors(broken), "the stand-in takes it: no rule of the API"
    assert found
    assert found[0].path.startswith(field)
    assert code in {p.code for p in found} or value == [""]


def test_good_payload_breaks_no_rule() -> None:
    assert refusals(payload().payload) == ()


@pytest.mark.world
def test_plan_refuses_what_the_official_description_refuses(shared: Path) -> None:
    check = official(shared)
    for field, value, _ in RULES:
        broken = {**payload().payload, field: value}
        if value is None:
            del broken[field]
        try:
            check("POST", "/api/v1/datasets", broken)
        except jsonschema.ValidationError:
            assert refusals(broken), f"{field}: {value!r} is refused by the API, not by the plan"


@pytest.mark.world
def test_every_request_is_valid_by_the_official_description(
    shared: Path, portal: Portal, run: Callable[..., Delivery]
) -> None:
    seen: list[str] = []
    check = official(shared)

    def note(method: str, url: str, body: Any) -> None:
        try:
            check(method, url, body)
        except jsonschema.ValidationError as problem:
            seen.append(f"{method} {url}: {problem.message}")

    portal.official = note
    run(catalogue(5), publish=False)
    run(catalogue(4, text="anders"))
    run(catalogue(3, text="anders"))

    assert seen == []
    assert {m for m, _ in portal.requests} >= {"GET", "POST", "PUT"}


def official(shared: Path) -> Callable[[str, str, Any], None]:
    """A check of one request by the API's own description."""
    path = shared / "data" / "portal" / "aanlever-api" / "openapi.json"
    described = json.loads(path.read_text(encoding="utf-8"))

    def validate(schema: Any, value: Any) -> None:
        whole = {**schema, "components": described["components"]}
        validator = jsonschema.Draft202012Validator(whole, format_checker=stand_in.CHECKER)
        validator.validate(value)

    def check(method: str, url: str, body: Any) -> None:
        parts = urlsplit(url)
        for template, operations in described["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[0-9a-f-]{36}", template), parts.path):
                operation = operations.get(method.lower())
                if operation:
                    break
        else:
            raise jsonschema.ValidationError(f"{method} {parts.path} is not described")
        known = {p["name"]: p["schema"] for p in operation.get("parameters", [])}
        for name, value in parse_qsl(parts.query):
            kind = known[name].get("type")
            typed: Any = int(value) if kind == "integer" else [value] if kind == "array" else value
            validate(known[name], typed)
        content = operation.get("requestBody", {}).get("content")
        if content:
            validate(content["application/json"]["schema"], body)

    return check


def test_release_is_delivered_with_what_its_manifest_and_the_portal_say(
    portal: Portal, tmp_path: Path
) -> None:
    release = tmp_path / "releases" / "r1"
    release.mkdir(parents=True)
    (release / "catalog.nt").write_bytes(catalogue(3).nt())
    state = {"base": BASE, "sources": {"duo": {"status": "stale"}}}
    (release / "manifest.json").write_text(json.dumps(state))
    (tmp_path / "current").symlink_to(release)

    found = deliver_release(
        tmp_path, to=portal.url, fetches=None, environment=ENV, pace=0, sleep=lambda _: None
    )

    assert found.exit_code == 0
    assert len(portal.by_identifier()) == 3
    assert (tmp_path / "deliveries" / "journal.jsonl").exists()


def test_plan_is_a_value_that_can_be_kept() -> None:
    assert Plan(steps=()).counts() == {}
