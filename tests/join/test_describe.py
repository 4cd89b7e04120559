"""What a record says of its levels: by columns, by dimensions, by words."""

import pytest

from dcat_harvest.levels import describe
from dcat_harvest.levels.columns import meaning
from dcat_harvest.model import Agent, Dataset, Dimension, Distribution, Period

CBS = Agent(name="Centraal Bureau voor de Statistiek")


def dataset(**fields: object) -> Dataset:
    return Dataset(source="s", key="k", **fields)  # type: ignore[arg-type]


def with_columns(*columns: str, **fields: object) -> Dataset:
    file = Distribution(access_url="https://example.org/f.csv", columns=columns)
    return dataset(distributions=(file,), **fields)


def levels(d: Dataset) -> dict[str, str]:
    return {x.level: x.certainty for x in describe(d).levels}


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("BRIN NUMMER", "instelling"),
        ("Instellingscode", "instelling"),
        ("instellingscode (voorheen BRIN-nummer)", "instelling"),
        ("INSTELLINGSCODE_ACTUEEL", "instelling"),
        ("VESTIGINGSCODE", "vestiging"),
        ("GM_CODE", "gemeente"),
        ("GEMEENTECODE_VESTIGING", "gemeente"),
        ("RMC-REGIO CODE", "rmc-regio"),
        ("PROVINCIE INSTELLING", "provincie"),
        ("POSTCODE4_DEELNEMER", "pc4"),
        ("ONDERWIJSBESTUURID", "bestuur"),
        ("SAMENWERKINGSVERBANDNUMMER", "samenwerkingsverband"),
    ],
)
def test_a_column_name_tells_its_level_however_it_is_written(name: str, level: str) -> None:
    assert meaning(name).level == level


def test_a_name_column_counts_only_where_the_file_has_no_code() -> None:
    coded = describe(with_columns("GEMEENTENUMMER", "GEMEENTENAAM"))
    named = describe(with_columns("GEMEENTENAAM", "AANTAL"))

    assert [k.column for k in coded.keys] == ["GEMEENTENUMMER"]
    assert [k.column for k in named.keys] == ["GEMEENTENAAM"]


def test_an_address_for_letters_is_no_key_and_that_of_a_board_no_level() -> None:
    said = describe(with_columns("POSTCODE CORRESPONDENTIEADRES", "POSTCODE_BEVOEGD_GEZAG"))

    assert [(k.column, k.level) for k in said.keys] == [("POSTCODE_BEVOEGD_GEZAG", "")]
    assert said.levels == ()


def test_a_programme_code_is_a_key_without_a_level() -> None:
    said = describe(with_columns("OPLEIDINGSEENHEIDCODE"))

    assert [(k.concept, k.level) for k in said.keys] == [("opleiding", "")]


def test_a_column_outweighs_the_title_and_keeps_its_name_as_evidence() -> None:
    said = describe(with_columns("BRIN NUMMER", title="Leerlingen per instelling"))

    assert [(x.level, x.certainty, x.evidence) for x in said.levels] == [
        ("instelling", "column", "BRIN NUMMER")
    ]


def test_a_column_that_nobody_knows_is_named() -> None:
    assert describe(with_columns("AANTAL_LEERLINGEN", "XQZ_17")).unknown == ("XQZ_17",)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("VO; indicatoren naar gemeente (GOA)", {"gemeente"}),
        ("VO; Gemeentelijk onderwijsachterstandenbeleid", set()),
        ("Bevolking; gemeentegrootte", set()),
        ("Kerncijfers wijken en buurten 2020", {"wijk", "buurt"}),
        ("Bevolking; viercijferige postcode, 1 januari 2013", {"pc4"}),
        ("Bouwvergunningen; soort gebouw per COROP", {"corop"}),
        ("Verdachten; woongemeente 1999-2008", {"gemeente"}),
        ("Vestigingen per gemeente naar activiteit", {"gemeente"}),
        ("Universiteiten; baten derde geldstroom", set()),
    ],
)
def test_titles_of_the_statistics_bureau_say_regions_and_no_schools(
    title: str, expected: set[str]
) -> None:
    assert set(levels(dataset(title=title, publisher=CBS))) == expected


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Leerlingen po per bevoegd gezag", {"bestuur"}),
        ("Hoofdvestigingen vo", {"instelling"}),
        ("Alle schoolvestigingen", {"vestiging"}),
        ("Besturen swv en passend onderwijs", {"bestuur", "samenwerkingsverband"}),
        ("Studenten wo - totaal", set()),
    ],
)
def test_titles_of_others_say_schools(title: str, expected: set[str]) -> None:
    assert set(levels(dataset(title=title))) == expected


def test_codes_of_a_region_dimension_are_read_by_their_prefix() -> None:
    region = Dimension(key="RegioS", title="Regio's", kind="geo", codes=("NL01", "GM0363"))

    said = describe(dataset(dimensions=(region,), publisher=CBS))

    assert {x.level: x.certainty for x in said.levels} == {
        "gemeente": "declared",
        "land": "declared",
    }
    assert [k.column for k in said.keys] == ["Regio's"]


def test_without_its_codes_a_region_dimension_says_only_what_is_usual() -> None:
    region = Dimension(key="RegioS", title="Regio's", kind="geo")
    home = Dimension(key="Woongemeente", title="Woongemeente", kind="geo")

    assert set(levels(dataset(dimensions=(region,))).values()) == {"usual"}
    assert levels(dataset(dimensions=(home,))) == {"gemeente": "declared"}


def test_a_region_dimension_of_an_unknown_name_says_nothing_of_itself() -> None:
    odd = Dimension(key="Gebied3", title="Gebied", kind="geo")

    said = describe(dataset(dimensions=(odd,)))

    assert said.levels == ()
    assert [k.column for k in said.keys] == ["Gebied"]


def test_declared_dimensions_without_a_region_are_of_the_whole_country() -> None:
    time = Dimension(key="Perioden", kind="time")

    assert levels(dataset(title="Uitgaven; kerncijfers", dimensions=(time,))) == {
        "land": "declared"
    }


def test_a_title_that_names_a_region_stands_where_the_dimensions_declare_none() -> None:
    other = Dimension(key="Opleidingsniveau")

    said = levels(dataset(title="Bevolking; wijken en buurten, 2024", dimensions=(other,)))

    assert said == {"wijk": "text", "buurt": "text"}


def test_a_region_in_an_old_table_is_known_by_its_title() -> None:
    old = Dimension(key="Gemeenten", title="Gemeenten")

    assert levels(dataset(dimensions=(old,))) == {"gemeente": "declared"}


def test_a_printed_cell_is_said_in_text() -> None:
    assert levels(dataset(levels=("Gemeente, Nationaal",))) == {"gemeente": "text", "land": "text"}


def test_time_grain_comes_from_codes_columns_or_the_wording_of_the_period() -> None:
    coded = dataset(dimensions=(Dimension(key="P", kind="time", codes=("2019SJ00",)),))
    worded = dataset(period=Period(text="2003/'04 - 2011/'12"))

    assert describe(coded).grains == ("schooljaar",)
    assert describe(with_columns("PEILDATUM")).grains == ("peildatum",)
    assert describe(worded).grains == ("schooljaar",)
    assert describe(dataset(period=Period(text="2001-2006"))).grains == ()


def test_five_thousand_columns_are_read_within_limits() -> None:
    said = describe(with_columns("BRIN", *(f"K{i}" for i in range(5000))))

    assert [k.column for k in said.keys] == ["BRIN"]
    assert len(said.unknown) < 1001


def test_a_resource_has_no_levels() -> None:
    assert not describe(dataset(title="Dashboard per gemeente", kind="resource")).says_something
