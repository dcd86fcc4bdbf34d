"""Slips of the people who fill an OSCaR database: they stand in every file that is made from it."""

import datetime as dt

import numpy as np
import polars as pl

from analysis.simulate import draws
from analysis.simulate.exports.mishaps import struck
from analysis.study import Study

LONG_AGO = dt.date(1800, 6, 25)
ASKED = ("birth_registered", "ever_in_rcf", "ever_in_gov_care")  # may be blank; disability defaults to no


def births(clients: pl.DataFrame, faults: Study, rng: np.random.Generator) -> pl.DataFrame:
    """Add ``birth_fault``: five_digits (22012-01-01), before_1900 (1800-06-25), after_referral or none."""
    known = clients["birth_date"].is_not_null() & clients["referred_on"].is_not_null()
    flags = struck(rng, known.to_numpy(), faults.impossible_birth)
    kinds = np.array(["five_digits", "before_1900", "after_referral"], dtype=object)
    kind = np.where(flags, kinds[np.cumsum(flags) % 3], draws.BLANK)
    late = pl.Series(rng.integers(20, 400, clients.height))
    after = pl.col("referred_on") + pl.duration(days=pl.lit(late))
    fault = pl.col("birth_fault")
    return clients.with_columns(pl.Series("birth_fault", kind.tolist(), dtype=pl.String)).with_columns(
        birth_date=pl.when(fault == "after_referral")
        .then(after)
        .when(fault == "before_1900")
        .then(pl.lit(LONG_AGO))
        .otherwise("birth_date")
    )


def blanks(clients: pl.DataFrame, faults: Study, rng: np.random.Generator) -> pl.DataFrame:
    """Blank the answers that were never asked for."""
    return clients.with_columns(
        pl.when(pl.Series(rng.random(clients.height) >= faults.never_asked)).then(name).alias(name) for name in ASKED
    )


def exits(episodes: pl.DataFrame, faults: Study, rng: np.random.Generator) -> pl.DataFrame:
    """Type a few exits before the acceptance, of clients with one episode."""
    is_whole = pl.col("accepted_on").is_not_null() & pl.col("closed_on").is_not_null() & (pl.col("n_episodes") == 1)
    early = struck(rng, episodes.select(is_whole).to_series().to_numpy(), faults.exit_before_acceptance)
    days = pl.Series(rng.integers(3, 30, episodes.height))
    typed = pl.col("accepted_on") - pl.duration(days=pl.lit(days))
    return episodes.with_columns(closed_on=pl.when(pl.Series(early)).then(typed).otherwise("closed_on"))
