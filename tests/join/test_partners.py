"""The few datasets that a page names as joining with its own."""

import time

from dcat_harvest.iri import Names
from dcat_harvest.join.catalogue import items
from dcat_harvest.join.pairs import joinings
from dcat_harvest.join.partners import MOST, Partner, Partners
from dcat_harvest.model import Agent, Dataset

BASE = "https://example.org/dataset/s/"


def one(key: str, title: str, *columns: str, publisher: str = "DUO") -> Dataset:
    agent = Agent(name=publisher)
    return Dataset(source="s", key=key, title=title, columns=columns, publisher=agent)


def partners(*records: Dataset, of: str = "a") -> list[Partner]:
    return Partners(items(records, Names("https://example.org/"))).of(BASE + of)


def keys(found: list[Partner]) -> list[str]:
    return [x.dataset.removeprefix(BASE) for x in found]


def test_same_sector_comes_first_then_other_publishers_then_titles() -> None:
    found = partners(
        one("a", "Leerlingen vo", "GM_CODE"),
        one("b", "Alles mbo", "GM_CODE"),
        one("c", "Zaken vo", "GM_CODE"),
        one("d", "Examens vo", "GM_CODE"),
        one("e", "Zaken vo", "GM_CODE", publisher="CBS"),
        one("f", "Alles mbo", "GM_CODE", publisher="CBS"),
    )

    assert keys(found) == ["e", "d", "c", "f", "b"]


def test_each_comes_once_on_the_finest_level_with_the_columns_of_both_sides() -> None:
    (found,) = partners(
        one("a", "Leerlingen", "BRIN NUMMER", "VESTIGINGSNUMMER", "GM_CODE"),
        one("b", "Adressen", "VESTIGINGSCODE", "INSTELLINGSCODE", "GEMEENTENUMMER"),
    )

    assert found == Partner(
        dataset=f"{BASE}b",
        title="Adressen",
        level="vestiging",
        left=("BRIN NUMMER", "VESTIGINGSNUMMER"),
        right=("INSTELLINGSCODE", "VESTIGINGSCODE"),
    )


def test_what_only_a_title_says_and_names_beside_codes_are_no_partners() -> None:
    found = partners(
        one("a", "Leerlingen", "GM_CODE"),
        one("b", "Leerlingen per gemeente"),
        one("c", "Examens", "GEMEENTENAAM"),
        one("d", "Studenten", "BRIN NUMMER"),
    )

    assert found == []


def test_the_order_of_the_datasets_changes_nothing() -> None:
    records = [one(f"k{n}", f"Titel {n % 3}", "GM_CODE") for n in range(9)]

    first = partners(*records, of="k4")

    assert first == partners(*reversed(records), of="k4")
    assert len(first) == MOST
    assert "k4" not in keys(first)


def test_a_partner_is_the_best_of_all_that_join() -> None:
    columns = [("GM_CODE",), ("BRIN NUMMER",), ("BRIN NUMMER", "GM_CODE"), ("PROVINCIE",)]
    sectors, publishers = ("vo", "mbo", ""), ("DUO", "CBS")
    records = [
        one(f"k{n}", f"Titel {n * 7 % 10} {sectors[n % 3]}", *columns[n % 4],
            publisher=publishers[n % 2])
        for n in range(40)
    ]  # fmt: skip
    every = items(records, Names("https://example.org/"))
    known = Partners(every)

    for a in every:
        joined = [b for b in every if b is not a and any(j.is_alike for j in joinings(a, b))]
        joined.sort(
            key=lambda b: (
                set(a.said.sectors).isdisjoint(b.said.sectors),
                a.record.publisher == b.record.publisher,
                b.title,
                b.dataset,
            )
        )
        assert [p.dataset for p in known.of(a.dataset)] == [b.dataset for b in joined[:MOST]]


def test_thousands_of_datasets_of_one_level_take_little_time() -> None:
    records = [
        one(f"k{n}", f"Titel {n}", "GM_CODE", publisher=f"P{n % 20}") for n in range(4000)
    ]  # fmt: skip
    every = items(records, Names("https://example.org/"))
    began = time.process_time()
    known = Partners(every)

    assert all(len(known.of(x.dataset)) == MOST for x in every)
    assert time.process_time() - began < 5
