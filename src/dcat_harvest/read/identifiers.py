"""Identifiers of research data as addresses: DOI, handle, URN:NBN, or an address as it is."""

import re
from collections.abc import Iterable

DOI = re.compile(r"(?:(?:https?://)?(?:dx\.)?doi\.org/|doi:\s*)?(10\.\d{4,9}/\S+)", re.IGNORECASE)
HANDLE = re.compile(r"(?:hdl:\s*|info:hdl/)(\S+/\S+)", re.IGNORECASE)
NBN = re.compile(r"urn:nbn:\S+", re.IGNORECASE)
WEB = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)


def doi(text: str) -> str | None:
    """Return the address of a DOI, however it is written; None where the text is none.

    >>> doi("doi:10.17026/dans-zvf-q335")
    'https://doi.org/10.17026/dans-zvf-q335'
    """
    found = DOI.fullmatch(text.strip())
    return f"https://doi.org/{found[1]}" if found else None


def address(text: str) -> str | None:
    """Return the address that an identifier is or stands for; None where it has none.

    >>> address("hdl:1902.1/21919"), address("easy-dataset:64340")
    ('https://hdl.handle.net/1902.1/21919', None)
    """
    plain = text.strip()
    if found := doi(plain):
        return found
    if handle := HANDLE.fullmatch(plain):
        return f"https://hdl.handle.net/{handle[1]}"
    if NBN.fullmatch(plain):
        return f"https://persistent-identifier.nl/{plain}" if ":nl:" in plain.lower() else None
    return plain if WEB.fullmatch(plain) else None


def best(texts: Iterable[str]) -> str | None:
    """Return the address that names a thing for good: a DOI, then a handle, then any address."""
    found = [a for a in map(address, texts) if a]
    for host in ("https://doi.org/", "https://hdl.handle.net/", ""):
        for one in found:
            if one.startswith(host):
                return one
    return None
