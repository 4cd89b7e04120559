"""What a probe of one address saw. Made by `links`, judged by `probed` and the MQA."""

from datetime import datetime

import msgspec

DEAD = frozenset((404, 410))


class Probe(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One address, asked once: HEAD, and where that told too little a GET of its first bytes."""

    url: str
    time: str
    """When, ISO 8601 in UTC."""
    head: int | None = None
    """Status of HEAD after redirects; None where nothing answered."""
    status: int | None = None
    """Status of the answer that counts: of GET where it was asked, else of HEAD."""
    final_url: str = ""
    redirects: int = 0
    content_type: str = ""
    bytes: int | None = None
    """Size of the whole file, as the answer states it."""
    kind: str = ""
    """What the first bytes are: csv, json, html, zip, xlsx, ods, pdf ...; empty: not known."""
    login: bool = False
    """401, 403, or a redirect to where one logs in."""
    certificate: str = ""
    """What is wrong with the certificate: expired, early, wrong-host or untrusted; or nothing."""
    certificate_end: str = ""
    """Until when the certificate of the last hop holds, ISO 8601 in UTC; empty: no TLS."""
    refused: str = ""
    """Why the address guard let nothing through; empty where it did."""
    error: str = ""
    """Why there is no answer: timeout, connection, tls, redirects or host-down."""

    @property
    def is_alive(self) -> bool:
        """Whether the address answers with something, be it a login."""
        return self.status is not None and (self.status < 400 or self.status in (401, 402, 403))

    @property
    def is_dead(self) -> bool:
        """Whether nothing is there: gone, a server that fails, or no answer at all."""
        if self.status is None:
            return bool(self.error or self.refused or self.certificate)
        return self.status in DEAD or self.status >= 500

    def certificate_days(self, since: datetime) -> int | None:
        """Whole days that the certificate still holds; None where that is not known."""
        if not self.certificate_end:
            return None
        return (datetime.fromisoformat(self.certificate_end) - since).days


def head_counts(probe: Probe | None) -> bool | None:
    """Whether HEAD gives 200 to 399, as data.europa.eu asks; None: not measured."""
    if probe is None:
        return None
    return probe.head is not None and 200 <= probe.head < 400
