"""Every figure: its CSV keeps its contract, its words follow its numbers, nothing is cut off, the same bytes twice."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Annotation

from analysis import charts, pipeline, sources
from analysis.study import ROOT

NAMES = sorted(file.stem for file in (ROOT / "src" / "analysis" / "figures").glob("[!_]*.py"))
ROUNDED = 0.5  # pixels

DRAWN_ELSEWHERE = """
import hashlib, pathlib, sys, tempfile
from analysis import languages, pipeline, store

def refuse(*_):
    raise AssertionError("a picture was drawn from more than its CSV")

store.read = store.origin = refuse
with tempfile.TemporaryDirectory() as folder:
    for number, name in enumerate(sys.argv[1:]):
        languages.LANGUAGES = ("en", "km") if number % 4 == 0 else ("en",)  # a release draws all of them again
        pipeline.make_picture(name, pathlib.Path(folder))
    for file in sorted(pathlib.Path(folder).rglob("*.*")):
        print(file.relative_to(folder), hashlib.sha256(file.read_bytes()).hexdigest())
"""


@pytest.fixture(scope="module", params=NAMES)
def name(request):
    return request.param


@pytest.fixture(scope="module")
def numbers(name):
    return pipeline.read_numbers(name)


@pytest.fixture(scope="module")
def drawn(name, numbers):
    """Return the finished figure, laid out as it is saved."""
    return draw(name, numbers)


def draw(name, numbers):
    module = pipeline.module_of(f"figures/{name}")
    extra = []
    if "boundaries" in pipeline.inputs_of(module.draw):
        if not sources.BOUNDARIES.exists():
            pytest.skip("no outlines here; fetch them with: make boundaries")
        extra = [sources.read_boundaries()]
    with charts.style():
        figure = module.draw(numbers, *extra)
        charts.finish(figure, module.words(numbers), numbers["origin"].iloc[0])
        figure.draw_without_rendering()
    return figure


def words(name, numbers):
    return pipeline.module_of(f"figures/{name}").words(numbers).as_dict()


def shifted(numbers):
    """Return the numbers with every measured value and interval a quarter less."""
    floats = [c for c in numbers.select_dtypes("floating").columns if c != "commune_cv"]
    return numbers.assign(**{column: numbers[column] * 0.75 for column in floats})


def test_the_csv_keeps_the_contract_and_names_its_origin(numbers):
    assert len(numbers["origin"].unique()) == 1
    assert numbers["origin"].iloc[0] in {"published", "simulated"}, "records never stand in this repository"
    assert len(numbers) > 0


def test_a_figure_says_what_it_found_and_what_it_cannot_tell(name, numbers):
    said = words(name, numbers)
    assert set(said) == {"title", "caption", "reading", "alt_text", "source", "limits"}
    assert all(len(text) > 20 for text in said.values())
    assert len(said["title"]) <= 150
    assert said["reading"].endswith(".")
    assert said["alt_text"].endswith(".")
    for text in said.values():
        assert not re.search(r"\bnan\b|<NA>|\bNone\b(?! of)|inf\b|  ", text), text


@pytest.mark.parametrize("part", ["reading", "alt_text"])
def test_words_follow_the_numbers(name, numbers, part):
    assert words(name, shifted(numbers))[part] != words(name, numbers)[part]


def test_the_title_is_no_constant(name, numbers):
    module = (ROOT / "src" / "analysis" / "figures" / f"{name}.py").read_text(encoding="utf-8")
    assert 'title=f"' in module


def test_every_interval_is_shown_or_its_absence_is_said(name, numbers):
    if "ci_low" in numbers and numbers["ci_low"].isna().any():
        said = " ".join(words(name, numbers).values())
        assert re.search(r"interval|bound", said), "some numbers have no interval, and the words do not say so"


def test_no_text_leaves_the_canvas(drawn):
    with charts.style():
        for text in drawn.findobj(lambda artist: hasattr(artist, "get_text")):
            if not (text.get_text().strip() and text.get_visible()):
                continue
            if _is_undrawn_label(text, drawn):
                continue
            box = text.get_window_extent()
            assert box.x0 >= -ROUNDED, text
            assert box.y0 >= -ROUNDED, text
            assert box.x1 <= drawn.bbox.x1 + ROUNDED, text
            assert box.y1 <= drawn.bbox.y1 + ROUNDED, text


def test_title_and_foot_leave_the_axes_free(drawn):
    with charts.style():
        boxes = [text.get_window_extent() for text in drawn.texts]
        middle = drawn.bbox.y1 / 2
        above = [box for box in boxes if box.y0 > middle]
        foot = max((box for box in boxes if box.y0 <= middle), key=lambda box: box.y1)
        for axes in drawn.axes:
            if axes.axison or axes.texts or axes.patches:
                box = axes.get_tightbbox()
                assert box.y0 >= foot.y1 - ROUNDED
                assert box.y1 <= min(b.y0 for b in above) + ROUNDED


def test_no_two_labels_in_a_panel_cover_each_other(drawn):
    with charts.style():
        for axes in drawn.axes:
            boxes = [(t, t.get_window_extent()) for t in axes.texts if t.get_text().strip()]
            for i, (one, a) in enumerate(boxes):
                for other, b in boxes[i + 1 :]:
                    if any(isinstance(text, Annotation) and text.arrow_patch for text in (one, other)):
                        continue  # a label beside: its extent holds the line to it
                    across = min(a.x1, b.x1) - max(a.x0, b.x0)
                    along = min(a.y1, b.y1) - max(a.y0, b.y0)
                    assert across <= 2 or along <= 2, (one.get_text(), other.get_text())


def test_no_mark_lies_outside_its_axes(drawn):
    for axes in drawn.axes:
        (left, right), (low, high) = sorted(axes.get_xlim()), sorted(axes.get_ylim())
        for line in axes.lines:
            if line.get_transform() != axes.transData:
                continue  # a rule across the panel
            x, y = np.asarray(line.get_xdata(), "float"), np.asarray(line.get_ydata(), "float")
            assert np.nanmin(x) >= left - 1e-9, line
            assert np.nanmax(x) <= right + 1e-9, line
            assert np.nanmin(y) >= low - 1e-9, line
            assert np.nanmax(y) <= high + 1e-9, line
        for bar in axes.patches:
            box = bar.get_window_extent()
            assert box.x1 <= axes.bbox.x1 + ROUNDED
            assert box.y1 <= axes.bbox.y1 + ROUNDED


def test_letters_are_large_enough(drawn):
    sizes = [t.get_fontsize() for t in drawn.findobj(lambda a: hasattr(a, "get_text")) if t.get_text().strip()]
    assert min(sizes) >= 8


def test_simulated_numbers_carry_the_stamp(name, numbers):
    figure = draw(name, numbers.assign(origin="simulated"))
    assert charts.STAMPS["simulated"] in " ".join(t.get_text() for t in figure.texts).replace("\n", " ")


def test_a_province_row_somebody_has_obtained_is_drawn():
    rates = pipeline.read_numbers("care_rates")
    kep = rates[(rates["term"] == "Siem Reap") & (rates["outcome"] == "n_rcis")].assign(term="Kep")
    before, after = draw("care_rates", rates), draw("care_rates", pd.concat([rates, kep], ignore_index=True))
    was, is_now = ([label.get_text() for label in drawn.axes[0].get_yticklabels()] for drawn in (before, after))
    assert sorted(is_now) == sorted([*was, "Kep"])
    unknown = [[t.get_text() for t in drawn.axes[1].texts].count("not found") for drawn in (before, after)]
    assert unknown[1] == unknown[0] + 1


@pytest.mark.parametrize("name", ["province_rates", "province_map"])
def test_a_printed_province_leaves_the_modelled_ones(name):
    numbers = pipeline.read_numbers(name)
    n_modelled = int((~numbers["is_count_printed"]).sum())
    lowest = numbers["estimate"].idxmin()
    more = numbers.assign(is_count_printed=numbers["is_count_printed"] | (numbers.index == lowest))
    said = words(name, more)
    assert numbers.loc[lowest, "term"] not in said["title"], "a printed low rate is not said to be dense"
    assert (f"{n_modelled - 1} of 25" in said["title"]) == (name == "province_rates")


@pytest.fixture(scope="module")
def drawn_elsewhere():
    """Return checksums of all files as another process draws them, with hashes in another order and no table open."""
    possible = [name for name in NAMES if name != "province_map" or sources.BOUNDARIES.exists()]
    how = {"PYTHONPATH": str(ROOT / "src"), "PYTHONHASHSEED": "7", "PATH": "/usr/bin"}
    command = [sys.executable, "-c", DRAWN_ELSEWHERE, *possible]
    done = subprocess.run(command, env=how, capture_output=True, text=True, check=True)
    return dict(line.split() for line in done.stdout.splitlines())


@pytest.mark.validation  # make draws each in a process of its own, and nothing may differ from what is committed
def test_another_process_draws_the_bytes_that_are_written_from_nothing_but_the_csv(name, drawn_elsewhere):
    drawn = {file: digest for file, digest in drawn_elsewhere.items() if Path(file).stem == name}
    if not drawn:
        pytest.skip("no outlines here; fetch them with: make boundaries")
    assert {f"{name}.png", f"{name}.svg", f"{name}.json", f"inline/{name}.svg"} <= drawn.keys()
    assert {file: hashlib.sha256((ROOT / "figures" / file).read_bytes()).hexdigest() for file in drawn} == drawn


def test_the_sidecar_holds_the_words(name, numbers):
    sidecar = json.loads((ROOT / "figures" / f"{name}.json").read_text(encoding="utf-8"))
    expected = {"name": name, **words(name, numbers), "origin": numbers["origin"].iloc[0]}
    assert {key: sidecar[key] for key in expected} == expected


def _is_undrawn_label(text, figure):
    """Return whether a label belongs to an axis that is off, or to a tick beyond its ends."""
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            ticks = {label: tick for tick in axis.get_major_ticks() for label in (tick.label1, tick.label2)}
            if text in ticks and not low <= ticks[text].get_loc() <= high:
                return True
            if not axes.axison and (text in ticks or text is axis.label):
                return True
    return False
