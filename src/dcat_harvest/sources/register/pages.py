"""The register: a folder of TOML files, each entry a thing that no interface describes."""

import json
from collections.abc import Iterable, Iterator

from dcat_harvest.model import Capture, Dataset, Page, ref
from dcat_harvest.read import Finding, Manifest, PageChanged, found
from dcat_harvest.read.described import record
from dcat_harvest.read.register import parse


def start(manifest: Manifest) -> Iterable[Page]:
    """Begin at the folder, or at one file."""
    return [Page(url=address, kind="entries") for address in manifest.start]


def read(capture: Capture, manifest: Manifest) -> Iterator[Page | Dataset | Finding]:
    """Read the list of a folder into pages, a file into records; each bad entry is a finding."""
    if capture.headers.get("content-type") == "application/json":
        for address in json.loads(capture.body):
            yield Page(url=address, kind="entries")
        return
    try:
        entries, wrong = parse(capture.body.decode("utf-8"), capture.url)
    except UnicodeDecodeError as error:
        line = capture.body[: error.start].count(b"\n") + 1
        raise PageChanged(f"{capture.url}:{line}: this is not UTF-8") from error
    if any(problem.of_file for problem in wrong):
        raise PageChanged("; ".join(map(str, wrong)))
    for problem in wrong:
        yield found(
            "register-entry", source=manifest.name, where=problem.where, reason=problem.reason
        )
    for one in entries:
        yield record(one.entry, manifest.name, ref(capture))
