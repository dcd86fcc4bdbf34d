"""Every number that a figure's files tell in letters: SVG, sidecar, page, notebooks, and what is hidden in a PNG.

A picture is drawn in outlines, but matplotlib writes the text it draws into comments of the SVG.
"""

import ast
import html
import json
import re
import struct
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

NUMBER = re.compile(r"(?<![\w.,#])[-−]?(\d[\d,]*(?:\.\d+)?)\s?(%?)(?!\w)")
DRAWN = re.compile(r"<!--(.*?)-->|<(?:text|tspan|title|desc)\b[^>]*>([^<]*)<", re.DOTALL)
PICTURE_CHUNKS = {"IHDR", "PLTE", "IDAT", "IEND", "pHYs", "gAMA", "sRGB", "tRNS", "bKGD"}  # none holds text
MAX_DECIMALS, MAX_DIGITS = 3, 6


def numbers_in(text: str) -> set[str]:
    """Return the numbers that stand in ``text``, without signs of thousands, those in percent with their sign."""
    return {number.replace(",", "") + percent for number, percent in NUMBER.findall(text)}


def of_svg(content: str) -> list[str]:
    """Return the texts that an SVG draws or holds."""
    body = content[content.index("<svg") :]
    return [html.unescape(drawn or written).strip() for drawn, written in DRAWN.findall(body)]


def of_ticks(figure: Figure) -> set[str]:
    """Return the numbers of the scales: on ticks that stand where they say, by itself or in percent; without signs."""
    figure.canvas.draw()
    axes = [axis for both in figure.axes for axis in (both.xaxis, both.yaxis)]
    ticks = [tick for axis in axes for tick in axis.get_major_ticks()]
    said = [(abs(tick.get_loc()), number) for tick in ticks for number in numbers_in(tick.label1.get_text())]
    return {number for place, number in said if np.isclose(float(number.rstrip("%")), [place, 100 * place]).any()}


def of_sidecar(content: str) -> list[str]:
    """Return the words of a sidecar; a hash is no number."""
    said = json.loads(content)
    return [str(value) for name, value in said.items() if not name.endswith("sha256")]


def of_page(content: str, name: str) -> list[str]:
    """Return what the page tells about a figure: its text and what a screen reader is told."""
    (article,) = re.findall(rf'<article id="{name}">(.*?)</article>', content, re.DOTALL)
    alternatives = re.findall(r'\b(?:alt|title|aria-label|data-[a-z-]+)="([^"]*)"', article)
    return [html.unescape(text) for text in [re.sub(r"<[^>]+>", " ", article), *alternatives]]


def of_notebook(content: str) -> list[str]:
    """Return the texts of a notebook's outputs: printed, as tables, as drawings."""
    texts = []
    for cell in json.loads(content)["cells"]:
        for output in cell.get("outputs", []):
            told = [output.get("text", ""), *output.get("data", {}).values(), *output.get("traceback", [])]
            joined = ["".join(text) if isinstance(text, list) else str(text) for text in told]
            texts += [of_svg(text) if "<svg" in text else [re.sub(r"<[^>]+>", " ", text)] for text in joined]
    return [text for several in texts for text in several]


def of_code(*files: Path) -> set[str]:
    """Return the numbers that stand in the words of code: they are the same whatever the records hold."""
    words = [
        node.value
        for file in files
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return {number for text in words for number in numbers_in(text)}


def forms(numbers: pd.DataFrame) -> set[str]:
    """Return every form in which a number of a published CSV may be printed."""
    texts = {
        number
        for column in numbers
        for text in numbers[column].dropna().astype("str").unique()
        for number in numbers_in(text)
    }
    values = {abs(float(value)) for column in numbers.select_dtypes("number") for value in numbers[column].dropna()}
    for column in numbers.select_dtypes("str"):  # such as a level of 0.20, said as 20%
        values |= {float(text) for text in numbers[column].dropna().unique() if re.fullmatch(r"0\.\d+", text)}
    return texts | {form for value in values for form in _printed(value)}


def _printed(value: float) -> Iterable[str]:
    for decimals in range(MAX_DECIMALS + 1):
        yield f"{value:.{decimals}f}"
        yield f"{value:.{decimals}%}"
        if value <= 1:
            yield f"{value:.{decimals}%}".removesuffix("%")  # a share whose sign stands at the axis
    for digits in range(1, MAX_DIGITS + 1):
        rounded = float(f"{value:.{digits}g}")
        yield f"{rounded:g}"
        yield str(int(rounded)) if rounded == int(rounded) else str(rounded)


def unexplained(texts: Iterable[str], known: set[str]) -> set[str]:
    """Return the numbers in ``texts`` that are no form of a known one."""
    return {number for text in texts for number in numbers_in(text)} - known


def chunks(png: bytes) -> list[str]:
    """Return the types of the chunks of a PNG."""
    at, found = 8, []
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        found.append(png[at + 4 : at + 8].decode("ascii"))
        at += 12 + length
    return found
