"""Which tables belong to the selection, and which pages are asked for them."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from dcat_harvest.model import Page
from dcat_harvest.read import Manifest

CHAIN = ("themes", "tables_themes", "datasets")
# OData 4 has Dutch tables only (reference/cbs.md, section 1): no request for the English ones.
ENGLISH = re.compile(r"eng$", re.I)

Row = dict[str, Any]


def names(option: str, manifest: Manifest) -> list[str]:
    """Return a list among the options; `--set` gives it as one text with commas."""
    given = manifest.options.get(option, ())
    return [name.strip() for name in (given.split(",") if isinstance(given, str) else given)]


def kind_of(url: str) -> str:
    """Return the entity set that an address ends in, in lower case."""
    return urlsplit(url).path.rstrip("/").rpartition("/")[2].lower()


def onwards(kind: str, manifest: Manifest, known: Mapping[str, str]) -> Iterator[Page]:
    """Yield the page of the chain after `kind` that the manifest names, with what is known."""
    if kind and kind not in CHAIN:
        return
    rest = CHAIN[CHAIN.index(kind) + 1 :] if kind else CHAIN
    for name in rest:
        for url in manifest.start:
            if kind_of(url) == name:
                data = {k: v for k, v in known.items() if k in {"education", "tables"}}
                yield Page(url=url, kind=name, data=data)
                return


def known(
    kind: str, rows: list[Row], data: Mapping[str, str], manifest: Manifest
) -> dict[str, str]:
    """Return what is known after a page: themes, then education themes, then their tables."""
    if kind == "themes":
        themes = json.loads(data.get("themes", "[]"))
        themes += [[row["ID"], row.get("ParentID"), row.get("Title", "")] for row in rows]
        chosen = education(((a, b, c) for a, b, c in themes), manifest)
        return {"themes": json.dumps(themes), "education": " ".join(map(str, sorted(chosen)))}
    if kind == "tables_themes":
        wanted = set(data.get("education", "").split())
        ours = data.get("tables", "").split("\n") + [
            row.get("TableIdentifier", "") for row in rows if str(row["ThemeID"]) in wanted
        ]
        return {"tables": "\n".join(sorted({name.strip() for name in ours} - {""}))}
    if kind != "datasets":
        return {}
    listed = {row["Identifier"].strip().casefold() for row in rows}
    left = [name for key, name in _wanted(data, manifest).items() if key not in listed]
    asked = int(data.get("asked", "0")) + len(_others(rows, data, manifest))
    return {"tables": "\n".join(left), "asked": str(asked)}


def education(themes: Iterable[tuple[int, int | None, str]], manifest: Manifest) -> frozenset[int]:
    """Return the IDs of themes that a title of theirs, or of a theme above, makes education."""
    by_id = {number: (parent, title) for number, parent, title in themes}
    pattern = re.compile(manifest.options.get("education") or "(?!)", re.I)
    refused = {name.casefold() for name in names("not_education", manifest)}
    chosen = set()
    for number in by_id:
        titles = [title.strip() for title in _line(number, by_id)]
        is_ours = any(map(pattern.search, titles))
        if is_ours and not any(title.casefold() in refused for title in titles):
            chosen.add(number)
    return frozenset(chosen)


def _line(number: int, by_id: Mapping[int, tuple[int | None, str]]) -> Iterator[str]:
    """Yield the titles of a theme and of those above it, each once: a circle ends."""
    seen: set[int] = set()
    at: int | None = number
    while at is not None and at not in seen and at in by_id:
        seen.add(at)
        at, title = by_id[at]
        yield title


def properties(
    rows: list[Row], data: Mapping[str, str], manifest: Manifest, *, is_last: bool
) -> Iterator[Page]:
    """Yield the Properties pages that a page of the listing leads to.

    The listing knows the case of each identifier, which OData 4 insists on. Tables of the
    selection that no page of it names are asked for all the same: a 404 is ordinary.
    """
    if not manifest.options.get("v4_address"):
        return
    wanted = _wanted(data, manifest)
    ours = [row for row in rows if wanted.pop(row["Identifier"].strip().casefold(), None)]
    for row in (*ours, *_others(rows, data, manifest)):
        yield _page(row["Identifier"].strip(), row.get("Catalog", ""), manifest)
    for name in wanted.values() if is_last else ():
        if not ENGLISH.search(name):
            yield _page(name, "", manifest)


def _wanted(data: Mapping[str, str], manifest: Manifest) -> dict[str, str]:
    """Return the tables of the selection by folded name; those of the manifest come once."""
    is_first = "asked" not in data
    given = data.get("tables", "").split("\n")
    given += names("identifiers", manifest) if is_first else []
    return {name.casefold(): name for name in given if name}


def _others(rows: list[Row], data: Mapping[str, str], manifest: Manifest) -> list[Row]:
    """Return the further tables to ask for, newest first, as far as the limit allows."""
    if manifest.options.get("select") != "all":
        return []
    wanted = _wanted(data, manifest)
    others = [row for row in rows if row["Identifier"].strip().casefold() not in wanted]
    limit = int(manifest.options.get("properties_limit", 0)) - int(data.get("asked", "0"))
    return sorted(others, key=_newness, reverse=True)[: max(0, limit)]


def _newness(row: Row) -> tuple[bool, str]:
    return row.get("Status") == "Regulier", row.get("Modified", "")


def _page(identifier: str, catalog: str, manifest: Manifest) -> Page:
    url = f"{fill('v4_address', manifest, identifier, catalog)}/Properties"
    return Page(url=url, kind="properties", optional=True)


def fill(
    name: str, manifest: Manifest, identifier: str, catalog: str = "", language: str = "nl"
) -> str:
    """Return an address of the manifest's options for one table; empty where it has none."""
    template: str = manifest.options.get(name, "")
    return template.format(
        id=quote(identifier, safe=""),
        catalog=quote(catalog or manifest.options.get("catalog", ""), safe=""),
        language=quote(language, safe=""),
    )
