"""Small pieces of Turtle that the RDF reports write: terms and SHACL paths."""

import re
from collections.abc import Callable

SH = "http://www.w3.org/ns/shacl#"
# What N-Triples forbids inside <…>, written as %XX so that a bad IRI stays one IRI.
_FORBIDDEN = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_STRING = re.compile(r'["\\\n\r\t\x00-\x1f\x7f]')
_NAMED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TERM = re.compile(r'^(<[^<>\s]*>|_:[^\s]+|"(?:[^"\\\n\r]|\\.)*"(@[A-Za-z0-9-]+|\^\^<[^<>\s]*>)?)$')
_PART = re.compile(r"\s*(<[^<>]*>|[()|/^*+?])")
Reader = Callable[[list[str]], tuple[str, list[str]]]
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def iri(value: str) -> str:
    """An IRI in angle brackets."""
    return f"<{_FORBIDDEN.sub(lambda m: f'%{ord(m[0]):02X}', _SURROGATE.sub('%3F', value))}>"


def literal(value: str, lang: str = "") -> str:
    """A string literal, with its language where there is one."""
    clean = _SURROGATE.sub("\ufffd", value)
    text = _STRING.sub(lambda m: _NAMED.get(m[0]) or f"\\u{ord(m[0]):04X}", clean)
    return f'"{text}"@{lang}' if lang else f'"{text}"'


def term(value: str) -> str:
    """A term of a finding: N-Triples literal or blank node as it is, else an IRI or a string."""
    if value.startswith(("_:", '"', "<")) and _TERM.match(value):
        return value
    if re.match(r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*$", value):
        return iri(value)
    return literal(value)


def path(text: str) -> str:
    """A SHACL path as Turtle; empty where the text is no path that we know."""
    if not text:
        return ""
    if "<" not in text:
        return iri(text)
    tokens = _PART.findall(text)
    if "".join(tokens) != re.sub(r"\s+", "", text):
        return ""
    try:
        written, rest = _alternative(tokens)
    except IndexError:
        return ""
    return "" if rest else written


def _alternative(tokens: list[str]) -> tuple[str, list[str]]:
    parts, rest = _members(tokens, "|", _sequence)
    return (parts[0] if len(parts) == 1 else f"[ sh:alternativePath ( {' '.join(parts)} ) ]"), rest


def _sequence(tokens: list[str]) -> tuple[str, list[str]]:
    parts, rest = _members(tokens, "/", _repeated)
    return (parts[0] if len(parts) == 1 else f"( {' '.join(parts)} )"), rest


def _members(tokens: list[str], sign: str, read: Reader) -> tuple[list[str], list[str]]:
    first, rest = read(tokens)
    parts = [first]
    while rest and rest[0] == sign:
        more, rest = read(rest[1:])
        parts.append(more)
    return parts, rest


def _repeated(tokens: list[str]) -> tuple[str, list[str]]:
    written, rest = _single(tokens)
    names = {"*": "zeroOrMorePath", "+": "oneOrMorePath", "?": "zeroOrOnePath"}
    while rest and rest[0] in names:
        written, rest = f"[ sh:{names[rest[0]]} {written} ]", rest[1:]
    return written, rest


def _single(tokens: list[str]) -> tuple[str, list[str]]:
    head, rest = tokens[0], tokens[1:]
    if head == "^":
        written, rest = _repeated(rest)
        return f"[ sh:inversePath {written} ]", rest
    if head == "(":
        written, rest = _alternative(rest)
        if rest[0] != ")":
            raise IndexError("a parenthesis stays open")
        return written, rest[1:]
    return iri(head[1:-1]), rest
