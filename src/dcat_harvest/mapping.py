"""Records to JSON-LD nodes: words become terms, values become plain JSON under the context's keys.

Every dataset gives its own nodes plus shared ones (agents, contacts, documents); a value that
cannot be published right (a bad address, an unknown word) is left out with a finding.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from dcat_harvest import words
from dcat_harvest.findings import Finding, finding
from dcat_harvest.iri import Names, digest, mail_address, part, slug, web_address
from dcat_harvest.levels import describe, linked
from dcat_harvest.model import (
    Agent,
    Annotation,
    Contact,
    DataService,
    Dataset,
    Distribution,
    Document,
    Period,
)

Node = dict[str, object]
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
_DATES = (
    (re.compile(r"\d{4}"), "xsd:gYear"),
    (re.compile(r"\d{4}-(0[1-9]|1[0-2])"), "xsd:gYearMonth"),
    (re.compile(r"\d{4}-\d\d-\d\d"), "xsd:date"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"), "xsd:dateTime"),
)
HVD_LAW = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
HVD_STATISTICS = "http://data.europa.eu/bna/c_e1da4e07"
SPDX = "http://spdx.org/rdf/terms#"
DEF = "https://w3id.org/dcat-harvest/def#"
TYPES = {
    "dataset": "dcat:Dataset",
    "series": "dcat:DatasetSeries",
    "resource": "dcat:Resource",
}
_safe_address = lru_cache(maxsize=4096)(web_address)


class Mapper:
    """Maps the records of one source; collects what could not be mapped in `findings`."""

    def __init__(self, names: Names, source: str) -> None:
        self.names = names
        self.source = source
        self.findings: list[Finding] = []
        self.hvd_services: set[str] = set()
        self.served: dict[str, list[str]] = {}
        self.licences: dict[str, set[str | None]] = {}
        self._record = ""
        self._odd_columns: set[str] = set()

    def dataset(self, d: Dataset) -> Iterator[Node]:
        """The nodes of a dataset or series: itself, its parts, its distributions."""
        self._record = d.key
        iri = self.names.dataset(d.source, d.key)
        lang = d.text_language
        themes, subjects = self._themes(d.themes)
        distributions = [self._distribution(d, x, iri) for x in d.distributions]
        parts = [
            *self._identifiers(d, iri),
            *self._documents(d.documents),
            *self._links(d),
            *self._sources(d, iri),
            *self._annotations(d.annotations, iri, lang),
            *self._attributions(d, iri),
        ]
        agents = [a for a in (d.publisher, *d.creators, *d.contributors) if a]
        said = describe(d)
        node: Node = {
            "@id": iri,
            "@type": TYPES[d.kind],
            "type": d.resource_type,
            "identifier": d.identifier,
            "otherIdentifier": [n["@id"] for n in parts if n["@type"] == "adms:Identifier"],
            "sameAs": self._addresses("same_as", d.same_as),
            "title": self._text(d.title, lang),
            "alternative": self._texts(d.alternatives, lang),
            "description": self._text(d.description, lang),
            "publisher": self._agent_iri(d.publisher),
            "creator": [self._agent_iri(a) for a in d.creators],
            "qualifiedAttribution": [n["@id"] for n in parts if n["@type"] == "prov:Attribution"],
            "contactPoint": self._contact_iri(d.contact),
            "accessRights": self._authority("access", "access-right", d.access),
            "theme": [words.authority("data-theme", t) for t in themes],
            "subject": subjects,
            "keyword": self._texts(d.keywords, lang),
            "language": self._authority("language", "language", d.language),
            "spatial": self._authority("spatial", "country", d.spatial),
            "temporal": part(iri, "period") if _bounded(d.period) else None,
            "accrualPeriodicity": self._authority("frequency", "frequency", d.frequency),
            "issued": self._date("issued", d.issued),
            "modified": self._date("modified", d.modified),
            "referenceDate": self._date("reference_date", d.reference_date),
            "version": d.version,
            "versionNotes": self._text(d.version_notes, lang),
            "status": self._authority("status", "dataset-status", d.status),
            "applicableLegislation": HVD_LAW if d.hvd else None,
            "hvdCategory": HVD_STATISTICS if d.hvd else None,
            "landingPage": self._address("landing_page", d.landing_page),
            "page": self._addresses("document", (x.url for x in d.documents)),
            "inSeries": self.names.dataset(d.source, d.in_series) if d.in_series else None,
            "provenance": [n["@id"] for n in parts if n["@type"] == "dct:ProvenanceStatement"],
            "hasQualityAnnotation": [
                n["@id"] for n in parts if n["@type"] == "dqv:QualityAnnotation"
            ],
            "note": self._texts(
                (a.text for a in d.annotations if a.kind in ("note", "definition")), lang
            ),
            "column": list(dict.fromkeys(d.columns)),
            "distribution": [n["@id"] for group in distributions for n in group[:1]],
            **self._link_keys(d),
            **linked.properties(said, d.dimensions, iri),
        }
        yield node
        yield from parts
        yield from linked.nodes(said, d.dimensions, iri)
        self._report_columns(said.unknown)
        for group in distributions:
            yield from group
        if _bounded(d.period):
            yield self._period(part(iri, "period"), d.period)
        if node["landingPage"]:
            yield {"@id": node["landingPage"], "@type": "foaf:Document"}
        yield from self._shared(agents, d.contact)

    def _distribution(self, d: Dataset, x: Distribution, dataset: str) -> list[Node]:
        address = x.download_url or x.access_url
        iri = part(dataset, "distribution", f"{address}{f'|{x.format}' if x.service else ''}")
        lang = d.text_language
        access = self._address("access_url", x.access_url)
        if access is None:
            return []
        known = words.format_of(x.format) if x.format else None
        if x.format and known is None:
            self._unknown("format", x.format)
        rights = x.rights or d.rights
        service = self.names.service(d.source, x.service) if x.service else None
        if service:
            self.served.setdefault(service, []).append(dataset)
            self.licences.setdefault(service, set()).add(self._licence(x.licence or d.licence))
            if d.hvd:
                self.hvd_services.add(service)
        annotations = list(self._annotations(x.annotations, iri, lang))
        schema = linked.schema(x.columns, iri)
        media = x.media_type or (known.media_type if known else None)
        node: Node = {
            "@id": iri,
            "@type": "dcat:Distribution",
            "title": self._text(x.title, lang),
            "description": self._text(x.description, lang),
            "accessURL": access,
            "downloadURL": self._address("download_url", x.download_url),
            "accessService": service,
            "format": words.authority("file-type", known.format)
            if known and known.format
            else None,
            "mediaType": self._media(media),
            "packageFormat": self._media(x.package_media_type),
            "conformsTo": known.conforms_to if known else None,
            "byteSize": str(x.bytes) if x.bytes is not None and x.bytes >= 0 else None,
            "checksum": part(iri, "checksum") if x.checksum else None,
            "license": self._licence(x.licence or d.licence),
            "rights": part(iri, "rights") if rights else None,
            "language": self._authority("language", "language", x.language or d.language),
            "issued": self._date("issued", x.issued),
            "modified": self._date("modified", x.modified),
            "referenceDate": self._date("reference_date", x.reference_date),
            "figureStatus": self._figure_status(x.status),
            "applicableLegislation": HVD_LAW if d.hvd else None,
            "page": self._addresses("document", (y.url for y in x.documents)),
            "hasQualityAnnotation": [
                n["@id"] for n in annotations if n["@type"] == "dqv:QualityAnnotation"
            ],
            "note": self._texts((a.text for a in x.annotations if a.kind not in _AS_NODES), lang),
            "column": list(dict.fromkeys(x.columns)),
            "tableSchema": schema[0]["@id"] if schema else None,
        }
        found = [node, *schema, *(n for n in annotations if n["@type"] == "dqv:QualityAnnotation")]
        if x.checksum:
            found.append(
                {
                    "@id": part(iri, "checksum"),
                    "@type": "spdx:Checksum",
                    "algorithm": f"{SPDX}checksumAlgorithm_{x.checksum.algorithm}",
                    "checksumValue": x.checksum.value,
                }
            )
            found.append(
                {
                    "@id": f"{SPDX}checksumAlgorithm_{x.checksum.algorithm}",
                    "@type": "spdx:ChecksumAlgorithm",
                }
            )
        if rights:
            found.append(
                {
                    "@id": part(iri, "rights"),
                    "@type": "dct:RightsStatement",
                    "label": self._text(rights, lang),
                }
            )
        return [*found, *self._documents(x.documents), *_typed(node)]

    def service(self, s: DataService) -> Iterator[Node]:
        """The nodes of a data service; call it after the datasets, which tell what it serves."""
        self._record = s.key
        iri = self.names.service(s.source, s.key)
        themes, subjects = self._themes(s.themes)
        hvd = s.hvd or iri in self.hvd_services
        node: Node = {
            "@id": iri,
            "@type": "dcat:DataService",
            "identifier": s.identifier,
            "title": self._text(s.title, "nl"),
            "description": self._text(s.description, "nl"),
            "endpointURL": self._address("endpoint_url", s.endpoint_url),
            "endpointDescription": self._address("endpoint_description", s.endpoint_description),
            "conformsTo": self._address("conforms_to", s.conforms_to),
            "page": self._address("documentation", s.documentation),
            "landingPage": self._address("landing_page", s.landing_page),
            "publisher": self._agent_iri(s.publisher),
            "creator": self._agent_iri(s.publisher),
            "contactPoint": self._contact_iri(s.contact),
            "accessRights": self._authority("access", "access-right", s.access),
            "license": self._licence(s.licence) or self._common_licence(iri),
            "theme": [words.authority("data-theme", t) for t in themes],
            "subject": subjects,
            "keyword": self._texts(s.keywords, "nl"),
            "language": self._authority("language", "language", s.language),
            "format": [
                words.authority("file-type", f.format)
                for f in map(words.format_of, s.formats)
                if f and f.format
            ],
            "applicableLegislation": HVD_LAW if hvd else None,
            "hvdCategory": HVD_STATISTICS if hvd else None,
            "servesDataset": sorted(set(self.served.get(iri, ()))),
        }
        yield node
        if node["conformsTo"]:
            yield {"@id": node["conformsTo"], "@type": "dct:Standard"}
        for key in ("page", "landingPage"):
            if node[key]:
                yield {"@id": node[key], "@type": "foaf:Document"}
        yield from self._shared([s.publisher] if s.publisher else [], s.contact)

    def _shared(self, agents: list[Agent], contact: Contact | None) -> Iterator[Node]:
        for agent in agents:
            yield {
                "@id": self._agent_iri(agent),
                "@type": "foaf:Agent",
                "name": {agent.language: agent.name},
            }
        if contact:
            yield {
                "@id": self._contact_iri(contact),
                "@type": "vcard:Kind",
                "fn": {"nl": contact.name},
                "hasEmail": mail_address(contact.email) if contact.email else None,
                "hasURL": self._address("contact", contact.url),
                "hasTelephone": _telephone(contact.telephone),
            }

    def _agent_iri(self, agent: Agent | None) -> str | None:
        if agent is None:
            return None
        return (_safe_address(agent.iri) if agent.iri else None) or self.names.agent(agent.name)

    def _contact_iri(self, c: Contact | None) -> str | None:
        return self.names.contact(c.name, c.email, c.url, c.telephone) if c else None

    def _identifiers(self, d: Dataset, iri: str) -> Iterator[Node]:
        for notation in dict.fromkeys(d.other_identifiers):
            if notation != d.identifier:
                yield {
                    "@id": part(iri, "identifier", notation),
                    "@type": "adms:Identifier",
                    "notation": self._clean("identifier", notation),
                }

    def _documents(self, documents: tuple[Document, ...]) -> Iterator[Node]:
        for x in documents:
            address = self._address("document", x.url)
            if address:
                yield {
                    "@id": address,
                    "@type": "foaf:Document",
                    "title": self._text(x.title, "nl"),
                }

    def _links(self, d: Dataset) -> Iterator[Node]:
        for x in d.links:
            address = self._address("link", x.url)
            if address:
                yield {
                    "@id": address,
                    "@type": "rdfs:Resource",
                    "title": self._text(x.title, d.text_language),
                }

    def _sources(self, d: Dataset, iri: str) -> Iterator[Node]:
        """What the source names as its own sources is provenance, also as a mere link."""
        for x in {x.url: x for x in d.links if x.role == "source"}.values():
            address = self._address("link", x.url)
            if address:
                yield {
                    "@id": part(iri, "provenance", "link" + address),
                    "@type": "dct:ProvenanceStatement",
                    "annotationKind": DEF + "sources",
                    "label": self._text(x.title, d.text_language),
                    "seeAlso": address,
                }

    def _link_keys(self, d: Dataset) -> Node:
        keys = {
            "relation": ("relation", "source"),
            "isReferencedBy": ("changelog",),
            "isReplacedBy": ("successor",),
            "wasDerivedFrom": ("derived",),
        }
        return {
            key: self._addresses("link", (x.url for x in d.links if x.role in roles))
            for key, roles in keys.items()
        }

    def _annotations(
        self, annotations: tuple[Annotation, ...], of: str, lang: str
    ) -> Iterator[Node]:
        for a in annotations:
            text = self._text(f"{a.title}: {a.text}" if a.title else a.text, lang)
            if a.kind in ("sources", "selection"):
                yield {
                    "@id": part(of, "provenance", a.kind + a.text),
                    "@type": "dct:ProvenanceStatement",
                    "annotationKind": DEF + a.kind,
                    "label": text,
                    "seeAlso": self._address("annotation", a.url),
                }
            elif a.kind in _AS_NODES:
                yield {
                    "@id": part(of, "quality", a.kind + a.text),
                    "@type": "dqv:QualityAnnotation",
                    "annotationKind": DEF + a.kind,
                    "motivatedBy": "http://www.w3.org/ns/dqv#qualityAssessment",
                    "hasTarget": of,
                    "bodyValue": text,
                    "seeAlso": self._address("annotation", a.url),
                }

    def _attributions(self, d: Dataset, iri: str) -> Iterator[Node]:
        for agent in d.contributors:
            yield {
                "@id": part(iri, "attribution", agent.name),
                "@type": "prov:Attribution",
                "agent": self._agent_iri(agent),
                "hadRole": DEF + "commissioner",
            }

    def _period(self, iri: str, period: Period | None) -> Node:
        assert period is not None
        return {
            "@id": iri,
            "@type": "dct:PeriodOfTime",
            "startDate": self._date("period", period.start),
            "endDate": self._date("period", period.end),
            "label": self._text(period.text, "nl"),
        }

    def _themes(self, given: tuple[str, ...]) -> tuple[list[str], list[str]]:
        codes: list[str] = []
        subjects: list[str] = []
        for word in given:
            if word.startswith(words.AUTHORITY + "data-theme/"):
                codes.append(word)
            elif "://" in word:
                subjects.extend(x for x in [self._address("theme", word)] if x)
                codes.extend(words.themes_of(self.source, word) or ())
            else:
                known = words.themes_of(self.source, word)
                if known is None:
                    self._unknown("theme", word)
                codes.extend(known or ())
        return list(dict.fromkeys(codes)), list(dict.fromkeys(subjects))

    def _media(self, value: str | None) -> str | None:
        found = _media_type(value)
        plain = (found or "").partition("/media-types/")[2]
        if found and plain not in words.registered_media_types():
            self._unknown("media_type", plain)
            return None
        return found

    def _licence(self, word: str | None) -> str | None:
        if not word:
            return None
        known = words.licence_of(word)
        if known is None:
            self._unknown("licence", word)
        return known

    def _common_licence(self, service: str) -> str | None:
        """The licence of a service that states none: that of all the data it gives, if one."""
        found = self.licences.get(service, set())
        return next(iter(found)) if len(found) == 1 else None

    def _figure_status(self, word: str | None) -> str | None:
        if not word:
            return None
        known = words.term("figure-status", word)
        if known is None:
            self._unknown("figure-status", word)
        return DEF + known if known else None

    def _authority(self, field: str, listname: str, word: str | None) -> str | None:
        if not word:
            return None
        if word.startswith(f"{words.AUTHORITY}{listname}/"):
            return self._address(field, word)
        known = words.term(field, word)
        if known is None:
            self._unknown(field, word)
            return None
        return words.authority(listname, known) if known else None

    def _date(self, field: str, value: str | None) -> Node | None:
        if not value:
            return None
        for pattern, datatype in _DATES:
            if pattern.fullmatch(value):
                return {"@value": value, "@type": datatype}
        self._report("bad-date", field=field, value=value)
        return None

    def _address(self, field: str, value: str | None) -> str | None:
        if not value:
            return None
        address = _safe_address(value)
        if address is None:
            self._report("bad-address", field=field, value=value[:200])
        return address

    def _addresses(self, field: str, values: Iterator[str] | tuple[str, ...]) -> list[str]:
        found = (self._address(field, v) for v in values)
        return list(dict.fromkeys(a for a in found if a))

    def _text(self, value: str | None, lang: str) -> dict[str, str] | None:
        text = self._clean("text", value).strip() if value else ""
        return {lang: text} if text else None

    def _texts(
        self, values: Iterator[str] | tuple[str, ...], lang: str
    ) -> dict[str, list[str]] | None:
        found = list(
            dict.fromkeys(t for t in (self._clean("text", v).strip() for v in values) if t)
        )
        return {lang: found} if found else None

    def _clean(self, field: str, value: str) -> str:
        clean = _CONTROL.sub("", value)
        if clean != value:
            self._report("control-characters", field=field, value=clean[:80])
        return clean

    def _report_columns(self, names: tuple[str, ...]) -> None:
        """Name each column that the table of columns lacks, once for a source."""
        for name in names:
            if name not in self._odd_columns:
                self._odd_columns.add(name)
                self._report("unknown-column", value=name[:200])

    def _unknown(self, field: str, word: str) -> None:
        self._report("unknown-word", field=field, value=word[:200])

    def _report(self, code: str, **values: str) -> None:
        where = self.names.dataset(self.source, self._record)
        self.findings.append(
            finding(
                code,
                source=self.source,
                key=self._record,
                subject=where,
                where=where,
                severity=None,
                **values,
            )
        )


_AS_NODES = ("quality", "suppression", "provisional", "caveat", "sources", "selection")


def _bounded(period: Period | None) -> bool:
    return period is not None and bool(period.start or period.end)


def _media_type(value: str | None) -> str | None:
    if not value:
        return None
    plain = value.partition(";")[0].strip().lower()
    if not re.fullmatch(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*", plain):
        return None
    return f"https://www.iana.org/assignments/media-types/{plain.replace('^', '%5E')}"


def _typed(node: Node) -> Iterator[Node]:
    """Say what the licence and media types of a node are, where no code list does."""
    kinds = {"license": "dct:LicenseDocument", "mediaType": "dct:MediaType"}
    for key, kind in (*kinds.items(), ("packageFormat", "dct:MediaType")):
        value = node.get(key)
        if isinstance(value, str) and not words.is_described(value):
            yield {"@id": value, "@type": kind}


def _telephone(value: str | None) -> str | None:
    digits = re.sub(r"[^\d+]", "", value or "")
    return f"tel:{digits}" if digits else None


def record_node(
    names: Names, d: Dataset, *, issued: str, modified: str, language: str = "NLD"
) -> Node:
    """The catalogue record of a dataset: when we first described it, and last changed that."""
    iri = names.dataset(d.source, d.key)
    metadata = d.metadata_modified
    return {
        "@id": part(iri, "record"),
        "@type": "dcat:CatalogRecord",
        "primaryTopic": iri,
        "language": words.authority("language", language),
        "issued": {"@value": issued, "@type": "xsd:dateTime"},
        "modified": {"@value": modified, "@type": "xsd:dateTime"},
        "comment": {"nl": f"Metadata bij de bron gewijzigd: {metadata}"} if metadata else None,
    }


__all__ = ["DEF", "Mapper", "Node", "digest", "record_node", "slug"]
