"""What pyoxigraph drops from JSON-LD without a word: unknown keys, values that are no IRI.

It also puts bundled contexts in the place of their addresses; no context is ever fetched.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import pyoxigraph as ox

from dcat_harvest import resources
from dcat_harvest.check import formats
from dcat_harvest.errors import InputError

DEPTH = 100
NO_IRI = re.compile(r"[\x00-\x20<>\"{}|\\^`]|%(?![0-9A-Fa-f]{2})")
LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
Loss = tuple[str, str]
"""(key, why)."""


def prepared(data: bytes, where: str) -> tuple[bytes, Counter[Loss]]:
    """The document with bundled contexts put in, and what will be lost of it.

    Raises InputError for what is no JSON, nests too deep or needs a context that is not here.
    """
    try:
        document = json.loads(data)
    except RecursionError as error:
        raise InputError(f"{where}: JSON nested deeper than {DEPTH} levels") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{where}: not JSON-LD: {error}{_likely(data)}") from error
    _check_depth(document, where)
    changed = _with_contexts(document, where)
    losses: Counter[Loss] = Counter()
    _walk(document, _terms(document), losses)
    return (json.dumps(document).encode() if changed else data), losses


def _likely(data: bytes) -> str:
    seen = formats.by_content(data)
    if seen is None or seen == ox.RdfFormat.JSON_LD:
        return ""
    return f". It looks like {formats.NAMES[seen]}: does the suffix fit?"


def _check_depth(document: Any, where: str) -> None:
    level: list[Any] = [document]
    for _ in range(DEPTH):
        level = [x for one in level for x in _children(one)]
        if not level:
            return
    raise InputError(f"{where}: JSON nested deeper than {DEPTH} levels")


def _children(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _bundled() -> dict[str, Any]:
    """Contexts that we have, by address: `vocab/contexts/` and our own."""
    found: dict[str, Any] = {}
    folder = resources.path("vocab/contexts")
    for path in sorted(folder.glob("*.jsonld")) if folder.is_dir() else ():
        # The file's name is its address, percent-encoded.
        found[unquote(path.stem)] = json.loads(path.read_text("utf-8"))["@context"]
    ours = json.loads(resources.text("vocab/context.jsonld"))["@context"]
    found["https://w3id.org/dcat-harvest/context.jsonld"] = ours
    return found


def _with_contexts(document: Any, where: str) -> bool:
    """Put bundled contexts in the place of addresses; True where there was any."""
    known: dict[str, Any] | None = None
    waiting, changed = [document], False
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict) and "@context" in one:
            context = one["@context"]
            parts = context if isinstance(context, list) else [context]
            if any(isinstance(x, str) for x in parts):
                known = _bundled() if known is None else known
                one["@context"] = [_context(x, known, where) for x in parts]
                changed = True
        waiting.extend(_children(one))
    return changed


def _context(part: Any, known: Mapping[str, Any], where: str) -> Any:
    if not isinstance(part, str):
        return part
    if part in known:
        return known[part]
    raise InputError(
        f"{where}: needs the JSON-LD context {part}, which is not bundled; contexts are not "
        "fetched. Put the context into the document, or give the data as Turtle."
    )


def _terms(document: Any) -> dict[str, Any]:
    """Every term that any context of the document defines."""
    terms: dict[str, Any] = {}
    waiting = [document]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            contexts = one.get("@context", [])
            for part in contexts if isinstance(contexts, list) else [contexts]:
                if isinstance(part, dict):
                    terms.update(part)
                    waiting.extend(x for x in part.values() if isinstance(x, dict))
        waiting.extend(_children(one))
    return terms


def _walk(document: Any, terms: Mapping[str, Any], losses: Counter[Loss]) -> None:
    waiting: list[tuple[str, Any]] = [("", document)]
    while waiting:
        key, one = waiting.pop()
        if isinstance(one, list):
            waiting.extend((key, x) for x in one)
        elif isinstance(one, dict):
            _check_value(one, losses)
            is_map = _container(terms.get(key)) in ("@language", "@index", "@id", "@type")
            for name, value in one.items():
                if name == "@context":
                    continue
                if not is_map and not _is_known(name, terms):
                    losses[name, "unknown key"] += 1
                    continue
                waiting.append((key if is_map else name, value))
        elif isinstance(one, str) and _is_reference(key, terms) and NO_IRI.search(_reference(one)):
            losses[key, f"no IRI: {one}"] += 1


def _check_value(one: Mapping[str, Any], losses: Counter[Loss]) -> None:
    language = one.get("@language")
    if "@value" in one and isinstance(language, str) and not LANGUAGE.fullmatch(language):
        losses["@language", f"no language tag: {language}"] += 1


def _container(term: Any) -> str:
    found = term.get("@container", "") if isinstance(term, dict) else ""
    return found if isinstance(found, str) else " ".join(map(str, found))


def _is_known(name: str, terms: Mapping[str, Any]) -> bool:
    return name.startswith("@") or ":" in name or name in terms or "@vocab" in terms


def _is_reference(key: str, terms: Mapping[str, Any]) -> bool:
    term = terms.get(key)
    if isinstance(term, str) and term.startswith("@"):
        return term == "@id"
    return key == "@id" or (isinstance(term, dict) and term.get("@type") == "@id")


def _reference(text: str) -> str:
    return text.strip() if text.startswith("_:") else text
