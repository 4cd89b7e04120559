"""Each rule written by hand has a file that keeps it and one that breaks it."""

from pathlib import Path

import pytest

from dcat_harvest.check import inputs, profiles, results
from dcat_harvest.graph import Graph

RULES = Path(__file__).parent / "rules"
BY_HAND = {
    "supplement": "supplement#",
    "data-overheid-nl": "data-overheid-nl#",
    "dcat-ap-hvd-3.0.0": "dcat-ap-hvd-notes#",
}
CASES = [
    pytest.param(profile, path, id=f"{profile}/{path.name}")
    for profile in BY_HAND
    for path in sorted((RULES / profile).glob("*.ttl"))
]


def rules_of(profile: str) -> set[str]:
    """Names of the rules that can give a result of their own."""
    return {
        shape.rpartition("#")[2]
        for shape, rule in profiles.load(profile).rules.items()
        if BY_HAND[profile] in shape and rule.message
    }


@pytest.mark.parametrize(("profile", "path"), CASES)
def test_a_file_breaks_the_rule_that_it_is_named_after_or_keeps_it(
    profile: str, path: Path
) -> None:
    rule, outcome, _ = path.name.split(".")
    graph = inputs.read(str(path)).graph

    broken = {x.shape.rpartition("#")[2] for x in results(graph, profile)}

    assert (rule in broken) == (outcome == "invalid")


@pytest.mark.parametrize("profile", BY_HAND)
def test_every_rule_written_by_hand_has_both_files(profile: str) -> None:
    names = {path.name for path in (RULES / profile).iterdir()}

    wanted = {f"{rule}.{kind}.ttl" for rule in rules_of(profile) for kind in ("valid", "invalid")}

    assert names == wanted


@pytest.mark.parametrize("profile", BY_HAND)
def test_both_engines_say_the_same_of_all_files_together(profile: str) -> None:
    lines = []
    for path in sorted((RULES / profile).glob("*.ttl")):
        graph = inputs.read(str(path)).graph
        # Each file's nodes apart, so that one rule's file does not keep another's.
        lines += [
            x.replace("https://example.org/", f"https://example.org/{path.name}/")
            for x in graph.lines
        ]
    whole = Graph(lines)

    assert set(results(whole, profile)) == set(results(whole, profile, engine="pyshacl"))


@pytest.mark.parametrize("profile", BY_HAND)
def test_every_rule_written_by_hand_speaks_dutch_and_english(profile: str) -> None:
    loaded = profiles.load(profile)

    for name in rules_of(profile):
        rule = next(r for s, r in loaded.rules.items() if s.endswith(f"#{name}"))
        assert rule.message.keys() == rule.remedy.keys() == {"nl", "en"}, name
        assert rule.expected["severity"], name
