"""Files of the release before that are right for this one too: read, not made again.

A file is taken where the memo knows what it was made from, and its bytes are those that were
written then. A page bears the name and day of its release: these are put in anew.
"""

import re
from pathlib import Path

import msgspec
from markupsafe import Markup

from dcat_harvest.memo import Memo, sum_of

RELEASE, DAY = "\x02release\x02", Markup("\x02day\x02")
"""Where a page is to bear the name and the day of its release."""
_MARK = re.compile(b"\x02(release|day)\x02")
Stamps = dict[str, bytes]
"""`release` and `day` as this release writes them."""


class _Page(msgspec.Struct, array_like=True):
    """A page as it was written: a sum of its bytes, and its parts; a stamp ends each but one."""

    summed: bytes
    parts: list[tuple[int, str]]
    """Length of a part without its stamp, and the stamp's name."""
    stamps: list[int]
    """Length of each stamp as it was written."""


class Earlier:
    """The files of an earlier release; None: there is none, or nothing is known of it."""

    def __init__(self, folder: Path | None, memo: Memo, stamps: Stamps) -> None:
        self._folder = folder
        self._memo = memo
        self._stamps = stamps

    def file(self, key: bytes, name: str) -> bytes | None:
        """The bytes of a file that bears no stamp."""
        summed = self._memo.get(key)
        return self._read(name, summed) if summed else None

    def keep(self, key: bytes, data: bytes) -> bytes:
        """Remember what a file was made from; gives its bytes back."""
        self._memo.put(key, sum_of(data))
        return data

    def page(self, key: bytes, name: str) -> bytes | None:
        """A page with the stamps of this release."""
        known = self._memo.get(key)
        if known is None:
            return None
        page = _decoder.decode(known)
        old = self._read(name, page.summed)
        if old is None:
            return None
        found, at = [], 0
        for (length, _), stamp in zip(page.parts, page.stamps, strict=True):
            found.append(old[at : at + length])
            at += length + stamp
        return self._joined(key, [*found, old[at:]], [name for _, name in page.parts])

    def keep_page(self, key: bytes, marked: bytes) -> bytes:
        """Put the stamps in a page that was just made, and remember it."""
        found = _MARK.split(marked)
        return self._joined(key, found[::2], [x.decode() for x in found[1::2]])

    def _joined(self, key: bytes, parts: list[bytes], names: list[str]) -> bytes:
        stamps = [self._stamps[name] for name in names]
        data = b"".join(x for pair in zip(parts, [*stamps, b""], strict=True) for x in pair)
        if self._memo.keeps:
            lengths = [(len(part), name) for part, name in zip(parts, names, strict=False)]
            page = _Page(sum_of(data), lengths, [len(x) for x in stamps])
            self._memo.put(key, msgspec.msgpack.encode(page))
        return data

    def _read(self, name: str, summed: bytes) -> bytes | None:
        try:
            data = (self._folder / name).read_bytes() if self._folder else b""
        except OSError:
            return None
        return data if sum_of(data) == summed else None


_decoder = msgspec.msgpack.Decoder(_Page)
