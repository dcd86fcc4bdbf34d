"""Three lists of the facilities, each of which misses some, and what each list counted.

A list names a facility with a chance that depends on its type, its visibility and its registration, so two lists miss
the same facilities more often than chance would have it: the lists are dependent, by known amounts.
"""

import numpy as np
import pandas as pd
from scipy import special

from analysis.simulate.sampling import days
from analysis.study import Study

COUNTS = ["residents_u18_f", "residents_u18_m", "residents_18plus"]
FLAGS = {
    "inspection_2014": "on_inspection_2014",
    "mapping_2015": "on_mapping_2015",
    "informants_2015": "on_informants_2015",
}


def chances(facilities: pd.DataFrame, one_list: Study) -> np.ndarray:
    """Return the true chance of each facility to stand on a list; needs ``visibility`` and ``area``."""
    is_priority = facilities["area"].ne("elsewhere")
    place = np.where(is_priority, "rci_priority", "rci_elsewhere")
    key = facilities["facility_type"].where(facilities["facility_type"].ne("rci"), place)
    unregistered = facilities["registration_status"].eq("none") * one_list.unregistered
    return special.expit(key.map(dict(one_list)) + one_list.visibility * facilities["visibility"] + unregistered)


def with_flags(facilities: pd.DataFrame, lists: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return ``facilities`` with the lists each stands on, whether it was ever inspected and when last.

    The list of 2014 is of inspections, so all of it was inspected; of the rest a few were since.
    """
    n = len(facilities)
    flags = {flag: rng.random(n) < chances(facilities, lists[name]) for name, flag in FLAGS.items()}
    in_2014 = days(lists.inspection_2014.started_on, lists.inspection_2014.n_days, n, rng)
    since = days(lists.inspections.since, lists.inspections.since_n_days, n, rng)
    listed = flags["on_inspection_2014"]
    inspected = listed | (rng.random(n) < lists.inspections.inspected_off_list)
    last = pd.Series(np.where(listed, in_2014, since)).where(inspected)
    return facilities.assign(**flags, inspected_ever=inspected, last_inspection_on=last)


def rows(facilities: pd.DataFrame, lists: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return the rows of the three lists: which facility stands where and what was counted then."""
    return pd.concat([_of_list(facilities, name, lists[name], rng) for name in FLAGS], ignore_index=True)


def _of_list(facilities: pd.DataFrame, name: str, one_list: Study, rng: np.random.Generator) -> pd.DataFrame:
    """Return one list: by province, in no order within; its counts differ from the truth as ``parameters`` say."""
    listed = facilities[facilities[FLAGS[name]]]
    listed = listed.iloc[np.lexsort((rng.random(len(listed)), listed["province_code"]))]
    visited_on = days(one_list.started_on, one_list.n_days, len(listed), rng)
    is_uncounted = rng.random(len(listed)) < one_list.uncounted_share
    observed_on = listed["last_inspection_on"] if name == "inspection_2014" else visited_on
    return pd.DataFrame(
        {"list_id": name, "list_row": np.arange(1, len(listed) + 1), "facility_no": listed["facility_no"].to_numpy()}
    ).assign(
        observed_on=np.asarray(observed_on, dtype="datetime64[us]"),
        **_counted(listed, one_list, rng).mask(np.tile(is_uncounted, (len(COUNTS), 1)).T),
        sample_stratum=pd.Series(pd.NA, index=range(len(listed)), dtype="str"),
        sample_weight=np.nan,
    )


def _counted(listed: pd.DataFrame, one_list: Study, rng: np.random.Generator) -> pd.DataFrame:
    change = np.exp(rng.normal(0, one_list.sd_log_change, len(listed)))
    there = (listed[COUNTS].to_numpy() * change[:, None]).round().astype(int)
    return pd.DataFrame(rng.binomial(there, one_list.counted_share), columns=COUNTS, dtype="Int64")
