"""What several tests share: any table, built from the raw files by the code as it stands."""

from collections.abc import Callable
from functools import cache

import pandas as pd
import pytest

from analysis import pipeline, sources, store
from analysis import study as choices

LONGEST = ("test_makefile.py", "test_release_command.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first: begun last, one worker would run them alone while the other has nothing left."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(scope="session")
def built() -> Callable[[str], pd.DataFrame]:
    """Return a function from a table's name to the table, built from raw files through every table it needs."""

    @cache
    def build(name: str) -> pd.DataFrame:
        module = pipeline.module_of(f"{store.stage_of(name)}/{name}")
        frame = module.build(*[one_input(argument) for argument in pipeline.inputs_of(module.build)])
        return module.TABLE.validated(frame, name)

    def one_input(name: str) -> object:
        if name == "study":
            return choices.load()
        if name == "gazetteer":
            return sources.read_gazetteer()
        return sources.read(name) if name in sources.names() else build(name)

    return lambda name: build(name).copy()
