"""The README's findings are the figures' titles, and what it points to exists."""

import json
import re

from analysis.page.index import QUESTIONS
from analysis.study import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_findings_are_the_titles_of_the_figures():
    listed = re.findall(r"^- \[(.+)\]\(figures/(\w+)\.png\)$", README, flags=re.M)
    names = [name for names in QUESTIONS.values() for name in names]
    titles = [json.loads((ROOT / f"figures/{name}.json").read_text(encoding="utf-8"))["title"] for name in names]
    assert listed == list(zip(titles, names, strict=True))


def test_every_file_it_points_to_exists():
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_every_target_it_names_is_a_target_of_make():
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M)
    assert set(re.findall(r"`make ([a-z]+)`", README)) <= set(targets)
