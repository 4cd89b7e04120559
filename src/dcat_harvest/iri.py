"""Stable names for everything we publish: from keys and addresses, never from a position."""

import hashlib
import re
from urllib.parse import quote

from w3lib.url import safe_url_string

# What an IRI may not hold in N-Triples (RFC 3987 and the grammar of the W3C recommendation).
_FORBIDDEN = re.compile(r"[\x00-\x20<>\"{}|^`\\\x7f-\x9f]|%(?![0-9A-Fa-f]{2})")
_WEB = re.compile(r"https?://[^/?#\s]+", re.IGNORECASE)
_KINDS = frozenset(
    {"agent", "capture", "catalog", "contact", "dataset", "graph", "service", "source"}
)
MOST_ADDRESS = 8000
"""Characters: what RFC 9110 section 4.1 asks every server to take."""
MOST_SLUG = 200
"""With its digest and ending a name stays below the 255 bytes that a file system takes."""


def digest(text: str, length: int = 12) -> str:
    """A short hexadecimal name of a text; not a matter of security."""
    return hashlib.sha256(text.encode()).hexdigest()[:length]


def slug(text: str) -> str:
    """Lower-case words joined by hyphens, for the readable part of a name: that of a file too."""
    found = re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-")
    return found[:MOST_SLUG].rstrip("-") or digest(text)


def web_address(text: str) -> str | None:
    """The address made safe for RDF (`safe_url_string`), or None where it may not be published.

    That is: where it is no http(s) address, is too long, or holds somebody's name and password.
    """
    if len(text) > MOST_ADDRESS:
        return None
    try:
        address = safe_url_string(text.strip())
    except ValueError:  # of a host that is none: `http://[::1`
        return None
    address = _FORBIDDEN.sub(lambda m: "".join(f"%{b:02X}" for b in m[0].encode()), address)
    found = _WEB.match(address)
    return address if found and "@" not in found[0] else None


def mail_address(text: str) -> str | None:
    """`mailto:` IRI of an e-mail address, or None where it is none."""
    plain = text.strip().removeprefix("mailto:")
    return (
        f"mailto:{quote(plain, safe='@.+-_')}" if re.fullmatch(r"[^@\s]+@[^@\s]+", plain) else None
    )


class Names:
    """The IRIs under one base. `base` ends in `/`."""

    def __init__(self, base: str) -> None:
        self.base = base

    def owns(self, iri: str) -> bool:
        """Whether an IRI is of the kind that we give: no publisher may describe it."""
        kind = re.split("[/#?]", iri.removeprefix(self.base), maxsplit=1)[0]
        return iri.startswith(self.base) and kind in _KINDS

    @property
    def catalog(self) -> str:
        """The catalogue."""
        return f"{self.base}catalog"

    def dataset(self, source: str, key: str) -> str:
        """A dataset or series (design, decision 12): percent-encoded but for `/`."""
        return f"{self.base}dataset/{quote(source, safe='')}/{quote(key, safe='/')}"

    def service(self, source: str, key: str) -> str:
        """A data service of a source."""
        return f"{self.base}service/{quote(source, safe='')}/{quote(key, safe='/')}"

    def source(self, source: str) -> str:
        """A source of the catalogue, in the provenance graph."""
        return f"{self.base}source/{quote(source, safe='')}"

    def agent(self, name: str) -> str:
        """An organisation without an identifier of its own."""
        return f"{self.base}agent/{slug(name)}-{digest(name, 6)}"

    def is_agent(self, iri: str) -> bool:
        """Whether an IRI has the form of `agent`: its name is also that of a file."""
        return bool(re.fullmatch(re.escape(f"{self.base}agent/") + r"[a-z0-9-]{1,220}", iri))

    def contact(self, *parts: str | None) -> str:
        """A contact point, by all that it states."""
        said = "|".join(p or "" for p in parts)
        return f"{self.base}contact/{slug(parts[0] or '')}-{digest(said, 8)}"

    def capture(self, url: str, time: str, payload: str) -> str:
        """One response in the archive."""
        return f"{self.base}capture/{digest(f'{url} {time} {payload}', 20)}"

    def graph(self, name: str) -> str:
        """A named graph of the store: a source's name, or `quality`, `provenance`, `terms`."""
        return f"{self.base}graph/{quote(name, safe='')}"


def part(of: str, kind: str, text: str = "") -> str:
    """A node that belongs to one resource: `{of}#kind`, by its text `{of}#kind-digest`.

    A part of a part is joined by a hyphen: an IRI has one fragment.
    """
    name = f"{kind}-{digest(text)}" if text else kind
    return f"{of}{'-' if '#' in of else '#'}{name}"
