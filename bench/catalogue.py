"""Generate a catalogue of N datasets (about 80 triples each), a quarter of them with a defect.

`python bench/catalogue.py 1000 > catalogue.nt`. The same N and seed give the same bytes.
"""

import random
import sys
from collections.abc import Iterator

BASE = "https://data.example.org/id/"
DCAT, DCT = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
FOAF, VCARD = "http://xmlns.com/foaf/0.1/", "http://www.w3.org/2006/vcard/ns#"
EU = "http://publications.europa.eu/resource/authority/"
RDF, XSD = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2001/XMLSchema#"
TYPE = f"{RDF}type"
OCW = "https://identifier.overheid.nl/tooi/id/ministerie/mnre1109"
THEMES = ("EDUC", "SOCI", "GOVE", "ECON", "REGI")
FREQUENCIES = ("ANNUAL", "QUARTERLY", "MONTHLY", "IRREG")
FORMATS = (("CSV", "text/csv"), ("JSON", "application/json"), ("XLSX", "application/vnd.ms-excel"))
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"

Triple = tuple[str, str, str]


def iri(text: str) -> str:
    return f"<{text}>"


def text(value: str, language: str = "nl") -> str:
    return f'"{value}"@{language}'


def typed(value: str, datatype: str) -> str:
    return f'"{value}"^^<{XSD}{datatype}>'


def organisation() -> Iterator[Triple]:
    """What every dataset shares."""
    yield OCW, TYPE, iri(f"{FOAF}Agent")
    yield OCW, f"{FOAF}name", text("ministerie van Onderwijs, Cultuur en Wetenschap")
    yield f"{BASE}service", TYPE, iri(f"{DCAT}DataService")
    yield from described(f"{BASE}service", "Dienst van de catalogus")
    yield f"{BASE}service", f"{DCAT}endpointURL", iri("https://data.example.org/api")
    yield f"{BASE}service", f"{DCAT}endpointDescription", iri("https://data.example.org/openapi")
    yield f"{BASE}service", f"{DCT}license", iri(CC0)
    yield f"{BASE}service", f"{DCAT}contactPoint", iri(f"{BASE}contact/0")


def described(node: str, title: str) -> Iterator[Triple]:
    """What a dataset and a service have in common."""
    yield node, f"{DCT}title", text(title)
    yield (
        node,
        f"{DCT}description",
        text(f"{title}: aantallen per jaar. Uit een register. Jaarlijks."),
    )
    yield node, f"{DCT}identifier", f'"{node}"'
    yield node, f"{DCT}publisher", iri(OCW)
    yield node, f"{DCT}creator", iri(OCW)
    yield node, f"{DCT}accessRights", iri(f"{EU}access-right/PUBLIC")
    yield node, f"{DCT}language", iri(f"{EU}language/NLD")


def dataset(number: int, chance: random.Random) -> Iterator[Triple]:
    """One dataset with its record, contact, period and three distributions."""
    node = f"{BASE}dataset/{number:06d}"
    yield node, TYPE, iri(f"{DCAT}Dataset")
    yield from described(node, f"Leerlingen in het onderwijs, deel {number}")
    yield node, f"{DCAT}theme", iri(f"{EU}data-theme/{chance.choice(THEMES)}")
    yield node, f"{DCT}accrualPeriodicity", iri(f"{EU}frequency/{chance.choice(FREQUENCIES)}")
    yield node, f"{DCT}spatial", iri(f"{EU}country/NLD")
    yield node, f"{DCT}issued", typed(f"20{chance.randrange(10, 26)}-01-31", "date")
    yield node, f"{DCT}modified", typed("2026-02-28", "date")
    for word in ("onderwijs", "leerlingen", f"deel {number}"):
        yield node, f"{DCAT}keyword", text(word)
    for name, page in (("landingPage", "pagina"), ("page", "toelichting")):
        address = f"https://data.example.org/{page}/{number}"
        yield node, f"{DCAT if name == 'landingPage' else FOAF}{name}", iri(address)
        yield address, TYPE, iri(f"{FOAF}Document")
    yield node, f"{DCAT}version", f'"{number % 9 + 1}"'
    yield node, "http://www.w3.org/ns/adms#versionNotes", text("Nieuwe peildatum.")
    yield node, f"{DCAT}temporalResolution", typed("P1Y", "duration")
    yield node, f"{DCT}alternative", text(f"Leerlingenbestand {number}")
    yield from beside(node, number)
    for i, (kind, media) in enumerate(FORMATS):
        yield node, f"{DCAT}distribution", iri(f"{BASE}distribution/{number:06d}/{i}")
        yield from distribution(f"{BASE}distribution/{number:06d}/{i}", kind, media)


def beside(node: str, number: int) -> Iterator[Triple]:
    """Contact point, period, record and the links of the catalogue."""
    contact, period = f"{BASE}contact/{number % 50}", f"{BASE}period/{number:06d}"
    yield node, f"{DCAT}contactPoint", iri(contact)
    yield contact, TYPE, iri(f"{VCARD}Kind")
    yield contact, f"{VCARD}fn", text(f"Loket {number % 50}")
    yield contact, f"{VCARD}hasEmail", iri(f"mailto:loket{number % 50}@example.org")
    yield node, f"{DCT}temporal", iri(period)
    yield period, TYPE, iri(f"{DCT}PeriodOfTime")
    yield period, f"{DCAT}startDate", typed("2020-01-01", "date")
    yield period, f"{DCAT}endDate", typed("2024-12-31", "date")
    record = f"{BASE}record/{number:06d}"
    yield record, TYPE, iri(f"{DCAT}CatalogRecord")
    yield record, f"{FOAF}primaryTopic", iri(node)
    yield record, f"{DCT}modified", typed("2026-03-01T06:00:00Z", "dateTime")
    yield record, f"{DCT}language", iri(f"{EU}language/NLD")
    yield f"{BASE}catalogue", f"{DCAT}dataset", iri(node)
    yield f"{BASE}catalogue", f"{DCAT}record", iri(record)


def distribution(node: str, kind: str, media: str) -> Iterator[Triple]:
    """One file."""
    yield node, TYPE, iri(f"{DCAT}Distribution")
    yield node, f"{DCT}title", text(f"Bestand als {kind}")
    yield node, f"{DCT}description", text(f"Alle regels als {kind}, met kopjes.")
    yield node, "http://data.europa.eu/r5r/availability", iri(f"{EU}planned-availability/STABLE")
    yield node, f"{DCAT}accessURL", iri(f"{node}/bestand")
    yield node, f"{DCAT}downloadURL", iri(f"{node}/bestand")
    yield node, f"{DCT}license", iri(CC0)
    yield node, f"{DCT}format", iri(f"{EU}file-type/{kind}")
    yield node, f"{DCAT}mediaType", iri(f"https://www.iana.org/assignments/media-types/{media}")
    yield node, f"{DCAT}byteSize", typed("123456", "nonNegativeInteger")
    yield node, f"{DCT}language", iri(f"{EU}language/NLD")
    yield node, f"{DCT}issued", typed("2026-01-31", "date")
    yield node, f"{DCT}modified", typed("2026-02-28", "date")
    yield node, f"{DCAT}accessService", iri(f"{BASE}service")


def spoilt(triples: list[Triple], chance: random.Random) -> list[Triple]:
    """One dataset's triples with one defect: a statement gone, doubled, or of the wrong kind."""
    at = chance.randrange(len(triples))
    subject, predicate, value = triples[at]
    match chance.randrange(5):
        case 0:
            return triples[:at] + triples[at + 1 :]
        case 1:
            return [*triples, (subject, predicate, iri(f"{BASE}odd/{at}"))]
        case 2:
            return [*triples, (subject, predicate, '"zomaar een tekst"')]
        case 3 if not value.startswith("<"):
            return [
                *triples[:at],
                (subject, predicate, typed("2026-99-99", "date")),
                *triples[at + 1 :],
            ]
        case _:
            return [x for x in triples if x[1] != predicate or x[0] != subject]


def catalogue(count: int, seed: int = 1) -> Iterator[str]:
    """N-Triples lines."""
    chance = random.Random(seed)  # repeatable, not secret
    head = f"{BASE}catalogue"
    triples: list[Triple] = [
        (head, TYPE, iri(f"{DCAT}Catalog")),
        (head, f"{DCT}title", text("Een catalogus")),
        (head, f"{DCT}description", text("Een catalogus om mee te meten.")),
        (head, f"{DCT}publisher", iri(OCW)),
        (head, f"{DCAT}contactPoint", iri(f"{BASE}contact/0")),
        (head, f"{DCAT}service", iri(f"{BASE}service")),
        *organisation(),
    ]
    for subject, predicate, value in triples:
        yield f"<{subject}> <{predicate}> {value} ."
    for number in range(count):
        one = list(dataset(number, chance))
        if chance.random() < 0.25:
            one = spoilt(one, chance)
        for subject, predicate, value in one:
            yield f"<{subject}> <{predicate}> {value} ."


def main() -> None:
    """Write the catalogue to standard output."""
    for text_line in catalogue(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1):
        sys.stdout.write(f"{text_line}\n")


if __name__ == "__main__":
    main()
