"""Time, memory and size of the site: `python bench/site.py [DATASETS]` (default 5000)."""

import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from dcat_harvest.build import Built, CatalogInfo, Dates, build
from dcat_harvest.iri import Names
from dcat_harvest.model import Dataset, Score
from dcat_harvest.publish import pages
from dcat_harvest.report.data import ReportData
from served import BASE, NOW, good

VERDICTS = ("pass", "partly", "fail", "unknown")


def catalogue(records: list[Dataset]) -> Built:
    time_ = NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    return build(
        {"duo": (records, [])},
        names=Names(BASE),
        catalog=CatalogInfo(),
        dates=lambda d: Dates(issued=time_, modified=time_),
        modified=time_,
    )


def scores(built: Built) -> tuple[Score, ...]:
    return tuple(
        Score(
            dataset=e.iri,
            source=e.source,
            key=e.key,
            publisher="",
            title=e.key,
            criteria={str(n): VERDICTS[(i + n) % 4] for n in range(1, 9)},
            mqa={"points": 200 + i % 100},
            stars=3,
            conforms={},
        )
        for i, e in enumerate(built.entries["duo"])
    )


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(number: int) -> None:
    records = good(number)
    built = catalogue(records)
    data = ReportData(generated="2026-11-02T06:00:00Z", scores=scores(built))
    names = Names(BASE)
    by_iri = {names.dataset(d.source, d.key): d for d in records}
    print(f"{number} datasets, {memory():.0f} MB before")
    with tempfile.TemporaryDirectory() as folder:
        started, cpu = time.perf_counter(), time.process_time()
        pages.write(Path(folder), built, data, names, records=by_iri)
        took, used = time.perf_counter() - started, time.process_time() - cpu
        files = [p for p in Path(folder).rglob("*") if p.is_file()]
        size = sum(p.stat().st_size for p in files) / 1e6
        index = (Path(folder) / "assets" / "index.js").stat().st_size / 1e6
    print(f"{took:.1f} s ({used:.1f} s CPU, {1000 * used / number:.2f} ms each), {memory():.0f} MB")
    print(f"{len(files)} files, {size:.0f} MB, search index {index:.1f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)
