"""What links the lists, each in an environment of its own: ``python linkage_peers.py READER LISTS.parquet FOLDER``.

LISTS has the columns of ``facility_lists`` and, for the peers, the names as our own normalisation leaves them
(``latin``, ``khmer``, ``operator``) and the districts that follow from communes: they need not clean anything, and are
not charged for it. Written to FOLDER: links.parquet (row_id_a, row_id_b, probability, is_link) and spent.json, the
seconds from lists in memory to pairs in memory (reading and imports are not timed) and the most memory held in all.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

LIKELY = 0.5
FLOOR = 0.01


def homeward(rows: pd.DataFrame) -> pd.DataFrame:
    """Return our pairs; names are cleaned and lists deduplicated within the time."""
    from analysis.models.linkage import LinkageSettings, link

    settings = LinkageSettings(floor=FLOOR, link_at=LIKELY, review_from=0.1, review_to=0.9, chain=0.25)
    pairs = link(rows, settings, np.random.default_rng(1)).pairs
    return pairs.assign(is_link=pairs["decision"] == "link")


def splink(rows: pd.DataFrame) -> pd.DataFrame:
    """Return splink's pairs: term frequencies, seven blocking rules, u from random pairs, m by EM in three passes."""
    import splink.comparison_level_library as levels
    import splink.comparison_library as comparisons
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    place = comparisons.CustomComparison(
        output_column_name="place",
        comparison_levels=[
            levels.NullLevel("province_code"),
            levels.ExactMatchLevel("commune_code", term_frequency_adjustments=True),
            levels.ExactMatchLevel("district_code"),
            levels.ExactMatchLevel("province_code"),
            levels.ElseLevel(),
        ],
    )
    year = comparisons.CustomComparison(
        output_column_name="opened_year",
        comparison_levels=[
            levels.NullLevel("opened_year"),
            levels.ExactMatchLevel("opened_year"),
            levels.AbsoluteDifferenceLevel("opened_year", 1),
            levels.AbsoluteDifferenceLevel("opened_year", 4),
            levels.ElseLevel(),
        ],
    )
    names = [
        comparisons.JaroWinklerAtThresholds(name, thresholds).configure(term_frequency_adjustments=True)
        for name, thresholds in (("latin", [0.95, 0.9, 0.8]), ("khmer", [0.95, 0.9, 0.8]), ("operator", [0.92]))
    ]
    settings = SettingsCreator(
        link_type="link_only",
        unique_id_column_name="row_id",
        comparisons=[*names, place, comparisons.ExactMatch("facility_type"), comparisons.ExactMatch("word"), year],
        blocking_rules_to_generate_predictions=[
            block_on("province_code", "latin"),
            block_on("province_code", "khmer"),
            block_on("district_code", "operator"),
            block_on("district_code", "substr(latin, 1, 3)"),
            block_on("province_code", "substr(latin, 1, 5)"),
            block_on("latin", "operator"),
            block_on("khmer", "operator"),
        ],
    )
    api = DuckDBAPI()
    lists = [own.drop(columns="list_id") for _, own in rows.groupby("list_id", sort=True)]
    tables = [
        api.register(own, dataset_display_name=name) for own, name in zip(lists, ("list_a", "list_b"), strict=True)
    ]
    linker = Linker(tables, settings, log_level=40)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("commune_code", "latin"), block_on("district_code", "operator", "khmer")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e7, seed=1)
    for rule in (block_on("commune_code", "latin"), block_on("district_code", "operator"), block_on("khmer", "word")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=FLOOR).as_pandas_dataframe()
    one, other = found["row_id_l"], found["row_id_r"]
    return pd.DataFrame(
        {
            "row_id_a": np.where(one < other, one, other),
            "row_id_b": np.where(one < other, other, one),
            "probability": found["match_probability"],
            "is_link": found["match_probability"] >= LIKELY,
        }
    )


def recordlinkage(rows: pd.DataFrame) -> pd.DataFrame:
    """Return recordlinkage's pairs: the same blocks as splink as far as it has them, its EM classifier (ECM)."""
    import recordlinkage as tool

    rows = rows.assign(start=rows["latin"].str[:3], longer_start=rows["latin"].str[:5]).set_index("row_id")
    one, other = (own for _, own in rows.groupby("list_id", sort=True))
    indexer = tool.Index()
    for block in (
        *(["province_code", "latin"], ["province_code", "khmer"], ["district_code", "operator"]),
        *(["district_code", "start"], ["province_code", "longer_start"], ["latin", "operator"], ["khmer", "operator"]),
    ):
        indexer.block(block)
    compare = tool.Compare()
    for name, threshold in (("latin", 0.88), ("khmer", 0.88), ("operator", 0.92)):
        compare.string(name, name, method="jarowinkler", threshold=threshold, label=name)
    for name in ("commune_code", "district_code", "facility_type", "word", "opened_year"):
        compare.exact(name, name, label=name)
    features = compare.compute(indexer.index(one, other), one, other)
    classifier = tool.ECMClassifier()
    classifier.fit(features)
    probability = classifier.prob(features)
    kept = probability[probability >= FLOOR]
    first, second = (kept.index.get_level_values(i).to_numpy(dtype=object) for i in (0, 1))
    return pd.DataFrame(
        {
            "row_id_a": np.where(first < second, first, second),
            "row_id_b": np.where(first < second, second, first),
            "probability": kept.to_numpy(),
            "is_link": kept.to_numpy() >= LIKELY,
        }
    )


READERS = {reader.__name__: reader for reader in (homeward, splink, recordlinkage)}


def main(name: str, lists: str, folder: str) -> None:
    """Link the lists with one reader; write its pairs and what it took."""
    rows = pd.read_parquet(lists)
    _imported(name)
    start, cpu_start = time.perf_counter(), time.process_time()
    pairs = READERS[name](rows)
    spent = {"seconds": time.perf_counter() - start, "cpu_seconds": time.process_time() - cpu_start}
    columns = ["row_id_a", "row_id_b", "probability", "is_link"]
    pairs[columns].to_parquet(Path(folder, "links.parquet"), index=False)
    spent["peak_gb"] = _peak_gb()
    Path(folder, "spent.json").write_text(json.dumps(spent), encoding="utf-8")


def _peak_gb() -> float:
    """Return the most memory that this program held; what the kernel tells its parent also counts the parent's own."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) * 1024 / 1e9


def _imported(name: str) -> None:
    """Import what a reader imports, before the clock starts."""
    if name == "homeward":
        import analysis.models.linkage  # noqa: F401
    elif name == "splink":
        import splink.comparison_library
        import splink.internals.duckdb.database_api  # noqa: F401
    else:
        import recordlinkage  # noqa: F401


if __name__ == "__main__":
    main(*sys.argv[1:])
