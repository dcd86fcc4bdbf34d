"""A page opened from its file in a browser that refuses every request but the page itself, and what was said of it."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

from analysis import country, pipeline
from analysis.languages import LANGUAGES, folder

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--host-resolver-rules=MAP * ~NOTFOUND"),
]
NAMES = ("index.html", "country_snapshot.html", "brief.html")
SPOKEN = [language for language in country.LANGUAGES if language in LANGUAGES]
PAGES = [f"{folder(language)}{name}" for name in NAMES for language in SPOKEN]
WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = Axe().axe_script


def file_of(page: str) -> Path:
    """Return the file of a page of ``PAGES``."""
    return pipeline.FIGURES / page


def language_of(page: str) -> str:
    """Return the language of a page of ``PAGES``."""
    return next((language for language in SPOKEN if folder(language) and page.startswith(folder(language))), "en")


class Opened:
    """A ``page`` in a context of its own, the ``requests`` it made, and what it ``said``: warnings and errors."""

    def __init__(self, browser: Browser, file: Path, scripts: bool = True) -> None:
        """Open ``file``; without ``scripts`` none of the page's runs, while tests may still look into it."""
        self.file, self.requests, self.said = file, [], []
        self.context = browser.new_context(offline=True, viewport=WIDE, reduced_motion="reduce")
        self.context.route("**/*", self._answer)
        self.page: Page = self.context.new_page()
        self.page.on("console", lambda line: self.said.append(f"{line.type}: {line.text}"))
        self.page.on("pageerror", lambda error: self.said.append(f"error: {error}"))
        self.page.on("crash", lambda _: self.said.append("crashed"))
        self.protocol = self.context.new_cdp_session(self.page)
        self.protocol.send("Emulation.setScriptExecutionDisabled", {"value": not scripts})
        self.page.goto(file.as_uri())
        # The page's own script has run by now or never will; Chromium needs this to answer what tests ask.
        self.protocol.send("Emulation.setScriptExecutionDisabled", {"value": False})
        self.page.evaluate("document.fonts.ready.then(() => 0)")

    def __enter__(self) -> "Opened":
        """Give the page, which is closed after use."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.context.close()

    def put_back(self) -> None:
        """Show the page as at first: wide, light, on the screen, from its top."""
        self.look(WIDE)
        self.page.evaluate("document.documentElement.style.fontSize = ''; scrollTo(0, 0)")

    def look(self, size: dict[str, int], scheme: str = "light", media: str = "screen") -> None:
        """Show the page in a window of ``size``, in a colour scheme, on screen or as printed."""
        if self.page.viewport_size != size:
            self.page.set_viewport_size(size)
        self.page.emulate_media(color_scheme=scheme, media=media)

    def findings(self, rules: list[str] | None = None) -> list[str]:
        """Return what axe finds against the standards, or single ``rules``: rule, why, where first, how often."""
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        which = {"type": "rule", "values": rules} if rules else {"type": "tag", "values": STANDARDS}
        asked = {"runOnly": which, "resultTypes": ["violations"], "preload": False}
        found = self.page.evaluate("asked => axe.run(document, asked)", asked)["violations"]
        return [f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:300]} ({len(one['nodes'])})" for one in found]

    def _answer(self, route: Route) -> None:
        self.requests.append(route.request.url)
        if route.request.url.split("#")[0] == self.file.as_uri():
            route.continue_()
        else:
            route.abort()
