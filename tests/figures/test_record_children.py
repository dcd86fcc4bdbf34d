"""Who is in the records: what is withheld is hatched, has no number, and the words hold whatever is withheld."""

import pandas as pd
import pytest
from matplotlib.patches import Rectangle

from analysis import charts, disclosure
from analysis.charts import tiles
from analysis.figures import record_children

WHY = "fewer than 10, or hides such a number"
BANDS = ["0-2", "3-5", "6-11", "12-14", "15-17", "unknown"]
FULL = {"0-2": 10, "3-5": 20, "6-11": 40, "12-14": 60, "15-17": 80, "unknown": 15}
FEW = FULL | {"0-2": 3, "unknown": 4}


def counts(of_provinces: dict[str, dict[str, int]]) -> pd.DataFrame:
    """Return the estimate's rows: the counts of some provinces, none in the others, and the totals."""
    inner = pd.DataFrame(of_provinces, index=BANDS).T.reindex([*tiles.GRID, "unknown"]).fillna(0).astype("int64")
    inner.loc["all"] = inner.sum()
    inner["all"] = inner.sum(axis=1)
    rows = inner.rename_axis("term").reset_index().melt("term", var_name="level", value_name="n")
    names = tiles.SHORT_NAMES | {"unknown": "Province not recorded", "all": "All provinces"}
    rows["province"] = rows["term"].map({code: name.replace("\n", " ") for code, name in names.items()})
    return rows.assign(
        outcome="children in the records", scale="children", estimate=rows["n"].astype("Float64"), note="children"
    )


def published(of_provinces: dict[str, dict[str, int]], origin: str = "simulated") -> pd.DataFrame:
    numbers = record_children.NUMBERS.validated(record_children.build(counts(of_provinces)), "record_children")
    return disclosure.publishable(numbers, record_children.NUMBERS, "record_children", origin).numbers


def drawn(numbers: pd.DataFrame):
    with charts.style():
        figure = record_children.draw(numbers)
        charts.finish(figure, record_children.words(numbers), "simulated")
        figure.draw_without_rendering()
    return figure


def tile_of(figure, code):
    row, column = tiles.GRID[code]
    return next(tile for tile in figure.axes[0].patches if tile.get_xy() == (column, row))


def rows_of(figure):
    """Return, by label of the table, what stands in its cells: the number, or None for a hatched one."""
    axes = figure.axes[1]
    cells = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    found = {}
    for low, label in enumerate(axes.get_yticklabels()):
        of_row = sorted((cell for cell in cells if cell.get_y() == low), key=lambda cell: cell.get_x())
        text = {int(t.get_position()[0]): t.get_text() for t in axes.texts if low < t.get_position()[1] < low + 1}
        found[label.get_text()] = [None if cell.get_hatch() else text[int(cell.get_x())] for cell in of_row]
    return found


@pytest.fixture(scope="module")
def numbers():
    return published({"12": FULL, "02": FULL, "08": FEW, "23": {"6-11": 4}, "24": {"6-11": 7}})


def test_a_province_whose_total_is_withheld_is_hatched_and_a_shown_one_is_not(numbers):
    figure = drawn(numbers)
    assert not tile_of(figure, "12").get_hatch()
    assert tile_of(figure, "23").get_hatch(), "four there: withheld, not a 0"
    assert not tile_of(figure, "09").get_hatch(), "none there is said of nobody"
    assert "225" in [text.get_text() for text in figure.axes[0].texts]


def test_no_number_stands_in_a_withheld_cell_and_every_shown_one_stands_in_its_own(numbers):
    shown = numbers.set_index(["province", "level"])["estimate"]
    for name, cells in rows_of(drawn(numbers)).items():
        if "others" in name:
            assert cells in ([None], [])
            continue
        told = [shown[name, level] for level in [*BANDS, "all"]]
        assert cells == [None if pd.isna(count) else f"{count:,.0f}" for count in told]


def test_small_counts_stand_nowhere(numbers):
    figure = drawn(numbers)
    words = " ".join(record_children.words(numbers).as_dict().values())
    assert not {"3", "4", "7"} & {text.get_text() for axes in figure.axes for text in axes.texts}
    assert "0–2 years old" not in words


def test_places_without_any_child_share_one_row_that_is_not_hatched(numbers):
    rows = rows_of(drawn(numbers))
    first, *_, last = rows
    assert first == "All provinces"
    assert last.startswith("20 others")
    assert rows[last] == []


def test_the_key_gives_the_gates_reason_and_the_caption_too(numbers):
    tiles_of = drawn(numbers).axes[0]
    assert WHY in [text.get_text().replace("\n", " ") for text in tiles_of.texts]
    key = [patch for patch in tiles_of.patches if patch.get_width() < 0.5]
    assert [bool(patch.get_hatch()) for patch in key] == [True]
    assert WHY in record_children.words(numbers).caption


def test_the_title_gives_the_largest_share_shown_of_all_children():
    numbers = published({"12": FULL, "02": FULL})
    whole = numbers.set_index(["term", "level"])["estimate"]
    title = record_children.words(numbers).title
    share = whole["all", "15-17"] / whole["all", "all"]
    assert title.startswith(f"In the simulated records, about {share:.0%} of children were 15–17 years old")
    n_shown = whole.xs("all", level="level").drop(["all", "unknown"]).notna().sum()
    assert n_shown == 25
    assert title.endswith("; they come from 2 of 25 provinces")


def test_the_title_says_so_where_totals_are_withheld(numbers):
    assert record_children.words(numbers).title.endswith("; a total may be shown for 23 of 25 provinces")


def test_records_are_not_called_simulated():
    words = record_children.words(published({"12": FULL, "02": FULL}, "records"))
    assert words.title.startswith("In these records, ")
    assert words.reading.startswith("These records hold about ")
    assert "simulated" not in " ".join(words.as_dict().values()).lower()


def test_with_everything_withheld_the_words_hold_and_every_province_is_hatched():
    numbers = published(dict.fromkeys([*tiles.GRID, "unknown"], dict.fromkeys(BANDS, 1)))
    numbers = numbers.assign(estimate=numbers["estimate"].mask(numbers["estimate"].notna()), withheld=WHY)
    words = record_children.words(numbers)
    assert words.title.endswith("no age may be shown; a total may be shown for 0 of 25 provinces")
    assert words.reading.startswith("How many children the simulated records hold is withheld")
    figure = drawn(numbers)
    assert all(tile_of(figure, code).get_hatch() for code in tiles.GRID)
    assert len(rows_of(figure)) == 2


def test_with_nothing_withheld_there_is_no_hatching_no_key_and_no_word_of_it():
    numbers = published(dict.fromkeys([*tiles.GRID, "unknown"], FULL))
    assert numbers["estimate"].notna().all()
    figure = drawn(numbers)
    assert not any(patch.get_hatch() for axes in figure.axes for patch in axes.patches)
    assert len(figure.axes[0].patches) == 25
    assert "atched" not in record_children.words(numbers).caption
    assert len(rows_of(figure)) == 27


def test_a_province_with_ages_but_no_total_to_show_stands_in_its_place_in_the_table_and_is_hatched_as_a_tile():
    twice = {band: 2 * count for band, count in FULL.items()}
    numbers = published(dict.fromkeys([*tiles.GRID, "unknown"], FULL) | {"12": twice})
    is_total = (numbers["term"] == "12") & (numbers["level"] == "all")
    less = numbers.assign(estimate=numbers["estimate"].mask(is_total), withheld=numbers["withheld"].mask(is_total, WHY))
    figure = drawn(less)
    assert tile_of(figure, "12").get_hatch()
    assert list(rows_of(figure))[1] == "Phnom Penh"
    assert rows_of(figure)["Phnom Penh"] == ["20", "40", "80", "120", "160", "30", None]
    assert record_children.words(less).title.endswith("24 of 25 provinces")
