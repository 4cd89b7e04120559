"""One run of a delivery: the same for every account."""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from dcat_harvest.deliver.applying import apply
from dcat_harvest.deliver.client import (
    Account,
    Client,
    RefusedError,
    UnreachableError,
    account_of,
)
from dcat_harvest.deliver.journal import Journal
from dcat_harvest.deliver.planning import left_out, plan
from dcat_harvest.deliver.portal import others, own
from dcat_harvest.deliver.records import Done, Held, Item, Plan, Step
from dcat_harvest.errors import UsageError
from dcat_harvest.targets import Target

NO_ACCOUNT = "no account: set DCAT_HARVEST_DELIVER_CLIENT_ID and _API_KEY (or one per owner)"


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What holds for all accounts of a delivery."""

    target: Target
    elsewhere: Mapping[str, str]
    unsure: Mapping[str, str]
    included: frozenset[str]
    left_out: frozenset[str]
    publish: bool
    present: frozenset[str]
    twice: frozenset[str]
    dry_run: bool

    def go(
        self,
        items: Sequence[Item],
        client: Client | None,
        journal: Journal,
        progress: Callable[[Done], None],
    ) -> tuple[Plan, tuple[Done, ...]]:
        """Plan for one account, and unless it is a dry run, apply."""
        held = own(client, journal, self.present) if client else {}
        found = self._plan(items, held, self.elsewhere)
        if client and any(step.action == "create" for step in found.steps):
            found = self._looked_up(found, items, held, client)
        if self.dry_run:
            return found, ()
        if client is None:
            return _held(found, lambda step: f"{step.owner}: {NO_ACCOUNT}"), ()
        return found, apply(found, client, journal, progress=progress)

    def _looked_up(
        self, found: Plan, items: Sequence[Item], held: Mapping[str, Held], client: Client
    ) -> Plan:
        """Nothing is created before it was looked up under other hands (design, decision 13)."""
        try:
            there = others(client, (h.id for h in held.values()))
        except (RefusedError, UnreachableError) as problem:
            why = f"what others have at the portal could not be looked up: {problem}"
            return _held(found, lambda _: why)
        return self._plan(items, held, {**_placed(items, there), **self.elsewhere})

    def _plan(
        self, items: Sequence[Item], held: Mapping[str, Held], elsewhere: Mapping[str, str]
    ) -> Plan:
        return plan(
            items,
            held,
            target=self.target,
            elsewhere=elsewhere,
            unsure=self.unsure,
            included=self.included,
            left_out_sources=self.left_out,
            publish=self.publish,
            present=self.present,
            twice=self.twice,
        )


def _placed(items: Iterable[Item], there: Mapping[str, str]) -> dict[str, str]:
    """Dataset IRI to where the portal has it, by identifier or by a file."""
    return {
        item.iri: there[address]
        for item in items
        for address in (*item.files, item.identifier)
        if address in there
    }


def by_account(
    items: Iterable[Item], run: Run, environment: Mapping[str, str] | None
) -> dict[Account | None, list[Item]]:
    """The datasets of each account. Those left out need none.

    Raises UsageError where there is something to deliver and no account at all.
    """
    values = os.environ if environment is None else environment
    found: dict[Account | None, list[Item]] = {}
    idle: list[Item] = []
    for item in items:
        if left_out(item, run.target, run.included, run.left_out):
            idle.append(item)
        else:
            found.setdefault(account_of(item.owner, values), []).append(item)
    general = account_of("", values)
    if general is not None:
        # Even with nothing of its own to send it may have something to withdraw.
        found.setdefault(general, [])
    if found.keys() == {None} and not run.dry_run:
        raise UsageError(NO_ACCOUNT)
    found.setdefault(next(iter(found), None), []).extend(idle)
    return found


def _held(found: Plan, why: Callable[[Step], str]) -> Plan:
    """The plan without its creations, which wait for a person."""
    steps = tuple(
        msgspec.structs.replace(step, action="held", why=why(step))
        if step.action == "create"
        else step
        for step in found.steps
    )
    return Plan(steps=steps, publish=found.publish)
