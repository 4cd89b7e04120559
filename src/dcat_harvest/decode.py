"""Takes content encodings off a body, never to more bytes than allowed."""

import zlib
from collections.abc import Callable, Iterable

from dcat_harvest.errors import HarvestError

MOST_BYTES = 64 * 2**20
"""Largest body, before and after decoding: the largest catalogue answer seen is 12 MB."""

_MOST_LAYERS = 3


class BodyError(HarvestError):
    """A body that is too large, broken, or in an encoding that we do not know."""

    exit_code = 3


class TooLargeError(BodyError):
    """A body over the limit."""

    def __init__(self, most: int) -> None:
        super().__init__(f"body larger than {most} bytes")


def decode(body: bytes, encodings: str, *, most: int = MOST_BYTES) -> bytes:
    """Take off content encodings (`gzip`, `deflate`, `br`), given innermost first.

    A body that only claims to be encoded comes back as it is: recorders often keep the header
    after they have decoded. Raises BodyError over `most` bytes.
    """
    names = [name for part in encodings.split(",") if (name := part.strip().lower())]
    if len(names) > _MOST_LAYERS:
        raise BodyError(f"{len(names)} content encodings around each other")
    for name in reversed(names):
        if name == "identity" or not body:
            continue
        body = _decoder(name)(body, most)
    if len(body) > most:
        raise TooLargeError(most)
    return body


def _decoder(name: str) -> Callable[[bytes, int], bytes]:
    match name:
        case "gzip" | "x-gzip":
            return _gzip
        case "deflate":
            return _deflate
        case "br":
            return _brotli
        case _:
            raise BodyError(f"content encoding {name!r} is not known")


def _gzip(body: bytes, most: int) -> bytes:
    if body[:2] != b"\x1f\x8b":
        return body
    out: list[bytes] = []
    total = 0
    while body[:2] == b"\x1f\x8b":  # RFC 1952: members may follow each other
        inflater = zlib.decompressobj(31)
        part = _inflate(inflater, body, most - total)
        out.append(part)
        total += len(part)
        body = inflater.unused_data
    return b"".join(out)


def _deflate(body: bytes, most: int) -> bytes:
    try:
        return _inflate(zlib.decompressobj(), body, most)
    except TooLargeError:
        raise
    except BodyError:
        pass
    # Some hosts send raw deflate (RFC 1951) under the name that means zlib (RFC 1950).
    return _inflate(zlib.decompressobj(-15), body, most)


def _inflate(inflater: "zlib._Decompress", body: bytes, most: int) -> bytes:
    try:
        data = inflater.decompress(body, most + 1)
    except zlib.error as error:
        raise BodyError(f"compressed body is broken: {error}") from error
    if len(data) > most:
        raise TooLargeError(most)
    if not inflater.eof:
        raise BodyError("compressed body is cut short")
    return data


def _brotli(body: bytes, most: int) -> bytes:
    try:
        import brotli  # type: ignore[import-not-found]  # optional: the package has no types
    except ImportError:
        raise BodyError("content encoding 'br': install the package brotli") from None
    inflater = brotli.Decompressor()
    try:
        return _bounded((inflater.process(part) for part in _steps(body)), most)
    except brotli.error as error:
        raise BodyError(f"compressed body is broken: {error}") from error


def _steps(body: bytes) -> Iterable[bytes]:
    # Small steps bound what one call can blow up to before it is counted.
    return (body[at : at + 256] for at in range(0, len(body), 256))


def _bounded(parts: Iterable[bytes], most: int) -> bytes:
    out: list[bytes] = []
    total = 0
    for part in parts:
        total += len(part)
        if total > most:
            raise TooLargeError(most)
        out.append(part)
    return b"".join(out)
