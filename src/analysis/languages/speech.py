"""A figure told in a language: its words and its drawing said in it, and how far the translation may be relied on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import matplotlib as mpl
from matplotlib.figure import Figure

from analysis import charts
from analysis.languages import drawn
from analysis.languages.fonts import families
from analysis.languages.known import ENGLISH
from analysis.languages.translations import DRAFT, MISSING, catalogue, weakest

NOTES = {
    DRAFT: "Draft translation: no person has reviewed it yet.",
    MISSING: "Draft translation, not complete: what is in English has not been translated.",
}


@contextmanager
def letters(language: str) -> Iterator[None]:
    """Draw with the letters of ``language``; nothing stays changed afterwards."""
    with mpl.rc_context({"font.family": families(language)}):
        yield


class Told:
    """A figure that was drawn in English, told in ``language``: its ``words``, its ``figure``, the rest of its face.

    ``translation`` says of each of the words how sure its translation is; it is empty for English.
    """

    def __init__(self, words: charts.Words, figure: Figure, language: str) -> None:
        """Say ``words`` and the texts of ``figure``, which has not been laid out."""
        self._catalogue, self.words, self.figure = catalogue(language), words, figure
        self.translation: dict[str, dict[str, str]] = {}
        self.note = ""
        if language != ENGLISH:
            self._say()

    def said(self, english: str) -> str:
        """Return a text of the face in the language."""
        return self._catalogue.said(english).text

    def _say(self) -> None:
        on_figure = drawn.say(self.figure, self._catalogue)
        said = {part: self._catalogue.said(english) for part, english in asdict(self.words).items()}
        self.words = charts.Words(**{part: found.text for part, found in said.items()})
        # The labels of ticks are said when they are first asked for; long ones are better placed by two layouts.
        self.figure.get_layout_engine().execute(self.figure)
        statuses = {part: found.status for part, found in said.items()} | {"drawing": on_figure.status}
        self.translation = {"translation": statuses}
        self.note = self.said(NOTES.get(weakest(statuses.values()), ""))
