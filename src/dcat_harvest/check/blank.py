"""Names blank nodes by what is said of them, so that findings do not depend on the parser."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable

MOST_ROUNDS = 20


def stable(lines: Iterable[str]) -> list[str]:
    """The lines with blank nodes renamed: the same graph gives the same names.

    Names come from a node's statements, refined by its neighbours' until nothing changes; nodes
    that cannot be told apart so are numbered.
    """
    kept: list[str] = []
    touched: list[tuple[str, str, str]] = []
    for text in lines:
        if "_:" in text:
            subject, predicate, rest = text.split(" ", 2)
            value = rest[:-2]
            if subject[0] == "_" or value[0] == "_":
                touched.append((subject, predicate, value))
                continue
        kept.append(text)
    if not touched:
        return kept
    names = _names(touched)
    kept += [f"{names.get(s, s)} {p} {names.get(o, o)} ." for s, p, o in touched]
    return kept


def _names(touched: list[tuple[str, str, str]]) -> dict[str, str]:
    said: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for subject, predicate, value in touched:
        if subject[0] == "_":
            said[subject].append((">", predicate, value))
        if value[0] == "_":
            said[value].append(("<", predicate, subject))
    colours = dict.fromkeys(said, "")
    classes = 1
    for _ in range(MOST_ROUNDS):
        colours = {node: _colour(parts, colours) for node, parts in said.items()}
        found = len(set(colours.values()))
        if found == classes:
            break
        classes = found
    seen: dict[str, int] = defaultdict(int)
    names = {}
    for node in sorted(said, key=lambda n: (colours[n], n)):
        seen[colours[node]] += 1
        again = seen[colours[node]]
        names[node] = f"_:b{colours[node]}" + (f"x{again}" if again > 1 else "")
    return names


def _colour(parts: list[tuple[str, str, str]], colours: dict[str, str]) -> str:
    told = sorted(f"{way}{p} {colours.get(other, other)}" for way, p, other in parts)
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]
