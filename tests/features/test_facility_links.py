"""Links follow probabilities and rulings; draws keep both; on simulated lists nearly every link is right."""

import numpy as np
import pandas as pd
import pytest
from list_answers import facility_numbers, links_and_answers

from analysis import store, study
from analysis.contract import ContractError
from analysis.features import facility_link_draws, facility_links, facility_pairs
from analysis.study import OUTPUTS

STUDY = study.load()
MAPPING, INSPECTION, INFORMANTS = "mapping_2015", "inspection_2014", "key_informants_2015"
A, B, C, D, E = (letter * 16 for letter in "abcde")
LISTS = {A: MAPPING, B: INSPECTION, C: INFORMANTS, D: MAPPING, E: INSPECTION}
LEAST_PRECISION, LEAST_RECALL, MOST_OFF = 0.99, 0.97, 0.02


def rows_of(row_ids: str | list[str]) -> pd.DataFrame:
    return pd.DataFrame({"row_id": row_ids, "list_id": [LISTS[row_id] for row_id in row_ids]}, dtype="str")


def pairs_of(*triples: tuple[str, str, float]) -> pd.DataFrame:
    pairs = pd.DataFrame(triples, columns=["row_id_a", "row_id_b", "probability"])
    pairs = pairs.assign(
        list_a=pairs["row_id_a"].map(LISTS),
        list_b=pairs["row_id_b"].map(LISTS),
        weight=5.0,
        decision=np.where(pairs["probability"] >= STUDY.linkage.link_at, "link", "review"),
        **dict.fromkeys(facility_pairs.COMPARED, 1),
    )
    return facility_pairs.TABLE.validated(pairs, "facility_pairs")


def rulings_of(*triples: tuple[str, str, bool]) -> pd.DataFrame:
    rulings = pd.DataFrame(triples, columns=["row_id_a", "row_id_b", "is_same"])
    return rulings.astype({"row_id_a": "str", "row_id_b": "str", "is_same": "boolean"})


NOBODY = rulings_of()
PAIRS = pairs_of((A, B, 0.95), (B, C, 0.99), (A, C, 0.9), (D, E, 0.3))


def links_of(pairs: pd.DataFrame = PAIRS, rulings: pd.DataFrame = NOBODY, rows: str | None = None) -> pd.DataFrame:
    built = facility_links.build(pairs, rows_of(list(LISTS) if rows is None else rows), rulings, STUDY)
    return facility_links.TABLE.validated(built, "facility_links").set_index("row_id")


def test_rows_that_are_one_facility_share_its_smallest_row_id():
    links = links_of()
    assert links["facility_key"].to_dict() == {A: A, B: A, C: A, D: D, E: E}
    assert links["n_lists"].to_dict() == {A: 3, B: 3, C: 3, D: 1, E: 1}
    assert not links["is_ruled"].any()


def test_a_row_is_held_by_its_most_probable_pair_inside_its_facility():
    probability = links_of()["probability"]
    assert probability[[A, B, C]].tolist() == [0.95, 0.99, 0.99]
    assert probability[[D, E]].isna().all()


def test_a_ruling_joins_what_is_improbable_and_parts_what_is_probable():
    links = links_of(rulings=rulings_of((D, E, True), (A, B, False), (A, C, False)))
    assert links["facility_key"].to_dict() == {A: A, B: B, C: B, D: D, E: D}
    assert links["is_ruled"].all()


def test_a_ruling_holds_two_rows_that_were_never_a_pair():
    links = links_of(pairs_of(), rulings_of((A, E, True)))
    assert links.loc[[A, E], "facility_key"].tolist() == [A, A]
    assert links["probability"].isna().all()


@pytest.mark.parametrize("build", [facility_links.build, facility_link_draws.build], ids=["links", "draws"])
def test_a_ruling_on_a_row_that_is_gone_stops_with_what_to_do(build):
    gone = "f" * 16
    given = [PAIRS, rows_of(list(LISTS)), rulings_of((A, gone, True)), STUDY]
    with pytest.raises(ContractError, match=rf"facility_matches.csv .* rows that no imported list holds: {gone}"):
        build(*given, *([np.random.default_rng(1)] if build is facility_link_draws.build else []))


def draws_of(pairs: pd.DataFrame, rulings: pd.DataFrame = NOBODY, n: int = 50) -> pd.DataFrame:
    changed = STUDY.changed("linkage.n_draws", n)
    built = facility_link_draws.build(pairs, rows_of(list(LISTS)), rulings, changed, np.random.default_rng(1))
    draws = facility_link_draws.TABLE.validated(built, "facility_link_draws")
    return draws.pivot_table(index="draw", columns="row_id", values="facility_key", aggfunc="first")


def test_every_draw_holds_every_row():
    keys = draws_of(PAIRS)
    assert keys.index.tolist() == list(range(1, 51))
    assert keys.columns.tolist() == list(LISTS)
    assert keys.notna().all(axis=None)


def test_a_pair_is_linked_in_as_many_draws_as_its_probability_says():
    keys = draws_of(pairs_of((A, B, 0.3), (D, E, 0.9)), n=1000)
    assert (keys[A] == keys[B]).mean() == pytest.approx(0.3, abs=3 * np.sqrt(0.3 * 0.7 / 1000))
    assert (keys[D] == keys[E]).mean() == pytest.approx(0.9, abs=3 * np.sqrt(0.9 * 0.1 / 1000))


def test_a_ruling_holds_in_every_draw():
    keys = draws_of(pairs_of((A, B, 0.6), (D, E, 0.4)), rulings_of((A, B, False), (D, E, True)))
    assert (keys[A] != keys[B]).all()
    assert (keys[D] == keys[E]).all()


def test_no_row_of_a_draw_has_two_partners_in_one_list():
    keys = draws_of(pairs_of((A, B, 0.5), (B, D, 0.5)))
    assert not ((keys[A] == keys[B]) & (keys[B] == keys[D])).any()


def test_without_lists_there_are_no_links_and_no_draws():
    assert links_of(pairs_of(), rows=[]).empty
    none = facility_link_draws.build(pairs_of(), rows_of([]), NOBODY, STUDY, np.random.default_rng(1))
    assert facility_link_draws.TABLE.validated(none, "facility_link_draws").empty


def compared(n_rows: int) -> pd.DataFrame:
    """Return the pairs of the first of three rows in two lists: the first two are of one name and one place."""
    listed = pd.DataFrame(
        {
            "row_id": [A, B, E],
            "list_id": [MAPPING, INSPECTION, INSPECTION],
            "facility_type": "rci",
            "province_code": ["12", "12", "01"],
            "district_code": ["1201", "1201", "0102"],
            "commune_code": pd.array([None] * 3, "str"),
            "opened_year": pd.array([2001, 2001, None], "Int64"),
        }
    )
    no_text = pd.array([None] * 2, "str")
    names = pd.DataFrame(
        {
            "row_id": [A, B],
            "name_latin": ["Sok San Centre", "Sok San Center"],
            "name_km": no_text,
            "operator_name": no_text,
        }
    )
    listed, names = listed.iloc[:n_rows], names.iloc[:n_rows]
    return facility_pairs.TABLE.validated(
        facility_pairs.build(listed, names, STUDY, np.random.default_rng(1)), "facility_pairs"
    )


def test_pairs_hold_levels_and_no_name():
    pairs = compared(3)
    assert pairs[["row_id_a", "row_id_b"]].to_numpy().tolist() == [[A, B]]
    assert "sok" not in pairs.to_csv().lower()


@pytest.mark.parametrize("n_rows", [0, 1])
def test_fewer_than_two_rows_are_no_pair(n_rows):
    assert compared(n_rows).empty


@pytest.fixture(scope="module")
def numbers() -> pd.Series:
    return facility_numbers(OUTPUTS / "data" / "simulated")


def test_of_the_links_of_the_simulated_lists_nearly_all_are_right_and_few_are_missed(numbers):
    precision, recall, n_true = links_and_answers(store.read("facility_links"), numbers)
    assert n_true > 1000
    assert precision >= LEAST_PRECISION
    assert recall >= LEAST_RECALL


def test_the_draws_count_the_facilities_that_are_listed_to_two_in_a_hundred(numbers):
    draws = store.read("facility_link_draws")
    n_facilities = draws.groupby("draw")["facility_key"].nunique()
    assert n_facilities.min() < n_facilities.max()
    assert n_facilities.mean() == pytest.approx(numbers[draws["row_id"].unique()].nunique(), rel=MOST_OFF)


def test_the_panel_tells_the_children_and_types_that_the_lists_were_written_from(numbers):
    answers = OUTPUTS / "data" / "simulated" / "truth" / "part-0001"
    counted = pd.read_parquet(answers / "list_rows.parquet").replace({"list_id": {"informants_2015": INFORMANTS}})
    counted = counted.assign(n_true=counted["residents_u18_f"] + counted["residents_u18_m"])
    types = pd.read_parquet(answers / "facilities.parquet").set_index("facility_no")["facility_type"]
    panel = store.read("facility_panel")
    panel["facility_no"] = panel["facility_key"].map(numbers).str.partition("/")[2].astype("int64")
    told = panel.merge(
        counted[["facility_no", "list_id", "n_true"]],
        left_on=["facility_no", "counts_list"],
        right_on=["facility_no", "list_id"],
        validate="m:1",
    )
    assert len(told) > 0.95 * len(panel)
    assert (told["n_children"] == told["n_true"]).mean() > LEAST_PRECISION
    named = panel[~panel["facility_type"].isin(["other", "unknown"])]
    assert (named["facility_type"] == named["facility_no"].map(types)).mean() > LEAST_PRECISION
