"""Checks of the criteria on what texts say: suppression, costs, registration."""

import re
from collections.abc import Iterable, Iterator

from dcat_harvest.check import vocabulary as v
from dcat_harvest.check.context import Context, Seen
from dcat_harvest.check.statements import Index, is_literal, text

SUPPRESSION = re.compile(
    r"afgescherm|afscherm|onderdruk|(kleiner|minder) dan (de )?(vijf|tien|5|10)\b|< ?(5|10)\b"
    r"|suppress|fewer than (five|5|ten|10)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?\n]")
_NEED = r"(nodig|vereist|verplicht|required|needed|mandatory)"
_KEY = r"(api[- ]?(key|sleutel|token)|account|aanmelding|registratie|registration|inloggen|login)"
REGISTRATION = re.compile(
    rf"\b{_KEY}\b(?:\W+\w+){{0,3}}?\W+{_NEED}\b|\b{_NEED}\b(?:\W+\w+){{0,3}}?\W+{_KEY}\b"
    rf"|\b(vraag|vraagt|requires?|eist)\W+(een|an?)\W+(\w+\W+)?{_KEY}\b"
    r"|\b(na|after) (registratie|aanmelding|registration)\b",
    re.IGNORECASE,
)
_KEY_FOR_API = re.compile(
    r"\b(api|access|toegangs)[- ]?(key|sleutel|token)s?\b(\W+\w+){0,5}?\W+"
    rf"({_NEED}|aan(ge)?vra(ag|gen)|aanvragen|request(ed)?)\b",
    re.IGNORECASE,
)
_NEGATION = re.compile(r"\b(geen|zonder|niet|no|not|without)\b", re.IGNORECASE)
COSTS = re.compile(r"\b(tegen betaling|tarie(f|ven)|kosten|vergoeding|fees?|charges?|€)", re.I)
_FREE = re.compile(r"\b(geen|zonder|gratis|kosteloos|vrij|no|free|without)\b", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


def suppression(context: Context, dataset: str) -> Iterator[Seen]:
    """c1-suppression and c7-suppression: the sentence that discloses it."""
    for value, told in _statements_of(context.index, dataset):
        found = SUPPRESSION.search(text(value))
        if found or told:
            yield Seen(_sentence(text(value), found.start() if found else 0), statement=value)
            return


def _sentence(whole: str, at: int) -> str:
    start = max((x.end() for x in _ENDS.finditer(whole, 0, at)), default=0)
    end = _ENDS.search(whole, at)
    return _SPACE.sub(" ", whole[start : end.start() if end else len(whole)]).strip()[:300]


def _statements_of(index: Index, dataset: str) -> Iterator[tuple[str, bool]]:
    """What is said of a dataset, and whether it is marked as being about suppression."""
    for predicate, inner in ((v.QUALITY, v.BODY), (v.PROVENANCE, v.LABEL)):
        for node in index.objects(dataset, predicate):
            told = v.SUPPRESSION in index.objects(node, v.KIND)
            values = (node,) if is_literal(node) else index.objects(node, inner)
            yield from ((value, told) for value in values)
    for predicate in (v.NOTE, v.DESCRIPTION):
        yield from ((value, False) for value in index.objects(dataset, predicate))


def cost_text(context: Context, dataset: str) -> Iterator[Seen]:
    """c2-cost-text."""
    for value in _rights(context.index, dataset):
        for sentence in re.split(r"[.;\n]", text(value)):
            if COSTS.search(sentence) and not _FREE.search(sentence):
                yield Seen(sentence.strip()[:300], statement=value)
                return


def _rights(index: Index, dataset: str) -> Iterator[str]:
    for distribution in (dataset, *index.objects(dataset, v.DISTRIBUTION)):
        for node in index.objects(distribution, v.RIGHTS):
            yield from (node,) if is_literal(node) else index.objects(node, v.LABEL)


def registration(context: Context, dataset: str) -> Iterator[Seen]:
    """c4-registration: a text on access that asks for a key, and does not say that none is."""
    index = context.index
    has_file = False
    for distribution in index.objects(dataset, v.DISTRIBUTION):
        has_file = has_file or bool(index.objects(distribution, v.DOWNLOAD_URL))
        values = [*index.objects(distribution, v.DESCRIPTION), *_rights(index, distribution)]
        for service in index.objects(distribution, v.ACCESS_SERVICE):
            values += [*index.objects(service, v.DESCRIPTION), *_rights(index, service)]
        if asked := _asked(values, REGISTRATION):
            yield Seen(asked[0], node=distribution, statement=asked[1])
            return
    told = () if has_file else index.objects(dataset, v.DESCRIPTION)
    if asked := _asked(told, _KEY_FOR_API):
        yield Seen(asked[0], statement=asked[1])


def _asked(values: Iterable[str], pattern: re.Pattern[str]) -> tuple[str, str] | None:
    """The first sentence that asks for a key, without saying that none is needed."""
    for value in values:
        for sentence in re.split(r"[.;\n]", text(value)):
            if pattern.search(sentence) and not _NEGATION.search(sentence):
                return sentence.strip()[:300], value
    return None
