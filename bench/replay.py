"""Measure how fast WARC files open and answer: python bench/replay.py FILE.warc.gz…"""

import resource
import sys
import time

from dcat_harvest.archive import Replay


def main(paths: list[str]) -> None:
    begun = time.perf_counter()
    replay = Replay(paths)
    opened = time.perf_counter()
    asked = list(replay.addresses())
    size = 0
    for method, url in asked:
        capture = replay.get(url, method)
        assert capture is not None
        size += len(capture.body)
    done = time.perf_counter()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"open      {opened - begun:7.3f} s  {len(asked)} captures in {len(paths)} files")
    each = 1e6 * (done - opened) / max(1, len(asked))
    print(f"look up   {done - opened:7.3f} s  {each:.0f} µs each")
    print(f"bodies    {size / 2**20:7.1f} MB   peak memory {memory} MB")


if __name__ == "__main__":
    main(sys.argv[1:] or sys.exit(__doc__))
