"""List coverage: how many facilities the lists name, and how many there are with those that no list names.

From records: the lists that are compared, by group of provinces and type of facility. With three lists an average of
log-linear models, with two Chapman's estimator; beside three lists also what each two of them alone would say, for
the whole country. The interval holds chance, the choice of the model and what linking the lists leaves unsure.

In print: what share of the institutions that the mapping found was known to the ministry before. How many the mapping
and the ministry both missed cannot be estimated: nobody printed an overlap of two lists made apart from each other.

Only facilities: how many children live in those that no list names is not estimated.
"""

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.contract import Column, estimate_table
from analysis.features.list_captures import TABLE as CAPTURES
from analysis.models import capture
from analysis.models.counts import binomial_interval
from analysis.study import Study

OUTCOME, ANY, ALL, PLUS = "facilities", "any", "all", "+"
LISTED, ESTIMATED, BY_TWO, SHARE = "facilities listed", "facilities in all", "facilities in all by two lists", "share"
KEY = ("source", "outcome", "term", "level", "list_id", "scale")
KNOWN, FOUND = "mapping-priority5-rci-facilities-known", "mapping-priority5-rci-facilities"

TABLE = estimate_table(
    one_row_is="a number of facilities of an area and a type, or the printed share of them that was known",
    extra={
        "source": Column("str", "records, or print", isin=("records", "print")),
        "list_id": Column("str", "the list that names them; any: at least one; two joined by +: at least one of these"),
        "printed": Column("str", "the printed numbers as they are; missing for records", nullable=True),
        "claim_id": Column("str", "the claim that prints the numerator; missing for records", nullable=True),
    },
    key=KEY,
)

COUNTED = "facilities, each once, as the lists are linked; a count, without interval"
THREE = (
    "log-linear models of three lists, averaged; interval from a bootstrap over models and plausible linkages. Assumes "
    "that facilities neither open nor close between the lists and that those of one area and type are equally easy to "
    "find"
)
TWO = (
    "Chapman's estimator within area and type; interval from a bootstrap over plausible linkages. Assumes "
    "besides that the two lists are independent: if one leads to the other, or both find the same, it is too low"
)
TOO_FEW = "one list alone does not tell what it misses, so there is no estimate"
PRINTED = (
    "share of the institutions that the mapping found; exact (Clopper-Pearson) interval. If the mapping missed any, "
    "fewer were known. No overlap of two lists made apart from each other is printed, so what both missed cannot be "
    "estimated"
)


def build(
    list_captures: pd.DataFrame,
    list_capture_draws: pd.DataFrame,
    claims: pd.DataFrame,
    study: Study,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return what is listed and what is estimated, of every area and type and in all, and what is printed."""
    lists = _lists_there(list_captures["lists"], study)
    pairs = list(itertools.combinations(lists, 2))
    counts = _counts(list_captures, [(ANY,), *((name,) for name in study.list_coverage.lists)])
    estimated = _estimated(list_capture_draws, lists, study, rng).assign(list_id=ANY, scale=ESTIMATED)
    by_two = [
        _estimated(list_capture_draws, pair, study, rng).assign(list_id=PLUS.join(pair), scale=BY_TWO)
        for pair in pairs
        if len(lists) > len(pair)
    ]
    of_country = [rows[(rows["term"] == ALL) & (rows["level"] == ALL)] for rows in by_two]
    modelled = pd.concat([estimated, *of_country], ignore_index=True)
    with_n = modelled.merge(_counts(list_captures, [(ANY,), *pairs]), on=["term", "level", "list_id"], validate="1:1")
    listed = counts.assign(scale=LISTED, estimate=counts["n"].astype("Float64"), note=COUNTED)
    records = pd.concat([listed, with_n.pipe(_without_empty_groups)]).assign(source="records", outcome=OUTCOME)
    return pd.concat([records, _printed(claims, study)], ignore_index=True).reindex(columns=list(TABLE.columns))


def _lists_there(listed: pd.Series, study: Study) -> list[str]:
    """Return the lists of ``study`` that name any facility; raise ``ValueError`` if more than three are asked for."""
    asked = study.list_coverage.lists
    if len(asked) > 3:
        raise ValueError(f"study.toml, [list_coverage]: two or three lists can be compared, not {len(asked)}")
    there = set(listed.str.split().explode())
    return [name for name in asked if name in there]


def _counts(list_captures: pd.DataFrame, sets_of_lists: list[tuple[str, ...]]) -> pd.DataFrame:
    """Return facilities on at least one list of each set, by area and type with totals; ``any`` is every list."""
    on_list = list_captures["lists"].str.split()
    flags = {
        PLUS.join(names): on_list.map(lambda own, names=names: ANY in names or not set(names).isdisjoint(own))
        for names in sets_of_lists
    }
    named = list_captures.rename(columns={"area": "term", "type_group": "level"})[["term", "level"]]
    counts = named.assign(**flags).groupby(["term", "level"]).sum()
    inner = counts.reindex(_groups(with_totals=False), fill_value=0).reset_index()
    every_area = pd.concat([inner, inner.drop(columns="term").groupby("level", as_index=False).sum().assign(term=ALL)])
    every_type = every_area.drop(columns="level").groupby("term", as_index=False).sum().assign(level=ALL)
    both = pd.concat([every_area, every_type], ignore_index=True)
    return both.melt(["term", "level"], var_name="list_id", value_name="n").astype({"n": "Int64"})


def _groups(with_totals: bool) -> pd.MultiIndex:
    """Return every area with every type, and if asked all areas and all types."""
    values = [[*(CAPTURES.columns[name].isin or ()), *([ALL] * with_totals)] for name in ("area", "type_group")]
    return pd.MultiIndex.from_product(values, names=["term", "level"])


def _estimated(
    list_capture_draws: pd.DataFrame, lists: Sequence[str], study: Study, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the number of facilities of every group with its interval; missing from fewer than two lists."""
    groups = _groups(with_totals=True).to_frame(index=False)
    if len(lists) < 2:
        return groups.assign(estimate=pd.NA, ci_low=pd.NA, ci_high=pd.NA, note=TOO_FEW)
    counts, choices = _histories(list_capture_draws, lists), study.list_coverage
    if len(lists) == 2:
        missed, note = capture.missed_by_two(counts, choices.n_replicates, choices.continuity, rng), TWO
    else:
        missed = capture.missed_by_three(counts, choices.n_replicates, choices.continuity, rng)
        note = f"{THREE}. {choices.in_simulation}"
    members = np.array([_is_part(groups, area, kind) for area, kind in _groups(with_totals=False)]).T
    estimate, low, high = capture.totals(missed, members.astype("float64"), study.intervals.confidence)
    return groups.assign(estimate=estimate, ci_low=low, ci_high=high, note=note)


def _is_part(groups: pd.DataFrame, area: str, kind: str) -> np.ndarray:
    """Return which of ``groups`` hold the facilities of one area and type."""
    return (groups["term"].isin([area, ALL]) & groups["level"].isin([kind, ALL])).to_numpy()


def _histories(list_capture_draws: pd.DataFrame, lists: Sequence[str]) -> np.ndarray:
    """Return facilities by linkage, stratum and history of ``lists``, without those on none of them."""
    names = list_capture_draws["lists"].str.split()
    code = sum(
        names.map(lambda own, name=name: name in own).astype("int64") * 2**place for place, name in enumerate(lists)
    )
    strata = _groups(with_totals=False)
    at = strata.get_indexer(pd.MultiIndex.from_frame(list_capture_draws[["area", "type_group"]]))
    linkage = list_capture_draws["draw"].rank(method="dense").astype("int64") - 1
    counts = np.zeros((linkage.max() + 1, len(strata), 2 ** len(lists)))
    np.add.at(counts, (linkage, at, code), list_capture_draws["n_facilities"].to_numpy("float64"))
    return counts[..., 1:]


def _without_empty_groups(modelled: pd.DataFrame) -> pd.DataFrame:
    """Give no estimate, and no number it rests on, where no list names a facility."""
    return modelled.assign(
        **{column: modelled[column].mask(modelled["n"] == 0) for column in ("estimate", "ci_low", "ci_high", "n")}
    )


def _printed(claims: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the one row in print: the share of the institutions found in five provinces that was known before."""
    of_claim = claims.set_index("claim_id")
    known, found = (int(of_claim.loc[claim, "value"]) for claim in (KNOWN, FOUND))
    low, high = binomial_interval(known, found, study.intervals.confidence)
    row = {"outcome": OUTCOME, "source": "print", "term": of_claim.loc[KNOWN, "place"], "level": "rci"}
    row |= {
        "list_id": "ministry",
        "scale": SHARE,
        "estimate": known / found,
        "ci_low": float(low),
        "ci_high": float(high),
    }
    printed = f"{known} of {found}"
    return pd.DataFrame([row | {"n": found, "printed": printed, "claim_id": KNOWN, "note": PRINTED}])
