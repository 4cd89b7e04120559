"""The work of a check, but for what was checked before: a dataset is evaluated where it changed.

What the shapes can see of a dataset and its parts are their own statements, the types of what
these point to, and the links of a hub to them (`shape_needs`, `shards`). With the same of these,
the same shapes and engine, the results are the same. Where shapes see further, or are files that
are not ours, all is evaluated.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from dcat_harvest.check import shards
from dcat_harvest.check.engine import Result
from dcat_harvest.check.work import Job, Told, batch, evaluate, looked_at, run_jobs, told
from dcat_harvest.memo import Memo, sum_of


def run_again(job: Job, engine: str, workers: int, memo: Memo) -> Iterator[Told]:
    """Results with the profiles that say them, as `run_jobs` gives them, in any order."""
    is_official = any(x.is_official for x in job.loaded)  # files that may change under us
    if not memo.keeps or is_official or job.needs.inverse or job.needs.targets:
        return run_jobs(job, engine, workers)
    return told(job, _results(job, engine, workers, memo))


def _results(job: Job, engine: str, workers: int, memo: Memo) -> Iterator[tuple[int, Result]]:
    """Results with the number of their run: known ones, and of what changed new ones."""
    groups = shards.groups(job.links, job.owners)
    for number, run in enumerate(job.runs):
        profiles = [x.profile.name for x in run.loaded]
        given = sum_of(engine, ",".join(profiles), *run.typed, *job.links.axioms)
        todo: dict[str, tuple[bytes, Sequence[str]]] = {}
        for root, owned in groups.items():
            mine = looked_at(owned, run, job)
            key = _key(given, mine, root, job) if mine else b""
            known = memo.get(key) if key else None
            if known is not None:
                yield from ((number, x) for x in _decoder.decode(known))
            elif mine:
                todo[root] = (key, mine)
        found: dict[str, set[Result]] = {root: set() for root in todo}
        parts = shards.together((x for _, x in todo.values()), job.batch_size)
        batches = (
            (number, batch(job, number, owned, first=i == 0))
            for i, owned in enumerate(parts)
            if owned or job.links.hubs
        )
        for _, result in evaluate(job, engine, workers, batches):
            yield number, result
            for root in _homes(job, result, todo):
                found[root].add(result)
        for root, (key, _) in todo.items():
            if key:
                memo.put(key, _encoder.encode(sorted(found[root])))


def _key(given: bytes, owned: Sequence[str], root: str, job: Job) -> bytes:
    """A sum of all that shapes see of a group; empty where they may look on into other groups."""
    links, mine = job.links, set(owned)
    texts: list[str] = [root]
    others: set[str] = set()
    for subject in owned:
        texts.append(job.graph.text(subject))
        for predicate, other in links.out.get(subject, ()):
            if predicate in job.needs.walked:
                return b""
            if other not in mine:
                others.add(other)
    for hub, share in links.hubs.items():
        said = [lines[x] for lines in share.split.values() for x in lines.keys() & mine]
        if said:
            texts += sorted(said)
            others.add(hub)
    for other in sorted(others):
        texts += (other, *links.types.get(other, ()))
    return sum_of(given, "\n".join(texts))


def _homes(job: Job, result: Result, todo: dict[str, tuple[bytes, Sequence[str]]]) -> Iterable[str]:
    """The groups to which a result belongs; none where it is about a hub alone."""
    focus = _term(result.focus)
    if (hub := job.links.hubs.get(focus)) is not None:
        value = _term(result.value)
        if value in hub.split.get(f"<{result.path}>", ()):
            return {job.owners.root.get(value, "")} & todo.keys()
        return ()
    if focus in job.owners.root:
        return {job.owners.root[focus]} & todo.keys()
    # Nothing is said of it: whoever names it has the result.
    end = f" {focus} ."
    return [
        root
        for root, (_, owned) in todo.items()
        if any(x.endswith(end) for subject in owned for x in job.graph.about(subject))
    ]


def _term(value: str) -> str:
    return value if value[:1] in ('"', "_") else f"<{value}>"


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Result])
