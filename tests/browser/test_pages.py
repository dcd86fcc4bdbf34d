"""Every page asks for nothing, says nothing wrong, fits any screen and reads aloud, with and without scripts."""

import json
from pathlib import Path
from urllib.parse import unquote, urljoin, urlparse

import pytest
from opened import NARROW, PAGES, SPOKEN, WIDE, file_of, language_of

from analysis import charts, pipeline
from analysis.languages import catalogue, folder
from analysis.study import ROOT

HALF = {"width": 640, "height": 800}  # 1280 px at a zoom of 200 %
LARGEST = 2_000_000  # bytes
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth, root = document.scrollingElement;
  if (root.scrollWidth <= width) return [];
  const inside = (one) => { for (let up = one.parentElement; up; up = up.parentElement)
    if (getComputedStyle(up).overflowX !== "visible") return true; return false; };
  return [...document.body.querySelectorAll("*")]
    .filter((one) => one.getBoundingClientRect().right > width + .5 && !inside(one))
    .slice(0, 5).map((one) => one.outerHTML.slice(0, 120));
}"""
CLIPPED = """() => [...document.querySelectorAll("body *:not(svg, svg *)")]
  .filter((one) => one.checkVisibility() && one.clientWidth > 1 && getComputedStyle(one).overflow.includes("hidden")
    && (one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1))
  .map((one) => one.outerHTML.slice(0, 120))"""
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""


def test_it_is_small_and_asks_for_nothing(file, opened):
    assert file.stat().st_size < LARGEST
    for scripts in (True, False):
        page = opened(file, scripts=scripts)
        assert page.requests == [file.as_uri()]
        assert page.said == []


def test_a_request_would_be_noticed(tmp_path, opened):
    asking = tmp_path / "asking.html"
    asking.write_text('<!doctype html><title>x</title><img src="beside.png" alt=""><script>no_such_thing()</script>')
    page = opened(asking)
    assert [url.rpartition("/")[2] for url in page.requests] == ["asking.html", "beside.png"]
    assert len(page.said) == 2


def test_every_link_leads_to_something(file, opened):
    page = opened(file, scripts=False).page
    links = page.eval_on_selector_all("a[href]", "all => all.map((one) => one.getAttribute('href'))")
    ids = page.eval_on_selector_all("[id]", "all => all.map((one) => one.id)")
    assert len(ids) == len(set(ids))
    assert len(links) > 1
    for target in links:
        at = urlparse(urljoin(file.as_uri(), target))
        if at.scheme in {"http", "https"}:  # a source on the web: only shown here, never asked for
            assert "." in at.netloc
            continue
        found, anchor = Path(unquote(at.path)), unquote(at.fragment)
        assert at.scheme == "file"
        assert pipeline.FIGURES in found.parents, "a link out of the folder that people pass on"
        assert found.stat().st_size > 0
        if anchor:
            assert anchor in ids if found == file else f'id="{anchor}"' in found.read_text(encoding="utf-8")


@pytest.mark.skipif(len(SPOKEN) < 2, reason="the country has one language")
def test_the_language_links_go_there_and_back(file, opened):
    here = opened(file).page
    link = here.locator("a[hreflang]")
    there = opened(Path(unquote(urlparse(urljoin(here.url, link.get_attribute("href"))).path))).page
    back = there.locator("a[hreflang]")
    assert urljoin(there.url, back.get_attribute("href")) == here.url != there.url
    for page, to in ((here, back), (there, link)):
        assert (
            page.evaluate("document.documentElement.lang") == to.get_attribute("hreflang") == to.get_attribute("lang")
        )


@pytest.mark.parametrize("scripts", [True, False])
def test_nothing_is_wider_than_the_screen_or_cut_off(file, opened, scripts):
    opened_page = opened(file, scripts=scripts)
    for size, letters in ((NARROW, "100%"), (WIDE, "200%"), (HALF, "200%")):
        opened_page.look(size)
        opened_page.page.evaluate("size => { document.documentElement.style.fontSize = size; }", letters)
        assert opened_page.page.evaluate(TOO_WIDE) == []
        assert opened_page.page.evaluate(CLIPPED) == []


def test_nothing_is_cut_off_when_readers_space_the_text(file, opened):
    opened_page = opened(file)
    opened_page.look(NARROW)
    opened_page.page.evaluate(SPACED)
    assert opened_page.page.evaluate(TOO_WIDE) == []
    assert opened_page.page.evaluate(CLIPPED) == []


def test_without_scripts_everything_stands_there(file, opened):
    page = opened(file, scripts=False).page
    assert page.locator("select").count() == 0
    for choice in page.locator(".chooser > .choice").all():
        assert choice.is_visible()
        assert choice.locator("h2, h3, h4, h5").first.is_visible()
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    hidden = page.eval_on_selector_all(
        "main :is(table, svg)", "all => all.filter((one) => !one.checkVisibility()).length"
    )
    assert hidden == 0


@pytest.mark.parametrize("language", SPOKEN)
def test_every_drawing_says_aloud_what_it_shows(opened, language):
    spoken = []
    for page in (opened(file_of(name), scripts=False) for name in PAGES if language_of(name) == language):
        document = page.protocol.send("DOM.getDocument")["root"]["nodeId"]
        found = page.protocol.send("Accessibility.queryAXTree", {"nodeId": document, "role": "image"})["nodes"]
        spoken += [" ".join(one["name"]["value"].split()) for one in found if not one["ignored"]]
    words = [
        json.loads(file.read_text(encoding="utf-8")) for file in (pipeline.FIGURES / folder(language)).glob("*.json")
    ]
    alternatives = {" ".join(one["alt_text"].split()) for one in words if "alt_text" in one}
    assert len(alternatives) > 20
    assert [text for text in alternatives if not any(text in name for name in spoken)] == []
    assert [name for name in spoken if not any(text in name for text in alternatives)] == []


@pytest.mark.parametrize("language", SPOKEN)
def test_simulated_records_stand_last_and_say_so_in_each_drawing(opened, language):
    page = opened(file_of(f"{folder(language)}index.html"), scripts=False).page
    parts = page.locator("main .part").evaluate_all("all => all.map((one) => one.className)")
    assert ["simulated" in part for part in parts] == [False] * (len(parts) - 1) + [True]
    stamp = closed_up(catalogue(language).said(charts.STAMPS["simulated"]).text)
    drawings = page.locator(".part.simulated article svg").all_text_contents()
    assert len(drawings) > 20
    assert [drawing[:80] for drawing in drawings if stamp not in closed_up(drawing)] == []
    others = page.locator(".part:not(.simulated) article svg").all_text_contents()
    assert not any(stamp in closed_up(drawing) for drawing in others)


def closed_up(text):
    """Return ``text`` without blanks and marks of where a line may break, which differ between page and drawing."""
    return "".join(text.replace("\u200b", "").split())


def test_what_the_walk_through_quotes_stands_on_the_page(opened):
    page = opened(file_of("index.html"), scripts=False).page
    text = " ".join(page.locator("main").inner_text().split())
    lines = (ROOT / "docs" / "walk-through.md").read_text(encoding="utf-8").splitlines()
    quoted = [line.removeprefix("> ") for line in lines if line.startswith("> ")]
    assert len(quoted) == 5
    assert [quote for quote in quoted if quote not in text] == []


@pytest.mark.validation
def test_it_opens_on_a_slow_machine(file, browser):
    """A processor six times slower; the times are printed, and only an endless wait is a fault."""
    context = browser.new_context(offline=True, viewport=NARROW)
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    page.goto(file.as_uri())
    told = page.evaluate("""() => { const at = performance.getEntriesByType("navigation")[0];
      const paint = performance.getEntriesByName("first-contentful-paint")[0];
      return [paint ? paint.startTime : NaN, at.domInteractive, at.loadEventEnd]; }""")
    context.close()
    painted, interactive, loaded = (milliseconds / 1000 for milliseconds in told)
    print(f"{file.parent.name}/{file.name}: seen {painted:.1f} s, usable {interactive:.1f} s, whole {loaded:.1f} s")  # noqa: T201
    assert loaded >= interactive > 0  # it came to its end; how fast is printed, not judged
