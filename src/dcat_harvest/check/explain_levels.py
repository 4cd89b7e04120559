"""The part of a dataset's story on what it can be joined on: a line per level."""

from collections.abc import Iterator

from dcat_harvest.check.statements import bare, named, text
from dcat_harvest.check.story import Story, titled, words_of

DEF = "https://w3id.org/dcat-harvest/def#"


def levels(story: Story) -> Iterator[str]:
    """Level, key columns and certainty; nothing for a dataset that states no level."""
    index = story.index
    lines = []
    for node in index.objects(named(story.dataset), f"<{DEF}levelStatement>"):
        said = [bare(x) for x in index.objects(node, f"<{DEF}level>")]
        columns = sorted(text(x) for x in index.objects(node, f"<{DEF}keyColumn>"))
        sure = [bare(x) for x in index.objects(node, f"<{DEF}certainty>")]
        level, certainty = (_tail(x) for x in (said, sure))
        if level:
            lines.append(f"{level:<22} {', '.join(columns) or '-'}  ({certainty or '-'})")
    if lines:
        yield from titled(words_of(story.lang)["levels"], sorted(lines))


def _tail(iris: list[str]) -> str:
    """`def#level-gemeente` to `gemeente`."""
    return iris[0].partition("#")[2].partition("-")[2] if iris else ""
