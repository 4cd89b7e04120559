"""Twenty questions, written down before the answers were seen, asked of the recorded world."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from dcat_harvest.join import Item, Wish, asked, joinings, one
from dcat_harvest.join.pairs import bridges
from dcat_harvest.join.render import rows

QUESTIONS = tomllib.loads((Path(__file__).parent / "questions.toml").read_text("utf-8"))["question"]
SOURCES = ("cbs-statline", "duo-ckan", "duo-pages", "inspectie")
pytestmark = pytest.mark.world


def _words(table: Item) -> str:
    """The title of a table between, and the levels that it holds."""
    return " ".join([table.title.casefold(), *(x.level for x in table.said.levels)])


def names(found: list[Item]) -> set[str]:
    return {i.name for i in found}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda q: q["text"])
def test_the_answer_is_the_one_argued_from_the_sources(
    question: dict[str, Any], every: list[Item]
) -> None:
    if "ask" in question:
        found = names(asked(every, Wish(**question["ask"])))
        assert not set(question["holds"]) - found
        assert not set(question["lacks"]) & found
        return
    a, b = (one(every, name) for name in question["pair"])
    ways, over = joinings(a, b), bridges(a, b, every)
    if question.get("no"):
        assert not ways
        assert not over
    elif "bridge" in question:
        assert not ways
        assert any(question["bridge"] in _words(x.table) for x in over)
    else:
        assert ways[0].level == question["level"]
        assert [[k.column for k in side] for side in (ways[0].left, ways[0].right)] == question[
            "key"
        ]


def truths(world: Path) -> dict[tuple[str, str], dict[str, Any]]:
    lines = (world / "truth.jsonl").read_text("utf-8").splitlines()
    ours = {"cbs-v3": "cbs-statline", "cbs-v4": "cbs-statline"}
    return {
        (ours.get(t["source"], t["source"]), t["key"].casefold()): t
        for t in map(json.loads, reversed(lines))
        if "levels" not in t["open"] and ours.get(t["source"], t["source"]) in SOURCES
    }


def test_levels_and_key_columns_agree_with_the_truth(world: Path, every: list[Item]) -> None:
    known = truths(world)
    hits = misses = wrong = key_hits = key_misses = 0
    for item in every:
        truth = known.get((item.record.source, item.record.key.casefold()))
        if truth is None:
            continue
        levels = {r["level"] for r in rows([item])} - {None}
        want = set(truth["levels"] or [])
        fine = set((truth.get("alternatives") or {}).get("levels") or [])
        hits, misses = hits + len(want & levels), misses + len(want - levels)
        wrong += 0 if "levels.more" in truth["open"] else len(levels - want - fine)
        if truth["key_columns"] and "key_columns" not in truth["open"]:
            have = {c for r in rows([item]) for c in r["columns"]}
            key_hits += len(set(truth["key_columns"]) & have)
            key_misses += len(set(truth["key_columns"]) - have)

    assert hits / (hits + misses) >= 0.95
    assert hits / (hits + wrong) >= 0.99
    assert key_hits / (key_hits + key_misses) >= 0.95


def test_the_fields_of_fifty_two_files_are_found(every: list[Item]) -> None:
    known = [
        x
        for i in every
        if i.record.source == "duo-ckan"
        for x in i.record.distributions
        if x.columns
    ]

    assert len(known) == 52
