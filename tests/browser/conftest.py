"""A real browser: the system's Chromium without a network, in which the pages stand open as a reader opens them."""

import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from opened import FLAGS, PAGES, Opened, file_of
from playwright.sync_api import Browser, sync_playwright

from analysis.page import printing

TRANSLATED = pytest.mark.validation  # the same page with other words


@pytest.fixture(params=[pytest.param(page, marks=TRANSLATED if "/" in page else ()) for page in PAGES])
def file(request):
    """Give the file of each page in turn."""
    return file_of(request.param)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give the system's Chromium; without one the tests are skipped, each with the same words."""
    chromium = printing.browser()
    if chromium is None:
        pytest.skip(f"no Chromium is installed (looked for {', '.join(printing.BROWSERS)}): pages are not opened")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def opened(browser) -> Callable[..., Opened]:
    """Return a function from a page's file, and whether scripts run, to the page, opened once and put back in order."""

    @cache
    def once(file: Path, scripts: bool) -> Opened:
        return Opened(browser, file, scripts)

    def open_page(file: Path, *, scripts: bool = True) -> Opened:
        page = once(file, scripts)
        page.put_back()
        return page

    return open_page
