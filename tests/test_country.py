"""Every country file is whole, changes only what exists, and says why; what a country has not is left out and named."""

import os
import re
import subprocess
import sys

import pytest

from analysis import country, country_steps, pipeline, sources, study
from analysis.country import CountryError
from analysis.simulate import run
from analysis.simulate.parameters import PARAMETERS_FILE
from analysis.study import ROOT, Study

OTHERS = [name for name in country.names() if name != "cambodia"]


@pytest.fixture(params=country.names())
def told(request):
    return country.read(request.param)


def flat(numbers: Study, above: str = "") -> set[str]:
    """Return the dotted paths of all choices and of their sections."""
    inner = [flat(value, f"{above}{name}.") for name, value in numbers.items() if isinstance(value, Study)]
    return {f"{above}{name}" for name in numbers}.union(*inner)


def in_country(name: str, code: str) -> str:
    """Return what ``code`` prints where ``name`` is the country."""
    given = {**os.environ, "HOMEWARD_COUNTRY": name, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run([sys.executable, "-c", code], env=given, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_cambodia_is_taken_where_no_country_is_named():
    assert (country.CHOSEN, country.NAME, country.N_PROVINCES, country.CURRENCY) == ("cambodia", "Cambodia", 25, "KHR")


def test_another_name_is_refused_with_those_there_are():
    with pytest.raises(CountryError, match=r"no country 'atlantis'; those with a file are cambodia, kosovo"):
        country.read("atlantis")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = New\nmoney = 1", r"new.toml: Invalid value .at line 1"),
        ('name = "New"', r"new.toml does not say adjective, languages, systems"),
    ],
)
def test_a_file_that_is_not_whole_is_refused_with_what_is_missing(text, said, tmp_path, monkeypatch):
    (tmp_path / "new.toml").write_text(text)
    monkeypatch.setattr(country, "COUNTRIES", tmp_path)
    with pytest.raises(CountryError, match=said):
        country.read("new")


def test_a_table_nobody_described_is_refused(monkeypatch):
    sources._package.cache_clear()
    monkeypatch.setattr(country, "RAW", {"province_codes": "nowhere"})
    with pytest.raises(sources.SourceError, match=r"does not describe nowhere, which the country file .* names"):
        sources.names()
    sources._package.cache_clear()


def test_all_files_say_the_same_things(told):
    own = {"raw", "left_out", "simulation", "study"}
    first = country.read("cambodia")
    assert set(told) - own == set(first) - own
    assert {name: set(told[name]) for name in ("words", "spelling")} == {
        name: set(first[name]) for name in ("words", "spelling")
    }


@pytest.mark.parametrize("name", country.names())
def test_every_line_of_a_country_file_has_its_reason(name):
    sections = re.split(r"^\[", (country.COUNTRIES / f"{name}.toml").read_text(encoding="utf-8"), flags=re.M)
    told = [part for part in sections if not part.startswith(("tiles", "left_out"))]  # places, and reasons themselves
    lines = [line for part in told for line in part.splitlines() if re.match(r'[\w"]\S* = ', line)]
    assert len(lines) > 15
    assert [line for line in lines if len(line.partition("  # ")[2]) < 8] == []


def test_a_currency_has_a_rate_and_systems_have_a_writer(told):
    assert told["currency"] in told["per_usd"]
    assert next(iter(told["per_usd"])) == "USD"
    assert all(rate > 0 for rate in told["per_usd"].values())
    assert set(told["systems"]) <= set(run.EVERY_WRITER)
    assert told["languages"][0] == "en"


def test_tiles_lie_apart_and_leave_the_corner_of_the_key_free(told):
    places = [(row, column) for row, column, _ in told["tiles"].values()]
    assert len(set(places)) == len(places)
    last, right = max(row for row, _ in places), max(column for _, column in places)
    assert not {(last, right), (last, right - 1)} & set(places)


def test_only_choices_that_exist_are_changed(told):
    numbers = Study(study.tomllib.loads(PARAMETERS_FILE.read_text(encoding="utf-8")))
    assert set(told.get("simulation", {})) <= flat(numbers)
    assert set(told.get("study", {})) <= flat(study.load())


def test_a_misspelt_choice_of_a_country_is_refused():
    with pytest.raises(ValueError, match=r"the country file changes 'disclosure.least_row', which is no choice"):
        study.with_changes(study.load(), {"disclosure.least_row": 5})


def test_a_country_changes_what_a_step_reads():
    changed = study.with_changes(study.load(), {"disclosure.least_rows": 7, "care_rates.base_area": "x"})
    assert (changed.disclosure.least_rows, changed.care_rates.base_area) == (7, "x")
    assert changed.disclosure.round_to == study.load().disclosure.round_to


@pytest.mark.parametrize("name", OTHERS)
def test_raw_tables_of_a_country_exist_and_stand_in_for_tables_that_steps_ask_for(name):
    asked = {one for inputs in country_steps.inputs().values() for one in inputs} | {"gazetteer"}
    assert set(country.read(name)["raw"]) <= asked
    assert set(country.read(name)["raw"].values()) <= set(country_steps._raw_tables())


def test_cambodia_goes_without_nothing_and_its_tables_are_not_those_of_another_country():
    assert country_steps.left_out("cambodia") == {}
    assert not any(
        sources.path(name).is_relative_to(sources.RAW / other) for name in sources.names() for other in OTHERS
    )


def test_what_needs_a_table_that_a_country_has_not_is_left_out_with_all_that_follows():
    left_out, steps = country_steps.left_out("kosovo"), country_steps.inputs()
    assert left_out["clean/claims"] == "needs claims_printed"
    assert "claims_printed" in left_out["figures/regulation"]
    assert "screening_prevalence" in left_out["figures/screening_prevalence"]  # its estimate is left out by the file
    assert not {"features/spells", "figures/re_separation", "figures/record_children"} & set(left_out)
    made = {step.rpartition("/")[2] for step in left_out if not step.startswith("figures/")}
    assert not [step for step, inputs in steps.items() if step not in left_out and made & set(inputs)]


def test_steps_stand_after_those_that_make_their_inputs():
    steps = country_steps.inputs()
    place = {step: number for number, step in enumerate(country_steps.in_order(steps))}
    makers = country_steps._makers(steps)
    assert place.keys() == steps.keys()
    assert all(place[makers[one]] < place[step] for step, inputs in steps.items() for one in inputs if one in makers)


def test_the_inputs_of_make_are_those_of_the_signatures():
    steps = {step: inputs for step, inputs in country_steps.inputs().items() if step.startswith(("features", "estim"))}
    some = list(steps)[::9]
    assert all(list(steps[step]) == pipeline.inputs_of(pipeline.module_of(step).build) for step in some)


def test_make_is_told_the_files_and_what_is_left_out(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["country_steps", "kosovo"])
    assert country_steps.main() == 0
    told = dict(line.split(" := ") for line in capsys.readouterr().out.splitlines())
    assert told["INPUT_province_codes"] == "data/raw/kosovo/kosovo_municipalities.csv"
    assert told["LEFT_OUT"].split() == list(country_steps.left_out("kosovo"))


def test_make_is_stopped_by_a_country_without_a_file(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["country_steps", "atlantis"])
    country_steps.main()
    assert capsys.readouterr().out.startswith("$(error there is no country 'atlantis'")


IN_KOSOVO = """
import polars as pl
from analysis import pipeline, places, sources
from analysis.imported import allowed
from analysis.importers import place_names
names = ["Prishtinë", "Pristina", "Peć", "komuna Prizren", "North Mitrovica", "Kosovska Mitrovica", "Siem Reap"]
print(place_names.province_codes(pl.Series(names)).to_list(), allowed.CURRENCY, len(sources.read_gazetteer()))
aliases = sources.read("province_aliases_printed")
found = places.resolve_provinces(aliases["alias"], aliases)
letters = aliases["alias"].map(places.normalised)
print((found == aliases["province_code"]).all(), found.nunique(), (letters == aliases["normalised"]).all())
try:
    sources.read("claims_printed")
except sources.SourceError as error:
    print(error)
try:
    pipeline.make_table("estimates/regulation", None)
except ValueError as error:
    print(error)
"""


def test_kosovo_resolves_its_own_names_and_refuses_tables_of_another_country():
    names, spellings, refused, left_out = in_country("kosovo", IN_KOSOVO).splitlines()
    assert names == "['27', '27', '25', '28', '20', '21', None] ('USD', 'EUR', 'unknown') 38"
    assert spellings == "True 38 True"
    assert refused.startswith("Kosovo has no raw table 'claims_printed'; it has province_codes, ")
    assert left_out == "left out in Kosovo: needs claims_printed"
