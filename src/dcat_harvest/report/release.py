"""The report files of a release: written into `quality/`, and read back for `report`."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

from dcat_harvest.errors import UsageError
from dcat_harvest.findings import Finding
from dcat_harvest.model import Score
from dcat_harvest.report import View, write
from dcat_harvest.report.data import Change, Lang, Point, ReportData, SourceStatus, Subject
from dcat_harvest.report.history import Row

FILES: Mapping[str, str] = {
    "findings.jsonl": "jsonl",
    "report.html": "html",
    "report.json": "json",
    "dqv.ttl": "dqv",
    "junit.xml": "junit",
    "report.sarif": "sarif",
    "badge.svg": "badge",
}
"""File of `quality/` -> format."""


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    release: str = ""
    generated: str = ""
    title: str = ""
    base: str = ""
    version: str = ""
    profiles: tuple[str, ...] = ()
    datasets: tuple[Row, ...] = ()
    sources: Mapping[str, SourceStatus] = msgspec.field(default_factory=dict)
    subjects: tuple[Subject, ...] = ()
    history: tuple[Point, ...] = ()
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()


def write_files(
    folder: Path, data: ReportData, names: Iterable[str] = FILES, *, lang: Lang = "nl"
) -> None:
    """Write every report of a release into its `quality/` folder, or those with these names."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        format = FILES[name]
        with (folder / name).open("wb") as stream:
            given = _totals(data) if format == "dqv" else data
            write(format, given, stream, view=View(lang=lang))


def _totals(data: ReportData) -> ReportData:
    """Without the single MQA metrics, which stand in report.json: they would be nine tenths."""
    scores = tuple(
        msgspec.structs.replace(s, mqa={k: v for k, v in s.mqa.items() if k != "metrics"})
        for s in data.scores
    )
    return msgspec.structs.replace(data, scores=scores)


def read_files(folder: Path) -> ReportData:
    """The report data of a release from its `quality/` folder; UsageError where it is not whole."""
    again = "run `dcat-harvest run` or `dcat-harvest check` first"
    try:
        kept = msgspec.json.decode((folder / "report.json").read_bytes(), type=_Kept)
        lines = (folder / "findings.jsonl").read_bytes().splitlines()
        findings = tuple(msgspec.json.decode(x, type=Finding) for x in lines)
    except OSError as error:
        raise UsageError(f"{error.filename}: {error.strerror}; {again}") from error
    except msgspec.MsgspecError as error:
        raise UsageError(f"{folder}: the report files are damaged ({error}); {again}") from error
    subjects = {x.dataset: x for x in kept.subjects}
    return ReportData(
        release=kept.release,
        generated=kept.generated,
        title=kept.title,
        base=kept.base,
        version=kept.version,
        profiles=kept.profiles,
        scores=tuple(_score(x, subjects) for x in kept.datasets),
        findings=findings,
        sources=kept.sources,
        subjects=subjects,
        history=kept.history,
        changes=kept.changes,
        notes=kept.notes,
    )


def _score(row: Row, subjects: Mapping[str, Subject]) -> Score:
    known = subjects.get(row.dataset)
    return Score(
        dataset=row.dataset,
        source=row.source,
        key=row.key,
        publisher=row.publisher,
        title=known.title if known else row.key,
        criteria=row.criteria,
        mqa=row.mqa,
        stars=row.stars,
        conforms=row.conforms,
    )
