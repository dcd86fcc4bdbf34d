"""Axe, which looks for what keeps people out of a page, finds nothing: phone and desk, light and dark, no scripts."""

import pytest
from opened import NARROW, WIDE, Opened

# What depends on width, colours and scripts; all other rules ask after names and order, which do not change.
LOOKS = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]
# Rows of a table and choices of a list are alike, and of a drawing only its name is read aloud: all would take minutes.
LESS_OF_THE_SAME = """() => {
  for (const body of document.querySelectorAll("tbody")) [...body.rows].slice(3).forEach((row) => row.remove());
  for (const list of document.querySelectorAll(".chooser"))
    [...list.querySelectorAll(":scope > .choice")].slice(3).forEach((choice) => choice.remove());
  document.querySelectorAll("svg[role='img']").forEach((drawing) => drawing.replaceChildren());
}"""


def test_axe_finds_nothing(file, browser):
    """Every rule on a phone with all that stands there, and what may differ on a dark desk, where scripts run."""
    for scripts, size, scheme, rules in ((False, NARROW, "light", None), (True, WIDE, "dark", LOOKS)):
        with Opened(browser, file, scripts) as page:
            page.look(size, scheme)
            page.page.evaluate(LESS_OF_THE_SAME)
            assert page.findings(rules) == []


@pytest.mark.validation
@pytest.mark.parametrize(("size", "scheme"), [(NARROW, "dark"), (WIDE, "light")])
def test_axe_finds_nothing_in_whole_tables_and_drawings(file, browser, size, scheme):
    with Opened(browser, file, scripts=False) as page:
        page.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        page.look(size, scheme)
        assert page.findings() == []


def test_axe_would_find_something(tmp_path, browser):
    grey = tmp_path / "grey.html"
    grey.write_text('<!doctype html><title>x</title><p style="color: #aaa">pale</p>')
    with Opened(browser, grey) as page:
        found = " ".join(page.findings())
    assert "color-contrast" in found
    assert "html-has-lang" in found
