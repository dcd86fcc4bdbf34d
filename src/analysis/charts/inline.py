"""Inline: a finished figure as a small SVG for a page, its axes only, since the page says the words around them.

Letters stay letters, so that they can be read aloud, searched and enlarged; the page brings their fonts. Matplotlib
writes for drawing programs; what a page does not need is left out, and numbers keep a tenth of a point.
"""

import io
import re
from itertools import groupby
from xml.etree import ElementTree as Tree

import matplotlib as mpl
from matplotlib.figure import Figure

from analysis.charts.face import GAP, of_words

SVG, LINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}href"
NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
REFERENCE = re.compile(r"url\(#([^)]+)\)")
FINE, COARSE = 0.1, 1.0  # points
LONG = 4_000  # letters of a path
GROUPS = {f"{SVG}g", f"{SVG}defs"}
DROPPED = {f"{SVG}metadata", f"{SVG}style", f"{SVG}title"}
UNGROUPED = {f"{SVG}{tag}" for tag in ("defs", "text", "clipPath", "pattern")}
SHARED = {
    *("fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-linecap", "stroke-linejoin"),
    *("stroke-dasharray", "stroke-dashoffset", "stroke-miterlimit", "clip-path"),
    *("font-family", "font-size", "font-weight", "font-style", "text-anchor"),
}
FONT = re.compile(r"(?:(?P<style>italic|oblique) )?(?:(?P<weight>bold|\d+) )?(?P<size>[\d.]+)px (?P<family>.+)")


def inline(figure: Figure, name: str) -> bytes:
    """Return the axes and the stamp of a finished ``figure`` as SVG markup whose ids all begin with ``name``."""
    words = of_words(figure)
    width, height = figure.get_size_inches() * 72
    top, bottom = _between(figure, height)
    for text in words:
        text.set_visible(False)
    buffer = io.BytesIO()
    with mpl.rc_context({"svg.fonttype": "none"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    for text in words:
        text.set_visible(True)
    svg = Tree.fromstring(buffer.getvalue())  # noqa: S314 (our own drawing, not a file from outside)
    svg.attrib = {"viewBox": f"0 {top:.0f} {width:.0f} {bottom - top:.0f}", "stroke-linejoin": "round"}
    _tidy(svg, _new_ids(svg, name))
    _share_font(svg)
    _gather(svg)
    Tree.register_namespace("", SVG[1:-1])
    return Tree.tostring(svg, encoding="unicode").replace("><", ">\n<").encode() + b"\n"


def _between(figure: Figure, height: float) -> tuple[float, float]:
    """Return where the axes begin and end beneath the top of the canvas, in points: between the words."""
    above = [text.get_window_extent(dpi=72).y0 for text in of_words(figure) if text.get_verticalalignment() == "top"]
    beneath = [text.get_window_extent(dpi=72).y1 for text in of_words(figure) if text.get_verticalalignment() != "top"]
    gap = GAP * 72 / 2
    return height - min(above) + gap, height - max(beneath) - gap


def _new_ids(svg: Tree.Element, name: str) -> dict[str, str]:
    """Return a new id for each that is referred to, in the order in which they stand."""
    used = {found for one in svg.iter() for value in one.attrib.values() for found in REFERENCE.findall(value)}
    used |= {one.attrib[LINK][1:] for one in svg.iter() if LINK in one.attrib}
    standing = [one.attrib["id"] for one in svg.iter() if one.attrib.get("id") in used]
    return {old: f"{name}-{number}" for number, old in enumerate(dict.fromkeys(standing), start=1)}


def _tidy(element: Tree.Element, ids: dict[str, str]) -> None:
    """Leave in ``element`` what is seen: short attributes, no styles, no groups without a purpose."""
    attributes = _presentation(element.attrib.pop("style", "")) | element.attrib
    if (link := attributes.pop(LINK, None)) is not None:
        attributes["href"] = f"#{ids[link[1:]]}" if link.startswith("#") else link
    own = attributes.pop("id", None)
    if own in ids:
        attributes["id"] = ids[own]
    short = {name: _short(name, value, ids) for name, value in attributes.items()}
    element.attrib = {name: value for name, value in short.items() if value}
    element.tail = None
    if element.tag != f"{SVG}text" and not (element.text or "").strip():
        element.text = None
    kept = []
    for child in [one for one in element if one.tag not in DROPPED]:
        _tidy(child, ids)
        is_empty = child.tag in GROUPS and not len(child)
        kept += list(child) if child.tag == f"{SVG}g" and not child.attrib else [child] * (not is_empty)
    element[:] = kept


def _presentation(style: str) -> dict[str, str]:
    """Return a style as attributes, so that a page needs no permission for styles and may have its own."""
    told = dict(part.strip().split(": ", 1) for part in style.split(";") if part.strip())
    if font := FONT.fullmatch(told.pop("font", "")):
        told |= {"font-size": font["size"], "font-family": font["family"]}
        told |= {f"font-{what}": font[what] for what in ("weight", "style") if font[what]}
    return {name.strip(): value.strip() for name, value in told.items()}


def _short(name: str, value: str, ids: dict[str, str]) -> str:
    """Return a value with the new ids and places of a tenth of a point."""
    value = REFERENCE.sub(lambda found: f"url(#{ids[found[1]]})", value)
    if value.startswith("M "):
        return _path(value)
    digits = 1 if name in ("x", "y") else 2
    value = NUMBER.sub(lambda found: f"{float(found[0]):.{digits}f}".rstrip("0").rstrip("."), value)
    return re.sub(r" ?rotate\(-?0( [^)]*)?\)", "", value)


def _path(value: str) -> str:
    """Return a path with numbers of a tenth of a point, an outline of very many points with whole ones.

    Neighbours keep sharing their border, as both have the same points.
    """
    is_long = len(value) >= LONG and not set("CQ") & set(value)
    grid = COARSE if is_long else FINE
    value = NUMBER.sub(lambda found: f"{round(float(found[0]) / grid) * grid:.1f}".removesuffix(".0"), value)
    steps = re.sub(r" ?([MLCQzZ]) ?", r" \1", " ".join(value.split()))
    return _relative(steps) if is_long else steps.strip().replace(" L", "L")


def _relative(steps: str) -> str:
    """Return an outline of whole points as steps from each to the next, without those that stay where they are."""
    written, at = [], (0, 0)
    for way, x, y in re.findall(r"([MLzZ])(?:(-?\d+) (-?\d+))?", steps):
        if way in "zZ":
            written.append("z")
            continue
        here = (int(x), int(y))
        if way == "M":
            written.append(f"M{x} {y}")
        elif here != at:
            written.append(f"l{here[0] - at[0]} {here[1] - at[1]}".replace(" -", "-"))
        at = here
    return "".join(written)


def _share_font(svg: Tree.Element) -> None:
    """Say the font of all texts once."""
    families = {one.attrib.get("font-family") for one in svg.iter(f"{SVG}text")}
    if len(families) == 1 and (family := families.pop()):
        svg.set("font-family", family)
        for one in svg.iter(f"{SVG}text"):
            del one.attrib["font-family"]


def _gather(element: Tree.Element) -> None:
    """Say the look of neighbours that look alike once, in a group around them."""
    if element.tag in UNGROUPED:
        return
    gathered: list[Tree.Element] = []
    for look, run in groupby(element, key=_look):
        alike = list(run)
        for one in alike:
            _gather(one)
        if look and len(alike) > 1:
            group = Tree.Element(f"{SVG}g", dict(look))
            group.extend(alike)
            for one in alike:
                one.attrib = {name: value for name, value in one.attrib.items() if (name, value) not in look}
            alike = [group]
        gathered += alike
    element[:] = gathered


def _look(element: Tree.Element) -> tuple[tuple[str, str], ...]:
    """Return the attributes that a group could say for ``element``; a clip is of the element's own coordinates."""
    shared = SHARED - {"clip-path"} if "transform" in element.attrib else SHARED
    return tuple((name, value) for name, value in element.attrib.items() if name in shared)
