"""What the first bytes of a file are, whatever its name and headers say."""

import json
import re

START = 65536
"""Bytes that are asked for: enough for the first rows, or the names in a ZIP."""
_HTML = re.compile(rb"<!doctype html|<html[\s>]|<head[\s>]|<body[\s>]", re.IGNORECASE)
_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\x1f\x8b", "gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"II*\x00", "image"),
    (b"PAR1", "parquet"),
    (b"7z\xbc\xaf", "7z"),
    (b"$FL2", "sav"),
    (b"SQLite format 3\x00", "sqlite"),
)


def kind(start: bytes) -> str:
    """`csv`, `json`, `xml`, `html`, `zip`, `xlsx`, `ods`, `pdf`, `text`, ...; empty: no bytes."""
    if not start:
        return ""
    for magic, name in _MAGIC:
        if start.startswith(magic):
            return name
    if start.startswith(b"PK"):
        return _package(start)
    return _text(start)


def _package(start: bytes) -> str:
    if b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet" in start[:120]:
        return "ods"
    if b"mimetypeapplication/vnd.oasis.opendocument" in start[:120]:
        return "opendocument"
    if b"xl/" in start and b"[Content_Types].xml" in start:
        return "xlsx"
    if b"word/" in start and b"[Content_Types].xml" in start:
        return "docx"
    return "zip"


def _text(start: bytes) -> str:
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    if text.startswith(b"<"):
        return "html" if _HTML.search(text[:2048]) else "xml"
    if text[:1] in b"{[" and _is_json(text):
        return "json"
    if b"\x00" in start:
        return "binary"
    return "csv" if _is_table(text) else "text"


def _is_json(text: bytes) -> bool:
    whole = text.decode("utf-8", "replace")
    try:
        json.JSONDecoder().raw_decode(whole)
    except json.JSONDecodeError as error:
        # Cut off by us: wrong only where the fault is before the end.
        return len(text) >= START - 4 and error.pos > len(whole) // 2
    return True


def _is_table(text: bytes) -> bool:
    """Two lines or more with the same number of the same separator, quoted parts aside."""
    lines = [re.sub(rb'"[^"]*"', b"", x) for x in text.splitlines()[:20] if x.strip()]
    if len(lines) > 2 and len(text) >= START - 4:
        lines.pop()
    for separator in (b";", b",", b"\t", b"|"):
        counts = {x.count(separator) for x in lines}
        if len(lines) > 1 and len(counts) == 1 and counts != {0}:
            return True
    return False
