from pathlib import Path

import pytest

from dcat_harvest.errors import UsageError
from dcat_harvest.settings import clock, iso, load


def config(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "dcat-harvest.toml"
    path.write_text(text)
    return path


def test_option_wins_from_environment_wins_from_file_wins_from_default(tmp_path: Path) -> None:
    file = config(tmp_path, 'base = "https://file.test/"\nworkers = 3\nkeep = 4\n')
    environ = {"DCAT_HARVEST_BASE": "https://env.test/", "DCAT_HARVEST_WORKERS": "2"}

    found = load({"base": "https://option.test/"}, config=file, environ=environ)

    s = found.settings
    assert (s.base, s.workers, s.keep, s.output) == ("https://option.test/", 2, 4, "output")
    assert [found.origins[x].split()[0] for x in ("base", "workers", "keep", "output")] == [
        "option",
        "environment",
        "file",
        "default",
    ]


def test_set_gives_a_source_an_option_with_its_type() -> None:
    sources = load({"set": ("cbs-statline.select=all", "x.most=3")}, environ={}).settings.sources

    assert sources == {"cbs-statline": {"select": "all"}, "x": {"most": 3}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colour = 1", "colour"),
        ("base = [", "not TOML"),
        ('base = "x"', "ends in '/'"),
        ("keep = 'a'", "keep"),
    ],
)
def test_a_wrong_file_is_an_error_that_names_what_is_wrong(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        load({}, config=config(tmp_path, text), environ={})


def test_a_configuration_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such"):
        load({}, config=tmp_path / "none.toml", environ={})


@pytest.mark.parametrize("text", ["cbs", "cbs.select", "=x", ".x=1"])
def test_a_wrong_set_says_how_to_write_it(text: str) -> None:
    with pytest.raises(UsageError, match=r"SOURCE\.KEY=VALUE"):
        load({"set": (text,)}, environ={})


@pytest.mark.parametrize(
    ("now", "environ", "said"),
    [
        ("2026-11-02T07:00:00+01:00", {}, "2026-11-02T06:00:00Z"),
        ("2026-11-02", {"SOURCE_DATE_EPOCH": "0"}, "2026-11-02T00:00:00Z"),
        ("", {"SOURCE_DATE_EPOCH": "86400"}, "1970-01-02T00:00:00Z"),
    ],
)
def test_the_clock_comes_in_as_a_value(now: str, environ: dict[str, str], said: str) -> None:
    settings = load({"now": now}, environ={}).settings

    assert iso(clock(settings, environ)) == said


def test_a_wrong_clock_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="--now"):
        clock(load({"now": "later"}, environ={}).settings, {})
