"""Which list a sheet is: who made it, by its titles or else by the columns only such a list has, and its year."""

import re
from collections.abc import Iterable

import polars as pl

from analysis.importers.facility_list.layouts import Layout

WORDS = {  # of the titles, in order: an estimation may speak of a mapping
    "screening": ("screening",),
    "key_informants": ("key informant", "អ្នកផ្តល់ព័ត៌មាន"),
    "estimation": ("estimation", "sampled communes", "ការប៉ាន់ប្រមាណ"),
    "inspection": ("inspection", "អធិការកិច្ច"),
    "mapping": ("mapping", "ផែនទី"),
}
COLUMNS = {  # that only such a list has
    "estimation": "sample_weight",
    "mapping": "residents_age_0_3",
    "inspection": "last_inspection_on",
}
INFORMANT = "informant"
KHMER_TO_LATIN = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def list_id(layout: Layout, facilities: pl.DataFrame, year: int | None) -> str:
    """Return who made the list and its year, as in ``inspection_2014``; a part that nothing says is left out."""
    return "_".join(str(part) for part in (_maker(layout), _year(layout, facilities) or year) if part)


def year_in(layouts: Iterable[Layout]) -> int | None:
    """Return the first year in the titles of any sheet, for sheets whose own titles say none."""
    return next((year for layout in layouts if (year := _titled(layout))), None)


def _maker(layout: Layout) -> str:
    titles = " ".join(layout.titles).casefold()
    by_title = (maker for maker, words in WORDS.items() if any(word in titles for word in words))
    by_column = (maker for maker, column in COLUMNS.items() if column in layout.positions)
    is_screening = ["screening"] if layout.items else []
    is_informants = any(INFORMANT in label.casefold() for label in layout.personal)
    by_what_it_holds = [*is_screening, *(["key_informants"] if is_informants else []), *by_column, "list"]
    return next(by_title, None) or by_what_it_holds[0]


def _year(layout: Layout, facilities: pl.DataFrame) -> int | None:
    """Return the year in the titles, else the year in which most facilities were visited."""
    titled = _titled(layout)
    if titled or "observed_on" not in facilities.columns:
        return titled
    years = facilities["observed_on"].dt.year().drop_nulls().mode().sort().to_list()
    return years[0] if years else None


def _titled(layout: Layout) -> int | None:
    return next((year for title in layout.titles if (year := _first_year(title))), None)


def _first_year(text: str) -> int | None:
    found = YEAR.search(text.translate(KHMER_TO_LATIN))
    return int(found[0]) if found else None
