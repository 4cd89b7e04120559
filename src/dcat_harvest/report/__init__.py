"""Reports: one small renderer per format over the same data."""

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import IO

from dcat_harvest.errors import UsageError
from dcat_harvest.report.data import (
    Change,
    Lang,
    Point,
    ReportData,
    SourceStatus,
    Subject,
    View,
)

FORMATS = (
    *("text", "json", "jsonl", "junit", "sarif", "github", "gitlab"),
    *("dqv", "shacl", "html", "markdown", "csv", "badge", "badge-json"),
)
"""Every `--format`; `badge` is SVG, `badge-json` what shields.io reads."""
CI_SCRIPT = Path(__file__).with_name("ci") / "check.sh"
"""What the GitHub Action and the GitLab job run."""

__all__ = [
    "CI_SCRIPT",
    "FORMATS",
    "Change",
    "Point",
    "ReportData",
    "SourceStatus",
    "Subject",
    "View",
    "chunks",
    "render",
    "targets",
    "wants_color",
    "write",
    "write_targets",
]


def chunks(format: str, data: ReportData, view: View) -> Iterator[str]:
    """A report piece by piece, so that a large one never stands in memory as a whole."""
    if format not in FORMATS:
        raise UsageError(f"unknown format {format!r}; choose one of {', '.join(FORMATS)}")
    module = import_module(f"dcat_harvest.report.{format.replace('-', '_')}")
    pieces: Iterator[str] = module.render(data, view)
    return pieces


def render(
    format: str, data: ReportData, *, lang: Lang = "nl", color: bool = False, width: int = 100
) -> str:
    """A report as one text; `write` is kinder to memory."""
    return "".join(chunks(format, data, View(lang=lang, color=color, width=width)))


def write(format: str, data: ReportData, stream: IO[bytes], *, view: View | None = None) -> None:
    """Write a report as UTF-8 to a binary stream."""
    pending: list[bytes] = []
    for piece in chunks(format, data, view or View()):
        pending.append(piece.encode("utf-8", "replace"))
        if len(pending) > 1000:
            stream.write(b"".join(pending))
            pending.clear()
    stream.write(b"".join(pending))


def wants_color(stream: IO[str], environ: Mapping[str, str]) -> bool:
    """Whether to paint: a terminal, and no `NO_COLOR`."""
    return stream.isatty() and not environ.get("NO_COLOR")


def targets(texts: Iterable[str]) -> list[tuple[str, Path]]:
    """Formats and files of `--also FORMAT=FILE`; UsageError where it is not that."""
    found = []
    for text in texts:
        format, equals, name = text.partition("=")
        if format not in FORMATS or not equals or not name:
            raise UsageError(f"--also {text!r}: write FORMAT=FILE; formats: {', '.join(FORMATS)}")
        found.append((format, Path(name)))
    return found


def write_targets(also: Iterable[tuple[str, Path]], data: ReportData, *, view: View) -> None:
    """Write each format into its file."""
    for format, path in also:
        try:
            with path.open("wb") as stream:
                write(format, data, stream, view=view)
        except OSError as error:
            raise UsageError(f"{path}: cannot be written: {error.strerror}") from error
