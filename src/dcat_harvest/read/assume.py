"""What the manifest states for a whole source fills what a record does not state (decision 4)."""

from typing import Any

import msgspec

from dcat_harvest.model import Agent, Contact, DataService, Dataset, Origin
from dcat_harvest.read.manifest import Assumption, Manifest

# Manifest key -> record field. Nothing else may be assumed (design, decision 4).
FIELDS = {
    "publisher": "publisher",
    "creator": "creators",
    "contact": "contact",
    "licence": "licence",
    "access": "access",
    "language": "language",
    "spatial": "spatial",
    "theme": "themes",
}


def assume(record: Dataset, manifest: Manifest) -> Dataset:
    """The record with what `[stated_for_all]` gives for its absent fields, marked assumed."""
    changes: dict[str, Any] = {}
    origins = dict(record.origins)
    for key, field in FIELDS.items():
        given = manifest.stated_for_all.get(key)
        if given is None or getattr(record, field):
            continue
        if field == "licence" and record.kind == "series":
            continue
        changes[field] = _value(key, given)
        origins[field] = _origin(given)
    publisher = changes.get("publisher", record.publisher)
    if not record.creators and "creators" not in changes and publisher:
        changes["creators"] = (publisher,)
        origins["creators"] = Origin(kind="assumed", because="creator = publisher")
    return msgspec.structs.replace(record, **changes, origins=origins)


def assume_service(service: DataService, manifest: Manifest) -> DataService:
    """The same for a data service."""
    changes: dict[str, Any] = {}
    origins = dict(service.origins)
    for key in ("publisher", "contact", "licence", "access", "language", "theme"):
        field = FIELDS[key]
        given = manifest.stated_for_all.get(key)
        if given is not None and not getattr(service, field):
            changes[field] = _value(key, given)
            origins[field] = _origin(given)
    return msgspec.structs.replace(service, **changes, origins=origins)


def _value(key: str, given: Assumption) -> Any:
    agent = Agent(name=given.name or given.value, iri=given.iri)
    match key:
        case "publisher":
            return agent
        case "creator":
            return (agent,)
        case "contact":
            return Contact(
                name=given.name or given.value,
                email=given.email,
                url=given.url,
                telephone=given.telephone,
            )
        case "theme":
            return (given.value,)
        case _:
            return given.value


def _origin(given: Assumption) -> Origin:
    return Origin(kind="assumed", seen_at=given.seen_at, because=given.because)
