"""What the portal holds now: our own records, and identifiers of others."""

from collections.abc import Iterable, Mapping
from typing import Any

from dcat_harvest.deliver.client import Client, RefusedError
from dcat_harvest.deliver.journal import Journal, digest
from dcat_harvest.deliver.records import Held

_UTC = ("dctIssued", "dctModified")


def own(client: Client, journal: Journal, identifiers: Iterable[str]) -> dict[str, Held]:
    """Identifier to record, of all that our organisation has at the portal.

    A record that the journal does not know, or whose last delivery was cut off, is asked for.
    """
    known = journal.by_id()
    wanted = set(identifiers)
    found: dict[str, Held] = {}
    for record in client.own_records():
        meta = record.get("meta") or {}
        if meta.get("primaryTopicType") != "DATASET":
            continue
        id, status = str(meta.get("primaryTopicId", "")), meta.get("publicationStatus", "")
        entry = known.get(id)
        if entry is not None and entry.identifier not in journal.begun:
            found[entry.identifier] = Held(
                id=id, identifier=entry.identifier, status=status, digest=entry.digest,
                source=entry.source,
            )  # fmt: skip
            continue
        held = _asked(client, journal, id, status)
        if held is not None and (held.identifier in wanted or held.identifier not in found):
            found[held.identifier] = held
    return found


def _asked(client: Client, journal: Journal, id: str, status: Any) -> Held | None:
    try:
        stored = client.dataset(id).get("dcatDataset") or {}
    except RefusedError as problem:
        if problem.status == 404:
            return None
        raise
    identifier = str(stored.get("dctIdentifier", ""))
    begun = journal.begun.get(identifier)
    # What we began to deliver is ours even if the answer never reached us.
    source = begun.source if begun else ""
    return Held(
        id=id, identifier=identifier, status=status, digest=digest(comparable(stored)),
        source=source,
    )  # fmt: skip


def others(client: Client, ours: Iterable[str]) -> dict[str, str]:
    """Identifier or file address to where it is, of all that others published at the portal."""
    mine = set(ours)
    found: dict[str, str] = {}
    for record in client.published():
        if record.get("id") in mine:
            continue
        stored = record.get("dcatDataset") or {}
        where = f"record {record.get('id')} of another hand"
        found[str(stored.get("dctIdentifier", ""))] = where
        for file in stored.get("dcatDistribution") or ():
            if file.get("dcatDownloadUrl"):
                found.setdefault(str(file["dcatDownloadUrl"]), f"{where} (same file)")
    return found


def comparable(payload: Mapping[str, Any]) -> dict[str, Any]:
    """A payload in the form in which ours and the portal's are compared.

    The portal returns moments in UTC and may add empty fields.
    """
    found = {k: v for k, v in payload.items() if v not in (None, "", [])}
    for name in _UTC:
        if name in found:
            found[name] = _utc(str(found[name]))
    return found


def _utc(text: str) -> str:
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat()
