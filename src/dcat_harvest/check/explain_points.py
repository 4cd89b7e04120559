"""The part of an explanation on the MQA: points now, and what each further one asks."""

from collections.abc import Iterator

from dcat_harvest.check import evidence, mqa
from dcat_harvest.check import vocabulary as v
from dcat_harvest.check.statements import bare, named
from dcat_harvest.check.story import Story, fill, titled, words_of


def points(story: Story) -> Iterator[str]:
    """The points of a dataset, and how it gets the rest."""
    words, found = words_of(story.lang), story.score.mqa
    total = v.table("scores.toml")["mqa"]["total"]
    yield from titled(
        words["mqa"],
        [
            fill(
                words["points"],
                points=found["points"],
                total=total,
                rating=words["rating"][found["rating"]],
                stars=story.score.stars,
            )
        ],
    )
    open_metrics = [x for x in mqa.metrics() if not found["metrics"][x.name]]
    for metric in open_metrics:
        yield "  " + _gain(story, metric)
    if open_metrics:
        rating = words["rating"][mqa.rating(total)]
        yield fill(words["becomes"], points=total, total=total, rating=rating)


def _gain(story: Story, metric: mqa.Metric) -> str:
    words = words_of(story.lang)
    values = {"points": f"{metric.points:<3}", "metric": metric.name}
    if metric.how == "compliance":
        return fill(words["gain_profile"], **values)
    if metric.how == "head":
        measured = metric.name not in story.score.mqa["unmeasured"]
        has_address = story.index.objects(_best(story), metric.predicate)
        if has_address:
            return fill(words["gain_answer" if measured else "gain_probe"], **values)
    prop = evidence.short(bare(metric.predicate))
    if metric.how in words["how"]:
        prop = words["how"][metric.how]
    elif not metric.of_dataset:
        prop = fill(words["how"]["distribution"], property=prop)
    return fill(words["gain"], property=prop, **values)


def _best(story: Story) -> str:
    return named(story.score.mqa["distribution"])
