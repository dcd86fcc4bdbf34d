"""``figures/brief.html``: two pages for a desk, from the published figures alone; printed by ``printing``."""

from functools import cache
from pathlib import Path

import pandas as pd

from analysis import charts, pipeline
from analysis.languages import ENGLISH
from analysis.page import brief_rows, brief_sentences, entries, rendering

PUBLISHED = "published"
QUESTIONS = {  # the figures whose findings answer each
    "How many children live in residential care?": ("national_totals", "care_trend"),
    "Where are they?": ("care_rates", "province_rates"),
    "Do they have parents?": ("living_parents",),
    "What goes with more residential care?": ("driver_gradients", "province_conditions"),
    "In what kind of place do they live, and who watches over it?": ("facility_types", "regulation"),
    "When facilities close, what becomes of the children?": ("closure_funnel",),
    "How many workers does it take?": ("response_plan",),
}


class BriefError(ValueError):
    """A figure of the brief is not from published numbers, and so has no place in it."""


def make(figures: Path, to: Path, language: str = ENGLISH) -> None:
    """Write the brief in ``language`` from the published figures in the folder ``figures`` to ``to``.

    Raises ``BriefError`` if one of them rests on anything but published numbers.
    """
    shown = {name: entries.read(figures, name, language) for names in QUESTIONS.values() for name in names}
    for name, entry in shown.items():
        if entry.origin != PUBLISHED:
            raise BriefError(f"figures/{name} is {entry.origin}: the brief says only what is published")

    @cache
    def read(name: str) -> pd.DataFrame:
        return pipeline.read_numbers(name, figures)

    rows = {
        "totals": brief_rows.totals(read),
        "scenarios": brief_rows.scenarios(read),
        "team": brief_rows.team(read),
        "confidence": charts.CONFIDENCE,
    }
    sentences = {
        "dates": brief_sentences.dates(read),
        "sure_of_totals": brief_sentences.sure_of_totals(read),
        "decline": brief_sentences.decline(read),
        "types": brief_sentences.types(read),
        "best_driver": brief_sentences.best_driver(read),
        "not_known": brief_sentences.not_known(read),
    }
    named = {name: entry.english["source"] for name, entry in shown.items()}
    named["living_parents"] = brief_sentences.publishers(read)
    sources = {one: brief_sentences.sources([named[name] for name in names]) for one, names in QUESTIONS.items()}
    told = rows | sentences | {"sources": sources}
    rendering.render("brief.html", to, language, questions=QUESTIONS, shown=shown, **told)
