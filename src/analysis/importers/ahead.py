"""One thing is made ready while the one before it is worked on: two steps on two processors."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
TURN_SECONDS = 0.0005  # at the usual 0.005 a thread waits so long after each call of polars while the other makes keys


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """Return ``items`` in their order, each made in a thread of its own while the caller works on the one before.

    No more than one waits. What goes wrong in making one is raised when its turn comes.
    """
    usual = sys.getswitchinterval()
    with ThreadPoolExecutor(max_workers=1) as maker:
        try:
            sys.setswitchinterval(TURN_SECONDS)
            waiting = maker.submit(_next_of, items)
            while made := waiting.result():
                waiting = maker.submit(_next_of, items)
                yield made.pop()
        finally:
            sys.setswitchinterval(usual)


def _next_of(items: Iterator[Item]) -> list[Item]:
    """Return the next of ``items``, in a list that is empty where there is none."""
    return list(islice(items, 1))
