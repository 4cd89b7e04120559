"""The whole story of one dataset: what it has, what is missing, what to write, what it becomes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from dcat_harvest.check import checklist, criteria, evidence, mqa, score
from dcat_harvest.check import vocabulary as v
from dcat_harvest.check.criteria import Judgement, Origins
from dcat_harvest.check.lookup import find
from dcat_harvest.check.mqa import Probes
from dcat_harvest.check.statements import Index, bare, named, text
from dcat_harvest.findings import Finding
from dcat_harvest.graph import Graph
from dcat_harvest.model import Score

Lang = Literal["nl", "en"]
SHOWN = 8
"""Statements per criterion, and violations, that are shown before "and more"."""


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """What is told: the dataset, its judgement and its score."""

    index: Index
    dataset: str
    """Bare."""
    lang: Lang
    judged: Judgement
    score: Score
    official: tuple[Finding, ...] | None
    probes: Probes


def explain(
    graph: Graph | Index,
    dataset: str,
    lang: Lang = "nl",
    *,
    now: str,
    official: Iterable[Finding] | None = None,
    profile: str = criteria.OFFICIAL,
    origins: Origins | None = None,
    probes: Probes | None = None,
    base: str = "",
) -> str:
    """The story of a dataset as plain text, in Dutch or English.

    `dataset` is an IRI, an identifier, the end of an IRI, or a title. Raises UsageError where no
    dataset, or more than one, goes by that name.
    """
    index = graph if isinstance(graph, Index) else Index(graph)
    iri = find(index, dataset, lang)
    found = None if official is None else tuple(x for x in official if x.subject == iri)
    judged = criteria.judge(
        index,
        now=now,
        official=found,
        profile=profile,
        origins=origins,
        probes=probes,
        datasets=[iri],
    )
    (scored,) = score.scores(
        index,
        [*(found or ()), *judged.findings],
        verdicts=judged.verdicts,
        profiles=[profile] if found is not None else [],
        base=base,
        probes=probes,
    )
    story = Story(
        index=index,
        dataset=iri,
        lang=lang,
        judged=judged,
        score=scored,
        official=found,
        probes=probes or {},
    )
    parts = (_head, _verdicts, _has, _todo, _remarks, _profile, _mqa)
    return "\n".join("\n".join(part(story)) for part in parts).rstrip() + "\n"


def _words(lang: str) -> Mapping[str, Any]:
    words: Mapping[str, Any] = v.table("explain.toml")[lang]
    return words


def _fill(template: str, **values: object) -> str:
    return template.format_map(values)


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield title
    yield "-" * len(title)
    yield from lines


def _head(story: Story) -> Iterator[str]:
    words, scored = _words(story.lang), story.score
    title = scored.title or words["untitled"]
    pages = story.index.objects(named(story.dataset), v.LANDING_PAGE)
    yield title
    yield "=" * len(title)
    yield _fill(words["publisher"], value=scored.publisher or words["none"])
    yield _fill(words["landing"], value=text(pages[0]) if pages else words["none"])
    yield _fill(words["iri"], value=story.dataset)


def _label(story: Story, number: str) -> str:
    label = checklist.criteria()[number].label
    return label.nl if story.lang == "nl" else label.en


def _verdicts(story: Story) -> Iterator[str]:
    words = _words(story.lang)
    return _titled(
        words["verdicts"],
        (
            f"{number} {_label(story, number):<26} {words['verdict'][verdict]}"
            for number, verdict in story.score.criteria.items()
        ),
    )


def _has(story: Story) -> Iterator[str]:
    words = _words(story.lang)
    yield from _titled(words["has"], ())
    some = False
    for number in checklist.CRITERIA:
        found = list(criteria.passes(story.index, story.dataset, number))
        for line in found[:SHOWN]:
            some = True
            yield f"{number}  {_shortened(story, line)}"
        if len(found) > SHOWN:
            yield f"{number}  {_fill(words['more'], count=len(found) - SHOWN)}"
    if not some:
        yield words["nothing"]


def _shortened(story: Story, line: str) -> str:
    """A statement as people read it: short property, value; the subject where it is another."""
    subject, predicate, value = (*line.split(" ", 2), "", "")[:3]
    told = text(value.removesuffix(" .")) if value != "–" else ""
    whole = " ".join(told.split())
    clipped = whole if len(whole) <= 160 else f"{whole[:159]}…"
    other = "" if subject == named(story.dataset) else f"  <- {bare(subject)}"
    return f"{evidence.short(bare(predicate))} {clipped}{other}"


def _advice(story: Story) -> list[Finding]:
    """The findings that cost something, by what mending them is worth."""
    known = checklist.checks()
    return sorted(
        (x for x in story.judged.findings if known[x.code].verdict != "pass"),
        key=lambda x: (-criteria.WORST[known[x.code].verdict], -known[x.code].weight, x.code),
    )


def _todo(story: Story) -> Iterator[str]:
    words, advice = _words(story.lang), _advice(story)
    if not advice:
        yield from _titled(words["todo"], [words["all_well"]])
        return
    yield from _titled(words["todo"], ())
    left = {x.code for x in story.judged.findings}
    for number, one in enumerate(advice, 1):
        left.discard(one.code)
        yield from _one(story, number, one, criteria.verdict(left)[one.criterion])
    done = criteria.verdict(left)
    value = ", ".join(f"{x} {words['verdict'][done[x]]}" for x in checklist.CRITERIA)
    yield _fill(words["together"], value=value)


def _one(story: Story, number: int, one: Finding, then: str) -> Iterator[str]:
    words, is_dutch = _words(story.lang), story.lang == "nl"
    yield f"{number}. [{one.criterion}] {one.message_nl if is_dutch else one.message_en}"
    indent = "     "
    yield indent + _fill(words["evidence"], value=_evidence(story, one))
    yield indent + _fill(words["do"], value=one.remedy_nl if is_dutch else one.remedy_en)
    if where := _path(story, one.code):
        yield indent + _fill(words["where"], value=f"{where} <- {one.focus_node}")
    yield indent + _fill(words["who"], value=words["actor"][one.actor])
    label = _label(story, one.criterion)
    verdict = words["verdict"][then]
    yield indent + _fill(words["then"], number=one.criterion, label=label, verdict=verdict)


def _path(story: Story, code: str) -> str:
    told = evidence.path_text(code)
    whole = told[1:-1] if told.startswith("(") and told.find(")") == len(told) - 1 else told
    return whole.replace("|", _words(story.lang)["or"])


def _evidence(story: Story, one: Finding) -> str:
    if one.evidence.endswith("–"):
        return _fill(_words(story.lang)["absent"], path=_path(story, one.code))
    return _shortened(story, one.evidence) if one.evidence else one.value


def _remarks(story: Story) -> Iterator[str]:
    known = checklist.checks()
    found = [x for x in story.judged.findings if known[x.code].verdict == "pass"]
    if found:
        lines = ((x.criterion, x.message_nl if story.lang == "nl" else x.message_en) for x in found)
        words = _words(story.lang)
        yield from _titled(words["remarks"], (f"{number}  {told}" for number, told in lines))


def _profile(story: Story) -> Iterator[str]:
    words = _words(story.lang)
    if story.official is None:
        yield from _titled(words["profile"], [words["profile_not"]])
        return
    broken = [x for x in story.official if x.severity == "violation"]
    if broken:
        yield from _titled(words["profile"], _violations(story, broken))


def _violations(story: Story, broken: Sequence[Finding]) -> Iterator[str]:
    words = _words(story.lang)
    for x in broken[:SHOWN]:
        told = x.message_nl if story.lang == "nl" else x.message_en
        path = evidence.short(x.path)
        yield _fill(words["profile_line"], path=path, focus=x.focus_node, message=told)
    if len(broken) > SHOWN:
        yield _fill(words["more"], count=len(broken) - SHOWN)


def _mqa(story: Story) -> Iterator[str]:
    words, found = _words(story.lang), story.score.mqa
    total = v.table("scores.toml")["mqa"]["total"]
    yield from _titled(
        words["mqa"],
        [
            _fill(
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
        yield _fill(words["becomes"], points=total, total=total, rating=rating)


def _gain(story: Story, metric: mqa.Metric) -> str:
    words = _words(story.lang)
    values = {"points": f"{metric.points:<3}", "metric": metric.name}
    if metric.how == "compliance":
        return _fill(words["gain_profile"], **values)
    if metric.how == "head":
        measured = metric.name not in story.score.mqa["unmeasured"]
        has_address = story.index.objects(_best(story), metric.predicate)
        if has_address:
            return _fill(words["gain_answer" if measured else "gain_probe"], **values)
    prop = evidence.short(bare(metric.predicate))
    if metric.how in words["how"]:
        prop = words["how"][metric.how]
    elif not metric.of_dataset:
        prop = _fill(words["how"]["distribution"], property=prop)
    return _fill(words["gain"], property=prop, **values)


def _best(story: Story) -> str:
    return named(story.score.mqa["distribution"])
