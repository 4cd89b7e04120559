"""Releases made for the tests of site and server, and a real server over them on loopback."""

import http.client
import io
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

import msgspec

from dcat_harvest.model import (
    Agent,
    Annotation,
    Capture,
    CaptureRef,
    Contact,
    Dataset,
    Distribution,
    Origin,
    Page,
    Period,
)
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.run import Outcome, run
from dcat_harvest.serve import Limits
from dcat_harvest.serve.running import server
from dcat_harvest.settings import Settings
from dcat_harvest.sources import Source

BASE = "https://x.test/"
NOW = datetime(2026, 11, 2, 6, tzinfo=UTC)
LATER = datetime(2026, 11, 3, 6, tzinfo=UTC)
OWMS = "http://standaarden.overheid.nl/owms/terms/Dienst_Uitvoering_Onderwijs"
SCRIPT = "<script>alert(1)</script>"
HOSTILE = (
    f"{SCRIPT}<img src=x onerror=alert(2)> \u202eomgekeerd\u202c \"'&amp;</title></script><!--"
)


class Web:
    """A web on which every page answers with nothing."""

    def fetch(self, page: Page, manifest: Manifest) -> Capture:
        """An empty answer."""
        return Capture(
            url=page.url, final_url=page.url, status=200, headers={}, body=b"",
            time="2026-11-01T12:30:00Z", digest="sha1:ABC", page=page,
        )  # fmt: skip


def dataset(key: str, **values: Any) -> Dataset:
    """A good dataset."""
    agent = Agent(name="Dienst Uitvoering Onderwijs", iri=OWMS)
    given: dict[str, Any] = {
        "title": f"Dataset {key}",
        "description": f"Wat er in {key} staat, per vestiging en per schooljaar.",
        "publisher": agent,
        "creators": (agent,),
        "identifier": f"https://p.test/{key}",
        "landing_page": f"https://p.test/{key}.html",
        "themes": ("EDUC",),
        "keywords": ("onderwijs", "scholen"),
        "frequency": "jaarlijks",
        "period": Period(start="2019-01-01", end="2024-12-31"),
        "modified": "2026-10-01",
        "access": "public",
        "language": "nl",
        "spatial": "NLD",
        "contact": Contact(name="Loket", email="loket@p.test"),
        "licence": "cc-by",
        "distributions": (
            Distribution(
                access_url=f"https://p.test/{key}.csv",
                download_url=f"https://p.test/{key}.csv",
                title=f"{key} als csv",
                format="csv",
                media_type="text/csv",
                bytes=1_600_000,
            ),
        ),
        "annotations": (Annotation(kind="suppression", text="Aantallen onder 5 zijn <5."),),
        "origins": {
            "licence": Origin(kind="interpreted", seen_at="https://p.test/", text="cc-by"),
            "access": Origin(kind="assumed", because="every file is open to anyone"),
            "publisher": Origin(kind="assumed", seen_at="https://p.test/over"),
        },
        "captures": (
            CaptureRef(
                url=f"https://p.test/{key}.html", time="2026-11-01T12:30:00Z", digest="sha1:ABC"
            ),
        ),
        **values,
    }
    return Dataset(source="duo", key=key, **given)


def good(count: int) -> list[Dataset]:
    """So many good datasets; the words of their titles differ."""
    words = ("Schoolverzuim", "Adressen", "Leerlingen", "Examens", "Doorstroom", "Bekostiging")
    return [
        dataset(f"k{n:03}", title=f"{words[n % len(words)]} in het voortgezet onderwijs {n}")
        for n in range(count)
    ]


def odd() -> list[Dataset]:
    """Datasets that would break a page, a path or a header."""
    return [
        dataset(
            "vijandig", title=HOSTILE, description=f"{SCRIPT}\n\n{HOSTILE}", keywords=(SCRIPT,)
        ),
        dataset("lang", title="lang " * 2000, description="woord " * 5000),
        dataset("map/met spatie & 'quote\"", title="Een naam met leestekens"),
        dataset("engels", title="Tables in English", text_language="en"),
        dataset("kaal", description=None, distributions=(), licence=None, modified=None),
    ]


def ran(output: Path, datasets: list[Dataset], now: datetime = NOW, base: str = BASE) -> Outcome:
    """A release of these datasets, as the pipeline makes it."""

    def read(capture: Capture, manifest: Manifest) -> Iterator[Dataset]:
        yield from datasets

    start: Callable[[Manifest], list[Page]] = lambda m: [Page(url=m.start[0], kind="x")]  # noqa: E731
    publisher = Agent(name="Dienst Uitvoering Onderwijs", iri=OWMS)
    manifest = Manifest(
        name="duo", type="duo", title="DUO", start=("https://p.test/",), publisher=publisher
    )
    source = Source(manifest=manifest, reader=SimpleNamespace(start=start, read=read))
    return run([source], Web(), output, Settings(base=base), now, accept_shrink=["duo"])


class Answer(msgspec.Struct, frozen=True):
    """Status, headers in lower case, and body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()


class Client:
    """Asks a server exactly what it is told to."""

    def __init__(self, port: int, log: io.StringIO, host: str = "127.0.0.1") -> None:
        self.port, self.log, self.host = port, log, host

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: bytes | None = None,
        more: Mapping[str, str] = MappingProxyType({}),
        **headers: str,
    ) -> Answer:
        """One request on a connection of its own; `_` in a header's name is a hyphen."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=20)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in {**more, **headers}.items():
                connection.putheader(name.replace("_", "-"), value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            found = connection.getresponse()
            named = {k.lower(): v for k, v in found.getheaders()}
            return Answer(found.status, named, found.read())
        finally:
            connection.close()


@contextmanager
def serving(
    output: Path, limits: Limits | None = None, host: str = "127.0.0.1"
) -> Iterator[Client]:
    """A server over an output folder, until the block ends."""
    address: list[str] = []
    listening = threading.Event()

    def ready(url: str) -> None:
        address.append(url)
        listening.set()

    log = io.StringIO()
    made = server(output, host=host, port=0, limits=limits, log_to=log, ready=ready)
    thread = threading.Thread(target=made.run, daemon=True)
    thread.start()
    assert listening.wait(20)
    try:
        yield Client(int(address[0].rsplit(":", 1)[1].strip("/")), log, host)
    finally:
        made.should_exit = True
        thread.join(20)
        assert not thread.is_alive()
