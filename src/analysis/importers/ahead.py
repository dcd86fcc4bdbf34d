"""One thing is made ready while the one before it is worked on: two steps on two processors."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
TURN_SECONDS = 0.0005  # at the usual 0.005 a thread waits so long after each call of polars while the other makes keys


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """Return ``items`` in their order, each made in a thread of its own while the caller works on the one before.

    No more than one waits. What goes wrong in making one is raised when its turn comes.
    """
    usual = sys.getswitchinterval()
    with ThreadPoolExecutor(max_workers=1) as maker:
        is_over = object()
        try:
            sys.setswitchinterval(TURN_SECONDS)
            waiting = maker.submit(next, items, is_over)
            while (item := waiting.result()) is not is_over:
                waiting = maker.submit(next, items, is_over)
                yield item
        finally:
            sys.setswitchinterval(usual)
