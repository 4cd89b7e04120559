"""What the manifest of a CKAN source may set."""

from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from dcat_harvest.errors import UsageError
from dcat_harvest.read.manifest import Manifest


class Attribution(msgspec.Struct, frozen=True, kw_only=True):
    """Who made a dataset, where its notes say so in these words."""

    name: str
    iri: str | None = None
    said: str
    link: str = ""
    """Address of what the maker publishes of it, if any."""


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """The portal's DataStore, described as a data service."""

    key: str = "datastore"
    title: str
    description: str


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """Options of a source of type `ckan`; each has a default that suits most portals."""

    portal: str = ""
    """Address of the portal, without a final slash; the host of the first start address."""
    most_pages: int = 1000
    internal_hosts: tuple[str, ...] = ()
    """Patterns (`*.example.org`) of hosts that only the portal's owner can reach."""
    documentation_formats: tuple[str, ...] = (
        *("pdf", "doc", "docx", "odt", "rtf", "ppt", "pptx", "odp", "md", "htm", "html"),
        *("png", "jpg", "jpeg", "gif", "svg"),
    )
    documentation_names: tuple[str, ...] = ()
    """First words of resources that explain data, whatever their format."""
    changelog_suffix: str = ""
    """End of the name of a package that documents the package without it."""
    repairs: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Wrong character -> right one, repaired between two letters."""
    sectors: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Group name -> sector, to notice notes that were copied from another sector."""
    sector_words: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Words of running text -> sector."""
    leave_out: tuple[str, ...] = ()
    """Regular expressions: packages with such a name, identifier or publisher are left out."""
    organization_is_publisher: bool = True
    """The portal's organization publishes, where a package names no publisher."""
    creators: Mapping[str, Attribution] = msgspec.field(default_factory=dict)
    datastore: Service | None = None
    ignore: tuple[str, ...] = ()
    """Names of package fields and extras that need no reading."""
    ignore_resource: tuple[str, ...] = ()


def options(manifest: Manifest) -> Options:
    """Return the options of a manifest; UsageError where one has a wrong type."""
    try:
        found = msgspec.convert(dict(manifest.options), Options)
    except msgspec.ValidationError as error:
        raise UsageError(f"source {manifest.name}: an option is wrong: {error}") from None
    if found.portal:
        return msgspec.structs.replace(found, portal=found.portal.rstrip("/"))
    parts = urlsplit(manifest.start[0])
    path = parts.path.partition("/api/")[0].rstrip("/")
    return msgspec.structs.replace(found, portal=f"{parts.scheme}://{parts.netloc}{path}")
