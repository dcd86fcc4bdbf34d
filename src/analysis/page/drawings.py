"""Drawings: an SVG of ours, checked before it becomes markup of the page: shapes and letters, nothing that acts."""

import re
import xml.etree.ElementTree as ElementTree
import zlib
from pathlib import Path

from markupsafe import Markup, escape

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
SHAPES = """
svg g defs symbol use clipPath path rect circle ellipse line polyline polygon text tspan pattern linearGradient stop
"""
LOOKS = """
id href viewBox preserveAspectRatio width height x y x1 y1 x2 y2 dx dy cx cy r rx ry d points transform
fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-dasharray
stroke-dashoffset stroke-miterlimit opacity clip-path clip-rule clipPathUnits paint-order font-family font-size
font-weight font-style text-anchor dominant-baseline letter-spacing textLength lengthAdjust patternUnits
patternContentUnits patternTransform gradientUnits gradientTransform offset stop-color stop-opacity
"""
ELEMENTS, ATTRIBUTES = frozenset(SHAPES.split()), frozenset(LOOKS.split())
WITHIN = re.compile(r"#[A-Za-z][\w.-]*")  # what a reference may be: something of the same drawing


class DrawingError(ValueError):
    """A drawing holds what must not come into the page."""


def inline(file: Path, name: str, alt_text: str) -> Markup:
    """Return the drawing in ``file`` as markup for the page, with ``alt_text`` as its name for screen readers.

    Raises ``DrawingError`` for anything but the elements and attributes that drawings of ours are made of.
    """
    text = file.read_text(encoding="utf-8").strip()
    if faults := sorted(_faults(text, name)):
        raise DrawingError(f"{file.name} cannot stand in the page: {'; '.join(faults[:5])}; draw it again with make")
    named = f'<svg role="img" aria-label="{escape(alt_text)}"'
    short = f"f{zlib.crc32(name.encode()) & 0xFFFF:04x}"  # ids stand in a page thousands of times
    text = text.replace(f"#{name}-", f"#{short}-").replace(f' id="{name}-', f' id="{short}-')
    return Markup(named + text.removeprefix("<svg"))  # noqa: S704 (checked above)


def _faults(text: str, name: str) -> set[str]:
    """Return what speaks against ``text`` as a drawing of the figure ``name``."""
    if not text.startswith(("<svg ", "<svg>")):
        return {"it does not begin with an svg element"}
    if "<!" in text or "<?" in text:  # comments and the like end elsewhere in HTML than in XML
        return {"it holds a comment, a declaration or an instruction"}
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 (no entities: refused above)
    except ElementTree.ParseError as error:
        return {f"it is not well-formed ({error})"}
    found = {f"an element {_plain(one.tag)}" for one in root.iter() if _plain(one.tag) not in ELEMENTS}
    pairs = [(_plain(key), value) for one in root.iter() for key, value in one.attrib.items()]
    found |= {f"an attribute {key}" for key, _ in pairs if key not in ATTRIBUTES}
    found |= {f"a reference to {value[:40]}" for key, value in pairs if key == "href" and not WITHIN.fullmatch(value)}
    found |= {f"a value {value[:40]}" for key, value in pairs if not _is_within(value)}
    # Ids stand in one page with those of all figures, and its own parts must not be shadowed.
    return found | {f"an id {value[:40]}" for key, value in pairs if key == "id" and not value.startswith(name)}


def _plain(name: str) -> str:
    """Return the name of an element or attribute without the two namespaces a drawing may use."""
    return name.removeprefix(SVG).removeprefix(XLINK)


def _is_within(value: str) -> bool:
    """Return whether every ``url()`` in an attribute's value points into the drawing, and nothing in it is a script."""
    targets = re.findall(r"url\s*\(([^)]*)\)?", value, flags=re.IGNORECASE)
    return all(WITHIN.fullmatch(target.strip()) for target in targets) and "script:" not in value.lower()
