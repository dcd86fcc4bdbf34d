"""Checklist: the questions that no program answers, for a person to go through before the folder is shared."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from analysis import country

QUESTIONS = (
    "Is the use that is planned one that permission was given for, and has whoever answers for data protection agreed?",
    "Who receives these files, and who may receive them from there? Would we be content to see them in a newspaper?",
    "Is any group in them so small, or so well known locally, that people nearby would know who is meant, although at "
    "least {least_rows} children stand behind the number?",
    "Do two figures, or a figure and something already in print, say more together than each alone?",
    "Does a title, a label, a note or a notebook name or describe a child, a family, a facility, an agency or a place "
    f"smaller than a {country.PROVINCE}?",
    "Does a very high or very low number speak about everybody in a group (all, none), and would it harm them?",
    "Is it plain on every page whose records these are, what they cannot tell, and that a missing number is not zero?",
    "If a number turns out to be wrong or to point at somebody: who is told, who takes the files back, and how?",
)


def text(described: Mapping[str, Any], notebooks: Sequence[str]) -> str:
    """Return the checklist, as Markdown, of the release that ``described`` (its release.json) describes."""
    least = described["rules"]["least_rows"]
    lines = [
        "# Before this folder is shared",
        "",
        f"Origin of the data: {described['origin']}. Released by: {described['signed_by']}.",
        "",
        "Every file here passed the gate for numbers, and `release.json` holds its hash. A program cannot answer what "
        "follows. A person who did **not** make the figures opens every file, ticks what is in order, and signs. "
        "**Nobody has done so yet.** A question without a tick means: not to be shared.",
        "",
        *(f"- [ ] {question.format(least_rows=least)}" for question in QUESTIONS),
        "",
        *_listed(described["figures"]),
        "",
        f"Also here: [the page](figures/index.html){''.join(f', [{file}]({file})' for file in notebooks)}.",
        "",
        "Name, organisation: ______________________________   Date: ______________   Signature: ______________",
        "",
    ]
    return "\n".join(lines)


def _listed(figures: Mapping[str, Any]) -> list[str]:
    """Return a table of the figures, two beside each other so that all fit on a page."""
    cells = [
        f"[{name}](figures/{name}.svg) | {figure['origin']} | {figure['rows']} | {figure['withheld']}"
        for name, figure in figures.items()
    ]
    half = -(-len(cells) // 2)
    pairs = zip_longest(cells[:half], cells[half:], fillvalue=" | | | ")
    head = "figure | data | rows | with a number withheld"
    return [f"| {head} | {head} |", "|---|---|---|---|---|---|---|---|", *(f"| {a} | {b} |" for a, b in pairs)]
