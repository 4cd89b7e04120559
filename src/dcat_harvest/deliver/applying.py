"""Taking the steps of a plan, one after the other, so that a cut loses nothing."""

from collections.abc import Callable, Iterator

from dcat_harvest.deliver.client import Client, RefusedError, UnreachableError
from dcat_harvest.deliver.journal import Entry, Journal, digest
from dcat_harvest.deliver.portal import comparable, own
from dcat_harvest.deliver.records import Done, Plan, Problem, Step
from dcat_harvest.errors import StoreError

GIVE_UP_AFTER = 10


def apply(
    plan: Plan,
    client: Client,
    journal: Journal,
    *,
    progress: Callable[[Done], None] = lambda _: None,
) -> tuple[Done, ...]:
    """Take the steps that send something; one that fails leaves the next its turn.

    After ten datasets in a row without a usable answer the rest is not tried.
    """
    found = []
    for done in _all(plan, client, journal):
        progress(done)
        found.append(done)
    return tuple(found)


def _all(plan: Plan, client: Client, journal: Journal) -> Iterator[Done]:
    silent = 0
    for step in plan.todo():
        if silent >= GIVE_UP_AFTER:
            yield _done(step, "not-tried", why=f"{silent} failures in a row before it")
            continue
        try:
            done = _take(step, client, journal, publish=plan.publish)
        except RefusedError as problem:
            done = _done(step, "refused", why=str(problem), problems=_problems(problem))
        except UnreachableError as problem:
            silent += 1
            yield _done(step, "failed", why=str(problem))
            continue
        silent = 0
        yield done


def _problems(problem: RefusedError) -> tuple[Problem, ...]:
    return problem.problems or (Problem(code=problem.code or str(problem.status), path=""),)


def _take(step: Step, client: Client, journal: Journal, *, publish: bool) -> Done:
    journal.write(_entry(step, journal, "begin"))
    match step.action:
        case "create":
            return _create(step, client, journal, publish=publish)
        case "change" | "publish":
            return _change(step, client, journal, publish=publish)
        case "withdraw":
            return _withdraw(step, client, journal)
        case _:
            raise StoreError(f"{step.identifier}: nothing to send for {step.action}")


def _create(step: Step, client: Client, journal: Journal, *, publish: bool) -> Done:
    try:
        id = client.create(step.payload, publish=publish)
    except RefusedError as problem:
        if problem.status != 409:
            raise
        # Ours after all (the answer to an earlier try was lost), or somebody else's?
        held = own(client, journal, [step.identifier]).get(step.identifier)
        if held is None:
            journal.write(_entry(step, journal, "seen"))
            return _done(step, "already-there", why="another hand has this identifier")
        found = Step(
            action="change", identifier=step.identifier, iri=step.iri, source=step.source,
            owner=step.owner, id=held.id, status=held.status, payload=step.payload,
        )  # fmt: skip
        return _change(found, client, journal, publish=publish, action="create")
    journal.write(_entry(step, journal, "done", id=id))
    return _done(step, "done", id=id)


def _change(
    step: Step, client: Client, journal: Journal, *, publish: bool, action: str = ""
) -> Done:
    if step.action == "change":
        client.replace(step.id, step.payload)
    if publish and step.status != "PUBLISHED":
        client.set_status(step.id, "PUBLISHED")
    journal.write(_entry(step, journal, "done", id=step.id))
    return _done(step, "done", id=step.id, action=action)


def _withdraw(step: Step, client: Client, journal: Journal) -> Done:
    if step.status == "DRAFT":
        # A draft cannot be withdrawn (the API answers 409); nobody has seen it yet.
        client.delete(step.id)
    else:
        client.set_status(step.id, "WITHDRAWN")
    journal.write(_entry(step, journal, "gone", id=step.id))
    return _done(step, "done", id=step.id)


def _entry(step: Step, journal: Journal, event: str, *, id: str = "") -> Entry:
    return Entry(
        event=event,  # type: ignore[arg-type] # one of the four, given above
        portal=journal.portal,
        identifier=step.identifier,
        id=id or step.id,
        # After a withdrawal the content differs from whatever comes back: it is sent again.
        digest=digest(comparable(step.payload)) if event in ("done", "begin") else "",
        source=step.source,
        owner=step.owner,
    )


def _done(
    step: Step,
    outcome: str,
    *,
    id: str = "",
    why: str = "",
    problems: tuple[Problem, ...] = (),
    action: str = "",
) -> Done:
    return Done(
        identifier=step.identifier,
        action=action or step.action,  # type: ignore[arg-type] # one of Action
        outcome=outcome,  # type: ignore[arg-type] # one of Outcome, given above
        iri=step.iri,
        id=id or step.id,
        problems=problems,
        why=why,
    )
