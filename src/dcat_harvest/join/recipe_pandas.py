"""The recipe as Python with pandas."""

from dcat_harvest import resources
from dcat_harvest.join.recipe import LETTERS, Side, steps
from dcat_harvest.levels.columns import tables


def script(sides: tuple[Side, Side], level: str, notes: list[str]) -> str:
    """Load both files, make the keys alike, join them, and count what matched."""
    a, b = sides
    out = [f"# {' '.join(n.split())}" for n in notes]
    out += [
        resources.text("vocab/recipes/pandas.py.txt"),
        _province() if level == "provincie" else "",
    ]
    out.append(f"files = sys.argv[1:3] or [{a.address!r}, {b.address!r}]")
    for n, side in enumerate(sides):
        out += _side(side, level, n)
    on = ["_key", "_year"] if a.time and b.time else ["_key"]
    out.append(f"joined = a.merge(b, on={on!r}, suffixes=('_a', '_b'))")
    out.append("keys, both = set(a['_key']), set(a['_key']) & set(b['_key'])")
    out.append("print(len(keys), len(both), round(len(both) / max(len(keys), 1), 3))")
    return "\n".join(x for x in out if x)


def _side(side: Side, level: str, number: int) -> list[str]:
    at = side.name
    out = [
        f"{at} = load(files[{number}])",
        f"{at}['_key'] = [{_key(side, level)} for _, r in {at}.iterrows()]",
    ]
    if side.time:
        out.append(f"{at}['_year'] = {at}[{side.time!r}].map(first_year)")
    out += [f"{at}[{f + '_'!r}] = {at}[{f!r}].map(figure)" for f in side.figures]
    return [*out, f"{at} = {at}[{at}['_key'].notna()]"]


def _key(side: Side, level: str) -> str:
    cells = [f"r[{k!r}]" for k in side.keys]
    first, last = cells[0], cells[-1]
    rule, letters = steps(side, level), LETTERS
    if level != "provincie" and side.by_name:
        return f"name({first})"
    if rule in letters:
        return f"region({first}, {letters[rule][0]!r}, {letters[rule][1]})"
    known = {
        "vestiging": f"brin6({first if len(cells) > 1 else None}, {last})",
        "instelling": f"brin4({first})",
        "vestiging-to-instelling": f"brin4({first})",
        "provincie": f"province({first})",
        "wijk-to-gemeente": f"'GM' + str({first}).strip()[2:6]",
        "buurt-to-gemeente": f"'GM' + str({first}).strip()[2:6]",
        "buurt-to-wijk": f"'WK' + str({first}).strip()[2:8]",
        "pc4": f"postcode({first}, 4)",
        "pc6-to-pc4": f"postcode({first}, 4)",
        "pc6": f"postcode({first}, 6)",
    }
    return known.get(rule, f"str({first}).strip().upper() or None")


def _province() -> str:
    known = {name: code for code, names in tables()["province"].items() for name in names}
    return (
        f"PROVINCES = {known!r}\n\n\ndef province(x):\n"
        "    text = str(x).replace('(PV)', '').strip()\n"
        "    code = text.upper() if re.fullmatch(r'PV\\d{2}', text.upper()) else None\n"
        "    return code or PROVINCES.get(text.casefold())\n"
    )
