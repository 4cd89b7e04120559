"""Captures with what is expected of them: a folder is a test by existing."""

import base64
import hashlib
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from dcat_harvest.findings import Finding
from dcat_harvest.model import Capture, DataService, Dataset, Page, Part
from dcat_harvest.read.things import Things
from dcat_harvest.sources import Source, load

FINDING_FIELDS = ("code", "severity", "source", "key", "where", "value")


def differences(folder: Path) -> list[str]:
    """Return the captures of a source's folder that give other than what is expected of them."""
    manifest = tomllib.loads((folder / "source.toml").read_text(encoding="utf-8"))
    name = str(manifest["name"])
    source = load([name], {name: {"manifest": str(folder / "source.toml")}})[0]
    wrong = []
    for described in sorted((folder / "captures").glob("*/page.toml")):
        expected = json.loads((described.parent / "expected.json").read_text(encoding="utf-8"))
        if results(described.parent, source) != expected:
            wrong.append(described.parent.name)
    return wrong


def results(case: Path, source: Source) -> list[dict[str, Any]]:
    """Return what the pages of a case give, joined, as plain JSON."""
    described = tomllib.loads((case / "page.toml").read_text(encoding="utf-8"))
    items: list[Any] = []
    for page in described["page"]:
        items += source.reader.read(_capture(case, page), source.manifest)
    things = Things(
        datasets=[i for i in items if isinstance(i, Dataset)],
        services=[i for i in items if isinstance(i, DataService)],
        parts=[i for i in items if isinstance(i, Part)],
    )
    findings = [i for i in items if isinstance(i, Finding)]
    return [_plain(i) for i in (*findings, *source.finish(things))]


def write_case(case: Path, capture: Capture, source: Source) -> None:
    """Write a capture and what it gives now, in a folder of its own."""
    case.mkdir(parents=True)
    kind = capture.headers.get("content-type", "")
    file = f"page.{_extension(kind, capture.body)}"
    (case / file).write_bytes(capture.body)
    lines = [
        "[[page]]",
        f"url = {json.dumps(capture.url)}",
        f"final_url = {json.dumps(capture.final_url)}",
        f"kind = {json.dumps(capture.page.kind)}",
        f"content_type = {json.dumps(kind)}",
        f"time = {json.dumps(capture.time)}",
        f"file = {json.dumps(file)}",
    ]
    (case / "page.toml").write_text("\n".join([*lines, ""]), encoding="utf-8")
    text = json.dumps(list(results(case, source)), ensure_ascii=False, indent=1)
    (case / "expected.json").write_text(text + "\n", encoding="utf-8")


def _capture(case: Path, page: dict[str, Any]) -> Capture:
    body = (case / str(page["file"])).read_bytes()
    digest = hashlib.sha1(body, usedforsecurity=False).digest()
    return Capture(
        url=page["url"],
        final_url=page.get("final_url", page["url"]),
        status=200,
        headers={"content-type": page.get("content_type", "")},
        body=body,
        time=page["time"],
        digest="sha1:" + base64.b32encode(digest).decode(),
        page=Page(url=page["url"], kind=page["kind"], data=page.get("data", {})),
    )


def _plain(item: Any) -> dict[str, Any]:
    fields = json.loads(msgspec.json.encode(item))
    if isinstance(item, Finding):
        fields = {name: fields[name] for name in FINDING_FIELDS if fields[name]}
    return {"type": type(item).__name__, **fields}


def _extension(kind: str, body: bytes) -> str:
    known: Iterator[str] = (e for e in ("json", "html", "turtle", "xml") if e in kind.lower())
    found = next(known, "xml" if body.lstrip().startswith(b"<?xml") else "txt")
    return "ttl" if found == "turtle" else found
