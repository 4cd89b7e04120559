"""The published JSON Schemas of `json` and `jsonl`, written by `python -m` on this module."""

import json
from pathlib import Path
from typing import Any

import msgspec

from dcat_harvest.findings import Finding
from dcat_harvest.report.causes import Cause
from dcat_harvest.report.data import CRITERIA, VERDICTS, Change, Point, SourceStatus, Subject
from dcat_harvest.report.history import Row

DRAFT = "https://json-schema.org/draft/2020-12/schema"
FOLDER = Path(__file__).with_name("schemas")
WORDS = ("release", "generated", "title", "base", "version")
PARTS = {
    "causes": Cause,
    "changes": Change,
    "history": Point,
    "subjects": Subject,
    "summary": Point,
    "sources": SourceStatus,
}


def finding() -> dict[str, Any]:
    """The schema of one line of `jsonl`."""
    (reference,), parts = msgspec.json.schema_components([Finding])
    return {
        "$schema": DRAFT,
        "title": "One finding of dcat-harvest (a line of findings.jsonl)",
        **reference,
        "$defs": _all_required(parts),
    }


def report() -> dict[str, Any]:
    """The schema of `report.json`."""
    types = [Row, *PARTS.values()]
    (row, *references), parts = msgspec.json.schema_components(types)
    parts = _all_required(parts)
    parts["Row"]["properties"] |= {
        "criteria": {
            "type": "object",
            "properties": {x: {"enum": list(VERDICTS)} for x in CRITERIA},
            "required": list(CRITERIA),
        },
        "mqa": {
            "type": "object",
            "required": ["points", "metrics"],
            "properties": {
                "points": {"type": "number", "minimum": 0, "maximum": 405},
                "metrics": {"type": "object", "additionalProperties": {"type": "number"}},
            },
        },
        "stars": {"type": "integer", "minimum": 0, "maximum": 5},
    }
    words: dict[str, Any] = {x: {"type": "string"} for x in WORDS}
    lists = {x: {"type": "array", "items": {"type": "string"}} for x in ("profiles", "notes")}
    counts = {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}}
    groups = {
        name: {"type": "object", "additionalProperties": reference}
        if name == "sources"
        else {"type": "array", "items": reference}
        for name, reference in zip(PARTS, references, strict=True)
    }
    properties = {
        "datasets": {"type": "array", "items": row},
        **words,
        **lists,
        "findings": counts,
        **groups,
    }
    return {
        "$schema": DRAFT,
        "title": "report.json of dcat-harvest",
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "$defs": parts,
    }


def _all_required(parts: dict[str, Any]) -> dict[str, Any]:
    """The structs with every property required: we always write them all."""
    for part in parts.values():
        if "properties" in part:
            part["required"] = list(part["properties"])
    return parts


def texts() -> dict[str, str]:
    """File name -> its content."""
    made = {"finding.json": finding(), "report.json": report()}
    return {name: json.dumps(x, indent=1, ensure_ascii=False) + "\n" for name, x in made.items()}


if __name__ == "__main__":
    for name, content in texts().items():
        (FOLDER / name).write_text(content, encoding="utf-8", newline="\n")
