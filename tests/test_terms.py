from dcat_harvest.terms import terms


def test_the_labels_of_what_is_used_come_along_and_no_others() -> None:
    theme = "http://publications.europa.eu/resource/authority/data-theme/EDUC"
    kind = "https://w3id.org/dcat-harvest/def#suppression"

    found = terms(
        [
            f"<https://x.test/a> <http://www.w3.org/ns/dcat#theme> <{theme}> .",
            f"<https://x.test/b> <https://w3id.org/dcat-harvest/def#annotationKind> <{kind}> .",
        ]
    )

    assert {x.split(" ")[0] for x in found} == {
        f"<{theme}>",
        f"<{kind}>",
        "<https://w3id.org/dcat-harvest/def#annotationKind>",
    }
    assert any('"@nl' in x for x in found)
