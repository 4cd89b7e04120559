"""The whole story of one dataset: what it has, what is missing, what to write, what it becomes."""

from collections.abc import Iterable, Iterator, Sequence

from dcat_harvest.check import checklist, criteria, evidence, score
from dcat_harvest.check import vocabulary as v
from dcat_harvest.check.criteria import Origins
from dcat_harvest.check.explain_levels import levels
from dcat_harvest.check.explain_points import points
from dcat_harvest.check.lookup import find
from dcat_harvest.check.mqa import Probes
from dcat_harvest.check.statements import Index, bare, named, text
from dcat_harvest.check.story import Lang, Story, fill, titled, words_of
from dcat_harvest.findings import Finding
from dcat_harvest.graph import Graph

SHOWN = 8
"""Statements per criterion, and violations, that are shown before "and more"."""


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
    )
    parts = (_head, _verdicts, _has, _todo, _remarks, _profile, points, levels)
    return "\n".join("\n".join(part(story)) for part in parts).rstrip() + "\n"


def _head(story: Story) -> Iterator[str]:
    words, scored = words_of(story.lang), story.score
    title = scored.title or words["untitled"]
    pages = story.index.objects(named(story.dataset), v.LANDING_PAGE)
    yield title
    yield "=" * len(title)
    yield fill(words["publisher"], value=scored.publisher or words["none"])
    yield fill(words["landing"], value=text(pages[0]) if pages else words["none"])
    yield fill(words["iri"], value=story.dataset)


def _label(story: Story, number: str) -> str:
    label = checklist.criteria()[number].label
    return label.nl if story.lang == "nl" else label.en


def _verdicts(story: Story) -> Iterator[str]:
    words = words_of(story.lang)
    return titled(
        words["verdicts"],
        (
            f"{number} {_label(story, number):<26} {words['verdict'][verdict]}"
            for number, verdict in story.score.criteria.items()
        ),
    )


def _has(story: Story) -> Iterator[str]:
    words = words_of(story.lang)
    yield from titled(words["has"], ())
    some = False
    for number in checklist.CRITERIA:
        found = list(criteria.passes(story.index, story.dataset, number))
        for line in found[:SHOWN]:
            some = True
            yield f"{number}  {_shortened(story, line)}"
        if len(found) > SHOWN:
            yield f"{number}  {fill(words['more'], count=len(found) - SHOWN)}"
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
    words, advice = words_of(story.lang), _advice(story)
    if not advice:
        yield from titled(words["todo"], [words["all_well"]])
        return
    yield from titled(words["todo"], ())
    left = {x.code for x in story.judged.findings}
    for number, one in enumerate(advice, 1):
        left.discard(one.code)
        yield from _one(story, number, one, criteria.verdict(left)[one.criterion])
    done = criteria.verdict(left)
    value = ", ".join(f"{x} {words['verdict'][done[x]]}" for x in checklist.CRITERIA)
    yield fill(words["together"], value=value)


def _one(story: Story, number: int, one: Finding, then: str) -> Iterator[str]:
    words, is_dutch = words_of(story.lang), story.lang == "nl"
    yield f"{number}. [{one.criterion}] {one.message_nl if is_dutch else one.message_en}"
    indent = "     "
    yield indent + fill(words["evidence"], value=_evidence(story, one))
    yield indent + fill(words["do"], value=one.remedy_nl if is_dutch else one.remedy_en)
    if where := _path(story, one.code):
        yield indent + fill(words["where"], value=f"{where} <- {one.focus_node}")
    yield indent + fill(words["who"], value=words["actor"][one.actor])
    label = _label(story, one.criterion)
    verdict = words["verdict"][then]
    yield indent + fill(words["then"], number=one.criterion, label=label, verdict=verdict)


def _path(story: Story, code: str) -> str:
    told = evidence.path_text(code)
    whole = told[1:-1] if told.startswith("(") and told.find(")") == len(told) - 1 else told
    return whole.replace("|", words_of(story.lang)["or"])


def _evidence(story: Story, one: Finding) -> str:
    if one.evidence.endswith("–"):
        return fill(words_of(story.lang)["absent"], path=_path(story, one.code))
    return _shortened(story, one.evidence) if one.evidence else one.value


def _remarks(story: Story) -> Iterator[str]:
    known = checklist.checks()
    found = [x for x in story.judged.findings if known[x.code].verdict == "pass"]
    if found:
        lines = ((x.criterion, x.message_nl if story.lang == "nl" else x.message_en) for x in found)
        words = words_of(story.lang)
        yield from titled(words["remarks"], (f"{number}  {told}" for number, told in lines))


def _profile(story: Story) -> Iterator[str]:
    words = words_of(story.lang)
    if story.official is None:
        yield from titled(words["profile"], [words["profile_not"]])
        return
    broken = [x for x in story.official if x.severity == "violation"]
    if broken:
        yield from titled(words["profile"], _violations(story, broken))


def _violations(story: Story, broken: Sequence[Finding]) -> Iterator[str]:
    words = words_of(story.lang)
    for x in broken[:SHOWN]:
        told = x.message_nl if story.lang == "nl" else x.message_en
        path = evidence.short(x.path)
        yield fill(words["profile_line"], path=path, focus=x.focus_node, message=told)
    if len(broken) > SHOWN:
        yield fill(words["more"], count=len(broken) - SHOWN)
