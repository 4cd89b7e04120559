"""Probes as DQV measurements of distributions."""

from collections.abc import Iterator, Mapping

from dcat_harvest.check import vocabulary as v
from dcat_harvest.check.constraints import datasets
from dcat_harvest.check.expectations import addresses
from dcat_harvest.check.probe import Probe
from dcat_harvest.check.statements import Index, text


def measurements(index: Index, probes: Mapping[str, Probe]) -> Iterator[str]:
    """What was probed as DQV measurements of distributions, as N-Triples lines."""
    metrics = {v.ACCESS_URL: "accessUrlStatusCode", v.DOWNLOAD_URL: "downloadUrlStatusCode"}
    for dataset in datasets(index):
        for distribution, address in addresses(index, dataset):
            probe = probes.get(text(address))
            for predicate, metric in metrics.items():
                if probe and address in index.objects(distribution, predicate):
                    yield from _measurement(distribution, metric, probe)


def _measurement(distribution: str, metric: str, probe: Probe) -> Iterator[str]:
    if distribution.startswith("_:"):
        return
    node = f"{distribution[:-1]}{'.' if '#' in distribution else '#'}{metric}>"
    yield f"{node} {v.A} <{v.DQV}QualityMeasurement> ."
    yield f"{node} <{v.DQV}computedOn> {distribution} ."
    yield f"{node} <{v.DQV}isMeasurementOf> <https://piveau.eu/ns/voc#{metric}> ."
    yield f'{node} <{v.DQV}value> "{probe.head or 0}"^^<{v.XSD}integer> .'
    yield f'{node} <http://www.w3.org/ns/prov#generatedAtTime> "{probe.time}"^^<{v.XSD}dateTime> .'
