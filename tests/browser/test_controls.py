"""What can be operated: every choice shows what it names, by mouse and by keyboard; nothing else changes."""

import pytest
from opened import NARROW, SPOKEN, Opened, file_of

from analysis.languages import folder, official_names

SHOWN = ":scope > .choice:not([hidden])"
# Of the element in focus: its text, whether a ring can be seen around it, and whether anything lies over its place.
FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const isThere = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return { place: window.order.indexOf(one), is: one.outerHTML.slice(0, 150), ring, isThere };
}"""
IN_ORDER = """() => {
  window.order = [...document.querySelectorAll("a[href], button, select, input, summary, [tabindex='0']")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }));
  return window.order.length;
}"""


def shown(chooser):
    """Return the names of the choices of ``chooser`` that are to be seen."""
    return chooser.locator(SHOWN).evaluate_all(
        "all => all.filter((one) => one.checkVisibility()).map((one) => one.dataset.choice)"
    )


def test_each_choice_shows_its_own_and_nothing_else(file, opened):
    page = opened(file).page
    for chooser in page.locator(".chooser").all():
        names = chooser.locator(":scope > .choice").evaluate_all("all => all.map((one) => one.dataset.choice)")
        select = chooser.get_by_role("combobox", name=chooser.get_attribute("data-label"), exact=True)
        assert select.locator("option").all_text_contents() == names
        assert len(names) == len(set(names)) > 1
        texts = set()
        for name in [*names[1:], names[0]]:
            select.select_option(label=name)
            assert shown(chooser) == [name]
            texts.add(chooser.locator(SHOWN).inner_text())
        assert len(texts) == len(names)


def test_choices_are_made_by_keyboard_alone(file, opened):
    page = opened(file).page
    for select in page.locator(".chooser select").all():
        chooser = select.locator("xpath=ancestor::*[contains(@class, 'chooser')][1]")
        names = select.locator("option").all_text_contents()
        select.focus()
        page.keyboard.press("Home")
        page.keyboard.press("ArrowDown")
        assert shown(chooser) == names[1:2]
        page.keyboard.press("End")
        assert shown(chooser) == names[-1:]
        page.keyboard.press("Home")
        assert shown(chooser) == names[:1]


@pytest.mark.parametrize("language", SPOKEN)
def test_the_front_page_has_all_provinces_definitions_and_scenarios(opened, language):
    page = opened(file_of(f"{folder(language)}index.html")).page
    named = official_names.in_khmer()
    provinces = set(named) if language == "en" else set(named.values())
    offered = [set(select.locator("option").all_text_contents()) for select in page.locator(".chooser select").all()]
    assert any(len(choices & provinces) == len(set(named.values())) for choices in offered)
    assert len(offered) >= 3


def test_tab_goes_through_all_in_order_and_shows_where_it_is(file, browser):
    with Opened(browser, file) as opened_page:
        page = opened_page.page
        opened_page.look(NARROW)
        n_stops = page.evaluate(IN_ORDER)
        stops = []
        for _ in range(n_stops):
            page.keyboard.press("Tab")
            stops.append(page.evaluate(FOCUSED))
        assert [stop["place"] for stop in stops] == list(range(n_stops))
        assert [stop["is"] for stop in stops if not (stop["ring"] and stop["isThere"])] == []
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(FOCUSED)["place"] == n_stops - 2


def test_the_skip_link_comes_first_and_leads_to_the_content(file, browser):
    with Opened(browser, file, scripts=False) as opened_page:
        page = opened_page.page
        page.keyboard.press("Tab")
        skip = page.locator(":focus")
        assert skip.get_attribute("href") == "#content"
        assert skip.bounding_box()["x"] >= 0
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_details_open_and_close_by_keyboard(file, opened):
    page = opened(file, scripts=False).page
    for summary in page.locator("summary").all()[:3]:
        is_open = "one => one.parentElement.open"
        before = summary.evaluate(is_open)
        summary.focus()
        page.keyboard.press("Enter")
        assert summary.evaluate(is_open) is not before
        page.keyboard.press("Space")
        assert summary.evaluate(is_open) is before
