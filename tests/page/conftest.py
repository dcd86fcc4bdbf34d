"""What tests of the page share: the page of the figures as they stand, built once in each language."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from analysis import languages, pipeline
from analysis.page import index


@pytest.fixture(scope="session")
def page_in(tmp_path_factory) -> Callable[[str], str]:
    """Return a function from a language to the page made of the figures."""

    @cache
    def page(language: str) -> str:
        file = Path(tmp_path_factory.mktemp("page")) / languages.folder(language) / "index.html"
        index.make(pipeline.FIGURES, file, language)
        return file.read_text(encoding="utf-8")

    return page
