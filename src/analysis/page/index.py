"""``figures/index.html``: what is known in sentences, then the figures by question, published ones first."""

from pathlib import Path

from analysis import charts, country, country_steps
from analysis.page import choosers, entries, findings, pages, provinces, rendering, sections
from analysis.page.sections import QUESTIONS

__all__ = ["QUESTIONS", "make"]


def make(figures: Path, to: Path, language: str = "en") -> None:
    """Write the page in ``language`` for the figures in the folder ``figures``; the country may go without some."""
    names = [name for every in QUESTIONS.values() for name in every]
    left_out = [name for name in names if f"figures/{name}" in country_steps.left_out()]
    found = {name: entries.read(figures, name, language) for name in names if name not in left_out}
    rendering.render(
        "index.html",
        to,
        language,
        country=country.NAME,
        stamps=charts.STAMPS,
        confidence=charts.CONFIDENCE,
        is_all_here=not left_out,
        left_out=", ".join(left_out).replace("_", " "),
        others=[name for name in pages.here() if name != "index"],
        entries=found,
        parts=sections.parts(found),
        findings=findings.findings(found),
        provinces=provinces.provinces(found),
        measures=provinces.measures(found),
        definitions=choosers.definitions(found),
        scenarios=choosers.scenarios(found),
        numbers_folder="" if language == "en" else "../",
    )
