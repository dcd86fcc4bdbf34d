"""The one seam to more machines: a function is mapped over seeds, replicates or files, here or on a Dask cluster.

By default everything happens in this process. ``make ENGINE=dask SCHEDULER=tcp://host:8786`` sets ``HOMEWARD_ENGINE``
and ``HOMEWARD_SCHEDULER``, and the same functions run on the workers of that scheduler, to the same bytes. Nothing
else in the project knows which of both it is (``docs/recipes/many-machines.md``).
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from analysis.engine.faults import EngineError
from analysis.engine.parts import INSIDE

__all__ = ["EngineError", "map"]

SERIAL, DASK = "serial", "dask"
ENGINE, SCHEDULER = "HOMEWARD_ENGINE", "HOMEWARD_SCHEDULER"


def map(  # noqa: A001 - it is what the builtin is
    function: Callable[..., Any], *items: Iterable[Any], shared: Mapping[str, Any] | None = None
) -> Iterator[Any]:
    """Return ``function(item, **shared)`` for each item, in the order of ``items``; of several, one of each is taken.

    ``function`` can be imported by its name (or is a ``partial`` of one that can) and rests on its arguments alone:
    a random part has a seed or a generator of its own in its item. Nothing is worked out before it is asked for. What
    ``function`` raises is raised when its turn comes. Raises ``EngineError`` for an engine or a cluster that does not
    answer.
    """
    engine = os.environ.get(ENGINE) or SERIAL
    if engine not in (SERIAL, DASK):
        raise EngineError(f"there is no engine {engine!r}; {ENGINE} is {SERIAL} (the default) or {DASK}")
    named, each = dict(shared or {}), zip(*items, strict=True)
    if engine == SERIAL or INSIDE.get():  # a part that has parts of its own works them out where it is
        return (function(*item, **named) for item in each)
    from analysis.engine import cluster  # only here: without a cluster its packages need not be there

    return cluster.results(function, each, named, os.environ.get(SCHEDULER, "").strip())
