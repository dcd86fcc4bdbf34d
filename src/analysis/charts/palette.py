"""Palette: colours that stay apart for colour-blind readers and in grey, and the contrast of letters on them."""

from typing import Any

import pandas as pd
from matplotlib.colors import Colormap, LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.typing import ColorType

Look = dict[str, Any]  # keywords of a mark: each of its own kind

INK = "#222222"
MUTED = "#5F5F5F"
FAINT = "#BDBDBD"
GREY = "#8A8A8A"
BLUE = "#1F5A96"
ORANGE = "#C44E00"
TEAL = "#00796B"
STAMP_RED = "#B00020"

# One hue from light to dark, so that order survives greyscale and every kind of colour blindness.
SEQUENCE: Colormap = LinearSegmentedColormap.from_list("rate", ["#F2F6FA", "#B5D0E6", "#5A97C7", "#1F5A96", "#0B2C4D"])
DOUBT: Colormap = LinearSegmentedColormap.from_list("doubt", ["#FAF5EE", "#EBCFA6", "#CC9348", "#8F5A14", "#4A2C05"])


def contrast(one: ColorType, other: ColorType) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2); 4.5 is the least for text."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def ink_on(background: ColorType) -> str:
    """Return black or white, whichever reads better on ``background``; the better one is always above 4.5."""
    return max(("#000000", "#FFFFFF"), key=lambda ink: contrast(ink, background))


def shades(colours: Colormap, values: pd.Series, low: float) -> pd.Series:
    """Return the colour of each of ``values`` on a scale from ``low`` to the largest of them."""

    def shade(place: float) -> str:
        return to_hex(colours(place))

    return ((values - low) / (values.max() - low)).map(shade)


def _luminance(colour: ColorType) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
