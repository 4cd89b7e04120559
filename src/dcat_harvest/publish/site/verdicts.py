"""The eight verdicts of a dataset, each with what was found and what to do about it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache

from markupsafe import Markup

from dcat_harvest.check.checklist import criteria
from dcat_harvest.findings import Finding
from dcat_harvest.model import Score
from dcat_harvest.publish.site.words import both, label, plain, safe

Findings = Mapping[str, list[Finding]]
SIGNS = {"pass": "✓", "partly": "◐", "fail": "✗", "unknown": "?"}


class Judged:
    """The findings of the criteria by dataset, and by source where they hold for all of it."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.own: dict[str, list[Finding]] = defaultdict(list)
        self.whole: dict[str, list[Finding]] = defaultdict(list)
        for x in findings:
            if x.profile == "criteria" and x.criterion:
                (self.own[x.subject] if x.subject else self.whole[x.source]).append(x)

    def of(self, score: Score) -> Iterator[tuple[str, str, Markup]]:
        """Criterion, verdict and the text under it."""
        own, whole = self.own.get(score.dataset, ()), self.whole.get(score.source, ())
        for number, verdict in score.criteria.items():
            texts = [_text(x) for x in own if x.criterion == number]
            if verdict != "pass":
                texts += [_text(x) for x in whole if x.criterion == number]
            yield number, verdict, safe("".join(texts))


def block(judged: Judged, score: Score) -> Markup:
    """All eight as list items."""
    return safe("".join(_item(*x) for x in judged.of(score)))


@lru_cache(maxsize=1024)
def _item(number: str, verdict: str, texts: Markup) -> Markup:
    return Markup(
        '<li class="{v}"><span class="sign" aria-hidden="true">{sign}</span><h3>{number}. {name}'
        ' <span class="verdict">{word}</span></h3>{texts}</li>\n'
    ).format(
        v=verdict,
        sign=SIGNS[verdict],
        number=number,
        name=name(number),
        word=label(f"verdict-{verdict}"),
        texts=texts,
    )


@cache
def name(number: str) -> Markup:
    """The name of a criterion in both languages."""
    known = criteria()[number].label
    return both(known.nl, known.en)


def _text(x: Finding) -> Markup:
    return _words(x.message_nl, x.message_en, x.remedy_nl, x.remedy_en, x.subject == "")


@lru_cache(maxsize=2048)
def _words(nl: str, en: str, remedy_nl: str, remedy_en: str, whole: bool) -> Markup:
    return Markup("<p>{}{}</p>{}").format(
        both(plain(nl, 600), plain(en, 600)),
        Markup(' <em class="whole">{}</em>').format(label("whole-source")) if whole else "",
        Markup('<p class="remedy"><b>{}:</b> {}</p>').format(
            label("remedy"), both(plain(remedy_nl, 600), plain(remedy_en, 600))
        )
        if remedy_nl
        else "",
    )
