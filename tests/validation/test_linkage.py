"""Linkage on lists of which the truth is known: precision, recall, probabilities; from many matches to next to none."""

import numpy as np
import pandas as pd
import pytest
from benchmarks.facility_lists import facility_lists
from benchmarks.linkage import max_decile_error

from analysis.models.linkage import LinkageSettings, link

pytestmark = pytest.mark.validation
SETTINGS = LinkageSettings(floor=0.01, link_at=0.5, review_from=0.1, review_to=0.9, chain=0.25)
LEAST_PRECISION, LEAST_RECALL, MOST_OFF = 0.99, 0.96, 0.02


def linked(n_rows: int, seed: int, in_both: float) -> tuple[pd.DataFrame, int]:
    """Return pairs across two lists with whether each is true, and how many true ones there are."""
    rows = facility_lists(n_rows, np.random.default_rng(seed), in_both)
    pairs = link(rows.drop(columns="facility"), SETTINGS, np.random.default_rng(1)).pairs
    facility = rows.set_index("row_id")["facility"]
    is_true = facility[pairs["row_id_a"]].to_numpy() == facility[pairs["row_id_b"]].to_numpy()
    one, other = (own.groupby("facility").size() for _, own in rows.groupby("list_id"))
    n_true = int(one.mul(other, fill_value=0).sum())
    return pairs.assign(is_true=is_true)[pairs["list_a"] != pairs["list_b"]], n_true


@pytest.fixture(scope="module")
def of_seeds() -> tuple[pd.DataFrame, int]:
    """Return the pairs of four countries of two lists of 10,000 rows, and how many are true."""
    found = [linked(10_000, seed, 0.7) for seed in (101, 102, 103, 104)]
    return pd.concat([pairs for pairs, _ in found], ignore_index=True), sum(n for _, n in found)


def test_links_are_true_and_true_pairs_are_linked(of_seeds):
    pairs, n_true = of_seeds
    links = pairs[pairs["decision"] == "link"]
    print(f"precision {links['is_true'].mean():.4f}, recall {links['is_true'].sum() / n_true:.4f}")  # noqa: T201
    assert links["is_true"].mean() >= LEAST_PRECISION
    assert links["is_true"].sum() / n_true >= LEAST_RECALL


def test_probabilities_are_calibrated_in_every_tenth_of_the_pairs(of_seeds):
    pairs, _ = of_seeds
    off = max_decile_error(pairs["probability"].to_numpy(), pairs["is_true"].to_numpy())
    print(f"largest difference in a tenth: {off:.4f}")  # noqa: T201
    assert off < MOST_OFF


def test_doubtful_probabilities_are_calibrated_too(of_seeds):
    """Tenths of all pairs are mostly sure ones; here the doubtful ones stand alone, in five groups."""
    doubtful = of_seeds[0].query("0.05 <= probability <= 0.95").sort_values("probability")
    for rows in np.array_split(np.arange(len(doubtful)), 5):
        group = doubtful.iloc[rows]
        spread = np.sqrt((group["probability"] * (1 - group["probability"])).sum()) / len(group)
        assert abs(group["probability"].mean() - group["is_true"].mean()) < 0.05 + 3 * spread


@pytest.mark.parametrize(
    ("n_rows", "in_both", "prevalence"),
    [(10, 1, 1e-1), (100, 1, 1e-2), (1000, 1, 1e-3), (1000, 0.1, 1e-4), (1000, 0.01, 1e-5), (1000, 0.001, 1e-6)],
)
def test_few_true_among_many_pairs_are_no_reason_to_link_strangers(n_rows, in_both, prevalence):
    n_links = n_right = n_true = 0
    for seed in range(5):
        pairs, n = linked(n_rows, seed, in_both)
        links = pairs[pairs["decision"] == "link"]
        n_links, n_right, n_true = n_links + len(links), n_right + int(links["is_true"].sum()), n_true + n
        assert n / n_rows**2 == pytest.approx(prevalence, rel=0.3)
    print(f"{prevalence:.0e}: {n_true} true, {n_links} links, {n_right} of them right")  # noqa: T201
    assert n_links - n_right <= max(2, 0.025 * n_links)
    assert n_right >= 0.9 * n_true - 1
