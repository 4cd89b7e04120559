"""What probes saw of a dataset, as measurements: the DQV report writes them."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from dcat_harvest.check import vocabulary as v
from dcat_harvest.check.expectations import addresses
from dcat_harvest.check.probe import Probe
from dcat_harvest.check.statements import Index, bare, text
from dcat_harvest.model import Measurement

_OF_MQA = {v.ACCESS_URL: "accessUrlStatusCode", v.DOWNLOAD_URL: "downloadUrlStatusCode"}


def measurements(
    index: Index, dataset: str, probes: Mapping[str, Probe]
) -> tuple[Measurement, ...]:
    """The measurements of a dataset (a term): of its distributions' addresses, of its web pages.

    A distribution without an IRI cannot be named elsewhere: its measurements are the dataset's.
    """
    found: list[Measurement] = []
    for distribution, address in addresses(index, dataset):
        if probe := probes.get(text(address)):
            about = bare(distribution if distribution.startswith("<") else dataset)
            node = index.node(distribution)
            found += (
                _made(about, f"pv:{name}", probe.head or 0, probe)
                for predicate, name in _OF_MQA.items()
                if address in node.get(predicate, ())
            )
            found += _of_address(about, probe)
    for page in index.objects(dataset, v.LANDING_PAGE):
        if probe := probes.get(text(page)):
            found.append(_made(bare(dataset), "def:landingPageStatus", probe.status or 0, probe))
    return tuple(dict.fromkeys(found))


def _of_address(about: str, probe: Probe) -> Iterator[Measurement]:
    yield _made(about, "def:addressStatus", probe.status or 0, probe)
    if probe.status is not None:
        yield _made(about, "def:addressAsksLogin", probe.login, probe)
    if probe.kind:
        yield _made(about, "def:addressKind", probe.kind, probe)
    if probe.bytes is not None:
        yield _made(about, "def:addressBytes", probe.bytes, probe)
    days = probe.certificate_days(datetime.fromisoformat(probe.time))
    if probe.certificate or days is not None:
        yield _made(about, "def:certificate", probe.certificate or "valid", probe)
    if days is not None:
        yield _made(about, "def:certificateDays", days, probe)


def _made(about: str, metric: str, value: bool | int | str, probe: Probe) -> Measurement:
    return Measurement(about=about, metric=metric, value=value, address=probe.url, time=probe.time)
