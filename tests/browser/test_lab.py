"""JupyterLab as `make lab` starts it, for somebody who never used it: open a notebook, run it, change an assumption.

The project is a copy beside the same tables, so that nothing of it changes. The server is told of a proxy that must
never be asked, and the browser finds no other host than this one.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlparse

import nbformat
import pytest
from opened import FLAGS, WIDE
from playwright.sync_api import Page

from analysis import guard, notebook
from analysis.page import printing
from analysis.study import ROOT

pytestmark = pytest.mark.validation

NAME = "03_national_estimate.ipynb"  # begins with print and ends with records
WAS, IS = "n_communes = 24", "n_communes = 12"
PARTS = ("Makefile", "tables.mk", "requirements.lock", "src", "tools", "notebooks")
NOT_OURS = (
    *("MAKE", "MFLAGS", "STEPS", "BOUNDARIES", "RECORDS", "ROOT", "JUPYTER", "IPYTHON", "XDG_", "HOMEWARD"),
    *("NO_PROXY", "no_proxy"),
)
SECONDS = 180  # to start, to open or to run; each takes a few where nothing else runs
BETWEEN, ALIKE = 0.5, 4  # seconds between two looks, and how many alike in a row are a page at rest
POPUPS = ".jp-Dialog, .Toastify__toast"
IDLE = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook-ExecutionIndicator[data-status=idle]"
RUNNING = "[...document.querySelectorAll('.jp-InputPrompt')].some((one) => one.textContent.includes('*'))"
WATCH = f"""() => {{  // a short run is over between two looks from outside
  window.ran = false;
  window.watching ??= new MutationObserver(() => {{ window.ran ||= {RUNNING}; }});
  window.watching.observe(document.body, {{ subtree: true, childList: true, characterData: true }});
}}"""
SEEN = """() => {
  const all = document.querySelector(".jp-Notebook"), cells = [...all.querySelectorAll(".jp-CodeCell")];
  const figure = cells[0].querySelector(".jp-RenderedImage img"), box = figure && figure.getBoundingClientRect();
  return {
    answer: cells[0].querySelector(".jp-Cell-outputArea")?.innerText,
    figure: figure?.src,
    figureFrom: box && box.top, figureTo: box && Math.min(box.bottom, innerHeight), height: box && box.height,
    below: cells.slice(1).map((one) => one.querySelector(".jp-Cell-outputArea")?.textContent || ""),
    pictures: all.querySelectorAll(".jp-RenderedImage img").length,
    errors: [...all.querySelectorAll("[data-mime-type$=stderr], [data-mime-type$=error]")].map((one) => one.innerText),
  };
}"""


@dataclass
class Visit:
    """What somebody saw when the notebook was ``opened``, ``run`` and, an assumption ``edited``, run again."""

    screens: dict[str, dict] = field(default_factory=dict)
    popups: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def look(self, page: Page, when: str) -> None:
        """Keep what is to be seen once it stays: JupyterLab takes away what it has drawn and draws it again."""
        looks = [page.evaluate(SEEN)]
        while not _stays(looks):
            assert len(looks) < SECONDS / BETWEEN, f"{when}: the page does not come to rest, last {looks[-1]}"
            page.wait_for_timeout(1000 * BETWEEN)
            looks.append(page.evaluate(SEEN))
        self.screens[when] = looks[-1]
        self.popups += [f"{when}: {text}" for text in page.locator(POPUPS).all_inner_texts()]


def _stays(looks: list[dict]) -> bool:
    """Return whether the last looks are alike and show an answer with its figure."""
    last = looks[-ALIKE:]
    return len(last) == ALIKE and all(one == last[0] for one in last) and bool(last[0]["answer"] and last[0]["figure"])


@pytest.fixture(scope="module")
def proxy() -> Iterator[socket.socket]:
    """Give a socket at which nobody answers: whoever asks for something outside is known by having come here."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


@pytest.fixture(scope="module")
def lab(tmp_path_factory, proxy) -> Iterator[str]:
    """Give the address, with its token, of JupyterLab started in a copy of the project by somebody new to it."""
    project = tmp_path_factory.mktemp("a folder with spaces") / "homeward"
    home = tmp_path_factory.mktemp("home")
    for part in PARTS:
        (project / part).parent.mkdir(exist_ok=True)
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, project / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / part, project / part)
    (project / "data").symlink_to(ROOT / "data")
    outside = f"http://127.0.0.1:{proxy.getsockname()[1]}"
    mine = {name: value for name, value in os.environ.items() if not name.startswith(NOT_OURS)}
    mine |= dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), outside)
    mine |= {"HOME": str(home)}
    (home / ".jupyter").mkdir()
    no_browser = {"ServerApp": {"open_browser": False}}  # the test brings its own
    (home / ".jupyter" / "jupyter_server_config.json").write_text(json.dumps(no_browser))
    command = ["make", f"PY={sys.executable}", "ENV=", f"PYTHON={sys.executable}", "lab"]
    with (home / "said").open("w") as said:
        server = subprocess.Popen(
            command, cwd=project, env=mine, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            about = _about(server, home)
            yield f"{about['url']}?token={about['token']}"
            _stop(about)
            server.wait(SECONDS)
        finally:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()


def _about(server: subprocess.Popen, home: Path) -> dict[str, str]:
    """Return what a server that is up writes about itself."""
    for _ in range(SECONDS * 10):
        files = list((home / ".local/share/jupyter/runtime").glob("jpserver-*.json"))
        if files and files[0].stat().st_size:
            return json.loads(files[0].read_text())
        assert server.poll() is None, (home / "said").read_text()
        time.sleep(0.1)
    raise AssertionError(f"no server after {SECONDS} seconds: {(home / 'said').read_text()}")


def _stop(about: dict[str, str]) -> None:
    """End the server as its menu does, with all kernels."""
    asked = urllib.request.Request(  # noqa: S310
        f"{about['url']}api/shutdown", method="POST", headers={"Authorization": f"token {about['token']}"}
    )
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    direct.open(asked, timeout=SECONDS).close()


@pytest.fixture(scope="module")
def visit(browser, lab) -> Iterator[Visit]:
    """Give what was seen on the way from the list of files to an edited assumption."""
    rules = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
    chromium = browser.browser_type.launch(executable_path=printing.browser(), args=[*FLAGS, rules])
    visit, page = Visit(), chromium.new_page(viewport=WIDE)
    page.set_default_timeout(1000 * SECONDS)
    page.on("request", lambda request: visit.requests.append(request.url))
    page.on("websocket", lambda opened: visit.requests.append(opened.url))
    page.on("console", lambda line: visit.said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: visit.said.append(str(error)))
    page.goto(lab)
    page.locator(".jp-DirListing-item", has_text=NAME).dblclick()
    _wait_for_answer(page)
    visit.look(page, "opened")
    _run_all(page)
    visit.look(page, "run")
    _edit(page)
    _run_all(page)
    visit.look(page, "edited")
    yield visit
    chromium.close()


def _run_all(page: Page) -> None:
    page.locator(IDLE).wait_for(state="attached")  # what is asked of a kernel that is not there yet is not done
    page.evaluate(WATCH)
    page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
    page.locator(".lm-Menu-item[data-command='runmenu:run-all']").click()
    page.wait_for_function(f"window.ran && !{RUNNING}")
    page.locator(".jp-Notebook .jp-Cell").first.evaluate("one => one.scrollIntoView()")
    _wait_for_answer(page)


def _wait_for_answer(page: Page) -> None:
    """Wait for the text and the picture of the first cell, which are drawn a moment after the kernel sent them."""
    first = page.locator(".jp-Notebook .jp-CodeCell").first
    for part in (".jp-RenderedMarkdown *", ".jp-RenderedImage img"):
        first.locator(part).first.wait_for()


def _edit(page: Page) -> None:
    editor = page.locator(".jp-Notebook .jp-CodeCell", has_text=WAS).locator(".cm-content").first
    source = editor.evaluate("one => [...one.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\\n')")
    assert source.count(WAS) == 1
    editor.click()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.insert_text(source.replace(WAS, IS))
    page.locator(".jp-Notebook .jp-CodeCell", has_text=IS).first.wait_for()
    page.locator(".jp-Notebook .jp-Cell").first.evaluate("one => one.scrollIntoView()")


def test_a_notebook_opens_with_its_answer_and_figure_in_the_first_screen(visit):
    opened = visit.screens["opened"]
    assert any(letter.isdigit() for letter in opened["answer"])
    assert opened["figureFrom"] > 0
    assert opened["figureTo"] - opened["figureFrom"] > opened["height"] / 2


def test_run_as_it_is_it_shows_what_is_committed(visit):
    opened, run = visit.screens["opened"], visit.screens["run"]
    cells = nbformat.read(ROOT / "notebooks" / NAME, as_version=4).cells
    committed = [output.data for cell in cells for output in cell.get("outputs", [])]
    pictures = [data["image/png"].strip() for data in committed if "image/png" in data]
    assert run["errors"] == []
    assert run["answer"] == opened["answer"]
    assert run["figure"] == opened["figure"] == f"data:image/png;base64,{pictures[0]}"
    assert run["pictures"] == len(pictures)
    assert "rows of national_totals are as published" in " ".join(run["below"])
    assert "From the first cell to here: " in run["below"][-1]


def test_an_edited_assumption_moves_the_figure_and_hides_nothing_in_the_same_kernel(visit):
    run, edited = visit.screens["run"], visit.screens["edited"]
    assert edited["errors"] == []
    assert edited["figure"] != run["figure"]
    assert edited["pictures"] == run["pictures"]
    assert sum(one != other for one, other in zip(run["below"], edited["below"], strict=True)) >= 2
    shown = " ".join([edited["answer"], *edited["below"]])
    assert guard.NOT_SHOWN not in shown
    assert notebook.LATER.strip("*") not in shown


def test_nothing_pops_up(visit):
    assert visit.popups == []


def test_nothing_is_asked_of_any_other_host(visit, lab, proxy):
    here = {urlparse(lab).netloc, ""}  # pictures stand in the page itself
    assert {urlparse(url).netloc for url in visit.requests} <= here
    assert any(url.startswith("ws") for url in visit.requests), "the kernel was heard"
    with pytest.raises(BlockingIOError):
        proxy.accept()


def test_the_browser_finds_nothing_wrong(visit):
    assert visit.said == []
