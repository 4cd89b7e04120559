"""Where each subject begins in a Turtle file, so that a finding can name its line."""

import re

_TOKEN = re.compile(
    r'#[^\n]*|"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\''
    r'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\''
    r'|<[^<>"{}|^`\\\x00-\x20]*>|[\[\]();,]|(?:\\.|[^\s<>"\'()\[\];,#\\])+',
    re.DOTALL,
)
_OPEN, _CLOSE = frozenset("[("), frozenset("])")


def index(text: str, file: str, base: str = "") -> dict[str, tuple[str, int]]:
    """Subject IRI -> file and line of its first statement. Blank nodes have none."""
    found: dict[str, tuple[str, int]] = {}
    prefixes: dict[str, str] = {}
    line, at, depth = 1, 0, 0
    statement: list[str] = []
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token.startswith("#"):
            continue
        line, at = line + text.count("\n", at, match.start()), match.start()
        ends = not token.startswith(("<", '"', "'")) and token.endswith(".")
        name = token.rstrip(".") if ends else token
        depth += (name in _OPEN) - (name in _CLOSE)
        if name and len(statement) < 3:
            statement.append(name)
            if len(statement) == 1 and (iri := _iri(name, prefixes, base)):
                found.setdefault(iri, (file, line))
        base = _declared(statement, prefixes, base)
        if (ends and depth == 0) or _is_sparql_style(statement):
            statement = []
    return found


def _declared(statement: list[str], prefixes: dict[str, str], base: str) -> str:
    """Take in a prefix or base declaration; gives the base."""
    word = statement[0].lower() if statement else ""
    if word in {"@prefix", "prefix"} and len(statement) == 3:
        prefixes[statement[1].removesuffix(":")] = _joined(statement[2][1:-1], base)
    if word in {"@base", "base"} and len(statement) == 2:
        return statement[1][1:-1]
    return base


def _is_sparql_style(statement: list[str]) -> bool:
    """`PREFIX` and `BASE` end without a full stop."""
    word = statement[0].lower() if statement else ""
    return (word == "prefix" and len(statement) == 3) or (word == "base" and len(statement) == 2)


def _iri(token: str, prefixes: dict[str, str], base: str) -> str:
    if token.startswith("<"):
        return _joined(token[1:-1], base)
    prefix, colon, local = token.partition(":")
    if not colon or prefix == "_" or prefix not in prefixes:
        return ""
    return prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)


def _joined(iri: str, base: str) -> str:
    if not base or re.match(r"^[A-Za-z][A-Za-z0-9+.-]*:", iri):
        return iri
    from urllib.parse import urljoin

    return urljoin(base, iri)
