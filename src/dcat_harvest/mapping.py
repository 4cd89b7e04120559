"""Records to JSON-LD nodes: words become terms, values become plain JSON under the context's keys.

Every dataset gives its own nodes plus shared ones (agents, contacts, documents); a value that
cannot be published right (a bad address, an unknown word) is left out with a finding.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from dcat_harvest import words
from dcat_harvest.findings import Finding
from dcat_harvest.iri import Names, digest, mail_address, part, slug
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
from dcat_harvest.values import DEF, Values, safe_address

Node = dict[str, object]
HVD_LAW = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
HVD_STATISTICS = "http://data.europa.eu/bna/c_e1da4e07"
SPDX = "http://spdx.org/rdf/terms#"
TYPES = {
    "dataset": "dcat:Dataset",
    "series": "dcat:DatasetSeries",
    "resource": "dcat:Resource",
}


class Use(NamedTuple):
    """A distribution that a service gives: IRIs of service, dataset and licence."""

    service: str
    dataset: str
    licence: str | None
    hvd: bool


class Mapper:
    """Maps the records of one source; collects what could not be mapped in `findings`."""

    def __init__(self, names: Names, source: str) -> None:
        self.names = names
        self.source = source
        self.values = Values(names, source)
        self.uses: list[Use] = []
        self.told_columns = False
        """Whether the dataset at hand has columns that are reported once for a source."""

    @property
    def findings(self) -> list[Finding]:
        """What could not be mapped."""
        return self.values.findings

    def dataset(self, d: Dataset) -> Iterator[Node]:
        """The nodes of a dataset or series: itself, its parts, its distributions."""
        self.values.record = d.key
        iri = self.names.dataset(d.source, d.key)
        lang = d.text_language
        themes, subjects = self.values.themes(d.themes)
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
            "sameAs": self.values.addresses("same_as", d.same_as),
            "title": self.values.text(d.title, lang),
            "alternative": self.values.texts(d.alternatives, lang),
            "description": self.values.text(d.description, lang),
            "publisher": self._agent_iri(d.publisher),
            "creator": [self._agent_iri(a) for a in d.creators],
            "qualifiedAttribution": [n["@id"] for n in parts if n["@type"] == "prov:Attribution"],
            "contactPoint": self._contact_iri(d.contact),
            "accessRights": self.values.authority("access", "access-right", d.access),
            "theme": [words.authority("data-theme", t) for t in themes],
            "subject": subjects,
            "keyword": self.values.texts(d.keywords, lang),
            "language": self.values.authority("language", "language", d.language),
            "spatial": self.values.authority("spatial", "country", d.spatial),
            "temporal": part(iri, "period") if _bounded(d.period) else None,
            "accrualPeriodicity": self.values.authority("frequency", "frequency", d.frequency),
            "issued": self.values.date("issued", d.issued),
            "modified": self.values.date("modified", d.modified),
            "referenceDate": self.values.date("reference_date", d.reference_date),
            "version": d.version,
            "versionNotes": self.values.text(d.version_notes, lang),
            "status": self.values.authority("status", "dataset-status", d.status),
            "applicableLegislation": HVD_LAW if d.hvd else None,
            "hvdCategory": HVD_STATISTICS if d.hvd else None,
            "landingPage": self.values.address("landing_page", d.landing_page),
            "page": self.values.addresses("document", (x.url for x in d.documents)),
            "inSeries": self.names.dataset(d.source, d.in_series) if d.in_series else None,
            "provenance": [n["@id"] for n in parts if n["@type"] == "dct:ProvenanceStatement"],
            "hasQualityAnnotation": [
                n["@id"] for n in parts if n["@type"] == "dqv:QualityAnnotation"
            ],
            "note": self.values.texts(
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
        self.told_columns = bool(said.unknown)
        self.values.report_columns(said.unknown)
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
        access = self.values.address("access_url", x.access_url)
        if access is None:
            return []
        known = words.format_of(x.format) if x.format else None
        if x.format and known is None:
            self.values.unknown("format", x.format)
        rights = x.rights or d.rights
        service = self.names.service(d.source, x.service) if x.service else None
        if service:
            licence = self.values.licence(x.licence or d.licence)
            self.uses.append(Use(service, dataset, licence, d.hvd))
        annotations = list(self._annotations(x.annotations, iri, lang))
        schema = linked.schema(x.columns, iri)
        media = x.media_type or (known.media_type if known else None)
        node: Node = {
            "@id": iri,
            "@type": "dcat:Distribution",
            "title": self.values.text(x.title, lang),
            "description": self.values.text(x.description, lang),
            "accessURL": access,
            "downloadURL": self.values.address("download_url", x.download_url),
            "accessService": service,
            "format": words.authority("file-type", known.format)
            if known and known.format
            else None,
            "mediaType": self.values.media(media),
            "packageFormat": self.values.media(x.package_media_type),
            "conformsTo": known.conforms_to if known else None,
            "byteSize": str(x.bytes) if x.bytes is not None and x.bytes >= 0 else None,
            "checksum": part(iri, "checksum") if x.checksum else None,
            "license": self.values.licence(x.licence or d.licence),
            "rights": part(iri, "rights") if rights else None,
            "language": self.values.authority("language", "language", x.language or d.language),
            "issued": self.values.date("issued", x.issued),
            "modified": self.values.date("modified", x.modified),
            "referenceDate": self.values.date("reference_date", x.reference_date),
            "figureStatus": self.values.figure_status(x.status),
            "applicableLegislation": HVD_LAW if d.hvd else None,
            "page": self.values.addresses("document", (y.url for y in x.documents)),
            "hasQualityAnnotation": [
                n["@id"] for n in annotations if n["@type"] == "dqv:QualityAnnotation"
            ],
            "note": self.values.texts(
                (a.text for a in x.annotations if a.kind not in _AS_NODES), lang
            ),
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
                    "label": self.values.text(rights, lang),
                }
            )
        return [*found, *self._documents(x.documents), *_typed(node)]

    def service(self, s: DataService) -> Iterator[Node]:
        """The nodes of a data service; call it after the datasets, which tell what it serves."""
        self.values.record = s.key
        iri = self.names.service(s.source, s.key)
        themes, subjects = self.values.themes(s.themes)
        uses = [x for x in self.uses if x.service == iri]
        hvd = s.hvd or any(x.hvd for x in uses)
        node: Node = {
            "@id": iri,
            "@type": "dcat:DataService",
            "identifier": s.identifier,
            "title": self.values.text(s.title, "nl"),
            "description": self.values.text(s.description, "nl"),
            "endpointURL": self.values.address("endpoint_url", s.endpoint_url),
            "endpointDescription": self.values.address(
                "endpoint_description", s.endpoint_description
            ),
            "conformsTo": self.values.address("conforms_to", s.conforms_to),
            "page": self.values.address("documentation", s.documentation),
            "landingPage": self.values.address("landing_page", s.landing_page),
            "publisher": self._agent_iri(s.publisher),
            "creator": self._agent_iri(s.publisher),
            "contactPoint": self._contact_iri(s.contact),
            "accessRights": self.values.authority("access", "access-right", s.access),
            "license": self.values.licence(s.licence) or _common_licence(uses),
            "theme": [words.authority("data-theme", t) for t in themes],
            "subject": subjects,
            "keyword": self.values.texts(s.keywords, "nl"),
            "language": self.values.authority("language", "language", s.language),
            "format": [
                words.authority("file-type", f.format)
                for f in map(words.format_of, s.formats)
                if f and f.format
            ],
            "applicableLegislation": HVD_LAW if hvd else None,
            "hvdCategory": HVD_STATISTICS if hvd else None,
            "servesDataset": sorted({x.dataset for x in uses}),
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
                "hasURL": self.values.address("contact", contact.url),
                "hasTelephone": _telephone(contact.telephone),
            }

    def _agent_iri(self, agent: Agent | None) -> str | None:
        if agent is None:
            return None
        stated = safe_address(agent.iri) if agent.iri else None
        if stated is None or (self.names.owns(stated) and not self.names.is_agent(stated)):
            return self.names.agent(agent.name)
        return stated

    def _contact_iri(self, c: Contact | None) -> str | None:
        return self.names.contact(c.name, c.email, c.url, c.telephone) if c else None

    def _identifiers(self, d: Dataset, iri: str) -> Iterator[Node]:
        for notation in dict.fromkeys(d.other_identifiers):
            if notation != d.identifier:
                yield {
                    "@id": part(iri, "identifier", notation),
                    "@type": "adms:Identifier",
                    "notation": self.values.clean("identifier", notation),
                }

    def _documents(self, documents: tuple[Document, ...]) -> Iterator[Node]:
        for x in documents:
            address = self.values.address("document", x.url)
            if address and not self.names.owns(address):
                yield {
                    "@id": address,
                    "@type": "foaf:Document",
                    "title": self.values.text(x.title, "nl"),
                }

    def _links(self, d: Dataset) -> Iterator[Node]:
        for x in d.links:
            address = self.values.address("link", x.url)
            if address:
                yield {
                    "@id": address,
                    "@type": "rdfs:Resource",
                    "title": self.values.text(x.title, d.text_language),
                }

    def _sources(self, d: Dataset, iri: str) -> Iterator[Node]:
        """What the source names as its own sources is provenance, also as a mere link."""
        for x in {x.url: x for x in d.links if x.role == "source"}.values():
            address = self.values.address("link", x.url)
            if address:
                yield {
                    "@id": part(iri, "provenance", "link" + address),
                    "@type": "dct:ProvenanceStatement",
                    "annotationKind": DEF + "sources",
                    "label": self.values.text(x.title, d.text_language),
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
            key: self.values.addresses("link", (x.url for x in d.links if x.role in roles))
            for key, roles in keys.items()
        }

    def _annotations(
        self, annotations: tuple[Annotation, ...], of: str, lang: str
    ) -> Iterator[Node]:
        for a in annotations:
            text = self.values.text(f"{a.title}: {a.text}" if a.title else a.text, lang)
            if a.kind in ("sources", "selection"):
                yield {
                    "@id": part(of, "provenance", a.kind + a.text),
                    "@type": "dct:ProvenanceStatement",
                    "annotationKind": DEF + a.kind,
                    "label": text,
                    "seeAlso": self.values.address("annotation", a.url),
                }
            elif a.kind in _AS_NODES:
                yield {
                    "@id": part(of, "quality", a.kind + a.text),
                    "@type": "dqv:QualityAnnotation",
                    "annotationKind": DEF + a.kind,
                    "motivatedBy": "http://www.w3.org/ns/dqv#qualityAssessment",
                    "hasTarget": of,
                    "bodyValue": text,
                    "seeAlso": self.values.address("annotation", a.url),
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
            "startDate": self.values.date("period", period.start),
            "endDate": self.values.date("period", period.end),
            "label": self.values.text(period.text, "nl"),
        }


_AS_NODES = ("quality", "suppression", "provisional", "caveat", "sources", "selection")


def _common_licence(uses: list[Use]) -> str | None:
    """The licence of a service that states none: that of all the data it gives, if one."""
    found = {x.licence for x in uses}
    return next(iter(found)) if len(found) == 1 else None


def _bounded(period: Period | None) -> bool:
    return period is not None and bool(period.start or period.end)


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
