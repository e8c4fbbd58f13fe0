"""Opens databases in a process of its own, each at the moment at which others do: `python -m tests.store.opener`.

Its input has a line of JSON for each: url. A blank line is the moment at which it is opened.
"""

from __future__ import annotations

import json
import sys

from prioritiser.errors import StoreError
from prioritiser.store.database import open_database


def main() -> None:
    """Open each, and say how it went."""
    print("ready", flush=True)
    for line in sys.stdin:
        try:
            open_database(json.loads(line)["url"]).close()
        except StoreError as error:
            print(error, flush=True)
        else:
            print("opened", flush=True)


if __name__ == "__main__":
    main()
