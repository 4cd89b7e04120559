"""The plan of a delivery: what will be done with each dataset, and what will not, and why."""

from collections.abc import Iterable, Mapping, Sequence

from dcat_harvest.deliver.journal import digest
from dcat_harvest.deliver.portal import comparable
from dcat_harvest.deliver.records import Held, Item, Plan, Problem, Step
from dcat_harvest.deliver.rules import refusals
from dcat_harvest.targets import Target

TWICE = "DCAT_DATASET_ALREADY_EXISTS"


def plan(
    items: Sequence[Item],
    own: Mapping[str, Held],
    *,
    target: Target,
    elsewhere: Mapping[str, str] | None = None,
    unsure: Mapping[str, str] | None = None,
    included: Iterable[str] = (),
    left_out_sources: Iterable[str] = (),
    publish: bool = True,
    present: Iterable[str] = (),
    twice: Iterable[str] = (),
) -> Plan:
    """One step per dataset, then one per record of ours that the catalogue no longer has.

    `elsewhere`: dataset IRI or identifier to where the portal has it under another hand.
    `unsure`: source to why nothing of it may be withdrawn (stale, shrunk, failed).
    `left_out_sources`: sources that are not delivered, beside those of the target.
    `included`: sources that are delivered although one of both leaves them out.
    `present` and `twice`: identifiers of the whole catalogue, where `items` are a part of it.
    """
    allowed, same = frozenset(included), frozenset(twice)
    skipped = frozenset(left_out_sources)
    steps = [
        _step(
            item,
            own=own,
            target=target,
            elsewhere=elsewhere or {},
            twice=same,
            included=allowed,
            skipped=skipped,
            publish=publish,
        )
        for item in items
    ]
    ours = {x.identifier for x in items} | frozenset(present)
    gone = [held for identifier, held in sorted(own.items()) if identifier not in ours]
    steps += [_gone(held, unsure or {}) for held in gone if held.source]
    return Plan(steps=tuple(steps), publish=publish)


def _step(
    item: Item,
    *,
    own: Mapping[str, Held],
    target: Target,
    elsewhere: Mapping[str, str],
    twice: frozenset[str],
    included: frozenset[str],
    skipped: frozenset[str],
    publish: bool,
) -> Step:
    out = left_out(item, target, included, skipped)
    if out:
        return _of(item, "left-out", why=out)
    problems = refusals(item.payload)
    if item.identifier in twice:
        said = "another dataset of ours has the same identifier"
        problems = (*problems, Problem(code=TWICE, path="dctIdentifier", message=said))
    if problems:
        return _of(item, "refused", problems=problems)
    held = own.get(item.identifier)
    if held is None:
        other = elsewhere.get(item.iri) or elsewhere.get(item.identifier)
        return _of(item, "already-there", why=other) if other else _of(item, "create")
    if held.digest != digest(comparable(item.payload)):
        return _of(item, "change", held=held)
    if publish and held.status != "PUBLISHED":
        return _of(item, "publish", held=held, why=f"its status is {held.status}")
    return _of(item, "unchanged", held=held)


def left_out(item: Item, target: Target, included: frozenset[str], skipped: frozenset[str]) -> str:
    """Why a dataset is not delivered; the empty string where it is."""
    if item.source in included:
        return ""
    if item.source in target.leave_out_sources:
        return f"the portal harvests {item.source} itself"
    if item.source in skipped:
        return f"source {item.source} is not delivered (deliver = false)"
    if item.identifier.startswith(target.leave_out_identifiers or ("\0",)):
        return "the portal harvests this identifier itself"
    return ""


def _of(
    item: Item,
    action: str,
    *,
    held: Held | None = None,
    why: str = "",
    problems: tuple[Problem, ...] = (),
) -> Step:
    return Step(
        action=action,  # type: ignore[arg-type] # one of Action, given above
        identifier=item.identifier,
        title=item.title,
        iri=item.iri,
        source=item.source,
        owner=item.owner,
        id=held.id if held else "",
        status=held.status if held else "",
        why=why,
        problems=problems,
        lost=item.lost,
        community=item.community,
        payload=item.payload,
    )


def _gone(held: Held, unsure: Mapping[str, str]) -> Step:
    action, why = "withdraw", "no longer in the catalogue"
    if held.status == "WITHDRAWN":
        action, why = "unchanged", "withdrawn before"
    elif held.source in unsure:
        action, why = "held", f"not withdrawn: source {held.source} is {unsure[held.source]}"
    return Step(
        action=action,  # type: ignore[arg-type] # one of the three above
        identifier=held.identifier,
        id=held.id,
        source=held.source,
        status=held.status,
        why=why,
    )
