"""Recodes of DHS and MICS: children under 18 and their parents in the classes of the standard tables; codes checked."""

from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from analysis.imported import allowed
from analysis.importers import detect, dhs, formats, inspect, mics, reading
from analysis.importers.faults import ExportError
from analysis.importers.recodes import codes, files, parents, sound
from analysis.importers.run import import_exports

YES, NO, UNKNOWN = 1, 0, 8
PERSON = {  # of a DHS recode: an adult of 40
    **{"hhid": "  1 1", "hvidx": 1, "hv000": "KH8", "hv001": 1, "hv002": 1, "hv005": 1_500_000, "hv007": 2021},
    **{"hv021": 1, "hv022": 1, "hv023": 11, "hv024": 1, "hv025": 2, "hv101": 1, "hv102": 1, "hv104": 2, "hv105": 40},
    **{"hv111": None, "hv112": None, "hv113": None, "hv114": None, "hv270": 3, "hv103": 1},
}
MEMBER = {  # of a file of the sixth round of MICS
    **{"HH1": 1, "HH2": 1, "HL1": 1, "HL3": 1, "HL4": 2, "HL6": 40, "HL12": None, "HL13": None, "HL14": None},
    **{"HL16": None, "HL17": None, "HL18": None, "HH5Y": 2022, "HH6": 1, "HH7": 3, "hhweight": 0.8, "PSU": 1},
    **{"stratum": 5, "windex5": 1},
}
LABELS = {
    "hv024": {1: "battambang", 2: "coast"},
    "hv102": {0: "no", 1: "yes"},
    "hv104": {1: "male", 2: "female"},
    "hv111": {0: "no", 1: "yes", 8: "don't know"},
    "hv101": {3: "son/daughter", 5: "grandchild", 12: "not related"},
}


@pytest.fixture(autouse=True)
def _without_another_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files written here are whole: only the tests of damaged ones try them in another process first."""
    if "damaged" not in request.node.name:
        monkeypatch.setattr(sound, "is_sound", lambda *given: True)


def child(line: int, mother=(YES, 0), father=(YES, 0), **changed) -> dict:
    """Return a child of 5 with (alive, line) of its mother and father."""
    parents_told = dict(zip(("hv111", "hv112", "hv113", "hv114"), (*mother, *father), strict=True))
    return {**PERSON, "hvidx": line, "hv101": 3, "hv105": 5, **parents_told, **changed}


def elsewhere(**changed) -> dict:
    """Return an adult of a household in another cluster and stratum, so that there are two strata."""
    return {**PERSON, "hhid": "  2 1", "hv001": 2, "hv021": 2, "hv022": 2, "hv023": 12, **changed}


def dhs_file(folder: Path, *persons: dict, name: str = "KHPR82FL.DTA", labels: dict = LABELS) -> Path:
    away = [elsewhere(), elsewhere(hvidx=2, hv105=3, hv111=1, hv112=1, hv113=1, hv114=0, hv101=3)]
    rows = pl.DataFrame([*persons, *away], infer_schema_length=None)
    write = pyreadstat.write_dta if name.casefold().endswith("dta") else pyreadstat.write_sav
    write(rows, str(folder / name), variable_value_labels={k: v for k, v in labels.items() if k in rows.columns})
    return folder / name


def mics_file(folder: Path, *members: dict, name: str = "hl.sav", drop: tuple[str, ...] = ()) -> Path:
    away = [
        {**MEMBER, "HH1": 2, "PSU": 2, "stratum": 6, "HL6": 8, "HL3": 3, "HL12": 1, "HL14": 1, "HL16": 1, "HL17": 2}
    ]
    rows = pl.DataFrame([*members, *away], infer_schema_length=None).drop(drop)
    pyreadstat.write_sav(rows, str(folder / name))
    return folder / name


def read(file: Path) -> pl.DataFrame:
    """Return the children of the household under test, in the order of the file."""
    found = detect.importer_of(file).read(file)
    found.findings.check_nothing_lost()
    return found.tables["survey_children"].filter(pl.col("row") <= pl.col("row").max() - 1)


MOTHER, FATHER = {**PERSON, "hvidx": 1}, {**PERSON, "hvidx": 2, "hv104": 1}
CLASSES = [  # mother (alive, line), father (alive, line): class, orphanhood, lives with neither
    ((YES, 1), (YES, 2), "both_parents", "both_alive", False),
    ((YES, 1), (YES, 0), "mother_only_father_alive", "both_alive", False),
    ((YES, 1), (NO, 0), "mother_only_father_dead", "mother_alive_only", False),
    ((YES, 0), (YES, 2), "father_only_mother_alive", "both_alive", False),
    ((NO, 0), (YES, 2), "father_only_mother_dead", "father_alive_only", False),
    ((YES, 0), (YES, 0), "neither_both_alive", "both_alive", True),
    ((NO, 0), (YES, 0), "neither_father_alive", "father_alive_only", True),
    ((YES, 0), (NO, 0), "neither_mother_alive", "mother_alive_only", True),
    ((NO, 0), (NO, None), "neither_both_dead", "double_orphan", True),
    ((UNKNOWN, 0), (YES, 2), "unknown", "unknown", False),
    ((YES, 1), (UNKNOWN, 0), "unknown", "unknown", False),
    ((None, None), (YES, 0), "unknown", "unknown", None),
    ((YES, 99), (YES, 0), "unknown", "both_alive", None),
]


def test_each_child_has_the_class_of_the_standard_tables(tmp_path: Path) -> None:
    children = [child(3 + n, mother, father) for n, (mother, father, *_) in enumerate(CLASSES)]
    told = read(dhs_file(tmp_path, MOTHER, FATHER, *children))
    assert told.select("living_arrangement", "orphan_status", "is_fostered").rows() == [tuple(c[2:]) for c in CLASSES]


def test_a_parent_who_only_visits_does_not_live_with_the_child(tmp_path: Path) -> None:
    visiting = {**MOTHER, "hv102": 0}
    told = read(dhs_file(tmp_path, visiting, FATHER, child(3, (YES, 1), (YES, 2)), child(4, (YES, 1), (YES, 0))))
    assert told["living_arrangement"].to_list() == ["father_only_mother_alive", "neither_both_alive"]
    assert told["is_fostered"].to_list() == [False, True]


def test_children_are_usual_residents_under_18_of_known_age_and_weight(tmp_path: Path) -> None:
    ages = [child(3 + n, hv105=age) for n, age in enumerate([0, 17, 18, 97, 98, 99, None])]
    visitor, unweighted = child(20, hv102=0), child(21, hv005=0)
    file = dhs_file(tmp_path, MOTHER, *ages, visitor, unweighted)
    found = dhs.read(file)
    assert read(file)["age_years"].to_list() == [0, 17]
    rejected = found.findings.frame.filter(action="rejected").group_by("check").agg("row").sort("check")
    assert rejected.rows() == [("no_age", [6, 7, 8]), ("no_weight", [10])]
    found.findings.check_nothing_lost()


def test_weight_stratum_place_and_relation_are_read(tmp_path: Path) -> None:
    told = read(dhs_file(tmp_path, MOTHER, child(2, hv101=12), child(3, hv101=11, hv024=2))).to_dicts()
    assert told[0]["survey_weight"] == 1.5
    assert (told[0]["survey_id"], told[0]["survey_stratum"]) == ("dhs-kh8-2021", "hv023:11")
    assert [row["province_code"] for row in told] == ["02", None]  # a region of several provinces is none
    assert [row["relation"] for row in told] == ["non_relative", "adopted_foster_step"]
    assert {row["covers"] for row in told} == {"household"}
    assert told[0]["cluster_ref"] == "survey_cluster:dhs-kh8-2021/1"


@pytest.mark.parametrize(
    ("changed", "stratum"),
    [
        ({"hv023": None}, "hv022:1"),
        ({"hv022": None}, "hv023:11"),
        ({"hv022": 0, "hv023": 0}, "hv024xhv025:1-2"),
        ({"hv023": 12}, "hv022:1"),  # a constant separates nothing
    ],
)
def test_the_strata_stand_in_the_first_variable_that_serves(tmp_path: Path, changed: dict, stratum: str) -> None:
    file = dhs_file(tmp_path, MOTHER, child(2, **changed))
    if changed == {"hv022": 0, "hv023": 0}:
        frame = pyreadstat.read_dta(str(file), output_format="polars")[0].with_columns(hv022=0, hv023=0)
        pyreadstat.write_dta(frame.with_columns(hv024=pl.col("hv001")), str(file))
    assert read(file)["survey_stratum"].to_list() == [stratum]


def test_without_strata_the_import_stops(tmp_path: Path) -> None:
    file = dhs_file(tmp_path, *({**row, "hv022": None, "hv023": None, "hv024": 1} for row in (MOTHER, child(2))))
    frame = pyreadstat.read_dta(str(file), output_format="polars")[0].with_columns(hv022=0, hv023=0, hv024=1)
    pyreadstat.write_dta(frame, str(file))
    with pytest.raises(ExportError, match="no variable holds the strata"):
        dhs.read(file)


@pytest.mark.parametrize("name", ["hv102", "hv111", "hv005", "hvidx"])
def test_a_missing_variable_is_named(tmp_path: Path, name: str) -> None:
    file = dhs_file(tmp_path, MOTHER, child(2))
    pyreadstat.write_dta(pyreadstat.read_dta(str(file), output_format="polars")[0].drop(name), str(file))
    with pytest.raises(ExportError, match=rf"KHPR82FL.DTA: the variables {name} are missing. Import the recode"):
        dhs.read(file)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"hv111": 3}, "hv111 holds the codes 3, which the standard recode does not have"),
        ({"hv101": 21}, "hv101 holds the codes 21"),
        ({"hv104": 1.5}, "hv104 holds fractions"),
        ({"hvidx": 1}, "household and line number are missing or repeated for 1 persons"),
        ({"hvidx": None}, "household and line number are missing or repeated for 1 persons"),
        ({"hv021": None}, "hv021 is blank for some children"),
    ],
)
def test_what_the_standard_does_not_have_stops_the_import_and_is_named(
    tmp_path: Path, changed: dict, said: str
) -> None:
    with pytest.raises(ExportError, match=said):
        dhs.read(dhs_file(tmp_path, MOTHER, child(2, **changed)))


def test_of_many_codes_that_the_standard_does_not_have_a_few_are_named(tmp_path: Path) -> None:
    file = dhs_file(tmp_path, MOTHER, *(child(2 + n, hv111=20 + n) for n in range(40)))
    with pytest.raises(
        ExportError, match=r"hv111 holds the codes 20, 21, .*, 31, \.\.\., which the standard"
    ) as caught:
        dhs.read(file)
    assert "32" not in str(caught.value)


def test_codes_labelled_otherwise_stop_the_import_and_the_label_is_not_shown(tmp_path: Path) -> None:
    file = dhs_file(tmp_path, MOTHER, child(2), labels={**LABELS, "hv111": {0: "yes", 1: "PRIVATE dead"}})
    with pytest.raises(ExportError, match=r"hv111 = 1 is labelled otherwise .* it means yes") as caught:
        dhs.read(file)
    assert "PRIVATE" not in str(caught.value)


def test_male_is_not_read_as_female(tmp_path: Path) -> None:
    file = dhs_file(tmp_path, MOTHER, child(2, hv104=1), labels={"hv104": {1: "female", 2: "male"}})
    with pytest.raises(ExportError, match="hv104 = 1 is labelled otherwise"):
        dhs.read(file)


def test_the_same_recode_in_spss_with_capital_names_gives_the_same_children(tmp_path: Path) -> None:
    stata = dhs_file(tmp_path, MOTHER, FATHER, child(3, (YES, 1), (YES, 2)))
    frame = pyreadstat.read_dta(str(stata), output_format="polars")[0]
    pyreadstat.write_sav(frame.rename(str.upper), str(tmp_path / "KHPR82FL.SAV"))
    assert formats.kind(tmp_path / "KHPR82FL.SAV") == "spss"
    unlabelled = dhs_file(tmp_path, MOTHER, FATHER, child(3, (YES, 1), (YES, 2)), labels={})
    assert read(tmp_path / "KHPR82FL.SAV").equals(read(unlabelled))


@pytest.mark.parametrize("version", [8, 10, 12, 13, 14, 15])
def test_every_version_of_stata_is_known_by_its_first_bytes(tmp_path: Path, version: int) -> None:
    pyreadstat.write_dta(pl.DataFrame({"hv001": [1]}), str(tmp_path / "x"), version=version)
    assert formats.kind(tmp_path / "x") == "stata"


def test_a_file_of_a_survey_is_no_table_and_a_damaged_one_is_refused(tmp_path: Path) -> None:
    file = dhs_file(tmp_path, MOTHER, child(2))
    with pytest.raises(ExportError, match="found a file of a survey"):
        reading.grids(file)
    file.write_bytes(file.read_bytes()[:900])
    with pytest.raises(ExportError, match="damaged or of a version"):
        detect.importer_of(file)


def test_a_damaged_file_that_crashes_the_reader_is_refused_and_the_import_lives(tmp_path: Path, monkeypatch) -> None:
    file = dhs_file(tmp_path, MOTHER, child(2))
    assert sound.is_sound(file, "stata", ["HV001", "hv102"])
    monkeypatch.setattr(sound, "PROBE", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(ExportError, match=r"KHPR82FL\.DTA: the file is damaged"):
        detect.importer_of(file)


def test_a_recode_of_households_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    pyreadstat.write_dta(pl.DataFrame({"hhid": ["1"], "hv001": [1], "hv005": [1], "hv023": [1]}), str(tmp_path / "HR"))
    with pytest.raises(ExportError, match=r"no recode of persons .* Nearest: dhs, without hv000, .*hv111"):
        detect.importer_of(tmp_path / "HR")


def minor(line: int, **changed) -> dict:
    both_here = {"HL12": 1, "HL13": 1, "HL14": 1, "HL16": 1, "HL17": 1, "HL18": 2}
    return {**MEMBER, "HL1": line, "HL3": 3, "HL6": 9, **both_here, **changed}


def test_the_sixth_round_of_mics_tells_who_lives_in_the_household(tmp_path: Path) -> None:
    gone = {"HL13": 2, "HL14": 0}
    children = [
        minor(3),
        minor(4, **gone),
        minor(5, HL16=2, HL17=None, HL18=None),
        minor(6, **gone, HL17=2, HL18=0, HL3=13),
        minor(7, HL12=2, HL13=None, HL14=None, HL16=2, HL17=None, HL18=None, HL3=96),
        minor(8, HL12=8, HL13=None, HL14=None),
        minor(9, HL13=8, HL14=None),
    ]
    told = read(mics_file(tmp_path, MEMBER, {**MEMBER, "HL1": 2, "HL4": 1}, *children))
    assert told["living_arrangement"].to_list() == [
        *("both_parents", "father_only_mother_alive", "mother_only_father_dead", "neither_both_alive"),
        *("neither_both_dead", "unknown", "unknown"),
    ]
    assert told["relation"].to_list()[3:5] == ["adopted_foster_step", "non_relative"]
    assert set(told["survey_id"]) == {"mics-2022"}
    assert set(told["survey_stratum"]) == {"stratum:5"}


def test_rounds_before_the_sixth_tell_it_by_the_line_alone(tmp_path: Path) -> None:
    def older(line: int, mother: tuple, father: tuple) -> dict:
        told = dict(zip(("HL11", "HL12", "HL13", "HL14"), (*mother, *father), strict=True))
        return {**MEMBER, "HL1": line, "HL3": 3, "HL6": 9, **told}

    children = [
        older(3, (1, 1), (1, 2)),
        older(4, (1, 0), (1, 2)),
        older(5, (2, None), (1, 0)),
        older(6, (8, None), (1, 2)),
    ]
    adult = {**MEMBER, "HL11": None}
    away = {**older(1, (1, 0), (1, 0)), "HH1": 2, "PSU": 2, "stratum": 6}
    rows = pl.DataFrame([adult, *children, away], infer_schema_length=None).drop("HL16", "HL17", "HL18")
    pyreadstat.write_sav(rows, str(tmp_path / "hl.sav"))
    assert read(tmp_path / "hl.sav")["living_arrangement"].to_list() == [
        *("both_parents", "father_only_mother_alive", "neither_father_alive", "unknown")
    ]


def test_mics_without_a_year_or_a_sampling_unit_uses_what_there_is(tmp_path: Path) -> None:
    told = read(mics_file(tmp_path, MEMBER, minor(3), drop=("HH5Y", "PSU", "windex5")))
    assert told.select("survey_id", "cluster_ref", "wealth").row(0) == ("mics", "survey_cluster:mics/1", None)


@pytest.mark.parametrize("weight", [float("inf"), float("nan"), 0.0, -1.0])
def test_a_weight_that_is_no_number_above_nought_is_none(tmp_path: Path, weight: float) -> None:
    found = mics.read(mics_file(tmp_path, MEMBER, minor(2), minor(3, hhweight=weight)))
    assert found.findings.frame.filter(check="no_weight")["row"].to_list() == [3]
    assert found.tables["survey_children"]["survey_weight"].is_finite().all()
    found.findings.check_nothing_lost()


def test_a_survey_goes_through_the_import_once_and_no_id_of_it_stays(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("HOMEWARD_KEY", "k" * 40)
    exports = tmp_path / "exports"
    exports.mkdir()
    dhs_file(exports, MOTHER, FATHER, child(3, (YES, 1), (YES, 2)), name="a.dta", labels={})
    dhs_file(exports, MOTHER, FATHER, child(3, (YES, 1), (YES, 2)), name="b.sav", labels={})
    done = import_exports(exports, tmp_path / "processed", tmp_path / "restricted")
    told = pl.read_parquet(tmp_path / "processed" / "imported" / "survey_children.parquet")
    assert done.n_rows["survey_children"] == told.height == 2
    assert done.n_rejected == {"told_elsewhere": 2}
    assert told["source_system"].unique().to_list() == ["dhs"]
    assert told["survey_cluster"].n_unique() == 2
    assert told["survey_cluster"].str.contains("^[0-9a-f]{16}$").all()


def test_inspect_says_what_a_recode_holds(tmp_path: Path) -> None:
    said = inspect.describe([dhs_file(tmp_path, MOTHER, child(2)), mics_file(tmp_path, MEMBER, minor(3))])
    assert "KHPR82FL.DTA: dhs (100% of what it always writes is there)" in said
    assert "hl.sav: mics (100%" in said
    assert "survey children: 2 rows" in said


def test_who_is_alive_and_who_is_there_make_the_class() -> None:
    rows = pl.DataFrame(
        {"mother_alive": [True, None], "father_alive": [False, True], "with_mother": [True, True]},
    ).with_columns(with_father=pl.Series([False, True]))
    told = parents.classified(rows)
    assert told["living_arrangement"].to_list() == ["mother_only_father_dead", "unknown"]


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("relation", allowed.RELATION_TO_HEAD),
        *(("sex", allowed.SEX), ("area", allowed.AREA), ("wealth", allowed.WEALTH)),
        *(
            (field, ("yes", "no", "unknown"))
            for field in ("is_resident", "mother_alive", "father_alive", "mother_home")
        ),
    ],
)
def test_each_code_has_one_allowed_meaning(field: str, words: tuple[str, ...]) -> None:
    listed = pl.read_csv(codes.TABLE).filter(field=field)
    assert set(listed["word"]) <= set(words)
    assert not listed.select("system", "code").is_duplicated().any()


def test_what_is_not_asked_for_is_not_read(tmp_path: Path) -> None:
    file = dhs_file(tmp_path, {**MOTHER, "notes": "PRIVATE"}, child(2, notes="PRIVATE"))
    frame = files.read(file, files.names(file, "dhs", "PR"))
    assert "notes" not in frame.columns
    assert "PRIVATE" not in inspect.describe([file])


def test_the_importers_name_their_systems() -> None:
    assert (dhs.SYSTEM, mics.SYSTEM) == detect.SURVEYS
