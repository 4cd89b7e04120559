"""What the graph says of each dataset that a report shows: title, publisher, pages, currency."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Literal
from urllib.parse import quote, unquote

from dcat_harvest.graph import Graph, triples
from dcat_harvest.model import Dataset
from dcat_harvest.report.data import Subject

DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
NAME = "http://xmlns.com/foaf/0.1/name"
STATUS = "http://www.w3.org/ns/adms#status"
KINDS: Mapping[str, Literal["dataset", "series", "service", "catalog"]] = {
    f"{DCAT}Dataset": "dataset",
    f"{DCAT}DatasetSeries": "series",
    f"{DCAT}DataService": "service",
    f"{DCAT}Catalog": "catalog",
}
ENDED = frozenset(
    {"discont", "discontinued", "withdrawn", "deprecated", "gediscontinueerd", "vervallen"}
    | {"stopgezet"}
)
READ = (
    *(TYPE, STATUS, f"{DCAT}landingPage"),
    *(f"{DCT}{x}" for x in ("title", "publisher", "modified", "issued", "temporal")),
    f"{DCT}accrualPeriodicity",
)
PAST = timedelta(days=4 * 366)


class Subjects(Mapping[str, Subject]):
    """The subjects of a report, each read from the graph when it is first asked for.

    `base` gives each dataset of ours its pages in the release; `lines` (see `lines.index`) the
    file and line where it begins.
    """

    def __init__(
        self,
        graph: Graph,
        iris: Iterable[str],
        *,
        today: date,
        base: str = "",
        lines: Mapping[str, tuple[str, int]] | None = None,
    ) -> None:
        self._graph, self._today, self._base = graph, today, base
        self._lines = lines or {}
        self._read: dict[str, Subject | None] = dict.fromkeys(iris)
        self._names: dict[str, str] = {}
        """Agent to its name: a few publish them all."""

    def __getitem__(self, iri: str) -> Subject:
        found = self._read[iri]
        if found is None:
            found = self._read[iri] = _subject(
                self._graph,
                iri,
                today=self._today,
                base=self._base,
                at=self._lines.get(iri),
                names=self._names,
            )
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._read)

    def __len__(self) -> int:
        return len(self._read)


def is_kept(record: Dataset, today: date) -> bool:
    """`is_current` of a record."""
    files = [x for f in record.distributions for x in (f.modified, f.issued, f.reference_date)]
    end = record.period.end if record.period else None
    dates = (record.modified, record.issued, record.reference_date, end, *files)
    return is_current(record.status or "", record.frequency or "", [x for x in dates if x], today)


def is_current(status: str, frequency: str, dates: Iterable[str], today: date) -> bool:
    """Whether anybody still keeps the dataset: not ended, and not four years without a sign.

    `status` and `frequency` are words of the source or IRIs. A dataset that states no date at all
    is taken as current.
    """
    words = {x.rsplit("/", 1)[-1].replace(" ", "").casefold() for x in (status, frequency)}
    if words & ENDED:
        return False
    newest = max((x for x in dates if x[:4].isdigit()), default="")
    return not newest or newest[:10] >= (today - PAST).isoformat()[: len(newest[:10])]


def _subject(
    graph: Graph,
    iri: str,
    *,
    today: date,
    base: str,
    at: tuple[str, int] | None,
    names: dict[str, str],
) -> Subject:
    said = _values(graph, iri, READ)
    first = {key: sorted(values)[0] for key, values in said.items()}
    agent = first.get(f"{DCT}publisher", "")
    if agent not in names:
        names[agent] = next(iter(_values(graph, agent, (NAME,)).get(NAME, [])), agent)
    ends = [
        end
        for period in said.get(f"{DCT}temporal", [])
        for end in _values(graph, period, (f"{DCAT}endDate",)).get(f"{DCAT}endDate", [])
    ]
    dates = said.get(f"{DCT}modified", []) + said.get(f"{DCT}issued", []) + ends
    page = _page(iri, base)
    return Subject(
        dataset=iri,
        title=_dutch(said.get(f"{DCT}title", [])),
        publisher=names[agent],
        kind=next((KINDS[x] for x in KINDS if x in said.get(TYPE, [])), "dataset"),
        landing_page=first.get(f"{DCAT}landingPage", ""),
        page=f"{page}.html" if page else "",
        rdf=(f"{page}.ttl", f"{page}.jsonld") if page else (),
        current=is_current(
            first.get(STATUS, ""), first.get(f"{DCT}accrualPeriodicity", ""), dates, today
        ),
        file=at[0] if at else "",
        line=at[1] if at else 0,
    )


def _values(graph: Graph, iri: str, predicates: tuple[str, ...]) -> dict[str, list[str]]:
    if not iri:
        return {}
    term = iri if iri.startswith("_:") else f"<{iri}>"
    start = len(term) + 2
    wanted = [x for x in graph.about(term) if x[start : x.index(">", start)] in predicates]
    found: dict[str, list[str]] = {}
    for triple in triples(wanted):
        predicate, value = triple.predicate.value, getattr(triple.object, "value", "")
        if getattr(triple.object, "language", None) == "nl":
            found.setdefault(predicate, []).insert(0, value)
        else:
            found.setdefault(predicate, []).append(value)
    return found


def _dutch(titles: list[str]) -> str:
    return titles[0] if titles else ""


def _page(iri: str, base: str) -> str:
    """Where the release keeps its page on a dataset of ours: `dataset/<source>/<key>`."""
    if not base or not iri.startswith(f"{base}dataset/"):
        return ""
    return quote(unquote(iri.removeprefix(base)), safe="/-._~")
