"""The face of a figure: its words, its title and foot, and the bytes that are written.

A figure says what it found in its title, what is drawn beneath it, and at its foot where the numbers come from. The
same words go into the sidecar, so that the page, a slide and a screen reader say the same thing.
"""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.style
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from PIL import Image

from analysis import country
from analysis import study as choices
from analysis.charts.palette import INK, MUTED, STAMP_RED

CONFIDENCE = f"{choices.load().intervals.confidence:.0%}"  # of every interval of ours, as captions say it
LEAST = choices.load().disclosure.least_rows  # children or other rows behind a number that is shown, as captions say it
STYLE = Path(__file__).parents[1] / "policy.mplstyle"
STAMPS = {
    "simulated": f"SIMULATED RECORDS: shows the method, says nothing about {country.NAME}",
    "records": f"CASE RECORDS OF ONE HOLDER: says nothing about the rest of {country.NAME}",
}
WIDTH = 10.0  # inches, every figure
MARGIN = 0.3  # inches, around everything
GAP = 0.12  # inches, between blocks of text
WORDS = "words"  # of a finished figure: its title, caption and source, which a page says itself
ZERO_WIDTH = "\u200b"  # where a line of Khmer may be broken, which has no blanks between words
PIECE = re.compile(f"[^ {ZERO_WIDTH}]+[ {ZERO_WIDTH}]*")
LEAST_LAST_LINE = 0.3  # of the width
NARROWER = 0.25  # inches, by which lines are shortened until the last one has that
DPI, N_COLOURS = 200, 256  # of a PNG
LINE = 1.28  # line height, in font sizes


@dataclass(frozen=True)
class Words:
    """What a figure says: each is a sentence or a few, and every number in them is computed from its numbers."""

    title: str  # the finding
    caption: str  # what is drawn, in which unit, and what the intervals are; stands under the title
    reading: str  # one sentence with the uncertainty in words
    alt_text: str  # what a reader who cannot see it needs
    source: str  # where the numbers were printed
    limits: str  # what it cannot tell

    def __post_init__(self) -> None:
        empty = [name for name, text in asdict(self).items() if not text.strip()]
        if empty:
            raise ValueError(f"a figure's words must not be empty: {', '.join(empty)}")

    def as_dict(self) -> dict[str, str]:
        """Return the words by name."""
        return asdict(self)


@contextmanager
def style() -> Iterator[None]:
    """Draw in the look of the project, whatever matplotlibrc a user has; nothing stays changed afterwards."""
    with mpl.style.context(STYLE, after_reset=True):
        yield


class Canvas(FigureCanvasAgg):
    """What a figure is drawn on: it keeps what measures letters, which else is made anew for each measurement."""

    def draw_idle(self, *_: object, **__: object) -> None:
        """Draw nothing yet, whatever changes on the figure: it is drawn when its bytes are asked for."""


def canvas(height: float) -> Figure:
    """Return an empty figure of the common width, ``height`` inches high; no window and no global state."""
    return Canvas(Figure(figsize=(WIDTH, height), layout="constrained")).figure


def finish(figure: Figure, words: Words, origin: str, said: Callable[[str], str] = str, note: str = "") -> Figure:
    """Write title, caption and foot on ``figure`` and fit its axes between them.

    Whatever is not published carries a stamp on its face. ``said`` puts the face's own words into the language of
    ``words``; ``note`` stands at the end of the foot.
    """
    top = _block(figure, words.title, 1 - MARGIN / _height(figure), size=15.5, weight="bold", color=INK, label=WORDS)
    top = _block(figure, words.caption, top - GAP / _height(figure), size=10.5, color=MUTED, label=WORDS)
    only = f"{said('From published figures only.')} " if origin == "published" else ""
    source = f"{only}{said('Source')}: {words.source} {note}".strip()
    foot = _block(figure, source, MARGIN / _height(figure), size=8.5, color=MUTED, va="bottom", label=WORDS)
    if origin != "published":
        stamp, foot = said(STAMPS[origin]), foot + GAP / _height(figure)
        foot = _block(figure, stamp, foot, size=13, weight="bold", color=STAMP_RED, va="bottom")
    inner, gap = MARGIN / WIDTH * 0.6, GAP / _height(figure)
    figure.get_layout_engine().set(rect=(inner, foot + gap, 1 - 2 * inner, top - foot - 2.4 * gap))
    return _frozen(figure)


def of_words(figure: Figure) -> list[Text]:
    """Return the title, the caption and the source of a finished figure, which a page says itself."""
    return [text for text in figure.texts if text.get_label() == WORDS]


def rendered(figure: Figure) -> dict[str, bytes]:
    """Return the figure's bytes by suffix, the same each time: no dates, no versions, no random ids."""
    return {
        ".png": _few_colours(figure),
        ".svg": _bytes(figure, "svg", metadata={"Date": None, "Creator": None}),
    }


def _frozen(figure: Figure) -> Figure:
    """Lay the axes out once and for all, to a hundred thousandth of the canvas.

    The layout's solver works in the order of memory addresses: its last digits differ from run to run, and the ids
    in an SVG with them.
    """
    figure.get_layout_engine().execute(figure)
    figure.set_layout_engine(None)  # not "none": for what that leaves behind, saving would draw the figure twice
    for axes in figure.axes:
        axes.set_position(Bbox(axes.get_position(original=True).get_points().round(5)))
    return figure


def _few_colours(figure: Figure) -> bytes:
    """Return a PNG with a palette of its colours, a third of the size; no eye sees what is lost."""
    pixels, width, buffer = _bytes(figure, "rgba", dpi=DPI), round(WIDTH * DPI), io.BytesIO()
    with Image.frombytes("RGBA", (width, len(pixels) // (4 * width)), pixels) as picture:
        few = picture.convert("RGB").quantize(N_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        few.save(buffer, format="png", dpi=(DPI, DPI))
    return buffer.getvalue()


def _bytes(figure: Figure, kind: str, **how: Any) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format=kind, **how)
    return buffer.getvalue()


def _block(figure: Figure, text: str, y: float, *, va: str = "top", **look: Any) -> float:
    """Write wrapped ``text`` at the left margin from ``y`` on; return the height at which it ends."""
    lines = _wrapped(figure, text, WIDTH - 2 * MARGIN, look)
    figure.text(MARGIN / WIDTH, y, "\n".join(lines), va=va, ha="left", linespacing=LINE, **look)
    height = len(lines) * LINE * look["size"] / 72 / _height(figure)
    return y + height if va == "bottom" else y - height


def _wrapped(figure: Figure, text: str, width: float, look: dict[str, Any]) -> list[str]:
    """Return ``text`` in as few lines as ``width`` inches allow, the last one not left with a word or two."""
    pieces = PIECE.findall(" ".join(text.split()))
    measured = {piece: _inches(figure, f"{_shown(piece)}n", look) for piece in {*pieces, ""}}
    widths = [measured[piece] - measured[""] * (not piece.endswith(" ")) for piece in pieces]  # an n is about a blank
    lines = _filled(pieces, widths, width)
    least = width * LEAST_LAST_LINE
    while len(lines) > 1 and _inches(figure, lines[-1], look) < least:
        width -= NARROWER
        if len(narrower := _filled(pieces, widths, width)) > len(lines):
            break
        lines = narrower
    return lines


def _filled(pieces: list[str], widths: list[float], width: float) -> list[str]:
    """Return the pieces of a text in lines no wider than ``width`` inches."""
    lines, used = [""], 0.0
    for piece, own in zip(pieces, widths, strict=True):
        if lines[-1] and used + own > width:
            lines.append("")
            used = 0.0
        lines[-1] += piece
        used += own
    return [_shown(line) for line in lines]


def _shown(line: str) -> str:
    """Return a line without the marks of where it could have been broken."""
    return line.replace(ZERO_WIDTH, "").strip()


def _inches(figure: Figure, text: str, look: dict[str, Any]) -> float:
    probe = Text(0, 0, text, figure=figure, **look)
    return probe.get_window_extent(dpi=figure.dpi).width / figure.dpi


def _height(figure: Figure) -> float:
    return figure.get_size_inches()[1]
