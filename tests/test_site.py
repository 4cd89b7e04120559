import gzip
import hashlib
import json
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from dcat_harvest.publish.site import search, words
from served import BASE, HOSTILE, LATER, SCRIPT, Client, dataset, good, odd, ran, serving

CHROMIUM = "/usr/bin/chromium"
AXE = "axe-core@4.10.2"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A second release: one dataset came, one changed, one went."""
    folder = tmp_path_factory.mktemp("site")
    ran(folder, [*good(30), *odd(), dataset("weg", title="Weg <i>ermee</i>")])
    ran(folder, [*good(31)[:-2], dataset("k029", title="Anders"), dataset("nieuw"), *odd()], LATER)
    return folder


@pytest.fixture(scope="module")
def site(output: Path) -> Path:
    return output / "current"


def page(site: Path, name: str) -> str:
    return (site / name).read_text(encoding="utf-8")


class Html(HTMLParser):
    """Links, ids, and the texts of elements."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.data: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append(tag)
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.links.append(value)
            if name == "id" and value:
                self.ids.append(value)

    def handle_data(self, data: str) -> None:
        if self._open:
            self.data.setdefault(self._open[-1], []).append(data)


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    sums = []
    for name in ("a", "b"):
        ran(tmp_path / name, [*good(3), *odd()])
        folder = tmp_path / name / "current"
        files = sorted(p for p in folder.resolve().rglob("*") if p.is_file())
        sums.append(
            {
                p.relative_to(folder.resolve()): hashlib.sha256(p.read_bytes()).digest()
                for p in files
            }
        )

    assert len(sums[0]) > 30
    assert sums[0] == sums[1]


def test_a_page_tells_what_a_dataset_is_and_where_each_value_comes_from(site: Path) -> None:
    text = page(site, "dataset/duo/k001.html")

    for wanted in ("k001 als csv", "1,6 MB", "CC BY 4.0", "jaarlijks", "2019 – 2024",
                   "Aantallen onder 5 zijn &lt;5.", "gelezen uit de tekst", "aangenomen",
                   "every file is open to anyone", "sha1:ABC", "https://p.test/k001.html",
                   "12:30 UTC", "k001.ttl", "k001.jsonld", "k001.rdf", "k001.nt",
                   "https://x.test/dataset/duo/k001", "Wat te doen", "What to do"):  # fmt: skip
        assert wanted in text, wanted
    assert (
        text.count('<li class="pass">')
        + text.count('<li class="partly">')
        + text.count('<li class="fail">')
        + text.count('<li class="unknown">')
        == 8
    )


def test_a_page_names_what_the_dataset_joins_with_and_on_which_columns(tmp_path: Path) -> None:
    columns = ("SCHOOLJAAR", "GEMEENTENUMMER", "AANTAL")
    ran(tmp_path, [
        dataset("a", title="Leerlingen vo", columns=columns),
        dataset("b%b", title="Vestigingen mbo <i>b</i>", columns=("GM_CODE",)),
        dataset("c", title="Examens vo", columns=("GEMEENTENUMMER",)),
        dataset("d", title="Scholen", columns=("BRIN NUMMER",)),
    ])  # fmt: skip

    text = page(tmp_path / "current", "dataset/duo/a.html")
    joins = text[text.index('id="joins"') : text.index('id="criteria"')]
    listed = joins[joins.index('<ul aria-labelledby="joins-with">') :]
    assert re.findall(r'href="(.*?)"><bdi>(.*?)</bdi>', listed) == [
        ("../../dataset/duo/c.html", "Examens vo"),
        ("../../dataset/duo/b%2525b.html", "Vestigingen mbo &lt;i&gt;b&lt;/i&gt;"),
    ]
    assert (tmp_path / "current/dataset/duo/b%25b.html").is_file()
    assert "<code>GEMEENTENUMMER</code> = <code>GM_CODE</code>" in listed
    for word in ("Bijvoorbeeld te koppelen met", "Joins with, for example"):
        assert word in joins
    shown = re.sub(r"<[^>]*>", " ", text)
    for said in (
        r"Periode\s+Period\s+2019 – 2024",
        r"Sector\s+voortgezet onderwijs \(vo\)\s+secondary education",
        r"Eenheid\s+Unit\s+leerling\s+pupil",
        r"Tijd per\s+Time per\s+schooljaar\s+school year",
    ):
        assert re.search(said, shown), said
    assert "joins-with" not in page(tmp_path / "current", "dataset/duo/d.html")


def test_hostile_texts_are_shown_and_never_run(site: Path) -> None:
    text = page(site, "dataset/duo/vijandig.html")
    script = (site / "assets" / "index.js").read_text(encoding="utf-8")

    assert SCRIPT not in text and "<img" not in text and "\u202e" not in text
    assert "&lt;script&gt;alert(1)" in text
    data = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert len(data) == 1
    assert json.loads(data[0])["name"] == words.plain(HOSTILE)
    assert json.loads(script.removeprefix("dcatIndex(").rstrip().removesuffix(");"))["rows"]


def test_a_title_without_end_is_cut_and_still_there(site: Path) -> None:
    text = page(site, "dataset/duo/lang.html")

    heading = re.search(r"<h1[^>]*>(.*?)</h1>", text)
    assert heading and len(heading[1]) < 250 and heading[1].endswith("…")
    assert "lang " * 1990 in text
    assert len(page(site, "index.html")) < 30_000


def test_every_link_within_the_site_leads_to_a_file(site: Path) -> None:
    missing = set()
    made_by_server = (".rdf", ".nt")
    for path in site.resolve().rglob("*.html"):
        if "quality" in path.parts:
            continue
        html = Html(path.read_text(encoding="utf-8"))
        for link in html.links:
            target = link.partition("?")[0].partition("#")[0]
            if not target or ":" in target or target.endswith(made_by_server):
                continue
            plain = target.replace("%25", "%")
            if not (path.parent / plain).is_file():
                missing.add((path.name, link))
        assert len(html.ids) == len(set(html.ids)), path

    assert missing == set()


def test_home_and_a_dataset_page_are_light(site: Path) -> None:
    parts = ("assets/site.css", "assets/site.js", "assets/icon.svg")
    for name, more in (("index.html", ("assets/search.js",)), ("dataset/duo/k001.html", ())):
        plain = sum((site / x).stat().st_size for x in (name, *parts, *more))
        packed = sum(len(gzip.compress((site / x).read_bytes())) for x in (name, *parts, *more))
        assert plain < 150_000 and packed < 30_000, name


def test_pages_load_nothing_from_elsewhere(site: Path) -> None:
    for path in [*site.resolve().glob("*.html"), site / "dataset/duo/k001.html",
                 *(site / "assets").iterdir()]:  # fmt: skip
        text = unescape(path.read_text(encoding="utf-8"))
        loaded = re.findall(
            r'(?:src|action)="([^"]*)"|<link rel="(?:stylesheet|icon)" href="([^"]*)"', text
        )
        assert not [x for pair in loaded for x in pair if "//" in x]
        if path.suffix == ".html":
            assert "default-src 'none'" in text and "unsafe" not in text
            assert not re.search(r"<[^>]* style=|<[^>]* on\w+=", text)
        if path.suffix in (".css", ".js"):
            assert "@import" not in text and "url(http" not in text


def test_search_engines_find_a_dataset_with_files_and_licence(site: Path) -> None:
    text = page(site, "dataset/duo/k001.html")
    found = json.loads(re.findall(r"ld\+json\">(.*?)</script>", text, re.DOTALL)[0])

    assert found["@type"] == "Dataset" and found["@id"] == f"{BASE}dataset/duo/k001"
    assert found["distribution"][0]["contentUrl"] == "https://p.test/k001.csv"
    assert found["distribution"][0]["encodingFormat"] == "text/csv"
    assert found["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert found["temporalCoverage"] == "2019-01-01/2024-12-31"
    assert found["isAccessibleForFree"] is True
    assert list(ox.parse(json.dumps({**found, "@context": {"@vocab": "https://schema.org/"}}),
                         format=ox.RdfFormat.JSON_LD))  # fmt: skip
    for name in ("og:title", "og:description", "og:url", 'rel="canonical"'):
        assert name in text


def test_the_sitemap_names_every_page(site: Path) -> None:
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    places = {x.text for x in ElementTree.parse(site / "sitemap.xml").iter(f"{space}loc")}
    pages = {
        BASE + p.relative_to(site.resolve()).as_posix().replace("%", "%25")
        for p in site.resolve().rglob("*.html")
        if "quality" not in p.parts
    }

    assert places == pages
    assert f"Sitemap: {BASE}sitemap.xml" in page(site, "robots.txt")


def test_changes_are_told_on_a_page_and_in_a_feed(site: Path) -> None:
    text = page(site, "changes.html")
    atom = "{http://www.w3.org/2005/Atom}"
    feed = ElementTree.parse(site / "changes.atom").getroot()
    titles = [str(x.findtext(f"{atom}title")) for x in feed.iter(f"{atom}entry")]
    ids = [x.findtext(f"{atom}id") for x in feed.iter(f"{atom}entry")]

    assert sorted(titles) == [
        "Gewijzigd: Anders",
        "Nieuw: Dataset nieuw",
        "Vervallen: Weg <i>ermee</i>",
    ]
    assert len(set(ids)) == 3 and feed.findtext(f"{atom}updated") == "2026-11-03T06:00:00Z"
    assert "Weg &lt;i&gt;ermee" in text and 'href="dataset/duo/nieuw.html"' in text
    assert 'href="dataset/duo/weg.html"' not in text


def test_the_log_of_changes_goes_on_from_release_to_release(tmp_path: Path) -> None:
    for count in (1, 2, 3):
        ran(tmp_path, good(count))

    steps = json.loads((tmp_path / "current" / "changes.json").read_bytes())
    assert [s["kinds"]["new"]["total"] for s in steps] == [1, 1]


def test_the_feed_gives_every_dataset_back_page_by_page_and_tells_what_went(
    site: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from dcat_harvest.publish import pages

    monkeypatch.setattr(pages, "FEED_PAGE", 4)
    ran(tmp_path, [*good(10), dataset("weg")])
    ran(tmp_path, good(10), LATER)
    hydra, dcat = "http://www.w3.org/ns/hydra/core#", "http://www.w3.org/ns/dcat#"
    kind = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    at, order, withdrawn = f"{BASE}feed/1.ttl", list[str](), 0
    seen: set[str] = set()
    while at:
        quads = list(ox.parse(path=str(tmp_path / "current" / at.removeprefix(BASE))))
        types = {
            q.subject.value
            for q in quads
            if q.predicate == kind and q.object == ox.NamedNode(f"{dcat}Dataset")
        }
        assert not types & seen
        seen |= types
        order += sorted(types)
        withdrawn += sum("Withdrawn" in str(q.object) for q in quads)
        of_page = {(q.predicate.value, q.object.value) for q in quads if q.subject.value == at}
        assert (kind.value, f"{hydra}PagedCollection") in of_page
        at = next((o for p, o in of_page if p == f"{hydra}next"), "")

    assert len(seen) == 10 and order == sorted(order)
    assert withdrawn == 1


def test_words_are_found_whatever_their_capitals_and_accents() -> None:
    assert search.words("Financiën, PO–VO 2019/2020 école") == {
        "financien", "po", "vo", "2019", "2020", "ecole"
    }  # fmt: skip
    assert search._packed([1, 3, 40, 1_000_000]) == "1,2,11,lfko"


def test_what_is_not_known_is_not_in_the_facets(site: Path) -> None:
    script = (site / "assets" / "index.js").read_text(encoding="utf-8")
    index = json.loads(script.removeprefix("dcatIndex(").rstrip().removesuffix(");"))
    names = [f["name"] for f in index["facets"]]

    assert names == ["publisher", "theme", "sector", "level", "format", "licence", "frequency",
                     "criterion"]  # fmt: skip
    bare = next(r for r in index["rows"] if r[0].endswith("/kaal"))
    assert bare[3][names.index("format")] == [] and bare[3][names.index("licence")] == []
    assert index["words"].split(" ") == sorted(index["words"].split(" "))
    assert len(index["words"].split(" ")) == len(index["posts"].split(" "))


# --- in a browser ---


@pytest.fixture(scope="module")
def client(output: Path) -> Iterator[Client]:
    with serving(output) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not Path(CHROMIUM).is_file():
        pytest.skip(f"no {CHROMIUM}: apt-get install chromium")
    with playwright.sync_playwright() as running:
        found = running.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


class Tab:
    """A page that remembers what went wrong on it, and what it asked for."""

    def __init__(self, browser: Any, root: str, **options: Any) -> None:
        self.context = browser.new_context(locale=options.pop("locale", "nl-NL"), **options)
        self.page = self.context.new_page()
        self.root = root
        self.wrong: list[str] = []
        self.asked: list[str] = []
        self.page.on(
            "console",
            lambda m: self.wrong.append(m.text) if m.type in ("error", "warning") else None,
        )
        self.page.on("pageerror", lambda e: self.wrong.append(str(e)))
        self.page.on("request", lambda r: self.asked.append(r.url))

    def open(self, path: str) -> Any:
        self.page.goto(self.root + path)
        return self.page


@pytest.fixture(params=["http", "file"])
def tab(request: pytest.FixtureRequest, browser: Any, client: Client, site: Path) -> Iterator[Tab]:
    root = f"http://127.0.0.1:{client.port}/" if request.param == "http" else f"file://{site}/"
    made = Tab(browser, root)
    yield made
    made.context.close()


@pytest.mark.browser
def test_searching_finds_and_facets_narrow(tab: Tab) -> None:
    p = tab.open("index.html")
    assert not any("index.js" in x for x in tab.asked)

    p.fill("#q", "schoolVERZUIM")
    p.press("#q", "Enter")
    p.wait_for_selector("#list li")
    assert p.text_content("#count") == "5 resultaten"
    assert "Schoolverzuim" in p.text_content("#list li a")
    p.fill("#q", "verzuim")
    p.click("button[type=submit]")
    assert p.text_content("#count") == "5 resultaten"
    p.fill("#q", "schoolverzuin")
    p.press("#q", "Enter")
    assert p.text_content("#count") == "5 resultaten"

    p.goto(tab.root + "index.html?frequency=ANNUAL")
    p.wait_for_selector("#list li")
    before = int(str(p.text_content("#count")).split()[0])
    p.click("summary:has-text('Formaat')")
    p.click("label:has-text('CSV') input")
    after = int(str(p.text_content("#count")).split()[0])
    assert after == before - 1 and "format=CSV" in p.url
    p.go_back()
    assert p.text_content("#count") == f"{before} resultaten"
    assert tab.wrong == []


@pytest.mark.browser
def test_a_hostile_query_is_only_text(tab: Tab) -> None:
    p = tab.open(
        "index.html?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&publisher=%22%3E%3Cscript%3E"
    )
    p.wait_for_function("document.getElementById('count').textContent.length > 3")
    p.fill("#q", "alert")
    p.press("#q", "Enter")
    p.wait_for_selector("#list li")

    assert p.locator("#list script, #list img").count() == 0
    assert "<script>alert(1)</script>" in p.text_content("#list li")
    assert tab.wrong == []


@pytest.mark.browser
def test_the_language_is_switched_and_remembered(tab: Tab) -> None:
    p = tab.open("dataset/duo/k001.html")
    assert p.is_visible("text=Bestanden en adressen")

    p.click("text=English")
    assert p.is_visible("text=Files and addresses") and p.get_attribute("html", "lang") == "en"
    assert not p.is_visible("text=Bestanden en adressen")
    p.reload()
    assert p.is_visible("text=Files and addresses")
    assert tab.wrong == []


@pytest.mark.browser
def test_a_query_runs_in_the_editor(browser: Any, client: Client) -> None:
    tab = Tab(browser, f"http://127.0.0.1:{client.port}/")
    p = tab.open("sparql")
    dutch = p.locator("#example option").first.text_content()
    p.click("text=English")
    english = p.locator("#example option").first.text_content()
    assert dutch.startswith("Wat de uitgevers") and english.startswith("What the publishers")
    p.fill("#query", "SELECT ?t { <https://x.test/dataset/duo/vijandig> dct:title ?t }")
    p.click("#run")
    p.wait_for_selector("#table td")
    assert "<script>alert(1)" in p.text_content("#table td")
    p.fill("#query", "SELECT nonsense {")
    p.press("#query", "Control+Enter")
    p.wait_for_selector("#text:not([hidden])")
    assert "400" in p.text_content("#said") and "line 1" in p.text_content("#text")
    wrong = [x for x in tab.wrong if "400" not in x]
    options = p.locator("#example option").count()
    p.goto(tab.root + "sparql?query=ASK%20%7B%20%3Fs%20a%20dcat%3ADataset%20%7D")
    p.wait_for_function("document.getElementById('said').textContent === 'true'")
    tab.context.close()

    assert wrong == []
    assert options > 5


@pytest.mark.browser
def test_forms_that_the_server_makes_are_shown_only_there(
    browser: Any, client: Client, site: Path
) -> None:
    served, opened = (
        Tab(browser, f"http://127.0.0.1:{client.port}/"),
        Tab(browser, f"file://{site}/"),
    )

    assert served.open("dataset/duo/k001").is_visible("text=RDF/XML")
    assert not opened.open("dataset/duo/k001.html").is_visible("text=RDF/XML")
    for tab in (served, opened):
        tab.context.close()


@pytest.mark.browser
def test_the_report_filters_under_the_policy_of_the_server(browser: Any, client: Client) -> None:
    tab = Tab(browser, f"http://127.0.0.1:{client.port}/")
    p = tab.open("quality/report.html")
    p.wait_for_selector("#rows tr")
    before = p.locator("#rows tr").count()
    p.fill("#q", "Adressen in het")
    p.wait_for_function("n => document.querySelectorAll('#rows tr').length < n", arg=before)
    texts = p.locator("#rows tr").all_text_contents()
    tab.context.close()

    assert texts and all("Adressen" in x for x in texts)
    assert tab.wrong == []


PAGES = (
    "index.html",
    "index.html?q=onderwijs",
    "dataset/duo/k001.html",
    "dataset/duo/vijandig.html",
    "publishers.html",
    "publisher/dienst-uitvoering-onderwijs.html",
    "changes.html",
    "sparql.html",
)


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm: axe-core cannot be had")
    folder = tmp_path_factory.mktemp("axe")
    done = subprocess.run(
        [npm, "pack", AXE, "--silent"], cwd=folder, capture_output=True, timeout=60, check=False
    )
    packed = next(folder.glob("*.tgz"), None)
    if done.returncode or packed is None:
        pytest.skip("the npm registry does not answer: axe-core cannot be had")
    with tarfile.open(packed) as archive:
        member = archive.extractfile("package/axe.min.js")
        assert member is not None
        return member.read().decode()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("scheme", "width", "locale"),
    [("light", 1200, "nl-NL"), ("dark", 360, "en-GB")],
)
def test_no_page_type_breaks_a_rule_of_accessibility(
    browser: Any, client: Client, axe: str, scheme: str, width: int, locale: str
) -> None:
    # The policy of the pages would keep the checker out; the other tests hold it.
    tab = Tab(browser, f"http://127.0.0.1:{client.port}/", color_scheme=scheme, bypass_csp=True,
              viewport={"width": width, "height": 800}, locale=locale)  # fmt: skip
    found = []
    for name in PAGES:
        p = tab.open(name)
        if "?" in name:
            p.wait_for_selector("#list li")
        p.evaluate(axe)
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
        result = p.evaluate("t => axe.run({runOnly: t})", tags)
        found += [(name, v["id"], v["nodes"][0]["html"][:200]) for v in result["violations"]]
        wide = p.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if wide > 0:
            found.append((name, "wider than the window", str(wide)))
    tab.context.close()

    assert found == []
