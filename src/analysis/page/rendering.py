"""Rendering: a template filled in one language as one file that asks for nothing, with a policy that says so.

``page.css`` stands in the head, after it what the language and the template have of their own, ``page.js`` at the end.
The policy names them by their hashes, so that nothing else could run even if it came into the page.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from analysis import country, store
from analysis.languages import LANGUAGES, catalogue, fonts

FOLDER = Path(__file__).parent
POLICY_GOES_HERE = Markup("POLICY-GOES-HERE")
MISSING = "missing"  # the status of what has no translation


def environment(language: str = "en") -> Environment:
    """Return the templates of the page with ``t`` and ``said``, which say an English string in ``language``.

    ``t`` gives markup for the text of an element, which marks a string without a translation as English; ``said`` the
    plain string for an attribute. ``statuses`` counts how the strings said so far are translated.
    """
    words = catalogue(language)
    statuses: Counter[str] = Counter()
    templates = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def said(english: str) -> str:
        """Return ``english`` in the language of the page, as plain text."""
        found = words.said(str(english))
        statuses[found.status] += 1
        return found.text

    templates.globals |= {
        "t": _marking(said, lambda english: words.said(english).status),
        "said": said,
        "statuses": statuses,
        "language": language,
        "languages": [one for one in country.LANGUAGES if one in LANGUAGES],
    }
    return templates


def render(template: str, to: Path, language: str = "en", **values: object) -> None:
    """Write ``template``, filled with ``values``, to ``to`` in ``language``; the same values give the same bytes."""
    own = [FOLDER / f"page.{language}.css", FOLDER / Path(template).with_suffix(".css")]
    sheets = [FOLDER / "page.css", *(sheet for sheet in own if sheet.exists())]
    style = "\n".join([fonts.web(language), *(sheet.read_text(encoding="utf-8") for sheet in sheets)])
    script = (FOLDER / "page.js").read_text(encoding="utf-8")
    own_files = {"style": Markup(style), "script": Markup(script)}  # noqa: S704 (files of this folder, no data)
    page = (
        environment(language)
        .get_template(template)
        .render(own_files | {"policy": POLICY_GOES_HERE, "file_name": to.name} | values)
    )
    store.replace(to, (page.replace(POLICY_GOES_HERE, _policy(style, script, page), 1) + "\n").encode())


def _marking(said: Callable[[str], str], status: Callable[[str], str]) -> Callable[[str], Markup]:
    """Return the function ``t``: what ``said`` gives, escaped, and marked where there is no translation."""

    def t(english: str) -> Markup:
        """Return ``english`` in the language of the page, for the text of an element."""
        text = said(english)
        return untranslated(text, english) if status(english) == MISSING else escape(text)

    return t


def untranslated(text: str, english: str) -> Markup:
    """Return ``text`` marked as not translated; as English only where none of it is."""
    if text == english:
        return Markup('<span class="untranslated" lang="en">{}</span>').format(text)
    return Markup('<span class="untranslated">{}</span>').format(text)


def _policy(style: str, script: str, page: str) -> str:
    """Return the content-security policy of ``page``: this style, this script, and pictures only if there are any."""
    rules = ["default-src 'none'", f"style-src '{_hash(style)}'", f"script-src '{_hash(script)}'"]
    if "<img " in page:
        rules.append("img-src 'self' file: data:")  # a drawing beside the page, opened from a folder
    if "url(data:font" in style:
        rules.append("font-src data:")
    return "; ".join([*rules, "base-uri 'none'", "form-action 'none'"])


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
