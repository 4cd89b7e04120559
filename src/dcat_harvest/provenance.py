"""PROV-O of the catalogue: the captures that a dataset came from, and the origins of its values."""

from collections.abc import Iterator, Mapping

from dcat_harvest import jsonld
from dcat_harvest.iri import Names, part, web_address
from dcat_harvest.mapping import DEF
from dcat_harvest.model import DataService, Dataset

Node = dict[str, object]


def provenance(
    records: Mapping[str, tuple[list[Dataset], list[DataService]]], names: Names
) -> Iterator[Node]:
    """PROV-O: each dataset to its captures, and where its values come from (decision 4)."""
    seen: set[str] = set()
    for source, (datasets, _) in records.items():
        for d in datasets:
            iri = names.dataset(d.source, d.key)
            captures = sorted({names.capture(c.url, c.time, c.digest) for c in d.captures})
            origins = list(_origins(names, source, d, iri))
            yield {
                "@id": iri,
                "@type": "prov:Entity",
                "wasDerivedFrom": captures,
                "assumes": sorted(str(n["@id"]) for n in origins if _is(n, "assumed")),
                "interprets": sorted(str(n["@id"]) for n in origins if not _is(n, "assumed")),
            }
            for c in d.captures:
                capture = names.capture(c.url, c.time, c.digest)
                if capture not in seen:
                    seen.add(capture)
                    yield {
                        "@id": capture,
                        "@type": "prov:Entity",
                        "source": web_address(c.url),
                        "identifier": c.digest,
                        "generatedAtTime": c.time,
                    }
            for node in origins:
                if str(node["@id"]) not in seen:
                    seen.add(str(node["@id"]))
                    yield node


def _is(node: Node, kind: str) -> bool:
    return str(node["valueOrigin"]).endswith(f"#{kind}")


def _origins(names: Names, source: str, d: Dataset, iri: str) -> Iterator[Node]:
    properties = jsonld.terms()
    for field, origin in sorted(d.origins.items()):
        key = PROPERTY_OF.get(field, field)
        if key not in properties:
            continue
        of = names.source(source) if origin.kind == "assumed" else iri
        text = f"{origin.seen_at}|{origin.because}|{origin.text}"
        yield {
            "@id": part(of, f"{origin.kind}-{key}", text),
            "@type": "def:ValueOrigin",
            "valueOrigin": DEF + origin.kind,
            "aboutProperty": properties[key].predicate[1:-1],
            "source": web_address(origin.seen_at) if origin.seen_at else None,
            "comment": {"nl": origin.text or origin.because}
            if origin.text or origin.because
            else None,
        }


# Record field -> key of the context, where they differ.
PROPERTY_OF = {
    "creators": "creator",
    "contact": "contactPoint",
    "licence": "license",
    "access": "accessRights",
    "themes": "theme",
    "frequency": "accrualPeriodicity",
    "period": "temporal",
    "keywords": "keyword",
    "landing_page": "landingPage",
}
