"""A second country runs through the same code: Kosovo's made-up records, from its exports to words of its figures.

The run is one process of its own, since a country is chosen for a whole process. The one of every day is small and
draws one picture; the other is of a whole made-up country and draws all.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from analysis import country, country_steps, store
from analysis.study import ROOT

NAME = "kosovo"
ELSEWHERE = re.compile(r"cambodia|khmer|riel\b|KHR|phnom|siem reap", re.IGNORECASE)
PROVINCE = re.compile(r"\bprovinces?\b", re.IGNORECASE)  # our word in names and codes, not one for people


def ran(root: Path, *arguments: str) -> Path:
    """Run all steps of Kosovo with their results in ``root``."""
    named = {"HOMEWARD_COUNTRY": NAME, "HOMEWARD_ROOT": str(root), "PYTHONPATH": str(ROOT / "src")}
    given = {**os.environ, **named, "OPENBLAS_NUM_THREADS": "1"}  # small matrices: threads only wait for each other
    steps = Path(__file__).with_name("run_steps.py")
    done = subprocess.run([sys.executable, steps, *arguments], env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    return root


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return ran(tmp_path_factory.mktemp("kosovo"), "0.15", "record_children")


@pytest.fixture(scope="module")
def imported(root):
    return lambda name: store.read(name, root / "data" / "processed")


def texts(root: Path, ending: str) -> dict[str, str]:
    """Return the files of the figures with an ``ending`` as text, by the name of the figure."""
    return {file.stem: file.read_text(encoding="utf-8") for file in (root / "figures").glob(f"*{ending}")}


def of_records() -> set[str]:
    """Return the names of the figures that Kosovo has."""
    steps = set(country_steps.inputs()) - set(country_steps.left_out(NAME))
    return {step.removeprefix("figures/") for step in steps if step.startswith("figures/")}


def test_every_figure_of_records_is_there_and_no_other(root):
    assert set(texts(root, ".csv")) == set(texts(root, ".json")) == of_records()
    assert {"record_children", "re_separation", "support_costs", "data_quality"} <= of_records()
    assert not {"care_rates", "province_rates", "living_parents"} & of_records()


@pytest.mark.parametrize("ending", [".csv", ".json"])
def test_no_figure_speaks_of_another_country(root, ending):
    found = {name: ELSEWHERE.findall(text) for name, text in texts(root, ending).items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_figures_call_a_place_what_the_country_calls_it(root):
    found = {name: PROVINCE.findall(text) for name, text in texts(root, ".json").items()}
    assert {name: words for name, words in found.items() if words} == {}


def test_the_threshold_of_the_country_file_holds(root):
    numbers = pd.read_csv(root / "figures" / "record_children.csv")
    assert numbers["estimate"].isna().any()
    assert not numbers["estimate"].between(1, 14).any()


def test_every_number_is_of_made_up_records(root):
    origins = {file.stem: set(pd.read_csv(file)["origin"]) for file in (root / "figures").glob("*.csv")}
    assert set().union(*origins.values()) == {"simulated"}


def test_children_are_told_by_municipality(root):
    words = json.loads((root / "figures" / "record_children.json").read_text(encoding="utf-8"))
    assert "of 38 municipalities" in words["title"]
    numbers = pd.read_csv(root / "figures" / "record_children.csv", dtype="str")
    named = country.read(NAME)["tiles"]
    assert set(named) <= set(numbers["term"])
    assert {"Municipality not recorded", "All municipalities", "Pejë", "Prishtinë"} <= set(numbers["province"])


def test_no_municipality_is_lost_on_the_way_in(root, imported):
    """Codes above 25, which Cambodia has not, come through: each place a case system was told is in the table."""
    truth = root / "data" / "simulated" / "truth" / "part-0001"
    expected = pd.read_parquet(truth / "expected" / "case_records.parquet")["province_code"].dropna()
    assert set(imported("cases")["province_code"].dropna()) <= set(expected)
    assert (expected > "25").sum() > 10
    assert {code for code in imported("cases")["province_code"].dropna() if code > "25"} == {"27", "28"}


def test_money_is_counted_in_euro(imported):
    answered = imported("households")["income_currency"].value_counts()
    assert set(answered.index) <= {"EUR", "USD", "unknown"}
    assert answered["EUR"] > 10 * answered.get("USD", 0)
    assert set(imported("cost_lines")["currency"]) <= {"EUR", "USD", "unknown"}
    assert set(imported("exchange_rates")["currency"]) == {"EUR"}


def test_incomes_become_dollars_at_the_rate_of_the_country_file(root, imported):
    children = imported("surveyed_children")[["household_key", "monthly_income_usd"]].drop_duplicates()
    joined = children.merge(imported("households"), on="household_key", validate="m:1")
    in_euro = joined[joined["income_currency"] == "EUR"].dropna(subset=["monthly_income", "monthly_income_usd"])
    assert len(in_euro) > 100
    assert (in_euro["monthly_income"] / in_euro["monthly_income_usd"]).round(6).unique().tolist() == [0.92]


def test_no_system_of_another_country_was_read(imported):
    assert set(imported("cases")["source_system"]) == {"primero"}
    assert imported("facility_list_rows").empty


@pytest.mark.validation
def test_a_whole_made_up_country_draws_every_figure(tmp_path):
    root = ran(tmp_path, "1", "all")
    drawings, page = texts(root, ".svg"), texts(root, ".html")["index"]
    assert "<h1>Children, families and care in Kosovo: what case records say" in page
    assert "are left out: national totals, care trend" in page
    assert not ELSEWHERE.search(re.sub(r"base64,[A-Za-z0-9+/=]+", "", page))  # but for the letters it brings along
    assert set(drawings) == of_records()
    for name, drawing in drawings.items():
        shown = " ".join(re.findall(r"<!--(.*?)-->", drawing))  # what the outlines of letters spell
        assert ELSEWHERE.findall(shown) + PROVINCE.findall(shown) == [], name
        assert "SIMULATED RECORDS" not in shown or "says nothing about Kosovo" in shown, name
