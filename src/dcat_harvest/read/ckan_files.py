"""Resources of a CKAN package: which are data, which documentation, and where they really are."""

import ipaddress
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, NamedTuple
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Checksum, Distribution, Document
from dcat_harvest.read import dates
from dcat_harvest.read.ckan_options import Options
from dcat_harvest.read.fields import Fields

CHECKSUMS = {32: "md5", 40: "sha1", 64: "sha256"}
IGNORED = frozenset(
    {
        "cache_last_updated", "cache_url", "ckan_url", "metadata_modified", "package_id",
        "position", "mimetype_inner", "resource_type", "revision_id", "total_record_count",
        "url_type", "state", "datastore_contains_all_records_of_source_file", "original_url",
        "resource_id", "set_url_type", "task_created", "tracking_summary", "webstore_url",
        "webstore_last_updated", "_extras", "metadata_created", "ckan_uploaded",
    }
)  # fmt: skip
INTERNAL = ("localhost", "*.local", "*.internal", "*.intern", "*.svc", "*.lan", "*.localdomain")


class Files(NamedTuple):
    """The resources of one package, told apart."""

    distributions: tuple[Distribution, ...]
    documents: tuple[Document, ...]
    modified: str | None
    """The newest change of a data file."""
    unread: tuple[str, ...]


class Place(NamedTuple):
    """What a resource needs to know of where it stands."""

    source: str
    package: str
    where: str
    options: Options
    only_documents: bool


def files(raw: list[object], place: Place) -> Iterator[Files | Finding]:
    """Yield findings on the resources of a package, then the Files."""
    data: dict[str, Distribution] = {}
    documents: dict[str, Document] = {}
    changes: list[str] = []
    unread: set[str] = set()
    for item in raw:
        if not isinstance(item, dict):
            yield _odd_item(place, item)
            continue
        fields = Fields(item, place.where)
        if (fields.text("state") or "active") != "active":
            continue
        for found in _resource(fields, place):
            match found:
                case Finding():
                    yield found
                case Document():
                    documents.setdefault(found.url, found)
                case Distribution():
                    address = found.download_url or found.access_url
                    if address in data:
                        yield _found(place, "duplicate-file", address)
                    data.setdefault(address, found)
                    changes += [found.modified] if found.modified else []
        unread.update(fields.rest([*IGNORED, *place.options.ignore_resource]))
    yield Files(
        tuple(data.values()), tuple(documents.values()), max(changes, default=None), tuple(unread)
    )


def _odd_item(place: Place, item: object) -> Finding:
    return finding(
        "odd-value", source=place.source, key=place.package, where=place.where, field="resources",
        value=repr(item)[:80],
    )  # fmt: skip


def iso_date(fields: Fields, name: str) -> str | None:
    """Return the ISO 8601 date or time of a field; what is none goes to `fields.odd`."""
    value = fields.text(name)
    if value is None:
        return None
    found = dates.iso(value)
    if found is None:
        fields.odd.append((name, value[:80]))
    return found


def _resource(fields: Fields, place: Place) -> Iterator[Distribution | Document | Finding]:
    identity = fields.text("id")
    served = fields.text("url")
    url = _address(served, place.options.portal) if served else None
    if served and url is None:
        yield finding(
            "bad-address", source=place.source, key=place.package, where=place.where,
            value=served[:200], field="url",
        )  # fmt: skip
    if url and _is_internal(url, identity, fields.text("url_type"), place.options):
        yield _found(place, "internal-host-url", url)
        url = _on_portal(url, place.options.portal)
    page = _page(place, identity) if identity else url
    if page is None:
        return
    name, form = fields.text("name"), fields.text("format")
    file = unquote(urlsplit(url).path.rpartition("/")[2]) if url else ""
    yield from _odd_file(place, url or page, file, form)
    title = name or file or None
    if place.only_documents or _is_documentation(name or "", file, form, place.options):
        fields.take_all(("description", "mimetype", "size", "hash", "created", "last_modified"))
        fields.take_all(("datastore_active", "state"))
        yield Document(url=url or page, title=title, format=form)
        return
    yield _distribution(fields, place, Distribution(
        access_url=page, download_url=url, title=title, format=form or _extension(file) or None
    ))  # fmt: skip
    for field, value in fields.odd:
        yield finding(
            "odd-value", source=place.source, key=place.package, where=url or page, field=field,
            value=value,
        )  # fmt: skip


def _distribution(fields: Fields, place: Place, begun: Distribution) -> Distribution:
    import msgspec

    stored = fields.maybe("datastore_active", bool)
    service = place.options.datastore.key if stored and place.options.datastore else None
    return msgspec.structs.replace(
        begun,
        description=fields.text("description"),
        media_type=_media_type(fields.text("mimetype")),
        bytes=_size(fields),
        checksum=_checksum(fields),
        issued=iso_date(fields, "created"),
        modified=iso_date(fields, "last_modified"),
        service=service,
    )


def _size(fields: Fields) -> int | None:
    value = fields.maybe("size", int | str)  # type: ignore[arg-type]  # a union is no class
    if isinstance(value, str):
        if value.strip() and not value.strip().isdigit():
            fields.odd.append(("size", value[:80]))
        value = int(value) if value.strip().isdigit() and len(value) < 20 else None
    return value if value and value > 0 else None


def _checksum(fields: Fields) -> Checksum | None:
    value = (fields.text("hash") or "").rpartition(":")[2].lower()
    algorithm = CHECKSUMS.get(len(value))
    if algorithm is None or not re.fullmatch(r"[0-9a-f]+", value):
        return None
    return Checksum(algorithm=algorithm, value=value)


def _media_type(value: str | None) -> str | None:
    found = re.match(r"[a-z]+/[\w.+-]+", (value or "").lower())
    return found[0] if found else None


def _address(served: str, portal: str) -> str | None:
    try:
        url = urljoin(f"{portal}/", served)
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https", "ftp"} and bool(parts.hostname)
    except ValueError:
        return None
    if not usable:
        return None
    return (
        quote(url, safe="!#$%&'()*+,/:;=?@[]~")
        if re.search(r"[^\x21-\x7e]|[<>\"{}|\\^`]", url)
        else url
    )


def _is_internal(url: str, identity: str | None, kind: str | None, options: Options) -> bool:
    """Tell whether a file of the portal is given by a host that only its owner can reach."""
    host, own = urlsplit(url).hostname or "", urlsplit(options.portal).hostname
    if host == own:
        return False
    if any(fnmatchcase(host, pattern) for pattern in (*INTERNAL, *options.internal_hosts)):
        return True
    if "." not in host or _is_private(host):
        return True
    # An upload or dump of this resource lies on this portal, whatever its host name says.
    uploaded = kind == "upload" and f"/resource/{identity}/download/" in url
    return bool(identity) and (uploaded or url.endswith(f"/datastore/dump/{identity}"))


def _is_private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return False


def _on_portal(url: str, portal: str) -> str:
    own, given = urlsplit(portal), urlsplit(url)
    path = given.path
    if own.path and not path.startswith(f"{own.path}/"):
        path = own.path + path
    return SplitResult(own.scheme, own.netloc, path, given.query, "").geturl()


def _page(place: Place, identity: str) -> str:
    name = quote(place.package, safe="")
    return f"{place.options.portal}/dataset/{name}/resource/{quote(identity, safe='')}"


def _is_documentation(name: str, file: str, form: str | None, options: Options) -> bool:
    if (form or _extension(file)).lower().strip(".") in options.documentation_formats:
        return True
    starts = tuple(word.lower() for word in options.documentation_names)
    return name.lower().startswith(starts) or file.lower().startswith(starts) if starts else False


def _odd_file(place: Place, url: str, file: str, form: str | None) -> Iterator[Finding]:
    if file and not re.search(r"[^\W_]", file):
        yield _found(place, "odd-file-name", url, name=file)
    extension, stated = _extension(file), (form or "").lower().strip(".")
    known = {"jpeg": "jpg", "htm": "html", "text": "txt"}
    extension, stated = known.get(extension, extension), known.get(stated, stated)
    if extension and stated.isalnum() and stated != extension and extension.isalpha():
        yield _found(place, "format-mismatch", url, stated=form, extension=extension)


def _extension(file: str) -> str:
    found = re.search(
        r"\.(csv|xlsx?|ods|pdf|png|jpe?g|gif|svg|docx?|odt|html?|json|xml|txt|zip)$", file, re.I
    )
    return found[1].lower() if found else ""


def _found(place: Place, code: str, url: str, **values: Any) -> Finding:
    return finding(
        code, source=place.source, key=place.package, where=place.where, value=url, **values
    )
