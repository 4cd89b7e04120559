"""Characters that a publisher's system spoilt, mended between two letters and reported."""

import re
from collections.abc import Mapping
from typing import Any

KEPT = frozenset({"url", "id", "hash", "package_id"})


def repaired(value: Any, repairs: Mapping[str, str]) -> tuple[Any, tuple[str, ...]]:
    """Return a JSON value with wrong characters replaced, and the words in which they stood.

    >>> repaired({"notes": "financiƫle"}, {"ƫ": "ë"})
    ({'notes': 'financiële'}, ('financiƫle',))
    """
    words: list[str] = []
    if not repairs:
        return value, ()
    wrong = "".join(map(re.escape, repairs))
    spoilt = re.compile(rf"(?<=[^\W\d_])[{wrong}](?=[^\W\d_])")
    return _mend(value, spoilt, repairs, words), tuple(dict.fromkeys(words))


def _mend(value: Any, spoilt: re.Pattern[str], repairs: Mapping[str, str], words: list[str]) -> Any:
    match value:
        case str():
            mended = spoilt.sub(lambda match: repairs[match[0]], value)
            if mended != value:
                words.extend(word for word in re.findall(r"\w+", value) if spoilt.search(word))
            return mended
        case list():
            return [_mend(item, spoilt, repairs, words) for item in value]
        case dict():
            return {
                name: item if name in KEPT else _mend(item, spoilt, repairs, words)
                for name, item in value.items()
            }
        case _:
            return value
