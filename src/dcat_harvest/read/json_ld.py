"""JSON-LD of pages as plain JSON: its scripts, its nodes, and what a node says under a name."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dcat_harvest.read.choice import Text

if TYPE_CHECKING:
    from dcat_harvest.read.html import Tag

Node = dict[str, Any]
MAX_NODES = 20_000
MAX_DEPTH = 60
PREFIX = re.compile(r"^(?:https?://(?:www\.)?schema\.org/|schema:|sdo:)", re.IGNORECASE)
WRAPPING = re.compile(
    r"^\s*(?:/\*|//)?\s*<!(?:--|\[CDATA\[)\s*(?:\*/)?|(?:/\*|//)?\s*(?:-->|\]\]>)\s*(?:\*/)?\s*$"
)


def scripts(root: "Tag") -> tuple[list[Any], list[str]]:
    """Return the JSON values of a page's scripts, and why others could not be read."""
    values: list[Any] = []
    broken: list[str] = []
    for tag in root.find_all("script"):
        kind = str(tag.get("type") or "").partition(";")[0].strip().lower()
        if kind != "application/ld+json":
            continue
        text = WRAPPING.sub("", WRAPPING.sub("", tag.get_text()))
        try:
            values.append(json.loads(text, strict=False))
        except (ValueError, RecursionError) as error:
            broken.append(str(error)[:100])
    return values, broken


def nodes(values: Iterable[Any]) -> tuple[dict[str, Node], list[Node]]:
    """Return all objects of JSON-LD values, names without prefix; by `@id`, and in order.

    Of several objects with one `@id` the fullest is the one that a reference stands for.
    """
    given: list[Node] = []
    pending = [(_plain(value, 0), 0) for value in values]
    while pending and len(given) < MAX_NODES:
        value, depth = pending.pop(0)
        if isinstance(value, list):
            pending += [(item, depth + 1) for item in value]
        elif isinstance(value, dict) and depth < MAX_DEPTH:
            given.append(value)
            pending += [(v, depth + 1) for k, v in value.items() if isinstance(v, (dict, list))]
    by_id: dict[str, Node] = {}
    for node in given:
        named = node.get("@id")
        if isinstance(named, str) and len(node) > len(by_id.get(named, {})):
            by_id[named] = node
    return by_id, given


def _plain(value: Any, depth: int) -> Any:
    """Return a value with names without the prefix of schema.org, cut where it is too deep."""
    if depth > MAX_DEPTH:
        return None
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {PREFIX.sub("", str(k)): _plain(v, depth + 1) for k, v in value.items()}
    return value


def items(node: Mapping[str, Any], name: str) -> Iterator[Any]:
    """Yield the values under a name, one or many, lists of JSON-LD opened."""
    pending = [node.get(name)]
    while pending:
        value = pending.pop(0)
        if isinstance(value, list):
            pending = [*value, *pending]
        elif isinstance(value, dict) and value.keys() & {"@list", "@set"}:
            pending = [value.get("@list"), value.get("@set"), *pending]
        elif value is not None:
            yield value


def resolved(value: Any, by_id: Mapping[str, Node]) -> Any:
    """Return the object that a reference stands for; anything else as it is."""
    if isinstance(value, dict) and value.keys() <= {"@id", "@type"}:
        return by_id.get(str(value.get("@id")), value)
    return value


def texts(node: Mapping[str, Any], *names: str) -> list[Text]:
    """Return the texts under the first of these names that has any, with their languages."""
    for name in names:
        found = []
        for value in items(node, name):
            if isinstance(value, dict):
                text = value.get("@value")
                language = str(value.get("@language") or "")
            else:
                text, language = value, ""
            if isinstance(text, (str, int, float)) and not isinstance(text, bool):
                found.append(Text(str(text).strip(), language))
        if any(t.text for t in found):
            return [t for t in found if t.text]
    return []


def text(node: Mapping[str, Any], *names: str) -> str | None:
    """Return the first text under the first of these names that has one."""
    return next((t.text for t in texts(node, *names)), None)
