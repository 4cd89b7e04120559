"""One query in a process of its own, so that it can be stopped: `python -m … FOLDER FORMAT`."""

import sys
from pathlib import Path
from typing import cast

from dcat_harvest.errors import HarvestError
from dcat_harvest.store import Format
from dcat_harvest.store.embedded import Embedded


def main() -> int:
    """Answer the query on stdin; exit code and message on stderr are those of the error."""
    folder, format = sys.argv[1:]
    try:
        text = sys.stdin.buffer.read().decode()
        # The format was checked by whoever started us.
        answer = Embedded(Path(folder)).query(text, cast(Format, format))
    except HarvestError as problem:
        sys.stderr.write(str(problem))
        return problem.exit_code
    sys.stdout.buffer.write(answer.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
