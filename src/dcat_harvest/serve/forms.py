"""Bodies of answers: read, made in another format, compressed; small ones kept in memory."""

import asyncio
import gzip
import shutil
import tempfile
from collections import OrderedDict
from pathlib import Path

import msgspec
import pyoxigraph as ox

from dcat_harvest import jsonld
from dcat_harvest.serve.release import Release
from dcat_harvest.serve.things import Form

BIG = 1_000_000
"""Above that a body is not held in memory but sent from a file."""
SHORT = 64_000
"""Below that making a body takes less than handing it to a thread."""
FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "rdf": ox.RdfFormat.RDF_XML,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
}


class Body(msgspec.Struct, frozen=True):
    """What is sent: bytes, or a file of this length."""

    etag: str
    length: int
    data: bytes | None = None
    path: Path | None = None


class Bodies:
    """Makes bodies, each once, and keeps the small ones up to a number of bytes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._kept: OrderedDict[tuple[str, ...], Body] = OrderedDict()
        self._held = 0
        self._making: dict[tuple[str, ...], asyncio.Lock] = {}
        self._folder = Path(tempfile.mkdtemp(prefix="dcat-harvest-"))

    def close(self) -> None:
        """Remove what was made on disk."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def forget(self) -> None:
        """Drop everything: another release is served now. What is being sent is sent to its end."""
        for body in self._kept.values():
            if body.path is not None and body.path.is_relative_to(self._folder):
                body.path.unlink(missing_ok=True)
        self._kept.clear()
        self._held = 0

    def kept(self, release: Release, form: Form, *, packed: bool) -> Body | None:
        """A body that is ready."""
        name = (str(release.folder), _sum(release, form), form.file, form.made, "z"[: int(packed)])
        found = self._kept.get(name)
        if found is not None:
            self._kept.move_to_end(name)
        return found

    async def body(self, release: Release, form: Form, *, packed: bool) -> Body:
        """The body of a form, plain or compressed. Raises OSError where its file is gone."""
        found = self.kept(release, form, packed=packed)
        if found is not None:
            return found
        name = (str(release.folder), _sum(release, form), form.file, form.made, "z"[: int(packed)])
        lock = self._making.setdefault(name, asyncio.Lock())
        async with lock:
            made = self._kept.get(name)
            if made is None:
                made = await self._made(release, form, packed=packed)
                self._keep(name, made)
        self._making.pop(name, None)
        return made

    async def _made(self, release: Release, form: Form, *, packed: bool) -> Body:
        if release.files[form.file].bytes < SHORT:
            return self._make(release, form, packed=packed)
        return await asyncio.to_thread(self._make, release, form, packed=packed)

    def _keep(self, name: tuple[str, ...], body: Body) -> None:
        self._kept[name] = body
        self._held += len(body.data or b"")
        while self._held > self.most and len(self._kept) > 1:
            _, old = self._kept.popitem(last=False)
            self._held -= len(old.data or b"")
            if old.path is not None and old.path.is_relative_to(self._folder):
                old.path.unlink(missing_ok=True)

    def _make(self, release: Release, form: Form, *, packed: bool) -> Body:
        path = release.folder / form.file
        etag = f'"{_sum(release, form)[:20]}{f"-{form.made}" if form.made else ""}{"-gz" * packed}"'
        if release.files[form.file].bytes > BIG:
            return self._big(path, form, etag, packed=packed)
        data = path.read_bytes()
        if form.made:
            quads = ox.parse(data, format=ox.RdfFormat.TURTLE)
            data = ox.serialize(quads, format=FORMATS[form.made], prefixes=_prefixes(form)) or b""
        if packed:
            data = gzip.compress(data, 6, mtime=0)
        return Body(etag, len(data), data=data)

    def _big(self, path: Path, form: Form, etag: str, *, packed: bool) -> Body:
        if not form.made and not packed:
            return Body(etag, path.stat().st_size, path=path)
        target = self._folder / etag.strip('"')
        part = target.with_suffix(".part")
        if form.made:
            quads = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
            made = part.with_suffix(".made")
            ox.serialize(quads, str(made), format=FORMATS[form.made], prefixes=_prefixes(form))
            path = made
        if packed:
            with path.open("rb") as source, gzip.GzipFile(part, "wb", 6, mtime=0) as out:
                shutil.copyfileobj(source, out, 1 << 18)
            if form.made:
                path.unlink()
        else:
            path.rename(part)
        part.rename(target)
        return Body(etag, target.stat().st_size, path=target)


def _prefixes(form: Form) -> dict[str, str] | None:
    return jsonld.prefixes() if form.made in ("ttl", "rdf") else None


def _sum(release: Release, form: Form) -> str:
    return release.files[form.file].sha256
