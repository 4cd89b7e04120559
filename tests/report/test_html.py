import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from dcat_harvest.report import ReportData, SourceStatus, render
from report import made


class Page(HTMLParser):
    """Every start tag with its attributes, and the text of each script and style."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, list[str]] = {"script": [], "style": []}
        self.open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open = tag
        if tag in self.inside:
            self.inside[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self.open = ""

    def handle_data(self, data: str) -> None:
        if self.open in self.inside:
            self.inside[self.open][-1] += data

    def data(self) -> Any:
        return json.loads(self.inside["script"][0])


@pytest.fixture(scope="module")
def hostile() -> Page:
    return Page(render("html", made.data(45, hostile=True)))


def test_others_markup_stays_text(hostile: Page) -> None:
    assert len(hostile.inside["script"]) == 2
    assert not [tag for tag, _ in hostile.tags if tag in {"img", "iframe", "object"}]
    titles = [row[1] for row in hostile.data()["datasets"]]
    assert any("</script><script>alert" in title for title in titles)
    assert max(map(len, titles)) <= 200
    assert not any(re.search("[\u202a-\u202e\u2066-\u2069\n\x00]", title) for title in titles)


def test_nothing_is_fetched_and_nothing_runs_but_our_script(hostile: Page) -> None:
    policy = next(a["content"] for t, a in hostile.tags if a.get("http-equiv"))
    assert policy
    assert "default-src 'none'" in policy
    for kind, text in (
        ("script", hostile.inside["script"][1]),
        ("style", hostile.inside["style"][0]),
    ):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    for tag, attributes in hostile.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert tag != "link"
        assert not attributes.get("src")


def test_the_page_holds_both_languages_and_shows_one() -> None:
    for lang in ("nl", "en"):
        page = Page(render("html", made.data(9), lang=lang))
        root = page.tags[0][1] if page.tags[0][0] == "html" else dict(page.tags[0][1])
        assert (root["lang"], root["data-lang"]) == (lang, lang)
        shown = [a["lang"] for t, a in page.tags if t == "span" and a.get("class") == "t"]
        assert shown.count("nl") == shown.count("en") > 100


def test_every_dataset_is_in_the_file_with_its_findings() -> None:
    data = made.data(60)
    rows = Page(render("html", data)).data()["datasets"]

    assert sorted(row[0] for row in rows) == sorted(score.dataset for score in data.scores)
    assert sum(len(row[-1]) for row in rows) == sum(bool(f.subject) for f in data.findings)


def test_the_first_report_says_that_there_is_no_history_yet() -> None:
    text = render("html", ReportData(sources={"duo": SourceStatus(status="failed")}))

    assert "Dit is de eerste uitgave" in text
    assert "mislukt, laatste goede stand behouden" in text
    assert "Er zijn geen bevindingen" in text


def test_pictures_have_text_alternatives() -> None:
    text = render("html", made.data(9))

    for svg in re.findall(r"<svg[^>]*>", text):
        assert 'aria-hidden="true"' in svg
    assert text.count('class="bar"') == text.count('</svg><span class="hidden">')
