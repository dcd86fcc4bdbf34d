"""A figure in another language: its texts said in it, before anything is laid out.

Labels of ticks are said when they are asked for; all other texts at once. A text of several lines keeps as many,
broken where its language breaks; one that has become longer is written smaller, down to a limit, so that it stays in
its place.
"""

import re

from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import Formatter

from analysis.languages.fonts import families
from analysis.languages.translations import Catalogue, weakest

MAY_BREAK = re.compile("[ \u200b]+")
ZERO_WIDTH = "\u200b"
SMALLEST = 0.86  # of the size a text has in English
LONGER, ROOM = 1.05, 0.4  # times its English width, or inches beyond it, that a text may take at its own size


class SaidTicks(Formatter):
    """The labels of an axis, said in another language."""

    def __init__(self, english: Formatter, speech: "Speech") -> None:
        """Say what ``english`` makes of the values."""
        self.english, self.speech = english, speech

    def __call__(self, x: float, pos: int | None = None) -> str:
        """Return the label of one value."""
        return self.speech.lines(self.english(x, pos))

    def format_ticks(self, values: list[float]) -> list[str]:
        """Return the labels of all values."""
        return [self.speech.lines(text) for text in self.english.format_ticks(values)]


class Speech:
    """What a catalogue says, broken into lines as the English was; ``statuses`` are those of all that it said."""

    def __init__(self, words: Catalogue) -> None:
        """Speak the language of ``words``."""
        self.words = words
        self.statuses: set[str] = set()
        self._lines: dict[str, str] = {}  # labels of ticks are asked for at each look at their axis

    @property
    def status(self) -> str:
        """The status of the least sure text so far."""
        return weakest(self.statuses)

    def lines(self, english: str) -> str:
        """Return ``english`` said, in as many lines as it has."""
        if english not in self._lines:
            found = self.words.said(english)
            self.statuses.add(found.status)
            self._lines[english] = broken(found.text, english.count("\n") + 1)
        return self._lines[english]


def broken(text: str, n_lines: int) -> str:
    """Return ``text`` in at most ``n_lines`` lines of about equal length, without marks of where it may break."""
    pieces = MAY_BREAK.split(text)
    gaps = ["" if ZERO_WIDTH in gap else " " for gap in MAY_BREAK.findall(text)] + [""]
    lines, length = [""], sum(map(len, pieces))
    for piece, gap in zip(pieces, gaps, strict=True):
        if len(lines) < n_lines and len("".join(lines)) >= length * len(lines) / n_lines:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece + gap
    return "\n".join(lines)


def say(figure: Figure, words: Catalogue) -> Speech:
    """Put ``figure``, which nobody has laid out yet, into the language of ``words``; return what was said."""
    speech = Speech(words)
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if isinstance(axis.get_major_formatter(), SaidTicks):
                continue  # it shares its ticks with an axis before it
            axis.set_major_formatter(SaidTicks(axis.get_major_formatter(), speech))
    for text in figure.findobj(Text):
        if (english := text.get_text()).strip():
            _say(text, english, speech, figure)
    return speech


def _say(text: Text, english: str, speech: Speech, figure: Figure) -> None:
    width = _width(text, figure)
    text.set_text(speech.lines(english))
    text.set_fontfamily(families(speech.words.language))
    if (longer := _width(text, figure)) > (room := max(LONGER * width, width + ROOM * figure.dpi)):
        text.set_fontsize(float(text.get_fontsize()) * max(SMALLEST, room / longer))


def _width(text: Text, figure: Figure) -> float:
    probe = Text(0, 0, text.get_text(), figure=figure, fontproperties=text.get_fontproperties())
    return max(probe.get_window_extent(dpi=figure.dpi).width, 1.0)
