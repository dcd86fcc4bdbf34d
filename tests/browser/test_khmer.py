"""Khmer is shaped: letters stand under, before and above each other as its font says, on pages and in drawings."""

import io
import re

import numpy as np
import pytest
from fontTools.ttLib import TTFont
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath
from opened import PAGES, SPOKEN, file_of, language_of
from PIL import Image

from analysis import pipeline
from analysis.languages import folder, fonts

pytestmark = pytest.mark.skipif("km" not in SPOKEN, reason="the country's pages are in English only")

# Vowels before, above, below and around a consonant, letters under another, a register mark over a subscript.
CLUSTERS = (
    *("ស្ត្រី", "ភ្នំពេញ", "កម្ពុជា", "ខេត្ត", "មណ្ឌល", "សៀមរាប", "ខ្មែរ", "កៅ", "កោះ"),
    *("គ្រឹះស្ថានថែទាំ", "បន្ទាយមានជ័យ", "ឧត្ដរមានជ័យ"),
)
SIZE = 100  # px
OURS = {(fonts.KHMER, True), (fonts.LATIN, True)}
ADD = """([words, size]) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`#clusters { position: absolute; left: 0; top: 0; z-index: 9; color: #000; background: #fff }
    #clusters p { width: max-content; max-width: none; margin: 0; padding: ${size / 2}px }
    #clusters p { font-size: ${size}px; line-height: 2 }`);
  document.adoptedStyleSheets = [sheet];
  const holder = document.createElement("div");
  holder.id = "clusters";
  for (const word of words) {
    const line = document.createElement("p"), one = document.createElement("span");
    one.textContent = word;
    line.append(one);
    holder.append(line);
  }
  document.body.append(holder);
}"""
# Marks some eighty elements, from all over the page, whose own text holds Khmer letters and that quote no English.
CHOOSE = """() => [...document.querySelectorAll("body *:not(script)")]
  .filter((one) => one.checkVisibility() && !one.querySelector("[lang=en]")
    && [...one.childNodes].some((text) => text.nodeType === 3 && /[\\u1780-\\u17ff]/.test(text.data)))
  .filter((_, place, all) => place % Math.ceil(all.length / 80) === 0)
  .forEach((one) => one.setAttribute("data-looked-at", ""))"""
TEXTS = """all => all.map((one) => { const style = getComputedStyle(one);
  return [one.textContent, one.getComputedTextLength(), parseFloat(style.fontSize), style.fontWeight]; })"""


@pytest.fixture(params=[name for name in PAGES if language_of(name) == "km"])
def page(request, opened):
    """Give each Khmer page in turn."""
    return opened(file_of(request.param))


def path_of(word, size=SIZE):
    """Return the outline of ``word`` as matplotlib, by another way through the same font, lays it out."""
    return TextPath((0, 0), word, size=size, prop=FontProperties(fname=str(fonts.khmer_files()[400])))


def letter_by_letter(word):
    """Return how wide ``word`` would be if each of its letters stood after the one before."""
    font = TTFont(fonts.khmer_files()[400])
    letters, widths = font.getBestCmap(), font["hmtx"]
    return sum(widths[letters[ord(letter)]][0] for letter in word) * SIZE / font["head"].unitsPerEm


def ink(picture):
    """Return left, right, height of what is dark in ``picture``."""
    dark = np.array(Image.open(io.BytesIO(picture)).convert("L")) < 128
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    return columns[0], columns[-1] + 1, rows[-1] + 1 - rows[0]


def test_clusters_are_as_wide_and_high_as_the_font_says(page):
    page.page.evaluate(ADD, [CLUSTERS, SIZE])
    for word, line in zip(CLUSTERS, page.page.locator("#clusters p").all(), strict=True):
        box = path_of(word).get_extents()
        left, right, height = ink(line.screenshot())
        assert left - SIZE / 2 == pytest.approx(box.x0, abs=1.5)
        assert right - SIZE / 2 == pytest.approx(box.x1, abs=1.5)
        assert height == pytest.approx(box.height, abs=2)
        assert letter_by_letter(word) - line.locator("span").bounding_box()["width"] > SIZE / 5
    page.page.evaluate("document.getElementById('clusters').remove()")


def fonts_of(page, selector):
    """Return, for each element of ``selector`` that holds Khmer, its own text and the fonts that were used for it."""
    protocol = page.protocol
    protocol.send("DOM.enable")
    protocol.send("CSS.enable")
    root = protocol.send("DOM.getDocument")["root"]["nodeId"]
    for node in protocol.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})["nodeIds"]:
        used = protocol.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        yield {(one["familyName"], one["isCustomFont"]) for one in used}


def test_the_letters_are_those_the_page_brings_along(page):
    page.page.evaluate(CHOOSE)
    used = list(fonts_of(page, "[data-looked-at]"))
    assert len(used) > 20
    assert [one for one in used if not one <= OURS or (fonts.KHMER, True) not in one] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_letter_is_one_that_pages_bring_along(name, opened):
    spans = [span.partition("-") for chosen in fonts.LETTERS.values() for span in chosen]
    brought = {chr(code) for first, _, last in spans for code in range(int(first, 16), int(last or first, 16) + 1)}
    text = opened(file_of(name), scripts=False).page.evaluate("document.body.textContent")
    assert set(text) - brought - set("\n\t") == set()


def test_text_in_drawings_is_shaped(opened):
    page = opened(file_of("km/index.html"), scripts=False).page
    texts = page.eval_on_selector_all("main svg text:not(:has(tspan))", TEXTS)
    khmer = [one for one in texts if re.fullmatch("[\u1780-\u17ff]{4,}", one[0]) and one[3] == "400"]
    assert len(khmer) > 20
    for text, width, size, _ in khmer[:: len(khmer) // 20]:
        assert width == pytest.approx(path_of(text, size).get_extents().x1, abs=0.1 * size)


def alike(browser, language, png):
    """Return how alike ``png`` is to the drawing of the figure in ``language`` that the browser letters by itself."""
    drawing = (pipeline.FIGURES / folder(language) / "inline" / "national_totals.svg").read_text(encoding="utf-8")
    x, y, width, height = (float(side) for side in re.search(r'viewBox="([^"]+)"', drawing)[1].split())
    scale = png.width / 720  # points; a drawing keeps the places of its picture
    cut = png.crop([round(side * scale) for side in (x, y, x + width, y + height)])
    size = {"width": round(width), "height": round(height)}
    context = browser.new_context(offline=True, viewport=size, device_scale_factor=scale)
    page = context.new_page()
    page.set_content(f"<style>{fonts.web('km')} body {{ margin: 0 }} svg {{ display: block }}</style>{drawing}")
    page.evaluate("document.fonts.ready.then(() => 0)")
    seen = Image.open(io.BytesIO(page.screenshot())).convert("L").resize(cut.size)
    context.close()
    coarse = [np.asarray(one.reduce(3), dtype=float).ravel() for one in (cut, seen)]
    return np.corrcoef(coarse)[0, 1]


def test_a_png_shows_the_letters_that_the_browser_shows(browser):
    """Two programs shape the same text; the English drawing of the same figure is the measure of what differs."""
    png = Image.open(pipeline.FIGURES / "km" / "national_totals.png").convert("L")
    assert alike(browser, "km", png) > 0.97
    assert alike(browser, "en", png) < 0.6
