"""``figures/CAPTIONS.md``: what belongs beside a figure on a slide, figure by figure, published ones first."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from analysis import country, country_steps, store
from analysis.languages import ENGLISH, catalogue, folder
from analysis.page.sections import PARTS, QUESTIONS

HEADINGS = {
    "published": "Published figures",
    "records": "Figures from case records",
    "simulated": "Figures from simulated records",
}
ABOUT = {
    "published": "These numbers were printed by somebody, or follow from printed numbers by a stated method.",
    "records": "These numbers come from the case records of one holder. Show them only with this sentence.",
    "simulated": "These figures show what case records would tell. Keep their stamp, and never put one beside a "
    "published figure as if it were of the same kind.",
}
LOUD = {
    "records": f"CASE RECORDS OF ONE HOLDER. DO NOT SHOW THIS FIGURE AS A FACT ABOUT ALL OF {country.NAME.upper()}.",
    "simulated": f"SIMULATED RECORDS. DO NOT SHOW THIS FIGURE AS A FACT ABOUT {country.NAME.upper()}. "
    "The records behind it are made up.",
}
LINES = {  # what is told of a figure, by the heading of the line
    "Title of the slide": "title",
    "Caption": "caption",
    "What it says, and how sure": "reading",
    "Source": "source",
    "Alternative text": "alt_text",
    "What this cannot tell, and you must not say with it": "limits",
}
DRAFT = "This translation is a draft that no person has reviewed yet; where it differs, the English one holds."
MARKS = re.compile(r"([\\`*_\[\]<>&~|$#])")  # what Markdown or the HTML in it would take for more than a letter


def make(figures: Path, to: Path, language: str = ENGLISH) -> None:
    """Write the captions of the figures in the folder ``figures`` to ``to``, in ``language``."""
    words, statuses = catalogue(language), set()

    def said(english: str) -> str:
        """Return ``english`` in the language of the file, fit for Markdown."""
        found = words.said(english)
        statuses.add(found.status)
        return escaped(found.text)

    left_out = country_steps.left_out()
    names = [name for every in QUESTIONS.values() for name in every if f"figures/{name}" not in left_out]
    told = [json.loads((figures / folder(language) / f"{name}.json").read_text(encoding="utf-8")) for name in names]
    body = [line for origin in PARTS for line in _part(origin, [one for one in told if one["origin"] == origin], said)]
    head = list(_head(said))
    statuses |= {status for one in told for status in one.get("translation", {}).values()}
    if statuses & {"draft", "missing"}:
        head.append(f"**{said(DRAFT)}**")
    store.replace(to, ("\n\n".join([*head, *body]) + "\n").encode())


def escaped(text: str) -> str:
    """Return ``text`` on one line, each mark of Markdown and HTML in it as a letter to read."""
    return MARKS.sub(r"\\\1", " ".join(text.split()))


def _head(said: Callable[[str], str]) -> Iterator[str]:
    yield f"# {said('Captions for slides')}"
    yield said(
        "Paste the picture, its title, its caption and its source together, and read what it cannot tell before you "
        "speak. The alternative text is for the description field of the picture."
    )


def _part(origin: str, figures: list[dict[str, str]], said: Callable[[str], str]) -> Iterator[str]:
    """Yield the blocks of the figures of one origin, none if there are none."""
    if figures:
        yield f"## {said(HEADINGS[origin])}"
        yield said(ABOUT[origin])
    for figure in figures:
        yield from _figure(figure, said)


def _figure(words: dict[str, Any], said: Callable[[str], str]) -> Iterator[str]:
    """Yield the blocks of one figure; what must not be shown as a fact says so first."""
    name = words["name"]
    yield f"### `{name}.png`"
    if words["origin"] in LOUD:
        yield f"> **{said(LOUD[words['origin']])}**"
    yield "\n".join(
        [
            f"- **{said('File')}:** `{name}.png` ({said('for slides')}); `{name}.svg` ({said('for print')})",
            *(f"- **{said(heading)}:** {_marked(words, field, said)}" for heading, field in LINES.items()),
        ]
    )


def _marked(words: dict[str, Any], field: str, said: Callable[[str], str]) -> str:
    """Return what the figure says, with a note where it is not translated."""
    is_missing = words.get("translation", {}).get(field) == "missing"
    return escaped(words[field]) + (f" ({said('not translated')})" if is_missing else "")
