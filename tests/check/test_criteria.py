"""Each check of the criteria finds what it is for, and nothing where all is well."""

import re
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from dcat_harvest.check import checklist, criteria
from dcat_harvest.check.criteria import Judgement, judge
from dcat_harvest.check.probe import Probe
from dcat_harvest.findings import Finding, Severity
from dcat_harvest.graph import Graph
from dcat_harvest.model import Origin

CASES = Path(__file__).parent / "criteria"
NOW = "2026-11-02T06:00:00Z"
DATASET = "https://example.org/id/dataset"
FILE = "https://files.example.org/leerlingen.csv"
DEAD = "https://files.example.org/dood.csv"
PAGE = "https://files.example.org/pagina.csv"
JSON = "https://files.example.org/goed.json"


def probe(url: str, **values: Any) -> dict[str, Probe]:
    return {url: Probe(url=url, time=NOW, **values)}


def official(severity: Severity) -> list[Finding]:
    return [
        Finding(
            code="shacl",
            severity=severity,
            subject=DATASET,
            focus_node=DATASET,
            profile="dcat-ap-nl-3.0.0",
            profiles=("dcat-ap-nl-3.0.0",),
            path="http://purl.org/dc/terms/description",
            component="MinCount",
        )
    ]


ALIVE = probe(FILE, head=200, status=200, kind="csv")
GONE = probe(FILE, head=404, status=404)
DCAT, DCT = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
TYPED = f"<{DATASET}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{DCAT}Dataset> ."
EU_FILE = "http://publications.europa.eu/resource/authority/file-type/"
IANA = "https://www.iana.org/assignments/media-types/application/"
ASSUMED = Origin(kind="assumed", seen_at="https://example.org/over")
# What a check in code needs beside the graph: (where all is well, where it finds something).
WITH: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "c1-assumed": ({}, {"origins": {DATASET: {"access": ASSUMED}}}),
    "c3-assumed": ({}, {"origins": {DATASET: {"licence": ASSUMED}}}),
    "c1-reachable": ({"probes": ALIVE}, {"probes": GONE}),
    "c8-reachable": ({"probes": ALIVE}, {"probes": GONE}),
    "c1-some-dead": (
        {"probes": ALIVE | probe(DEAD, head=405, status=200)},
        {"probes": ALIVE | probe(DEAD, error="connection")},
    ),
    "c1-certificate": (
        {"probes": probe(FILE, head=200, status=200, certificate_end="2026-12-24T00:00:00+00:00")},
        {"probes": probe(FILE, certificate="expired")},
    ),
    "c1-certificate-ends": (
        {"probes": probe(FILE, head=200, status=200, certificate_end="2026-11-16T00:00:00+00:00")},
        {"probes": probe(FILE, head=200, status=200, certificate_end="2026-11-15T23:00:00+00:00")},
    ),
    "c1-head": ({"probes": ALIVE}, {"probes": probe(FILE, head=405, status=200)}),
    "c2-payment": ({"probes": ALIVE}, {"probes": probe(FILE, head=402, status=402)}),
    "c4-login": ({"probes": ALIVE}, {"probes": probe(FILE, head=403, status=403, login=True)}),
    "c5-content": ({"probes": ALIVE}, {"probes": probe(FILE, head=200, status=200, kind="html")}),
    "c5-some-content": (
        {"probes": probe(JSON, head=200, status=200, kind="json")},
        {
            "probes": probe(JSON, head=200, status=200, kind="json")
            | probe(PAGE, head=200, status=200, kind="html")
        },
    ),
    "c6-profile": (
        {"official": official(Severity.WARNING)},
        {"official": official(Severity.VIOLATION)},
    ),
    "c6-recommended": ({"official": []}, {"official": official(Severity.WARNING)}),
    "c6-unchecked": ({"official": []}, {"official": None}),
}


# Their evidence is the findings of the profile.
OF_THE_PROFILE = ("c6-profile", "c6-recommended", "c6-unchecked")


def judged(name: str, **values: Any) -> Judgement:
    data = (CASES / f"{name}.ttl").read_bytes()
    given = {"official": [], **values}
    return judge(Graph.parse(data, ox.RdfFormat.TURTLE), now=NOW, **given)


def codes(found: Judgement) -> set[str]:
    return {x.code for x in found.findings if x.subject == DATASET}


@pytest.mark.parametrize("name", checklist.checks())
def test_a_check_is_silent_where_all_is_well(name: str) -> None:
    assert name not in codes(judged(f"{name}-valid", **WITH.get(name, ({}, {}))[0]))


@pytest.mark.parametrize("name", checklist.checks())
def test_a_check_finds_what_it_is_for(name: str) -> None:
    check = checklist.checks()[name]

    found = judged(f"{name}-invalid", **WITH.get(name, ({}, {}))[1])

    (this,) = [x for x in found.findings if x.code == name and x.subject == DATASET]
    assert (this.criterion, this.severity) == (check.criterion, check.severity)
    assert this.profile == "criteria"
    assert this.shape == checklist.CHECK + name
    assert "{" not in this.message_nl + this.message_en + this.remedy_nl + this.remedy_en
    assert this.fault == ("source" if check.actor == "publisher" else "")
    assert this.count >= 1
    assert bool(this.component) is not check.by_code
    verdict = found.verdicts[DATASET][check.criterion]
    assert criteria.WORST[verdict] >= criteria.WORST[check.verdict]


@pytest.mark.parametrize("name", [x for x in checklist.checks() if x not in OF_THE_PROFILE])
def test_evidence_names_a_statement_that_is_there_or_the_property_that_is_not(name: str) -> None:
    found = judged(f"{name}-invalid", **WITH.get(name, ({}, {}))[1])

    (this,) = [x for x in found.findings if x.code == name and x.subject == DATASET]
    is_absence = this.component in ("MinCount", "QualifiedMinCount")
    if is_absence:
        assert re.fullmatch(rf"<{DATASET}> \S+ –", this.evidence)
    else:
        assert re.fullmatch(r"(\[\]|<\S+>) <\S+> .+ \.", this.evidence)
        assert this.value or this.component == "MaxCount"


def test_findings_are_of_every_dataset() -> None:
    dcat = "http://www.w3.org/ns/dcat#"
    kind = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
    graph = Graph(f"<urn:{x}> <{kind}> <{dcat}Dataset> ." for x in "ab")

    found = judge(graph, now=NOW)

    assert {x.subject for x in found.findings if x.code == "c1-public"} == {"urn:a", "urn:b"}
    assert set(found.verdicts) == {"urn:a", "urn:b"}


@pytest.mark.parametrize(("code", "verdict"), [("PUBLIC", "pass"), ("public", "fail")])
def test_codes_of_the_eu_are_written_as_they_are(code: str, verdict: str) -> None:
    right = f"http://publications.europa.eu/resource/authority/access-right/{code}"
    lines = [
        TYPED,
        f"<{DATASET}> <{DCT}accessRights> <{right}> .",
    ]

    assert judge(Graph(lines), now=NOW).verdicts[DATASET]["1"] == verdict


@pytest.mark.parametrize(
    ("format", "media", "fits"),
    [
        *(("JSON", "geo+json", True), ("XML", "atom+xml", True), ("CSV", "geo+json", False)),
        *(("JSON", "atom+xml", False), ("CSV", "octet-stream", True)),
    ],
)
def test_a_media_type_of_the_family_of_its_format_is_no_contradiction(
    format: str, media: str, fits: bool
) -> None:
    lines = [
        TYPED,
        f"<{DATASET}> <{DCAT}distribution> <urn:x> .",
        f"<urn:x> <{DCT}format> <{EU_FILE}{format}> .",
        f"<urn:x> <{DCAT}mediaType> <{IANA}{media}> .",
    ]

    assert ("c5-media-type" in codes(judge(Graph(lines), now=NOW))) is not fits


@pytest.mark.parametrize("tail", ["", "?v=1", "#blad.ods", "?x=y.ods"])
def test_the_ending_of_a_file_is_that_of_its_path(tail: str) -> None:
    lines = [
        TYPED,
        f"<{DATASET}> <{DCAT}distribution> <urn:x> .",
        f"<urn:x> <{DCT}format> <{EU_FILE}CSV> .",
        f"<urn:x> <{DCAT}downloadURL> <https://a.example.org/a.csv{tail}> .",
    ]

    assert "c5-name" not in codes(judge(Graph(lines), now=NOW))


@pytest.mark.parametrize("status", ["DISCONT", "WITHDRAWN"])
def test_what_is_no_longer_kept_up_cannot_be_stale(status: str) -> None:
    eu, adms = "http://publications.europa.eu/resource/authority/", "http://www.w3.org/ns/adms#"
    old = [
        TYPED,
        f"<{DATASET}> <{DCT}accrualPeriodicity> <{eu}frequency/ANNUAL> .",
        f'<{DATASET}> <{DCT}modified> "2020-01-01" .',
    ]
    ended = [*old, f"<{DATASET}> <{adms}status> <{eu}dataset-status/{status}> ."]

    assert "c7-stale" in codes(judge(Graph(old), now=NOW))
    assert "c7-stale" not in codes(judge(Graph(ended), now=NOW))


def test_a_violation_of_the_profile_is_told_with_its_place() -> None:
    found = judged("c6-profile-invalid", official=official(Severity.VIOLATION))

    (this,) = [x for x in found.findings if x.code == "c6-profile"]
    assert this.value == "MinCount http://purl.org/dc/terms/description"


def test_every_case_belongs_to_a_check() -> None:
    names = {f"{x}-{kind}" for x in checklist.checks() for kind in ("valid", "invalid")}

    assert {x.stem for x in CASES.glob("*.ttl")} == names


def test_every_check_in_code_has_code_and_no_other() -> None:
    assert set(criteria.CODE) == {x.name for x in checklist.checks().values() if x.by_code}


def test_a_dataset_without_distribution_fails_all_but_the_unknown_price() -> None:
    found = judged("c1-public-valid").verdicts[DATASET]

    assert {x: found[x] for x in "23457"} == {
        "2": "unknown",
        "3": "fail",
        "4": "fail",
        "5": "fail",
        "7": "fail",
    }


def test_an_odata_address_without_a_format_is_json() -> None:
    assert judged("c7-bulk-invalid").verdicts[DATASET]["5"] == "pass"


def test_a_zip_whose_content_nobody_states_is_unknown() -> None:
    assert judged("c5-zip-invalid").verdicts[DATASET]["5"] == "unknown"


def test_severity_and_verdict_of_a_check_agree() -> None:
    expected = {"fail": "violation", "partly": "warning", "unknown": "info", "pass": "info"}

    for check in checklist.checks().values():
        assert check.severity == expected[check.verdict], check.name


def test_evidence_is_the_statement_or_its_absence() -> None:
    (present,) = (x for x in judged("c3-closed-invalid").findings if x.code == "c3-closed")
    (absent,) = (x for x in judged("c3-licence-invalid").findings if x.code == "c3-licence")

    assert present.evidence == (
        "<https://example.org/id/bestand-1> <http://purl.org/dc/terms/license> "
        "<https://creativecommons.org/licenses/by-nc/4.0/> ."
    )
    assert absent.evidence == f"<{DATASET}> dcat:distribution/dct:license –"


def test_a_dataset_that_is_no_iri_is_judged_too() -> None:
    data = b"[] a <http://www.w3.org/ns/dcat#Dataset> ."

    found = judge(Graph.parse(data, ox.RdfFormat.TURTLE), now=NOW)

    (verdicts,) = found.verdicts.values()
    assert verdicts["6"] == "unknown"
    assert verdicts["8"] == "fail"


def test_a_note_that_is_marked_as_suppression_counts_whatever_its_words() -> None:
    def_ = "https://w3id.org/dcat-harvest/def#"
    lines = [
        f"<{DATASET}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
        "<http://www.w3.org/ns/dcat#Dataset> .",
        f"<{DATASET}> <http://www.w3.org/ns/dqv#hasQualityAnnotation> <urn:note> .",
        '<urn:note> <http://www.w3.org/ns/oa#bodyValue> ". : het cijfer is geheim"@nl .',
        f"<urn:note> <{def_}annotationKind> <{def_}suppression> .",
    ]

    assert "c7-suppression" in codes(judge(Graph(lines), now=NOW))


def test_a_page_as_access_address_beside_a_download_breaks_no_promise() -> None:
    page = "https://files.example.org/over"
    dcat = "http://www.w3.org/ns/dcat#"
    lines = [
        f"<{DATASET}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{dcat}Dataset> .",
        f"<{DATASET}> <{dcat}distribution> <urn:x> .",
        f"<urn:x> <{dcat}accessURL> <{page}> .",
        f"<urn:x> <{dcat}downloadURL> <{FILE}> .",
        "<urn:x> <http://purl.org/dc/terms/format> "
        "<http://publications.europa.eu/resource/authority/file-type/CSV> .",
    ]
    probes = ALIVE | probe(page, head=200, status=200, kind="html")

    found = codes(judge(Graph(lines), now=NOW, probes=probes))

    assert not found & {"c5-content", "c5-some-content"}


def licensed(licence: str) -> dict[str, Any]:
    dcat = "http://www.w3.org/ns/dcat#"
    lines = [
        f"<{DATASET}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{dcat}Dataset> .",
        f"<{DATASET}> <{dcat}distribution> <urn:x> .",
        f"<urn:x> <http://purl.org/dc/terms/license> <{licence}> .",
    ]
    return dict(judge(Graph(lines), now=NOW).verdicts[DATASET])


CC = "creativecommons.org"
EU = "http://publications.europa.eu/resource/authority/licence/"
GEONOVUM = "https://definities.geostandaarden.nl/dcat-ap-nl/id/waardelijst/licenties/"
OWMS = "http://standaarden.overheid.nl/owms/terms/"


@pytest.mark.parametrize(
    ("licence", "free", "rights"),
    [
        (f"https://{CC}/publicdomain/zero/1.0/", "pass", "pass"),
        (f"http://{CC}/publicdomain/zero/1.0/deed.nl", "pass", "pass"),
        (f"https://{CC}/publicdomain/mark/1.0/", "pass", "pass"),
        (f"https://{CC}/licenses/by/4.0/legalcode.nl", "pass", "pass"),
        (f"https://www.{CC}/licenses/by/3.0/nl/", "pass", "pass"),
        *((f"{EU}CC0", "pass", "pass"), (f"{EU}CC_BY_4_0", "pass", "pass")),
        *((f"{GEONOVUM}cc0", "pass", "pass"), (f"{GEONOVUM}naamsvermelding40", "pass", "pass")),
        ("http://www.opendefinition.org/licenses/cc-by", "pass", "pass"),
        (f"https://{CC}/licenses/by-sa/4.0/", "pass", "partly"),
        (f"{EU}CC_BYSA_4_0", "pass", "partly"),
        (f"{GEONOVUM}naamsvermelding_gelijkdelen40", "pass", "partly"),
        (f"https://{CC}/licenses/by-nc/4.0/", "pass", "fail"),
        (f"https://{CC}/licenses/by-nc-sa/4.0/deed.nl", "pass", "fail"),
        (f"https://{CC}/licenses/by-nd/4.0/", "pass", "fail"),
        (f"{EU}CC_BYNCND_4_0", "pass", "fail"),
        (f"{GEONOVUM}naamsvermelding_niet_commercieel40", "pass", "fail"),
        (f"{GEONOVUM}naamsvermelding_geen_afgeleide_werken40", "pass", "fail"),
        (f"{GEONOVUM}niet_open", "unknown", "fail"),
        (f"{OWMS}geslotenlicentie", "unknown", "fail"),
        (f"{OWMS}licentieonbekend", "unknown", "fail"),
        ("https://doi.org/10.17026/fp39-0x58", "unknown", "fail"),
        ("https://example.org/gebruiksvoorwaarden", "unknown", "unknown"),
    ],
)
def test_a_licence_in_any_space_of_addresses_is_judged(
    licence: str, free: str, rights: str
) -> None:
    found = licensed(licence)

    assert (found["2"], found["3"]) == (free, rights)


@pytest.mark.parametrize(
    ("description", "verdict"),
    [
        ("Gegevens van scholen. Een API-key is op te vragen; de API-sleutel is verplicht.", "fail"),
        ("Gegevens van scholen. Er is geen API-key nodig.", "pass"),
        ("Scholen zijn verplicht tot registratie van leerlingen.", "pass"),
    ],
)
def test_a_description_that_asks_for_a_key_fails_where_there_is_no_file(
    description: str, verdict: str
) -> None:
    dcat = "http://www.w3.org/ns/dcat#"
    lines = [
        f"<{DATASET}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{dcat}Dataset> .",
        f'<{DATASET}> <http://purl.org/dc/terms/description> "{description}"@nl .',
        f"<{DATASET}> <{dcat}distribution> <urn:x> .",
        f"<urn:x> <{dcat}accessURL> <https://api.example.org/> .",
    ]

    assert judge(Graph(lines), now=NOW).verdicts[DATASET]["4"] == verdict
