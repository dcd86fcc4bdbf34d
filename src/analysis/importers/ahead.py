"""One thing is made ready while the one before it is worked on: two steps on two processors."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")


def ahead(items: Iterator[Item]) -> Iterator[Item]:
    """Return ``items`` in their order, each made in a thread of its own while the caller works on the one before.

    No more than one waits. What goes wrong in making one is raised when its turn comes.
    """
    with ThreadPoolExecutor(max_workers=1) as maker:
        is_over = object()
        waiting = maker.submit(next, items, is_over)
        while (item := waiting.result()) is not is_over:
            waiting = maker.submit(next, items, is_over)
            yield item
