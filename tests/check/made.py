"""Catalogues made for tests: one in which all is well, and random ones."""

import random
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from dcat_harvest.check import vocabulary as v
from dcat_harvest.graph import Graph

VALID = Path(__file__).parent / "valid.ttl"
EU = "http://publications.europa.eu/resource/authority/"
IANA = "://www.iana.org/assignments/media-types/"
A = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
TODAY = "2026-11-02"
# Values that real catalogues hold, good and bad, per property of a dataset.
DATASET = {
    v.ACCESS_RIGHTS: [f"<{EU}access-right/{x}>" for x in ("PUBLIC", "PUBLIC", "RESTRICTED", "OWN")],
    v.THEME: [f"<{EU}data-theme/EDUC>", "<https://example.org/thema>"],
    v.KEYWORD: ['"leerlingen"@nl', '"a; b"@nl'],
    v.SPATIAL: [f"<{EU}country/NLD>"],
    v.TEMPORAL: ["_:period"],
    v.TITLE: ['"Leerlingen per vestiging"@nl', '"Pupils"@en', '"leerlingen_2020.csv"@nl', '"kort"'],
    v.DESCRIPTION: [
        f'"{"Aantal leerlingen. " * 9}"@nl',
        '"kort"@nl',
        '"< 5 is \\"weg\\".\\nEn"@nl-NL',
    ],
    v.MODIFIED: [f'"{x}"' for x in ("2026-09-01", "2019", "2030-01", "onbekend")],
    v.FREQUENCY: [f"<{EU}frequency/{x}>" for x in ("ANNUAL", "NEVER", "UNKNOWN")],
    v.PROVENANCE: ['"Uit het register"@nl', "_:provenance"],
    v.CONTACT: ["_:contact", "<https://example.org/contact>"],
    v.PUBLISHER: ["<https://example.org/duo>"],
    v.LANDING_PAGE: ["<https://example.org/pagina>"],
    v.IDENTIFIER: ['"https://example.org/x"'],
}
DISTRIBUTION = {
    v.ACCESS_URL: [
        *("<https://files.example.org/a.csv>", "<https://x.example.org/ODataApi/OData/1>"),
        *(
            "<http://localhost/b.csv>",
            '"https://files.example.org/a.csv"',
            "<ftp://old.example.org/>",
        ),
    ],
    v.DOWNLOAD_URL: ["<https://files.example.org/a.csv>", "<https://files.example.org/b.xlsx>"],
    v.FORMAT: [f"<{EU}file-type/{x}>" for x in ("CSV", "XLSX", "PDF", "ZIP", "ODS", "QQQ")]
    + ['"csv"'],
    v.MEDIA_TYPE: [
        f"<https{IANA}text/csv>",
        f"<http{IANA}application/json>",
        f"<https{IANA}text/x>",
    ],
    v.PACKAGE_FORMAT: [f"<https{IANA}application/zip>"],
    v.LICENCE: [
        *("<https://creativecommons.org/licenses/by/4.0/>", '"cc-by"', "_:terms"),
        *("<http://creativecommons.org/publicdomain/zero/1.0/>", f"<{EU}licence/CC_BYNC_4_0>"),
        *("<https://creativecommons.org/licenses/by-sa/4.0/deed.nl>", "<https://example.org/l>"),
    ],
    v.RIGHTS: ["_:rights"],
    v.BYTE_SIZE: ['"12"'],
    v.ISSUED: ['"2020"'],
    v.MODIFIED: ['"2026-09-01"'],
    v.ACCESS_SERVICE: ["<https://example.org/dienst>"],
}
SHARED = [
    f"<https://example.org/dienst> {v.ACCESS_RIGHTS} <{EU}access-right/RESTRICTED> .",
    "_:contact <http://www.w3.org/2006/vcard/ns#hasEmail> <mailto:a@example.org> .",
    f'_:period {v.START} "2021-01-01" .',
    f'_:period {v.END} "2020-01-01" .',
]


def valid() -> Graph:
    """The catalogue in which every criterion passes."""
    return Graph.parse(VALID.read_bytes(), ox.RdfFormat.TURTLE)


def catalogue(seed: int, size: int) -> Graph:
    """A catalogue of random good and bad values."""
    return Graph([*SHARED, *_lines(random.Random(seed), size)])


def _lines(dice: random.Random, size: int) -> Iterator[str]:
    for number in range(size):
        dataset = f"<https://example.org/dataset/{number}>"
        yield f"{dataset} {A} <{v.DCAT}Dataset> ."
        yield from _values(dice, dataset, DATASET)
        for part in range(dice.choice((0, 1, 1, 2, 3))):
            distribution = f"<https://example.org/dataset/{number}#{part}>"
            yield f"{dataset} {v.DISTRIBUTION} {distribution} ."
            yield from _values(dice, distribution, DISTRIBUTION)


def _values(dice: random.Random, subject: str, table: dict[str, list[str]]) -> Iterator[str]:
    for predicate, values in table.items():
        for _ in range(dice.choice((0, 1, 1, 1, 2))):
            yield f"{subject} {predicate} {dice.choice(values)} ."
