"""The live way in: archive, fetcher and User-Agent of a run on the web."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dcat_harvest import __version__
from dcat_harvest.settings import Settings, iso

if TYPE_CHECKING:
    from dcat_harvest.fetch import Fetcher

HOMEPAGE = "https://example.org/dcat-harvest"


def user_agent(contact: str = "") -> str:
    """Who asks, truthfully, and how to reach the operator."""
    return f"dcat-harvest/{__version__} (+{contact or HOMEPAGE})"


def open_live(output: Path, settings: Settings, now: datetime) -> "Fetcher":
    """A fetcher that archives under `output/archive`, conditional on what is held there."""
    from dcat_harvest.archive import Archive
    from dcat_harvest.fetch import Fetcher
    from dcat_harvest.guard import Guard
    from dcat_harvest.holdings import Holdings

    folder = output / "archive"
    folder.mkdir(parents=True, exist_ok=True)
    held = Holdings(folder)
    archive = Archive(folder, now.strftime("%Y%m%dT%H%M%SZ"), now=iso(now))
    guard = Guard(inside=settings.inside)
    return Fetcher(
        archive,
        user_agent(settings.user_contact),
        held=held,
        guard=guard,
        # A clock given as a value stands still; the pace is counted by the machine's own.
        now=(lambda: iso(now)) if settings.now else None,
    )
