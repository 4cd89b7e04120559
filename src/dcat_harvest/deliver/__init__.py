"""Delivery to data.overheid.nl by its Aanlever API: a plan first, then only what changed."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from dcat_harvest.deliver.records import Done, Item, Plan, Step
from dcat_harvest.findings import Finding, finding
from dcat_harvest.graph import Graph


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """The plan, and what became of it; `done` is empty after a dry run."""

    portal: str
    plan: Plan
    done: tuple[Done, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def exit_code(self) -> int:
        """4 where a dataset was refused, held or could not be delivered, else 0."""
        bad = any(d.outcome not in ("done", "already-there") for d in self.done)
        # A withdrawal that is held back (no iri: it left the catalogue) is caution, no refusal.
        waits = any(
            s.action == "refused" or (s.action == "held" and s.iri) for s in self.plan.steps
        )
        return 4 if bad or waits else 0


def deliver(
    graph: Graph,
    *,
    to: str,
    base: str,
    journal: Path,
    dry_run: bool = False,
    publish: bool = True,
    target: str = "data-overheid-nl",
    included: Iterable[str] = (),
    left_out: Iterable[str] = (),
    elsewhere: Mapping[str, str] | None = None,
    unsure: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    pace: float = 0.5,
    sleep: Callable[[float], None] = time.sleep,
    progress: Callable[[Done], None] = lambda _: None,
) -> Delivery:
    """Bring the datasets of a catalogue to the portal at `to`; with `dry_run` only plan it.

    `elsewhere` comes from `reconcile.elsewhere`, `unsure` from `unsure_sources`. Each owner's
    datasets go under the owner's account of the environment. `left_out`: sources that are not
    delivered (manifest: deliver = false), `included`: sources that are all the same.

    Raises UsageError where an account is missing.
    """
    from dcat_harvest.deliver.client import Client
    from dcat_harvest.deliver.journal import Journal
    from dcat_harvest.deliver.payload import items
    from dcat_harvest.deliver.runs import Run, by_account
    from dcat_harvest.targets import target as target_of

    table = target_of(target)
    every = tuple(items(graph, base=base, target=table))
    run = Run(
        target=table,
        elsewhere=elsewhere or {},
        unsure=unsure or {},
        included=frozenset(included),
        left_out=frozenset(left_out),
        publish=publish,
        present=frozenset(x.identifier for x in every),
        twice=repeated(every),
        dry_run=dry_run,
    )
    kept = Journal(journal, to)
    steps: list[Step] = []
    done: list[Done] = []
    for account, mine in by_account(every, run, environment).items():
        client = Client(to, account, pace=pace, sleep=sleep) if account and to else None
        part, result = run.go(mine, client, kept, progress)
        steps += part.steps
        done += result
    whole = Plan(steps=tuple(steps), publish=publish)
    said = (*findings(whole, done), *_uncarried(graph))
    return Delivery(portal=to, plan=whole, done=tuple(done), findings=said)


def _uncarried(graph: Graph) -> Iterator[Finding]:
    """Series and services: the API has no place for them."""
    for name in ("DatasetSeries", "DataService"):
        ending = f"#type> <http://www.w3.org/ns/dcat#{name}> ."
        count = sum(line.endswith(ending) for line in graph)
        if count:
            yield finding("delivery-loses", field=f"dcat:{name}", count=count)


def repeated(items: Iterable[Item]) -> frozenset[str]:
    """Identifiers that several datasets have."""
    counts = Counter(x.identifier for x in items)
    return frozenset(identifier for identifier, n in counts.items() if n > 1 and identifier)


def unsure_sources(manifest: Mapping[str, Any]) -> dict[str, str]:
    """Sources of a release (its manifest.json) of which nothing may be withdrawn, and why."""
    return {
        name: state["status"]
        for name, state in manifest.get("sources", {}).items()
        if state.get("status") != "ok"
    }


def findings(plan: Plan, done: Iterable[Done]) -> Iterator[Finding]:
    """What a delivery has to say, as findings; what gets lost is told once per field."""
    for step in plan.steps:
        yield from _of_step(step)
    for one in done:
        if one.outcome == "refused":
            said = "; ".join(f"{p.code} {p.path}" for p in one.problems) or one.why
            yield finding("delivery-refused", subject=one.iri, where=one.identifier, value=said)
        elif one.outcome in ("failed", "not-tried"):
            yield finding("delivery-failed", subject=one.iri, where=one.identifier, value=one.why)
        elif one.outcome == "already-there":
            code = "delivery-already-there"
            yield finding(code, subject=one.iri, where=one.identifier, value=one.why)
    sent = (s for s in plan.steps if s.action in ("create", "change", "unchanged", "publish"))
    lost = Counter(x.field for step in sent for x in step.lost)
    for field, count in sorted(lost.items()):
        yield finding("delivery-loses", field=field, count=count)


def _of_step(step: Step) -> Iterator[Finding]:
    place: dict[str, Any] = {
        "subject": step.iri,
        "source": step.source,
        "where": step.identifier,
    }
    match step.action:
        case "refused":
            for problem in step.problems:
                said = f"{problem.code} {problem.path} ({problem.message})"
                yield finding("delivery-refused", value=said, **place)
        case "already-there":
            yield finding("delivery-already-there", value=step.why, **place)
        case "held":
            yield finding("delivery-held", value=step.why, **place)
        case _:
            return


def render(delivery: Delivery, format: Literal["text", "json"] = "text") -> str:
    """A delivery for the terminal or for programs; payloads are left out of the text."""
    if format == "json":
        return msgspec.json.format(msgspec.json.encode(delivery), indent=2).decode() + "\n"
    counts = ", ".join(f"{n} {action}" for action, n in delivery.plan.counts().items())
    rows = [f"{delivery.portal or 'plan only'}: {counts or 'nothing to do'}"]
    for step in delivery.plan.steps:
        if step.action in ("unchanged", "left-out"):
            continue
        why = step.why or "; ".join(f"{p.code} {p.path} ({p.message})" for p in step.problems)
        rows.append(f"  {step.action:13} {step.identifier}  {why}".rstrip())
    community = Counter(s.community for s in delivery.plan.steps if s.action == "create")
    rows += [f"community onderwijs, {n} new datasets: {said}" for said, n in community.items()]
    rows += [f"  {d.outcome:13} {d.identifier}  {d.why}" for d in delivery.done if d.why]
    return "\n".join(rows) + "\n"


__all__ = [
    "Delivery",
    "Done",
    "Item",
    "Plan",
    "Step",
    "deliver",
    "findings",
    "render",
    "unsure_sources",
]
