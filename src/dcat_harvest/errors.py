"""One family of errors; each knows its exit code (design, command line)."""


class HarvestError(Exception):
    """Base of all our errors: a message that says what, where and what to do next."""

    exit_code = 5


class UsageError(HarvestError):
    """A wrong option, configuration, input file or output folder."""

    exit_code = 2


class ArchiveError(UsageError):
    """A WARC file that is cut short, or is no WARC file."""


class InputError(UsageError):
    """Data to check that cannot be read as RDF, or holds nothing to check."""


class SourceError(HarvestError):
    """A source that could not be fetched or read."""

    exit_code = 3


class FetchError(SourceError):
    """A page that could not be fetched: its address and the reason."""

    def __init__(self, url: str, reason: str, *, status: int | None = None) -> None:
        super().__init__(f"{url}: {reason}")
        self.url = url
        self.reason = reason
        self.status = status


class PageChanged(SourceError):
    """A page that no longer has the structure its reader knows; it stops that page only."""


class StoreError(HarvestError):
    """A SPARQL store or delivery target that refused."""

    exit_code = 4


class BrokenInvariant(HarvestError):
    """Our own bug: something was about to be published wrong. Stops the run."""

    exit_code = 5
