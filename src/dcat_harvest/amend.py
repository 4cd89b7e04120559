"""Amendments: a person supplies a value that a source lacks (design, decision 22).

`amendments/<source>/<key>.toml` holds them. An amendment is marked as such, lapses with a finding
when the source states the value itself, and never overrides a stated value.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote, unquote

import msgspec

from dcat_harvest.amendable import FIELDS, FILE_FIELDS, WEB, known_fields
from dcat_harvest.errors import UsageError
from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Dataset, Distribution, Origin


class Amendment(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One supplied value: which field, what, by whom, when and on what ground."""

    field: str
    value: str
    who: str
    when: date
    ground: str
    file: str = ""
    """Address of the distribution, for a field of a file; empty: every file that lacks it."""


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    amendment: tuple[Amendment, ...] = ()


def apply(dataset: Dataset, folder: Path) -> tuple[Dataset, list[Finding]]:
    """The dataset with the amendments of `folder` for it, and what became of those.

    Call it after the source's own reading; before or after assumptions is the same: an amendment
    takes the place of an assumed value, never of one that was stated or interpreted.
    """
    path = place(folder, dataset.source, dataset.key)
    if not path.is_file():
        return dataset, []
    findings: list[Finding] = []
    try:
        amendments = read(path)
    except UsageError as error:
        return dataset, [_invalid(dataset, path, str(error))]
    for one in amendments:
        try:
            dataset, lapsed = _amended(dataset, one)
        except ValueError as error:
            findings.append(_invalid(dataset, path, f"{one.field}: {error}"))
            continue
        if lapsed is not None:
            findings.append(_lapsed(dataset, path, one, lapsed))
    return dataset, findings


def apply_all(datasets: Iterable[Dataset], folder: Path) -> tuple[list[Dataset], list[Finding]]:
    """`apply` on every dataset of a source; as they are where there is no such folder."""
    given = list(datasets)
    if not folder.is_dir():
        return given, []
    done = [apply(dataset, folder) for dataset in given]
    return [dataset for dataset, _ in done], [f for _, findings in done for f in findings]


def amended_fields(dataset: Dataset) -> frozenset[str]:
    """The fields of a dataset that hold an amended value."""
    return frozenset(name for name, x in dataset.origins.items() if x.kind == "amended")


def place(folder: Path, source: str, key: str) -> Path:
    """Where the amendments of a dataset stand; raises UsageError for a key that is no file name."""
    parts = [quote(source, safe=""), *(quote(x, safe="") for x in key.split("/"))]
    if any(x in {"", ".", ".."} for x in parts):
        raise UsageError(f"{source!r} {key!r} cannot be a source and key of a dataset")
    return folder.joinpath(*parts[:-1], f"{parts[-1]}.toml")


def read(path: Path) -> tuple[Amendment, ...]:
    """The amendments of one file; raises UsageError where it cannot be read."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), _File).amendment
    except (OSError, ValueError, msgspec.ValidationError) as error:
        raise UsageError(f"{path}: {error}") from error


def write(path: Path, amendments: Iterable[Amendment]) -> None:
    """Write a file of amendments."""
    blocks = []
    for one in amendments:
        lines = ["[[amendment]]", f"field = {_quoted(one.field)}"]
        if one.file:
            lines.append(f"file = {_quoted(one.file)}")
        lines += [f"value = {_quoted(one.value)}", f"who = {_quoted(one.who)}"]
        lines += [f"when = {one.when.isoformat()}", f"ground = {_quoted(one.ground)}"]
        blocks.append("\n".join(lines))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8", newline="\n")


def listing(folder: Path) -> Iterator[tuple[str, str, Path, Amendment]]:
    """Every amendment of a folder: source, key, file, amendment; UsageError where one is broken."""
    for path in sorted(folder.rglob("*.toml")):
        source, *rest = path.relative_to(folder).with_suffix("").parts
        for one in read(path):
            yield unquote(source), unquote("/".join(rest)), path, one


def check(folder: Path, datasets: Iterable[Dataset]) -> list[Finding]:
    """What is wrong with amendments: lapsed, not usable, or of a dataset that is not there.

    `datasets` are the records before amendments were applied; applied ones do no harm.
    """
    known = {(d.source, d.key): d for d in datasets}
    findings: list[Finding] = []
    for path in sorted(folder.rglob("*.toml")):
        source, *rest = path.relative_to(folder).with_suffix("").parts
        name = (unquote(source), unquote("/".join(rest)))
        if name in known:
            findings += apply(known[name], folder)[1]
        else:
            findings.append(
                finding("amendment-orphan", source=name[0], key=name[1], where=str(path))
            )
    return findings


def _amended(dataset: Dataset, one: Amendment) -> tuple[Dataset, str | None]:
    """The dataset with one amendment, or its stated value where the amendment lapses."""
    if not (one.value.strip() and one.who.strip() and one.ground.strip()):
        raise ValueError("value, who and ground must all be given")
    if one.field in FILE_FIELDS:
        return _amended_files(dataset, one)
    if one.field not in FIELDS:
        raise ValueError(f"no field that can be amended; there are {', '.join(known_fields())}")
    name = {"sources": "annotations", "files": "distributions"}.get(one.field, one.field)
    value = FIELDS[one.field](one.value.strip())
    now = getattr(dataset, name)
    origin = dataset.origins.get(name)
    if one.field == "sources":
        now = next((x.text for x in dataset.annotations if x.kind == "sources"), None)
        value = (*(x for x in dataset.annotations if x.kind != "sources"), *value)
    if one.field == "licence" and not now:
        stated = [x.licence for x in dataset.distributions]
        now = ", ".join(filter(None, stated)) if stated and all(stated) else None
    if now and (origin is None or origin.kind in {"stated", "interpreted"}):
        return dataset, _shown(now)
    origins = {**dataset.origins, name: _origin(one)}
    return msgspec.structs.replace(dataset, **{name: value}, origins=origins), None


def _amended_files(dataset: Dataset, one: Amendment) -> tuple[Dataset, str | None]:
    value = FILE_FIELDS[one.field](one.value.strip())
    changed: list[Distribution] = []
    stated, meant = "", 0
    for file in dataset.distributions:
        is_meant = not one.file or one.file in {file.access_url, file.download_url}
        meant += is_meant
        origin = file.origins.get(one.field)
        now = getattr(file, one.field)
        is_stated = now and (origin is None or origin.kind in {"stated", "interpreted"})
        if is_meant and is_stated:
            stated = _shown(now)
        if is_meant and not is_stated:
            origins = {**file.origins, one.field: _origin(one)}
            changed.append(msgspec.structs.replace(file, **{one.field: value}, origins=origins))
        else:
            changed.append(file)
    if not meant:
        raise ValueError(f"the dataset has no file {one.file}" if one.file else "it has no files")
    is_lapsed = tuple(changed) == dataset.distributions and stated
    return msgspec.structs.replace(
        dataset, distributions=tuple(changed)
    ), stated if is_lapsed else None


def _origin(one: Amendment) -> Origin:
    address = one.ground if WEB.fullmatch(one.ground) else ""
    return Origin(
        kind="amended", seen_at=address, because=f"{one.who}, {one.when.isoformat()}: {one.ground}"
    )


def _lapsed(dataset: Dataset, path: Path, one: Amendment, stated: str) -> Finding:
    return finding(
        "amendment-lapsed",
        source=dataset.source,
        key=dataset.key,
        where=str(path),
        field=one.field,
        value=stated[:200],
        amended=one.value[:200],
    )


def _invalid(dataset: Dataset, path: Path, reason: str) -> Finding:
    return finding(
        "amendment-invalid",
        source=dataset.source,
        key=dataset.key,
        where=str(path),
        reason=reason,
    )


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(map(_shown, value))
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _quoted(value: str) -> str:
    # JSON's escapes are TOML's but for DEL, which TOML wants escaped too.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
