"""One CKAN package as a dataset record, with findings on what it lacks."""

import re
from collections.abc import Generator, Iterator
from typing import Any, NamedTuple
from urllib.parse import quote

from dcat_harvest import words
from dcat_harvest.findings import Finding, finding
from dcat_harvest.model import Agent, Capture, Dataset, Link, Origin, ref
from dcat_harvest.read import ckan_values, markdown
from dcat_harvest.read.ckan_files import Files, Place, files, iso_date
from dcat_harvest.read.ckan_notes import Notes, notes
from dcat_harvest.read.ckan_options import Options, options
from dcat_harvest.read.fields import Fields
from dcat_harvest.read.manifest import Manifest
from dcat_harvest.read.repair import repaired

IGNORED = frozenset(
    {
        "isopen", "license_title", "license_url", "num_resources", "num_tags", "type", "private",
        "creator_user_id", "owner_org", "organization", "relationships_as_object",
        "relationships_as_subject", "revision_id", "revision_timestamp", "state",
        "tracking_summary",
    }
)  # fmt: skip


class Package(NamedTuple):
    """The name of a package that was read, and the fields that nobody read."""

    name: str
    unread: tuple[str, ...]


class _Place(NamedTuple):
    manifest: Manifest
    options: Options
    capture: Capture
    page: str
    key: str

    def finding(self, code: str, **values: Any) -> Finding:
        """Return a finding on this package."""
        return finding(code, source=self.manifest.name, key=self.key, where=self.page, **values)


def package(
    raw: object, capture: Capture, manifest: Manifest
) -> Iterator[Dataset | Finding | Package]:
    """Yield the dataset of a package, its findings, and its name.

    Raises PageChanged where it has no name or no list of resources.
    """
    found = options(manifest)
    raw, mended = repaired(raw, found.repairs)
    fields = Fields(raw, capture.url)
    name = fields.take("name", str)
    place = _Place(manifest, found, capture, f"{found.portal}/dataset/{quote(name, safe='')}", name)
    yield from (place.finding("mojibake", value=word) for word in mended)
    if (fields.text("state") or "active") != "active":
        yield Package(name, ())
        return
    resources = yield from _resources(fields, place)
    extras = Fields(ckan_values.extras(fields), capture.url)
    said = notes(fields.maybe("notes", str) or "", titles=(name, fields.text("title") or ""))
    groups = ckan_values.groups(fields)
    themes = (*groups, *ckan_values.themes(extras))
    known = tuple(t for t in themes if "://" in t or words.themes_of(manifest.name, t) is not None)
    dataset = _dataset(_Given(fields, extras, said), resources, known, place)
    if _is_elsewhere(dataset, found):
        yield Package(name, ())
        return
    yield dataset
    yield from _remarks(dataset, place)
    yield from _doubts(themes, groups, said, place)
    if conflict := _conflict(ckan_values.word(extras, "frequency"), said.frequency):
        yield place.finding("frequency-conflict", value=dataset.frequency, said=conflict)
    for field, value in (*fields.odd, *extras.odd):
        yield place.finding("odd-value", field=field, value=value)
    rest = (*fields.rest([*IGNORED, *found.ignore]), *extras.rest(found.ignore), *resources.unread)
    yield Package(name, rest)


def _resources(fields: Fields, place: _Place) -> Generator[Finding, None, Files]:
    """Yield findings on the resources, then return what they are."""
    suffix = place.options.changelog_suffix
    at = Place(
        place.manifest.name, place.key, place.page, place.options,
        only_documents=bool(suffix) and place.key.endswith(suffix),
    )  # fmt: skip
    told: Files | None = None
    for item in files(fields.take("resources", list), at):
        if isinstance(item, Files):
            told = item
        else:
            yield item
    assert told is not None
    return told


def _doubts(
    themes: tuple[str, ...], groups: tuple[str, ...], said: Notes, place: _Place
) -> Iterator[Finding]:
    """Yield findings on themes that have no term, and on notes of another sector."""
    if not themes:
        yield place.finding("no-theme-or-group")
    for theme in themes:
        if words.themes_of(place.manifest.name, theme) is None:
            yield place.finding("unknown-word", field="theme", value=theme)
    if wrong := _copied(said.description, groups, place.options):
        yield place.finding("copied-notes", value=wrong)


def _is_elsewhere(dataset: Dataset, found: Options) -> bool:
    """Tell whether a package is that of another source, by what the options leave out."""
    publisher = dataset.publisher
    named = (dataset.key, *dataset.other_identifiers, publisher.iri if publisher else "")
    return any(re.search(p, n or "") for p in found.leave_out for n in named)


class _Given(NamedTuple):
    fields: Fields
    extras: Fields
    notes: Notes


def _dataset(given: _Given, resources: Files, known: tuple[str, ...], place: _Place) -> Dataset:
    fields, extras, said = given
    raw_title = fields.text("title")
    title = ckan_values.title(raw_title)
    uuid = fields.text("id")
    metadata_modified = iso_date(fields, "metadata_modified")
    stated = ckan_values.word(extras, "frequency", "accrual_periodicity")
    period = ckan_values.period(extras) or said.period
    origins: dict[str, Origin] = {}
    if said.frequency and not stated:
        origins["frequency"] = _interpreted(place.page, said.frequency[1])
    licence = ckan_values.licence(fields)
    if licence and "://" not in licence:
        origins["licence"] = _interpreted(place.page, licence)
    made_by = place.options.creators.get(place.key)
    by = made_by if made_by and made_by.said in (said.description or "") else None
    if by:
        origins["creators"] = _interpreted(place.page, by.said)
    return Dataset(
        source=place.manifest.name,
        key=place.key,
        title=title,
        raw_title=raw_title if raw_title != title else None,
        description=said.description,
        identifier=place.page,
        other_identifiers=tuple(x for x in (uuid, ckan_values.word(extras, "identifier")) if x),
        landing_page=place.page,
        publisher=ckan_values.publisher(
            fields, extras, by_organization=place.options.organization_is_publisher
        ),
        creators=(Agent(name=by.name, iri=by.iri),) if by else (),
        contact=ckan_values.contact(fields, extras),
        keywords=ckan_values.tags(fields),
        themes=known,
        frequency=stated or (said.frequency[0] if said.frequency else None),
        period=period,
        issued=iso_date(extras, "issued") or iso_date(fields, "metadata_created"),
        modified=iso_date(extras, "modified") or resources.modified or metadata_modified,
        version=fields.text("version"),
        licence=licence,
        language=ckan_values.word(extras, "language"),
        access=ckan_values.word(extras, "access_rights"),
        distributions=resources.distributions,
        documents=resources.documents,
        annotations=said.annotations,
        links=(
            *ckan_values.links(fields),
            *((Link(url=by.link, role="source"),) if by and by.link else ()),
        ),
        services=tuple(dict.fromkeys(d.service for d in resources.distributions if d.service)),
        metadata_modified=metadata_modified,
        origins=origins,
        captures=(ref(place.capture),),
    )


def _remarks(dataset: Dataset, place: _Place) -> Iterator[Finding]:
    """Yield findings on what a reader of the portal misses or is misled by."""
    if dataset.contact is None:
        yield place.finding("no-contact-email")
    if dataset.frequency is None:
        yield place.finding("no-frequency")
    if not dataset.distributions:
        yield place.finding("no-data-distribution")
    if dataset.licence is None:
        yield place.finding("no-licence")
    if dataset.title is None:
        yield place.finding("no-title")
    text, title = dataset.description, dataset.title or ""
    if text is None:
        yield place.finding("no-description")
    elif len(text) < 50 or markdown.letters(text) == markdown.letters(title):
        yield place.finding("short-description", value=text)


def _copied(text: str | None, groups: tuple[str, ...], found: Options) -> str | None:
    """Return the words of a sector in the first sentence that no group of the package has."""
    sectors = {found.sectors[group] for group in groups if group in found.sectors}
    first = next(iter(markdown.sentences(text or "")), "").lower()
    said = {word: sector for word, sector in found.sector_words.items() if word in first}
    if not sectors or not said or sectors & set(said.values()):
        return None
    return next(iter(said))


def _conflict(stated: str | None, said: tuple[str, str] | None) -> str | None:
    """Return the notes' words for a frequency where they mean another than the stated one."""
    if not stated or not said:
        return None
    one, other = _frequency(stated), _frequency(said[0])
    return said[0] if one and other and one != other else None


def _frequency(word: str) -> str | None:
    """Return the EU code of an authority IRI, or of a word that we know."""
    match = re.search(r"/authority/frequency/([A-Z0-9_]+)/?$", word)
    return match[1] if match else words.term("frequency", word)


def _interpreted(page: str, text: str) -> Origin:
    return Origin(kind="interpreted", seen_at=page, text=text)
