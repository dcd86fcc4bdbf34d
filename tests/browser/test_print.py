"""Pages print: tagged, on paper of A4, with nothing cut off at its edge."""

import re

PAPER = {"width": 718, "height": 1047}  # px: A4 within margins of a centimetre
MARGINS = dict.fromkeys(("top", "bottom", "left", "right"), "10mm")
# What stands for readers of the screen only (one pixel of room, the rest hidden) is on no paper.
CUT_OFF = """() => {
  const width = document.documentElement.clientWidth, isAway = (one) => one.closest(".away");
  return [...document.body.querySelectorAll("*")].filter((one) => one.checkVisibility() && !isAway(one)
      && one.getBoundingClientRect().width > 0 && one.getBoundingClientRect().right > width + 1)
    .slice(0, 5).map((one) => one.outerHTML.slice(0, 120));
}"""


def test_nothing_is_cut_off_at_the_edge_of_the_paper(file, opened):
    page = opened(file, scripts=False)
    page.look(PAPER, media="print")
    assert page.page.evaluate(CUT_OFF) == []


def test_what_only_a_screen_can_do_is_not_printed(file, opened):
    page = opened(file)
    page.look(PAPER, media="print")
    seen = "all => all.filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 120))"
    assert page.page.eval_on_selector_all(".skip, select, .downloads, a[hreflang]", seen) == []


def test_the_print_is_tagged_and_says_its_language(file, opened):
    printed = opened(file).page.pdf(format="A4", tagged=True, margin=MARGINS)
    assert b"/StructTreeRoot" in printed
    assert re.search(rb"/Lang ?\((?:en|km)", printed)
    assert len(re.findall(rb"/Type ?/Page\b", printed)) > 1
