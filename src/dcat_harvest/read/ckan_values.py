"""Values of a CKAN package that need a closer look: titles, people, themes, tags."""

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from dcat_harvest.model import Agent, Contact, Link, Period
from dcat_harvest.read.ckan_files import iso_date
from dcat_harvest.read.fields import Fields

MAIL = re.compile(r"(?:mailto:)?([^\s@<>,;:()]+@[\w-]+(?:\.[\w-]+)+)\s*(?:\?.*)?", re.IGNORECASE)
# Fields of DCAT that portals give as extras, or (data.overheid.nl) beside the fields of CKAN.
PLAIN = (
    *("theme", "frequency", "issued", "modified", "access_rights", "language", "temporal_start"),
    *("temporal_end", "identifier", "contact_name", "contact_email", "contact_point_name"),
    *("contact_point_email", "contact_point_website", "contact_point_phone", "publisher"),
    *(
        "publisher_name",
        "publisher_uri",
        "publisher_url",
        "authority",
        "creator",
        "accrual_periodicity",
    ),
    *("alternate_identifier", "version_notes", "dataset_status", "contact_uri"),
)
NO_LICENCE = ("", "notspecified", "none", "null")


def title(raw: str | None) -> str | None:
    """Return a title without ordinal and final full stop."""
    if raw is None:
        return None
    cleaned = re.sub(r"^\d{2}\.\s+", "", re.sub(r"\s+", " ", raw))
    return re.sub(r"(?<!\.)\.$", "", cleaned).strip() or None


def extras(fields: Fields) -> dict[str, Any]:
    """Return the extras of a package as one object."""
    found: dict[str, Any] = {}
    for extra in _objects(fields, "extras"):
        key = extra.maybe("key", str)
        if key is None:
            fields.odd.append(("extras", "no key"))
        else:
            found[key] = extra.maybe("value", object)
    for name in PLAIN:
        value = fields.maybe(name, object)
        if value is not None and value != "" and found.get(name) in (None, ""):
            found[name] = value
    return found


def word(extras: Fields, *names: str) -> str | None:
    """Return the first of several values that is a text, of a list (also as JSON) the first."""
    for name in names:
        value = extras.maybe(name, object)
        if isinstance(value, str) and value.lstrip().startswith("["):
            try:
                value = json.loads(value)
            except ValueError:
                extras.odd.append((name, value[:80]))
                continue
        items = value if isinstance(value, list) else [value]
        for item in items:
            if isinstance(item, (str, int)) and not isinstance(item, bool) and str(item).strip():
                return str(item).strip()
    return None


def agent(given: str | None, iri: str | None = None) -> Agent | None:
    """Return an organisation by name, or by an address that holds its name (OWMS)."""
    if given and re.match(r"https?://", given):
        name = unquote(given.rstrip("/").rpartition("/")[2]).replace("_", " ")
        return Agent(name=name, iri=given) if re.search(r"[^\W\d]{2}", name) else None
    return Agent(name=given, iri=iri) if given else None


def publisher(fields: Fields, extras: Fields, *, by_organization: bool) -> Agent | None:
    """Return who publishes a package: what it states, else the organization of the portal."""
    extras.take_all(("publisher", "publisher_name", "publisher_uri", "publisher_url", "authority"))
    iri = word(extras, "publisher_uri")
    named = word(extras, "publisher_name", "publisher", "authority")
    if found := agent(named, iri) or agent(iri):
        return found
    raw = fields.maybe("organization", dict)
    if not by_organization or not raw:
        return None
    return agent(Fields(raw, fields.where).text("title") or Fields(raw, fields.where).text("name"))


def themes(extras: Fields) -> tuple[str, ...]:
    """Read a JSON list in a string, a bare string, or a list."""
    value = extras.maybe("theme", object)
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            extras.odd.append(("theme", value[:80]))
            return ()
    items = value if isinstance(value, list) else [value]
    return tuple(item.strip() for item in items if isinstance(item, str) and item.strip())


def groups(fields: Fields) -> tuple[str, ...]:
    """Return the names of the groups."""
    return tuple(_names(fields, "groups", ("name", "title")))


def tags(fields: Fields) -> tuple[str, ...]:
    """Return the tags, as shown."""
    return tuple(dict.fromkeys(_names(fields, "tags", ("display_name", "name"))))


def _names(fields: Fields, field: str, keys: tuple[str, str]) -> Iterator[str]:
    for item in fields.maybe(field, list) or ():
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            one = Fields(item, fields.where)
            if name := one.text(keys[0]) or one.text(keys[1]):
                yield name
        else:
            fields.odd.append((field, repr(item)[:80]))


def _objects(fields: Fields, field: str) -> Iterator[Fields]:
    """Yield the objects of a list; what is none goes to `odd`."""
    for item in fields.maybe(field, list) or ():
        if isinstance(item, dict):
            yield Fields(item, fields.where)
        else:
            fields.odd.append((field, repr(item)[:80]))


def contact(fields: Fields, extras: Fields) -> Contact | None:
    """Return the contact point, only where one of its fields holds an address."""
    people = [
        (fields.text(f"{role}_email"), fields.text(role)) for role in ("maintainer", "author")
    ]
    people.append((word(extras, "contact_email"), word(extras, "contact_name")))
    people.append((word(extras, "contact_point_email"), word(extras, "contact_point_name")))
    for mail, name in people:
        for value, other in ((mail, name), (name, mail)):
            if value and (address := MAIL.fullmatch(value)):
                called = other if other and not MAIL.fullmatch(other) else address[1]
                return Contact(name=called, email=address[1])
    site = word(extras, "contact_point_website", "contact_uri")
    phone = word(extras, "contact_point_phone")
    name = word(extras, "contact_point_name", "contact_name")
    if site and re.match(r"https?://", site):
        return Contact(name=name or site, url=site, telephone=phone)
    return Contact(name=name or phone, telephone=phone) if phone else None


def licence(fields: Fields) -> str | None:
    """Return the licence's id, unless it says that there is none."""
    given = fields.maybe("license_id", str)
    if given is None:
        # Some portals give no id: the address, then. Beside an id it may be left from before.
        given = fields.text("license_url")
    plain = (given or "").strip()
    return plain if plain.lower() not in NO_LICENCE else None


def period(extras: Fields) -> Period | None:
    """Return the period that extras state."""
    start, end = iso_date(extras, "temporal_start"), iso_date(extras, "temporal_end")
    if not start and not end:
        return None
    return Period(start=start and start[:10], end=end and end[:10])


def links(fields: Fields) -> tuple[Link, ...]:
    """Return the package's own address elsewhere."""
    url = fields.text("url")
    return (Link(url=url),) if url and re.match(r"https?://\S+$", url) else ()
