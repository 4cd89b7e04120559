"""What two descriptions of one dataset say differently, with both values and addresses."""

from collections.abc import Iterable, Iterator

from dcat_harvest import words
from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Dataset
from dcat_harvest.same import Held, Pair, Relation, name


def conflicts(found: Iterable[Pair], held: Held) -> Iterator[Finding]:
    """Report what two descriptions of one thing say differently, with both values and addresses."""
    known = {name(d): d for datasets in held.values() for d in datasets}
    for pair in found:
        one, other = known[pair.one], known[pair.other]
        if pair.relation == "source":
            continue
        for field, here, there in _differences(one, other, pair.relation):
            yield finding(
                f"other-{field}",
                source=one.source,
                key=one.key,
                where=_place(one),
                value=here,
                other=there,
                there=_place(other),
            )


def _differences(
    one: Dataset, other: Dataset, relation: Relation
) -> Iterator[tuple[str, str, str]]:
    here, there = _licences(one), _licences(other)
    if here and there and not here & there:
        yield "licence", " ".join(sorted(here)), " ".join(sorted(there))
    first, second = one.frequency or "", other.frequency or ""
    codes = {words.term("frequency", w) or w.rsplit("/", 1)[-1] for w in (first, second)}
    if first and second and len(codes) > 1:
        yield "frequency", first, second
    if relation != "same":
        return
    for field in ("issued", "modified"):
        first, second = getattr(one, field) or "", getattr(other, field) or ""
        shared = min(len(first), len(second), len("2026-11-02"))
        if shared and first[:shared] != second[:shared]:
            yield "date", f"{field} {first}", f"{field} {second}"


def _licences(d: Dataset) -> set[str]:
    stated = {x.licence or "" for x in d.distributions} - {""} or {d.licence or ""}
    return {words.licence_of(x) or x for x in stated if x}


def _place(d: Dataset) -> str:
    return d.landing_page or d.identifier or name(d)
