"""The recorded world read with its columns, once for all tests of joins."""

from pathlib import Path

import pytest

from dcat_harvest import columns
from dcat_harvest.archive import Replay
from dcat_harvest.harvest import harvest_one
from dcat_harvest.iri import Names
from dcat_harvest.join import Item
from dcat_harvest.join.catalogue import items
from dcat_harvest.sources import load

SOURCES = ("cbs-statline", "duo-ckan", "duo-pages", "inspectie")


@pytest.fixture(scope="session")
def every(world: Path) -> list[Item]:
    replay = Replay([str(world / f"{n}.warc.gz") for n in ("duo", "cbs", "inspectie")])
    options = {"cbs-statline": {"select": "all"}}
    chosen = [columns.wanted(s) for s in load(SOURCES, options)]
    found = [d for s in chosen for d in harvest_one(s, replay).datasets]
    return items(found, Names("https://example.org/"))
