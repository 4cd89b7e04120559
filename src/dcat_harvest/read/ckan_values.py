"""Values of a CKAN package that need a closer look: titles, people, themes, tags."""

import json
import re
from collections.abc import Iterator
from typing import Any

from dcat_harvest.model import Contact, Link, Period
from dcat_harvest.read.ckan_files import iso_date
from dcat_harvest.read.fields import Fields

MAIL = re.compile(r"(?:mailto:)?([^\s@<>,;:()]+@[\w-]+(?:\.[\w-]+)+)\s*(?:\?.*)?", re.IGNORECASE)
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
    for item in fields.maybe("extras", list) or ():
        extra = Fields(item, fields.where)
        found[extra.take("key", str)] = extra.maybe("value", object)
    return found


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
            continue
        one = Fields(item, fields.where)
        if name := one.text(keys[0]) or one.text(keys[1]):
            yield name


def contact(fields: Fields, extras: Fields) -> Contact | None:
    """Return the contact point, only where one of its fields holds an address."""
    people = [
        (fields.text(f"{role}_email"), fields.text(role)) for role in ("maintainer", "author")
    ]
    people.append((extras.text("contact_email"), extras.text("contact_name")))
    for mail, name in people:
        for value, other in ((mail, name), (name, mail)):
            if value and (address := MAIL.fullmatch(value)):
                called = other if other and not MAIL.fullmatch(other) else address[1]
                return Contact(name=called, email=address[1])
    return None


def licence(fields: Fields) -> str | None:
    """Return the licence's id, unless it says that there is none."""
    word = fields.text("license_id") or ""
    return word if word.lower() not in NO_LICENCE else None


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
