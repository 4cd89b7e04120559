"""The page about the criteria is generated, and not stale."""

from dcat_harvest import resources
from dcat_harvest.check.checklist import checks
from dcat_harvest.check.criteria_page import criteria_page


def test_the_page_is_what_the_shapes_say() -> None:
    page = resources.path("docs/reference/criteria.md").read_text(encoding="utf-8")

    assert page == criteria_page(), (
        "run: python -m dcat_harvest.check.criteria_page > docs/reference/criteria.md"
    )


def test_every_check_is_on_the_page() -> None:
    page = criteria_page()

    assert all(f"### {name}\n" in page for name in checks())
