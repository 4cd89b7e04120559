"""Verdicts, findings and scores of datasets, but for those judged before on the same grounds.

The grounds of a judgement are what was looked at in the graph while it was made, remembered with
it, and what the checks saw beyond: the day, origins, the profile's findings, other datasets. Those
few checks are done each time; all others see nothing but the graph.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from dcat_harvest.check import constraints, criteria, score
from dcat_harvest.check.context import Context
from dcat_harvest.check.criteria import Judgement, Noted, Verdicts
from dcat_harvest.check.pool import no_collection
from dcat_harvest.check.statements import Index, Node, Terms, bare
from dcat_harvest.findings import Finding
from dcat_harvest.memo import Memo, sum_of
from dcat_harvest.model import Score


class Grounds(msgspec.Struct, array_like=True):
    """What was looked at, as terms."""

    subjects: list[str]
    objects: list[tuple[str, str]]
    """Subject and predicate, where the subject says a lot."""
    inverse: list[tuple[str, str]]
    """Predicate and value."""


class Judged(msgspec.Struct, array_like=True):
    """A judgement of one dataset, and what it rests on."""

    grounds: Grounds
    summed: bytes
    """A sum of what these said."""
    noted: list[Noted]
    score: Score


class Watched(Index):
    """An index that remembers what it was asked."""

    def __init__(self, index: Index) -> None:
        super().__init__(index.graph)
        self._index = index
        self.nodes = self._read = _Read(index)
        self._inverse_asked: dict[tuple[str, str], None] = {}

    def subjects(self, predicate: str, value: str) -> Terms:
        """The subjects that have this value."""
        self._inverse_asked[predicate, value] = None
        return self._index.subjects(predicate, value)

    def grounds(self) -> Grounds:
        """All that was looked at."""
        large = self._read.large
        whole = [x for x in self._read if x not in large or large[x].whole]
        parts = [(x, p) for x, node in large.items() if not node.whole for p in node.asked]
        return Grounds(whole, parts, list(self._inverse_asked))


LARGE = 100
"""Statements that make a subject one of which each property is remembered apart."""


class _Read(dict[str, Node]):
    """The nodes that were looked at."""

    def __init__(self, index: Index) -> None:
        super().__init__()
        self._index = index
        self.large: dict[str, _Large] = {}

    def __missing__(self, subject: str) -> Node:
        found = self._index.nodes[subject]
        if len(self._index.graph.said.get(subject, ())) > LARGE:
            found = self.large[subject] = _Large(found)
        self[subject] = found
        return found


class _Large(dict[str, Terms]):
    """A node that remembers which of its properties were asked for; `whole`: any."""

    def __init__(self, node: Node) -> None:
        super().__init__(node)
        self.asked: dict[str, None] = {}
        self.whole = False

    def get(self, predicate: str, default: Any = None) -> Any:
        self.asked[predicate] = None
        return super().get(predicate, default)

    def __getitem__(self, predicate: str) -> Terms:
        self.asked[predicate] = None
        return super().__getitem__(predicate)

    def __contains__(self, predicate: object) -> bool:
        self.asked[str(predicate)] = None
        return super().__contains__(predicate)

    def items(self) -> Any:
        self.whole = True
        return super().items()

    def keys(self) -> Any:
        self.whole = True
        return super().keys()

    def values(self) -> Any:
        self.whole = True
        return super().values()

    def __iter__(self) -> Iterator[str]:
        self.whole = True
        return super().__iter__()

    def __len__(self) -> int:
        self.whole = True
        return super().__len__()


class _Sums:
    """Sums of what a graph says, each made once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: dict[str | tuple[str, str], bytes] = {}

    def of(self, grounds: Grounds) -> bytes:
        """A sum of what these say."""
        index, found = self._index, []
        for subject in grounds.subjects:
            if subject not in self._known:
                self._known[subject] = sum_of(index.graph.text(subject))
            found.append(self._known[subject])
        for one in grounds.objects:
            if one not in self._known:
                self._known[one] = sum_of("\n".join(index.objects(*one)))
            found.append(self._known[one])
        found += [sum_of("\n".join(index.subjects(*one))) for one in grounds.inverse]
        return sum_of(*found)


def reassess(
    context: Context,
    counted: Iterable[Finding],
    *,
    profiles: Sequence[str],
    base: str,
    keys: Mapping[str, tuple[str, str]],
    memo: Memo,
) -> tuple[Judgement, list[Score]]:
    """The judgement and the scores of every dataset, as `criteria.judge` and `score.scores`."""
    broken, sums = score.violated(counted), _Sums(context.index)
    verdicts: dict[str, Verdicts] = {}
    findings: list[Finding] = []
    scores: list[Score] = []
    with no_collection():
        for dataset in constraints.datasets(context.index):
            iri = bare(dataset)
            conforms = {x: (x, iri) not in broken for x in profiles}
            made = _judged(context, dataset, conforms, keys.get(iri), base, memo, sums)
            verdicts[iri] = made.score.criteria  # type: ignore[assignment]
            source = keys.get(iri, ("", ""))[0]
            findings += (criteria.told(x, dataset, source) for x in made.noted)
            scores.append(made.score)
    return Judgement(verdicts=verdicts, findings=tuple(findings)), scores


def _judged(
    context: Context,
    dataset: str,
    conforms: Mapping[str, bool],
    key: tuple[str, str] | None,
    base: str,
    memo: Memo,
    sums: _Sums,
) -> Judged:
    known = {check: list(check(context, dataset)) for check in criteria.OUTSIDE}
    name = sum_of(dataset, _encoder.encode([list(known.values()), conforms, key, base]))
    if (held := memo.get(name)) is not None:
        made = _decoder.decode(held)
        if made.summed == sums.of(made.grounds):
            return made
    index = Watched(context.index)
    near = Context(
        index=index, today=date.min, origins={}, probes={}, official=None,
        profile=context.profile, copies={},
    )  # fmt: skip
    noted = criteria.noted(near, dataset, known)
    points = score.score_of(
        index,
        bare(dataset),
        verdicts=criteria.verdict(x.name for x in noted),
        conforms=conforms,
        key=key,
        base=base,
        probes=None,
    )
    grounds = index.grounds()
    made = Judged(grounds=grounds, summed=sums.of(grounds), noted=noted, score=points)
    memo.put(name, _encoder.encode(made))
    return made


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Judged)
