"""How long the eight criteria and the scores take, and 3,000 mutations that may not raise a score.

`python bench/criteria.py [DATASETS] [MUTATIONS]` (4000 and 3000). Peer: the same shapes by a
SHACL engine, without the checks in code.
"""

import random
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "src"), str(HERE.parent / "tests" / "check"), str(HERE.parent)]

import made  # noqa: E402
from bench.catalogue import catalogue  # noqa: E402

from dcat_harvest.check import checklist, engine  # noqa: E402
from dcat_harvest.check.criteria import WORST, judge  # noqa: E402
from dcat_harvest.check.score import scores  # noqa: E402
from dcat_harvest.graph import Graph  # noqa: E402

NOW = made.TODAY


def speed(size: int) -> None:
    """Seconds to judge and to score, and those of the engine on the same shapes."""
    graph = Graph(catalogue(size))
    start = time.perf_counter()
    judged = judge(graph, now=NOW, official=[])
    middle = time.perf_counter()
    scored = scores(graph, judged.findings, verdicts=judged.verdicts, profiles=["criteria"])
    end = time.perf_counter()
    print(f"{len(scored)} datasets, {len(graph)} statements, {len(judged.findings)} findings")
    print(f"judge {middle - start:.2f} s, scores {end - middle:.2f} s")
    start = time.perf_counter()
    engine.run(engine.default(), graph.nt().decode(), engine.shapes(checklist.shapes_nt()))
    print(f"{engine.default()} on the shapes alone: {time.perf_counter() - start:.2f} s")


def mutations(count: int) -> None:
    """Take random values from the catalogue in which all is well: nothing may get better."""
    dice = random.Random(2026)
    whole = made.valid()
    lines = [x for x in whole.lines if not x.endswith("ns/dcat#Dataset> .")]
    best = judge(whole, now=NOW, official=[])
    (points,) = scores(whole, [], verdicts=best.verdicts, profiles=["criteria"])
    start = time.perf_counter()
    for _ in range(count):
        gone = set(dice.sample(lines, dice.randint(1, 15)))
        graph = Graph(x for x in whole.lines if x not in gone)
        judged = judge(graph, now=NOW, official=[])
        (this,) = scores(graph, [], verdicts=judged.verdicts, profiles=["criteria"])
        rose = [
            c
            for c, v in this.criteria.items()
            if WORST[v] < WORST[points.criteria[c]]  # type: ignore[index]
        ]
        if rose or this.mqa["points"] > points.mqa["points"] or this.stars > points.stars:
            sys.exit(f"a score rose when these were removed: {sorted(gone)}")
    print(f"{count} mutations, no score rose, {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    given = [int(x) for x in sys.argv[1:]]
    speed(given[0] if given else 4000)
    mutations(given[1] if len(given) > 1 else 3000)
