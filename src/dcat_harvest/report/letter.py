"""A letter to one publisher: what to write, where, in plain Dutch, the greatest effect first.

As CSV it has one row per value; filled in, `amend import` makes amendments of it.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from dcat_harvest.errors import UsageError
from dcat_harvest.findings import Finding
from dcat_harvest.model import Score
from dcat_harvest.report.causes import Cause, Key, cause_of, causes, is_remark, key_id
from dcat_harvest.report.data import Lang, ReportData, subject, title
from dcat_harvest.report.effects import touched
from dcat_harvest.report.fields import Field, field_of
from dcat_harvest.report.history import publisher_of
from dcat_harvest.report.text import measure
from dcat_harvest.report.texts import cell, path_name, plain, text

NAMED = 15
COLUMNS = (
    *("bron", "sleutel", "titel", "pagina", "probleem", "wat te doen", "naam bij de bron"),
    *(
        "zo schrijven",
        "huidige waarde",
        "veld",
        "bestand",
        "nieuwe waarde",
        "door",
        "datum",
        "grond",
    ),
)


def publishers(data: ReportData) -> list[str]:
    """The names that `--for` knows."""
    return sorted({publisher_of(data, score) for score in data.scores})


def chosen(data: ReportData, name: str) -> str:
    """The publisher meant by a name or a part of it; UsageError where it is none, or several."""
    known = publishers(data)
    exact = [x for x in known if x.casefold() == name.strip().casefold()]
    part = [x for x in known if name.strip().casefold() in x.casefold()]
    initials = [x for x in known if _initials(x) == name.strip().casefold()]
    for found in (exact, part, initials):
        if len(found) == 1:
            return found[0]
    several = part or known
    raise UsageError(
        f"--for {name!r}: {'which one' if part else 'no such publisher'}? {'; '.join(several)}"
    )


def _initials(name: str) -> str:
    small = {"", "het", "van", "de", "voor"}
    words = [x for x in re.split(r"[^\w]+", name.casefold()) if x not in small]
    return "".join(x[0] for x in words)


def only(data: ReportData, name: str) -> ReportData:
    """The report data of one publisher: its datasets, and the findings that it can mend."""
    scores = tuple(x for x in data.scores if publisher_of(data, x) == name)
    mine = {x.dataset for x in scores}
    mine |= {iri for iri, one in data.subjects.items() if one.publisher == name}
    sources = {x.source for x in scores}
    others = {x.source for x in data.scores if publisher_of(data, x) != name}
    findings = tuple(
        f
        for f in data.findings
        if f.actor == "publisher"
        and (f.subject in mine or (not f.subject and f.source in sources - others))
    )
    return msgspec.structs.replace(data, scores=scores, findings=findings)


def render(data: ReportData, name: str, *, lang: Lang = "nl") -> Iterator[str]:
    """The letter as plain text that reads well in a mail."""
    who = chosen(data, name)
    mine = only(data, who)
    found = _worth_it(mine)
    groups: dict[Key, list[Finding]] = defaultdict(list)
    for finding in _spread(mine):
        groups[cause_of(finding)].append(finding)
    by_id = {key_id(k): v for k, v in groups.items()}
    total = len(mine.scores)
    fine = sum(bool(x.conforms) and all(x.conforms.values()) for x in mine.scores)
    yield text("letter-head", lang, publisher=plain(who)) + "\n\n"
    yield text("letter-state", lang, total=total, fine=fine, day=data.generated[:10]) + "\n"
    yield text("letter-how" if found else "letter-nothing", lang) + "\n"
    for number, cause in enumerate(found, start=1):
        yield from _item(mine, number, cause, by_id[cause.id], lang)
    if found:
        yield "\n" + text("letter-end", lang) + "\n"


def _item(
    data: ReportData, number: int, cause: Cause, group: list[Finding], lang: Lang
) -> Iterator[str]:
    message = cause.message_nl if lang == "nl" else cause.message_en
    remedy = cause.remedy_nl if lang == "nl" else cause.remedy_en
    yield f"\n{number}. {plain(message)}\n   {measure(cause, lang)}.\n"
    known = field_of(cause.example)
    if known:
        label = known.nl if lang == "nl" else known.en
        there = sorted({known.at[f.source] for f in group if f.source in known.at})
        where = f" ({text('letter-at', lang)} {', '.join(there)})" if there else ""
        yield f"   {text('letter-field', lang)}: {label}{where}, {path_name(cause.path)}\n"
        how = known.write_nl if lang == "nl" else known.write_en
        yield f"   {text('letter-write', lang)}: {how}\n"
    if remedy:
        yield f"   {text('html-remedy', lang)}: {plain(remedy, 600)}\n"
    rows = _ordered(data, group)
    for finding in rows[:NAMED]:
        value = f" [{text('letter-now', lang)} {plain(finding.value, 80)}]" if finding.value else ""
        yield f"   - {plain(_title(data, finding), 120)}{value}\n"
        yield f"     {plain(_page(data, finding), 300)}\n"
    if len(rows) > NAMED:
        yield f"   {text('letter-more', lang, n=len(rows) - NAMED)}\n"


def as_csv(data: ReportData, name: str) -> str:
    """One row per value to write; semicolons and a mark in front, as Dutch spreadsheets want it.

    The officer fills `nieuwe waarde`, `door` and `grond`; `amend import` reads it back.
    """
    who = chosen(data, name)
    mine = only(data, who)
    rank = {cause.id: place for place, cause in enumerate(_worth_it(mine))}
    worth = [f for f in _spread(mine) if key_id(cause_of(f)) in rank]
    scores = {x.dataset: x for x in mine.scores}
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    ordered = sorted(
        worth,
        key=lambda f: (
            not subject(data, f.subject).current,
            rank[key_id(cause_of(f))],
            f.subject,
        ),
    )
    seen: set[tuple[str, str, str]] = set()
    for finding in ordered:
        known = field_of(finding)
        what = known.field if known else finding.code
        place = (finding.subject or finding.where, what, finding.value)
        if place not in seen:
            seen.add(place)
            writer.writerow(_row(mine, finding, known, scores.get(finding.subject)))
    return "\ufeff" + stream.getvalue()


def _worth_it(data: ReportData) -> list[Cause]:
    return [cause for cause in causes(data) if not is_remark(cause)]


def _spread(data: ReportData) -> Iterator[Finding]:
    """The findings, those that stand for many datasets as one for each that it can be about."""
    scores: dict[str, list[Score]] = defaultdict(list)
    for score in data.scores:
        scores[score.source].append(score)
    for finding in data.findings:
        found = touched(data, finding, scores) if field_of(finding) else set()
        for iri in sorted(found or {finding.subject}):
            yield msgspec.structs.replace(finding, subject=iri) if iri else finding


def _row(data: ReportData, finding: Finding, known: Field | None, score: Score | None) -> list[str]:
    source, name = (score.source, score.key) if score else (finding.source, finding.key)
    values = (
        *(source, name, _title(data, finding), _page(data, finding)),
        *(finding.message_nl, finding.remedy_nl, known.at.get(source, known.nl) if known else ""),
        *(known.write_nl if known else "", finding.value, known.field if known else ""),
        *("", "", "", "", ""),
    )
    return [cell(x, 500) for x in values]


def _ordered(data: ReportData, group: list[Finding]) -> list[Finding]:
    """One finding per dataset, current ones first, by title."""
    first: dict[str, Finding] = {}
    for finding in group:
        first.setdefault(finding.subject or finding.where, finding)
    return sorted(
        first.values(),
        key=lambda f: (not subject(data, f.subject).current, _title(data, f).casefold()),
    )


def _title(data: ReportData, finding: Finding) -> str:
    return title(data, finding.subject) if finding.subject else finding.key or finding.where


def _page(data: ReportData, finding: Finding) -> str:
    """The publisher's own page, else where it was seen."""
    return subject(data, finding.subject).landing_page or finding.where or finding.subject
