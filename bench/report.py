"""Time and memory of every report format on made-up data: `python bench/report.py [DATASETS]`."""

import io
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import msgspec

from dcat_harvest.report import FORMATS, ReportData, View, write
from report import made


class Counted(io.RawIOBase):
    """A stream that counts what is written and keeps nothing."""

    size = 0

    def write(self, data: object) -> int:
        number = len(bytes(data))  # type: ignore[call-overload]
        self.size += number
        return number


def heavier(data: ReportData, times: int = 7) -> ReportData:
    """Each finding `times` over with other values: about ten a dataset, as a real catalogue has."""
    more = (
        msgspec.structs.replace(f, value=f"waarde {i} van {f.key}", evidence=f"{f.where}#{i}")
        for f in data.findings
        for i in range(times)
    )
    return msgspec.structs.replace(data, findings=tuple(more))


def main(number: int) -> None:
    started = time.perf_counter()
    data = heavier(made.data(number))
    print(f"{number} datasets, {len(data.findings)} findings")
    print(f"{'made':12} {time.perf_counter() - started:7.2f} s {'':10} {memory():6.0f} MB")
    started = time.perf_counter()
    for format in FORMATS:
        before, stream = time.perf_counter(), Counted()
        write(format, data, stream, view=View())  # type: ignore[arg-type]
        took, size = time.perf_counter() - before, stream.size / 1e6
        print(f"{format:12} {took:7.2f} s {size:7.2f} MB {memory():6.0f} MB")
    print(f"{'together':12} {time.perf_counter() - started:7.2f} s {'':10} {memory():6.0f} MB")


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
