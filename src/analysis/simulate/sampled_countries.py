"""Whole countries, samples of their communes and returns of children, in memory: how often an interval holds.

Countries, lists and the sample by reported facilities are drawn as for a run of the simulator. A second design draws
communes by population, in all districts where a facility is reported, in two strata that have their share of the
sample: the design that suits a single rate best.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.simulate import communes, facilities, lists, sample, supported_returns
from analysis.study import Study

BY_FACILITIES, BY_POPULATION = "by reported facilities", "by population"
ELSEWHERE, PRIORITY = "elsewhere", "priority provinces"  # strata of the second design: enough communes in each
LEAST_OF_STRATUM = 2  # communes: one alone has no spread
CHILDREN = ["residents_u18_f", "residents_u18_m"]


@dataclass(frozen=True, eq=False)
class SampledCountry:
    """A country whose numbers are known, and samples of it.

    ``communes``: one row each, with people, town, poverty, facilities that lists report (``n_reported``) and truly
    there, and ``n_children`` expected to sleep there four nights a week. By design: ``could_be_drawn``, of every
    commune, and ``samples``, frames of the communes drawn, with ``sample_stratum``, ``sample_weight`` and the children
    counted. ``n_on_lists``: facilities on the ministry's list, named by informants, and both.
    """

    communes: pd.DataFrame
    could_be_drawn: dict[str, pd.Series]
    samples: dict[str, list[pd.DataFrame]]
    n_on_lists: tuple[int, int, int]


@dataclass(frozen=True)
class Simulator:
    """Makes countries with the numbers of ``parameters``."""

    parameters: Study

    def countries(self, n: int, n_samples: int, rng: np.random.Generator) -> Iterator[SampledCountry]:
        """Yield ``n`` countries, one after the other, with ``n_samples`` independent samples of each design."""
        places = communes.build(self.parameters, 1.0)
        for _ in range(n):
            standing = facilities.draw(places, self.parameters, rng, 1.0)
            listed = lists.with_flags(standing, self.parameters.lists, rng)
            yield self._sampled(places, listed, n_samples, rng)

    def supported_returns(
        self,
        n_cohorts: int,
        n_draws: int,
        grace_days: int,
        horizon_days: int,
        rng: np.random.Generator,
        unrecorded_share: float = 0.0,
        need_log_odds: float = 0.0,
    ) -> Iterator[supported_returns.SupportedReturns]:
        """Yield returns with what became of them; workers may go by a need of which that share is in no system."""
        confounded = supported_returns.confounded(self.parameters, unrecorded_share, need_log_odds)
        yield from supported_returns.drawn(confounded, n_cohorts, n_draws, grace_days, horizon_days, rng)

    def _sampled(
        self, places: pd.DataFrame, listed: pd.DataFrame, n_samples: int, rng: np.random.Generator
    ) -> SampledCountry:
        choices, reported = self.parameters.sample, sample.reported_communes(listed)
        known = _communes(places, listed, reported, choices.four_nights_share)
        inhabited = known[known["district_code"].isin(reported["district_code"])].rename(columns={"n_people": "size"})
        inhabited = inhabited.assign(area=inhabited["area"].where(inhabited["area"] == ELSEWHERE, PRIORITY))
        people = inhabited.groupby("area")["size"].sum()
        designs = {
            BY_FACILITIES: (reported, choices.strata, choices.allocation),
            BY_POPULATION: (inhabited, people.index, _in_proportion(people.to_numpy(), choices.n_communes)),
        }
        visitable = known.drop(columns="n_children").set_index("commune_code")
        drawn = {
            design: [
                _counted(sample.sampled_communes(frame, strata, allocation, rng), visitable, choices, rng)
                for _ in range(n_samples)
            ]
            for design, (frame, strata, allocation) in designs.items()
        }
        on_first, on_second = listed["on_inspection_2014"], listed["on_informants_2015"]
        n_on_lists = (int(on_first.sum()), int(on_second.sum()), int((on_first & on_second).sum()))
        could = {design: known["commune_code"].isin(frame["commune_code"]) for design, (frame, _, _) in designs.items()}
        return SampledCountry(known, could, drawn, n_on_lists)


def _communes(
    places: pd.DataFrame, listed: pd.DataFrame, reported: pd.DataFrame, four_nights_share: float
) -> pd.DataFrame:
    """Return every commune with what is known of it and what is truly there."""
    residents = listed[CHILDREN].sum(axis=1).groupby(listed["commune_code"])
    by_code = places["commune_code"]
    there = by_code.map(residents.sum()).fillna(0).astype(int)
    return pd.DataFrame(
        {
            "commune_code": by_code,
            "district_code": places["district_code"],
            "area": places["area"],
            "n_people": places["n_people"],
            "is_town": places["is_urban"].astype(float),
            "idpoor_share": places["poverty_share"],
            "n_reported": by_code.map(reported.set_index("commune_code")["size"]).fillna(0).astype(int),
            "n_facilities": by_code.map(residents.size()).fillna(0).astype(int),
            "n_residents": there,
            "n_children": there * four_nights_share,
        }
    )


def _in_proportion(people: np.ndarray, n: int) -> list[int]:
    """Return ``n`` communes over strata by their ``people``, at least two each; remainders to the largest."""
    exact = people / people.sum() * n
    allocation = np.maximum(LEAST_OF_STRATUM, np.floor(exact)).astype(int)
    while allocation.sum() != n:
        step = 1 if allocation.sum() < n else -1
        allocation[(step * (exact - allocation)).argmax()] += step
    return allocation.tolist()


def _counted(drawn: pd.DataFrame, visitable: pd.DataFrame, choices: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return the communes drawn with the children counted there by the four-nights rule."""
    visited = visitable.take(visitable.index.get_indexer(drawn["commune_code"]))  # a join takes five times as long
    n_children = rng.binomial(visited["n_residents"], choices.four_nights_share)
    return visited.assign(**{name: drawn[name].array for name in drawn.columns}, n_children=n_children)
