"""The embedded store: a folder made by pyoxigraph, built aside and swapped by one rename."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyoxigraph as ox

from dcat_harvest.durable import sync, sync_all
from dcat_harvest.errors import StoreError, UsageError
from dcat_harvest.graph import Graph
from dcat_harvest.store import Format, Loaded
from dcat_harvest.store.answers import check_readonly, prefixes, render, syntax_error


class Embedded:
    """A store in a folder. `folder` is a link to the newest complete version beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(
        self,
        graphs: Mapping[str, Graph | Path],
        *,
        release: str = "",
        previous: Mapping[str, Graph] | None = None,
        prune: bool = True,
        ready: Callable[[], str] | None = None,
    ) -> tuple[Loaded, ...]:
        """Build a new store of these graphs (or Turtle files) and put it in the old one's place.

        `ready` is asked before that; where it gives nothing, the old store stays.

        `prune=False` keeps other graphs of the old store. A crash leaves the old store.
        """
        try:
            with _lock(self.folder):
                new = _fresh(self.folder)
                result = self._fill(new, graphs, prune=prune)
                if ready is not None and not ready():
                    raise StoreError(f"{self.folder}: the release was not made; the store stays")
                _swap(new, self.folder)
        except OSError as problem:
            raise StoreError(f"{self.folder}: the store could not be written: {problem}") from None
        return result

    def _fill(
        self, new: Path, graphs: Mapping[str, Graph | Path], *, prune: bool
    ) -> tuple[Loaded, ...]:
        store = ox.Store(str(new))
        for iri, graph in graphs.items():
            name = ox.NamedNode(iri)
            if isinstance(graph, Path):
                store.bulk_load(path=str(graph), format=ox.RdfFormat.TURTLE, to_graph=name)
            else:
                store.bulk_load(graph.nt(), ox.RdfFormat.N_TRIPLES, to_graph=name)
        if not prune and self.folder.exists():
            old = ox.Store.read_only(str(self.folder))
            for other in old.named_graphs():
                if isinstance(other, ox.NamedNode) and other.value not in graphs:
                    store.bulk_extend(old.quads_for_pattern(None, None, None, other))
        store.flush()
        found = _counts(store)
        missing = [iri for iri, graph in graphs.items() if not found.get(iri) and _filled(graph)]
        if missing:
            raise StoreError(f"{new}: nothing arrived in {missing[0]}")
        return tuple(Loaded(graph=iri, how="whole", statements=found.get(iri, 0)) for iri in graphs)

    def counts(self) -> dict[str, int]:
        """Named graph to its number of statements."""
        return _counts(self._open())

    def query(self, text: str, format: Format = "table", *, timeout: float | None = None) -> str:
        """The answer to a query; its default graph is the union of all named graphs.

        With `timeout` (seconds) the query runs in a process of its own, ended when time is up:
        the engine itself cannot be interrupted.
        """
        check_readonly(text)
        if timeout is not None:
            return _in_child(self.folder, text, format, timeout)
        return answer(self._open(), text, format)

    def _open(self) -> ox.Store:
        if not (self.folder / "CURRENT").exists():
            raise UsageError(f"{self.folder}: no store here; dcat-harvest load makes one")
        try:
            return ox.Store.read_only(str(self.folder.resolve()))
        except OSError as problem:
            raise StoreError(f"{self.folder}: the store cannot be read: {problem}") from None


def answer(store: ox.Store, text: str, format: Format) -> str:
    """Run a query on an open store, over all its graphs at once."""
    try:
        result = store.query(text, use_default_graph_as_union=True, prefixes=prefixes())
        return render(result, format)
    except SyntaxError as problem:
        raise syntax_error(text, problem) from None
    except OSError as problem:
        raise StoreError(f"the query failed: {problem}") from None


def _filled(graph: Graph | Path) -> bool:
    """Whether there is a statement in it."""
    if not isinstance(graph, Path):
        return len(graph) > 0
    return any(True for _ in ox.parse(path=str(graph), format=ox.RdfFormat.TURTLE))


def _counts(store: ox.Store) -> dict[str, int]:
    rows = store.query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    assert isinstance(rows, ox.QuerySolutions)
    return {row["g"].value: int(row["n"].value) for row in rows}


def _in_child(folder: Path, text: str, format: Format, timeout: float) -> str:
    command = [sys.executable, "-m", "dcat_harvest.store.child", str(folder), format]
    try:
        done = subprocess.run(  # noqa: S603 our own module, arguments as a list
            command, input=text.encode(), capture_output=True, timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        raise StoreError(f"the query took longer than {timeout:g} s and was stopped") from None
    if done.returncode == 0:
        return done.stdout.decode()
    message = done.stderr.decode().strip()
    if done.returncode == UsageError.exit_code:
        raise UsageError(message)
    raise StoreError(message or f"the query process ended with {done.returncode}")


def _versions(folder: Path) -> list[Path]:
    return sorted(folder.parent.glob(f".{folder.name}-*"))


def _fresh(folder: Path) -> Path:
    # What a crashed load left behind goes; we hold the lock, so nobody is writing there.
    keep = folder.resolve() if folder.is_symlink() else None
    for version in _versions(folder):
        if keep is None or version.resolve() != keep:
            shutil.rmtree(version, ignore_errors=True)
    number = int(keep.name.rpartition("-")[2]) + 1 if keep is not None else 1
    new = folder.parent / f".{folder.name}-{number:06d}"
    new.mkdir(parents=True)
    return new


def _swap(new: Path, folder: Path) -> None:
    sync_all(new)
    link = folder.parent / f".{folder.name}.link"
    link.unlink(missing_ok=True)
    try:
        link.symlink_to(new.name, target_is_directory=True)
    except OSError:
        # No links here (Windows without the right): two renames, the old one kept until done.
        _exchange(new, folder)
        return
    if folder.is_dir() and not folder.is_symlink():
        _exchange(link, folder)
        return
    # The version before stays until the next load: a reader may still be at work in it.
    link.replace(folder)
    sync(folder.parent)


def _exchange(new: Path, folder: Path) -> None:
    aside = folder.parent / f".{folder.name}-000000"
    shutil.rmtree(aside, ignore_errors=True)
    if folder.exists():
        folder.rename(aside)
    new.rename(folder)
    shutil.rmtree(aside, ignore_errors=True)


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder.parent / f".{folder.name}.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _hold(handle, folder)
        yield
    finally:
        os.close(handle)


def _hold(handle: int, folder: Path) -> None:
    try:
        import fcntl
    except ImportError:  # pragma: no cover - Windows: the folder's own lock must do
        return
    try:
        # The kernel lets go of it when its holder dies, so a lock is never stale.
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StoreError(f"{folder}: another load is at work; wait for it to end") from None
