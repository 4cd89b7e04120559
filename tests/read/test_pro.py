"""Pages of the platform of government sites: addresses, facts, terms, and pages that changed."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dcat_harvest.errors import HarvestError
from dcat_harvest.model import Agent, Capture, Dataset, Page, Part, Period
from dcat_harvest.read import pro, pro_facts
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.pro import Sheet, Terms
from dcat_harvest.read.things import Things
from dcat_harvest.sources.types.rijksoverheid import pages

SITE = "https://www.onderwijsinspectie.nl"
TOPICS = f"{SITE}/trends-en-ontwikkelingen/onderwijsdata"
MANIFEST = Manifest(
    name="inspectie",
    type="pages",
    title="Proef",
    start=(TOPICS,),
    publisher=Agent(name="Inspectie van het Onderwijs"),
)
TERMS = (Terms(words=("zonder verdere voorwaarden", "bronvermelding"), licence="https://x.org/l"),)


def capture(
    body: str, url: str = f"{SITE}/documenten/2025/08/04/x", kind: str = "document"
) -> Capture:
    return Capture(
        url=url,
        final_url=url,
        status=200,
        headers={"content-type": "text/html;charset=utf-8"},
        body=body.encode("utf-8", "replace"),
        time="2026-11-02T06:00:00Z",
        digest="sha1:A",
        page=Page(url=url, kind=kind),
    )


def sheet(body: str, title: str = "Proef") -> Sheet:
    page = f"<html><body><main><h1>{title}</h1>{body}</main></body></html>"
    return pro.sheet(capture(page), "inspectie", TERMS)[0]


@pytest.mark.parametrize(
    "path",
    [
        "/trends-en-ontwikkelingen/documenten/data-bestanden/2020/11/05/een-ding",
        "/onderwijssectoren/mbo/documenten/publicaties/2020/11/05/een-ding",
        "/documenten/data-bestanden/2020/11/05/een-ding/",
        "/documenten/2020/11/05/een-ding?x=1",
    ],
)
def test_both_generations_of_addresses_have_one_key(path: str) -> None:
    assert pro.document_key(SITE + path) == "2020-11-05/een-ding"


@pytest.mark.parametrize(
    "path",
    [
        "/documenten",
        "/documenten/2020/13/05/een-ding",
        "/documenten/2020/11/05/een-ding/bestand.ods",
        "/binaries/onderwijsinspectie/documenten/type/2020/11/05/een-ding/bestand.ods",
    ],
)
def test_other_addresses_have_no_key(path: str) -> None:
    assert pro.document_key(SITE + path) is None


@pytest.mark.parametrize(
    ("title", "start", "end"),
    [
        ("Proef 2019/2020", "2019-08-01", "2020-07-31"),
        ("Proef 2024-2025", "2024-08-01", "2025-07-31"),
        ("Proef 2019/2020, 2020/2021 en 2021/2022", "2019-08-01", "2022-07-31"),
    ],
)
def test_school_years_in_a_title_are_a_period(title: str, start: str, end: str) -> None:
    assert pro_facts.period(sheet("", title)) == Period(start=start, end=end, text=title)


@pytest.mark.parametrize("title", ["Proef", "Proef 2021-2022-2023", "Proef 2015-2018", "Jaar 2020"])
def test_no_period_is_guessed(title: str) -> None:
    assert pro_facts.period(sheet("", title)) is None


def test_a_period_in_the_text_comes_before_the_school_year_of_the_title() -> None:
    page = sheet("<p>Gemeld in de periode 1 mei 2019 tot en met 2 juni 2020.</p>", "A 2019/2020")

    found = pro_facts.period(page)

    assert found is not None
    assert (found.start, found.end) == ("2019-05-01", "2020-06-02")


def test_a_day_in_the_title_is_the_reference_date_and_no_period() -> None:
    page = sheet("", "Oordelen 1 augustus 2025")

    assert pro_facts.reference_date(page) == "2025-08-01"
    assert pro_facts.period(page) is None


@pytest.mark.parametrize(
    ("meta", "line", "expected"),
    [
        ("2020-11-05T00:00", "Databestand | 06-11-2020", "2020-11-05"),
        ("2020-11-05T10:30", "", "2020-11-05T10:30:00"),
        ("", "Databestand | 06-11-2020", "2020-11-06"),
        ("onzin", "", "2025-08-04"),
    ],
)
def test_a_date_of_issue_is_that_of_meta_line_or_address(
    meta: str, line: str, expected: str
) -> None:
    body = f'<html><head><meta name="DCTERMS.issued" content="{meta}"></head>'
    body += f"<body><main><h1>A</h1><p>{line}</p></main></body></html>"

    page, _ = pro.sheet(capture(body), "inspectie", ())

    assert pro_facts.issued(page, "2025-08-04/x") == expected


def test_terms_questions_and_caveats_are_taken_out_of_the_description() -> None:
    page = sheet(
        "<p>De bestanden worden u zonder verdere voorwaarden aangeboden, anders dan een verplichte "
        "bronvermelding. Veel succes.</p><p>Let op: dit jaar niet vergelijkbaar.</p>"
        "<p>Heeft u vragen? Stel ze aan het Klantcontact.</p><p>De beschrijving.</p>"
    )

    assert page.description == "Veel succes.\n\nDe beschrijving."
    assert page.rights is not None
    assert page.rights.endswith("bronvermelding.")
    assert page.licence == "https://x.org/l"
    assert page.desk == "Klantcontact"
    assert [note.kind for note in page.annotations] == ["caveat"]


@pytest.mark.parametrize("text", ["Bronvermelding is verplicht.", "Zonder verdere voorwaarden."])
def test_half_a_terms_sentence_is_no_licence(text: str) -> None:
    assert sheet(f"<p>{text}</p>").licence is None


@pytest.mark.parametrize(
    ("link", "title", "size"),
    [
        ("Download ‘Een bestand’", "Een bestand", ""),
        ("Een bestand (ods, 12 kB)", "Een bestand", "12kB"),
        ("Download", "a b.ods", ""),
        ("", "a b.ods", ""),
    ],
)
def test_a_file_has_the_title_of_its_link_or_its_name(link: str, title: str, size: str) -> None:
    page = sheet(f'<p><a href="/binaries/x/a+b.ods">{link}</a></p>')

    assert [(file.title, file.size) for file in page.files] == [(title, size)]


def test_the_line_under_a_link_states_its_size() -> None:
    page = sheet('<div><a href="/b/a.ods">A</a><p>ODS-bestand | 120 kB</p></div>')

    assert [file.size for file in page.files] == ["120 kB"]
    assert page.description is None


@pytest.mark.parametrize(
    ("names", "expected"),
    [(["a_v01.ods"], None), (["a_v02.ods", "b_v01.ods"], "v02"), (["verslag.ods"], None)],
)
def test_only_a_corrected_file_has_a_version(names: list[str], expected: str | None) -> None:
    page = sheet("".join(f'<p><a href="/b/{name}">x</a></p>' for name in names))

    assert pro_facts.version(page)[0] == expected


def test_terms_of_one_topic_do_not_reach_the_documents_of_another() -> None:
    terms = "<p>Zonder verdere voorwaarden, anders dan een verplichte bronvermelding.</p>"
    bodies = [
        (
            f"{TOPICS}/vrij",
            "topic",
            f'<h1>Vrij</h1>{terms}<a href="/documenten/2020/01/02/v">V</a>',
        ),
        (f"{TOPICS}/stil", "topic", '<h1>Stil</h1><a href="/documenten/2020/01/02/s">S</a>'),
        (f"{SITE}/documenten/2020/01/02/v", "document", "<h1>V</h1>"),
        (f"{SITE}/documenten/2020/01/02/s", "document", "<h1>S</h1>"),
    ]
    options = {"terms": [{"words": ["zonder verdere voorwaarden"], "licence": "https://x.org/l"}]}
    manifest = msgspec.structs.replace(MANIFEST, options=options)
    items = [x for url, kind, b in bodies for x in pages.read(capture(b, url, kind), manifest)]
    things = Things(
        datasets=[x for x in items if isinstance(x, Dataset)],
        parts=[x for x in items if isinstance(x, Part)],
    )

    joined = {x.key: x for x in pages.finish(things, manifest) if isinstance(x, Dataset)}

    assert joined["2020-01-02/v"].licence == "https://x.org/l"
    assert joined["2020-01-02/v"].origins["licence"].seen_at == f"{TOPICS}/vrij"
    assert joined["2020-01-02/s"].licence is None
    assert joined["2020-01-02/s"].in_series == "stil"


PIECES = [
    *("<h1>", "</h1>", "<h2>A.ods</h2>", "<p>", "</p>", "<ul><li>", "</ul>", "<table><tr><td>"),
    *(
        '<a href="/documenten/2020/01/02/x">',
        '<a href="/b/a_v02.ods">',
        "</a>",
        "<main>",
        "</main>",
    ),
    *(
        "Databestand | 31-02-2020",
        "Let op",
        "vragen",
        "in de periode 31 februari 2020",
        "2019/2020",
    ),
    *('<meta name="DCTERMS.issued" content="x">', "peildatum 99-99-2020", "(ods, 9 kB)"),
    *('<a href="?pagina=2">', '<a href="//[">', '<a href="javascript:x">', "<!--", "\x00", "ë"),
]
MARKUP = st.lists(st.sampled_from(PIECES), max_size=14)


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(MARKUP, st.sampled_from(["overview", "topic", "year", "document"]))
def test_any_markup_is_read_or_refused_by_name(pieces: list[str], kind: str) -> None:
    url = {"overview": TOPICS, "topic": f"{TOPICS}/a", "year": f"{TOPICS}/a/b"}.get(kind)
    given_page = capture("".join(pieces), url or f"{SITE}/documenten/2020/01/02/x", kind)

    try:
        items = list(pages.read(given_page, MANIFEST))
    except HarvestError:
        return
    datasets = [item for item in items if isinstance(item, Dataset)]
    parts = [item for item in items if isinstance(item, Part)]
    list(pages.finish(Things(datasets=datasets, parts=parts), MANIFEST))
    msgspec.json.encode(items)
