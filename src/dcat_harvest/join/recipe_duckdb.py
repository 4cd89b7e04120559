"""The recipe as SQL for DuckDB."""

from dcat_harvest import resources
from dcat_harvest.join.recipe import LETTERS, Side, steps
from dcat_harvest.levels.columns import tables


def script(sides: tuple[Side, Side], level: str, notes: list[str]) -> str:
    """Load both files, make the keys alike, join them, and count what matched."""
    a, b = sides
    out = [f"-- {' '.join(n.split())}" for n in notes]
    for side in sides:
        out.append(f"SET VARIABLE file_{side.name} = '{_quoted(side.address, chr(39))}';")
        out += _remarks(side)
    out += [resources.text("vocab/recipes/duckdb.sql"), _province() if level == "provincie" else ""]
    out += [_view(side, level) for side in sides]
    both = "a._key = b._key"
    if a.time and b.time:
        both += " AND a._year = b._year"
    out += ["CREATE OR REPLACE VIEW joined AS", "  SELECT * FROM a JOIN b", f"  ON {both};"]
    out.append("SELECT count(DISTINCT a._key) AS keys, count(DISTINCT b._key) AS matched,")
    out.append("  round(count(DISTINCT b._key) / greatest(count(DISTINCT a._key), 1), 3) AS rate")
    out.append("FROM a LEFT JOIN b ON a._key = b._key;")
    return "\n".join(x for x in out if x)


def _remarks(side: Side) -> list[str]:
    if side.kind != "odata":
        return []
    return [
        "-- StatLine answers 10,000 rows at a time: follow odata.nextLink for all, or download",
        "-- the table once and name that file here (JSON of the feed, or Observations.csv).",
    ]


def _view(side: Side, level: str) -> str:
    key = _key(side, level)
    year = f"first_year({_column(side.time)})" if side.time else "NULL"
    figures = "".join(f",\n    figure({_column(f)}) AS {_column(f + '_')}" for f in side.figures)
    columns = f"*, {key} AS _key, {year} AS _year{figures}"
    return "\n".join(
        [
            f"CREATE OR REPLACE VIEW {side.name} AS",
            f"  SELECT {columns}",
            f"  FROM ({_load(side)})",
            f"  WHERE {key} IS NOT NULL;",
        ]
    )


def _load(side: Side) -> str:
    file = f"getvariable('file_{side.name}')"
    if side.kind == "csv":
        return f"SELECT * FROM read_csv({file}, all_varchar = true, header = true)"  # noqa: S608 - ours
    rows = f"read_json({file}, maximum_object_size = 268435456)"
    return f"SELECT unnest(value, max_depth := 2) FROM {rows}"  # noqa: S608 - ours


def _key(side: Side, level: str) -> str:
    columns = [f"CAST({_column(k)} AS VARCHAR)" for k in side.keys]
    first, last = columns[0], columns[-1]
    whole = f"brin6({first if len(columns) > 1 else 'NULL'}, {last})"
    rules = {
        "vestiging": whole,
        "instelling": f"brin4({first})",
        "vestiging-to-instelling": f"brin4({first})",
        "provincie": f"province({first})",
        "wijk-to-gemeente": f"'GM' || substr(trim({first}), 3, 4)",
        "buurt-to-gemeente": f"'GM' || substr(trim({first}), 3, 4)",
        "buurt-to-wijk": f"'WK' || substr(trim({first}), 3, 6)",
        "pc4": f"postcode({first}, 4)",
        "pc6": f"postcode({first}, 6)",
        "pc6-to-pc4": f"postcode({first}, 4)",
    }
    if _is_name(side, level):
        return f"lower(trim({first}))"
    if found := LETTERS.get(steps(side, level)):
        return f"region({first}, '{found[0]}', {found[1]})"
    return rules.get(steps(side, level), f"nullif(upper(trim({first})), '')")


def _is_name(side: Side, level: str) -> bool:
    """A level without a code in this file: compared by name, but provinces have a table."""
    return level != "provincie" and side.by_name


def _province() -> str:
    """Names of provinces, in any case, with or without `(PV)`, as their codes."""
    cases = "\n".join(
        f"  WHEN lower(trim(replace(x, '(PV)', ''))) IN ({_list(names)}) THEN '{code}'"
        for code, names in tables()["province"].items()
    )
    return (
        f"CREATE OR REPLACE MACRO province(x) AS CASE\n{cases}\n"
        "  WHEN regexp_full_match(upper(trim(x)), 'PV\\d{2}') THEN upper(trim(x)) END;"
    )


def _list(names: list[str]) -> str:
    return ", ".join(f"'{_quoted(n, chr(39))}'" for n in names)


def _column(name: str) -> str:
    return f'"{_quoted(name, chr(34))}"'


def _quoted(text: str, mark: str) -> str:
    """A text between quotation marks: those in it doubled, no line ends."""
    return (
        " ".join(text.split()).replace(mark, mark * 2)
        if mark == "'"
        else text.replace(mark, mark * 2)
    )
