"""The register: entries by hand, their mistakes with file and line, and what becomes of them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dcat_harvest import register, resources
from dcat_harvest.errors import FetchError, UsageError
from dcat_harvest.harvest import harvest_one
from dcat_harvest.model import Capture, CaptureRef, Dataset, Page
from dcat_harvest.read.described import FACETS, access, description, record
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.register import Entry, parse
from dcat_harvest.run import run
from dcat_harvest.settings import Settings
from dcat_harvest.sources import load

NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)
HEAD = """[defaults]
publisher = "Voorbeeldfonds"
access_by = "de lijst"
how = "Vraag het."
why = "er is geen interface."
checked = 2026-11-02
"""
ENTRY = """
[[entry]]
id = "verzuim"
kind = "dashboard"
title = "Verzuim"
access = "open"
"""


class NoNetwork:
    """Answers nothing."""

    def fetch(self, page: Page, manifest: Manifest) -> Capture:
        raise FetchError(page.url, "no network in this test")


def _only(text: str) -> Entry:
    found, wrong = parse(text, "a.toml")
    assert not wrong, wrong
    return found[0].entry


def _wrong(text: str) -> list[str]:
    return [str(problem) for problem in parse(text, "a.toml")[1]]


def test_our_own_register_loads_and_its_ids_are_unique() -> None:
    entries = register.load()

    assert len(entries) > 100
    assert len({e.id for e in entries}) == len(entries)


def test_no_row_of_an_inventory_is_described_twice() -> None:
    rows = [row for e in register.load() for row in e.covers]

    assert len(rows) == len(set(rows))


def test_nothing_closed_has_a_licence_and_nothing_at_all_an_unknown_one() -> None:
    for entry in register.load():
        assert not entry.licence
        assert all(not file.licence for file in entry.file)


def test_defaults_of_a_file_hold_unless_the_entry_says_otherwise() -> None:
    entry = _only(HEAD + ENTRY + 'how = "Kijk zelf."\n')

    assert entry.publisher == "Voorbeeldfonds"
    assert entry.how == "Kijk zelf."


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ('sector = "po"', "array"),
        ('link = "example.org"', "no web address"),
        ('colour = "red"', "colour"),
        ('rights = "restricted"', "open things are public"),
        ('period = ["2024-02-01", "2023-01-01"]', "only a dataset"),
        ('checked_at = "hearsay"', "hearsay' - at `$.checked_at`; one of list, place"),
        ('how = " "', "how is empty"),
    ],
)
def test_a_bad_value_is_told_with_file_and_line(line: str, word: str) -> None:
    other = ENTRY.replace("verzuim", "werk")

    (problem,) = _wrong(HEAD + other + ENTRY + "# a comment\n" + line + "\n" + other[:-1])[:1]

    assert problem.startswith("a.toml:20: ")
    assert word in problem


def test_a_missing_value_is_told_at_the_line_of_its_entry() -> None:
    (problem,) = _wrong(HEAD + ENTRY.replace('access = "open"\n', ""))

    assert problem.startswith("a.toml:8: verzuim: ")
    assert "access" in problem


def test_one_bad_entry_does_not_take_the_others_with_it() -> None:
    found, wrong = parse(HEAD + ENTRY + ENTRY.replace("verzuim", "Ver Zuim"), "a.toml")

    assert [one.entry.id for one in found] == ["verzuim"]
    assert len(wrong) == 1


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("[[entry]]\nid = 'x\n", "a.toml:2"),
        ("[[entry]]\nid = 'x'\ntitle = [\n", "a.toml:3"),
        ("[entry]\nid = 'x'\n", "a.toml:1"),
        ("[[entries]]\nid = 'x'\n", "a.toml:1"),
        ("\x00", "a.toml:1"),
    ],
)
def test_what_is_no_register_file_is_told_with_its_line(text: str, at: str) -> None:
    (problem, *_) = _wrong(text)

    assert problem.startswith(at)


def test_what_is_closed_cannot_have_a_licence() -> None:
    closed = ENTRY.replace('"open"', '"gesloten"') + 'licence = "cc-by"\n'

    (problem,) = _wrong(HEAD + closed)

    assert "niet open" in problem
    assert problem.startswith("a.toml:13:")


def test_an_id_that_is_taken_in_another_file_is_told_with_both_places(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(HEAD + ENTRY, encoding="utf-8")

    with pytest.raises(UsageError, match=r"b\.toml:8: verzuim: .*a\.toml:8"):
        register.load(tmp_path)


def test_bytes_that_are_no_utf8_are_told_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(HEAD.encode() + b"# caf\xe9\n")

    with pytest.raises(UsageError, match=r"a\.toml:7: this is not UTF-8"):
        register.load(tmp_path)


@pytest.mark.parametrize(
    ("claim", "rights", "word"),
    [
        ("open", "", "public"),
        ("gesloten", "", "non-public"),
        ("gesloten", "restricted", "restricted"),
        ("gemengd", "", "restricted"),
    ],
)
def test_access_follows_the_claim(claim: str, rights: str, word: str) -> None:
    more = f'rights = "{rights}"\n' if rights else ""

    entry = _only(HEAD + ENTRY.replace('"open"', f'"{claim}"') + more)

    assert access(entry) == word
    assert f"{claim}, volgens de lijst" in description(entry)


def test_only_a_dataset_becomes_a_dataset(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(
        HEAD
        + ENTRY
        + ENTRY.replace("verzuim", "cijfers").replace("dashboard", "dataset")
        + ENTRY.replace("verzuim", "stuk").replace("dashboard", "holding"),
        encoding="utf-8",
    )
    (source,) = load(["register"], {"register": {"start": f"register:{tmp_path}"}})

    made = harvest_one(source, register.Local(NoNetwork(), "2026-11-02T06:00:00Z"))

    kinds = {d.key: (d.kind, d.resource_type) for d in made.datasets}
    assert not made.failed
    assert kinds == {
        "cijfers": ("dataset", None),
        "stuk": ("resource", f"{FACETS}type/holding"),
        "verzuim": ("resource", f"{FACETS}type/dashboard"),
    }


def test_a_plain_run_leaves_the_register_out() -> None:
    assert "register" not in [source.name for source in load()]


def test_a_folder_that_is_not_there_fails_the_source_and_no_other(tmp_path: Path) -> None:
    (source,) = load(["register"], {"register": {"start": f"register:{tmp_path / 'none'}"}})

    made = harvest_one(source, register.Local(NoNetwork(), "2026-11-02T06:00:00Z"))

    assert "none" in made.failed


def test_other_sources_cannot_read_the_disk_through_the_register() -> None:
    (source,) = load(["duo-ckan"])
    page = Page(url="register:/etc/passwd", kind="package")

    with pytest.raises(FetchError, match="no network"):
        register.Local(NoNetwork(), "2026-11-02T06:00:00Z").fetch(page, source.manifest)


def test_the_site_shows_resources_and_feed_and_scores_leave_them_out(tmp_path: Path) -> None:
    (source,) = load(["register"])
    fetches = register.Local(NoNetwork(), "2026-11-02T06:00:00Z")

    made = run([source], fetches, tmp_path, Settings(base="https://catalog.test/"), NOW)

    feed = "".join(p.read_text("utf-8") for p in (made.release / "feed").glob("*.ttl"))
    datasets = [d for d in _records() if d.kind == "dataset"]
    assert (made.release / "dataset/register/bron-basisregister-onderwijs.html").is_file()
    assert "dcat:Resource" not in feed
    assert feed.count("a dcat:Dataset ") == len(datasets) == len(made.data.scores)
    assert made.data.sources["register"].datasets == len(datasets)
    catalog = (made.release / "catalog.nt").read_text("utf-8")
    assert catalog.count("<http://www.w3.org/ns/dcat#resource>") == len(_records()) - len(datasets)


def _records() -> list[Dataset]:
    capture = CaptureRef(url="register:", time="2026-11-02T06:00:00Z", digest="sha1:x")
    return [record(e, "register", capture) for e in register.load()]


def test_the_register_travels_in_the_wheel() -> None:
    root = Path(__file__).parents[1]
    wheel = (root / "pyproject.toml").read_text("utf-8")

    assert '"register" = "dcat_harvest/_data/register"' in wheel
    assert resources.path("register").is_dir()


def test_a_file_of_nothing_but_mistakes_gives_a_finding_for_each(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(HEAD + ENTRY, encoding="utf-8")
    (tmp_path / "b.toml").write_text('[[entry]]\nid = "x"\n\n[[entry]]\nid = "y"\n', "utf-8")
    (source,) = load(["register"], {"register": {"start": f"register:{tmp_path}"}})

    made = harvest_one(source, register.Local(NoNetwork(), "2026-11-02T06:00:00Z"))

    found = [f for f in made.findings if f.code == "register-entry"]
    assert [d.key for d in made.datasets] == ["verzuim"]
    assert [f.where.rpartition("/")[2] for f in found] == ["b.toml:1", "b.toml:4"]
    assert not made.failed
