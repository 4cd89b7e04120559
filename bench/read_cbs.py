"""Measure how fast and in how much memory the StatLine catalogue is read from an archive.

python bench/read_cbs.py ../shared/world/public/cbs.warc.gz
"""

import resource
import sys
import time

from dcat_harvest import sources
from dcat_harvest.archive import Replay
from dcat_harvest.harvest import harvest_one


def main(paths: list[str]) -> None:
    """Print datasets, pages, seconds and peak memory."""
    replay = Replay(paths)
    [source] = sources.load(["cbs-statline"], {"cbs-statline": {"select": "all"}})
    before = time.perf_counter()
    out = harvest_one(source, replay)
    seconds = time.perf_counter() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{len(out.datasets)} datasets, {out.pages} pages: {seconds:.2f} s, {peak} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
