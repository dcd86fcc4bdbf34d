"""The glossary's Khmer is that of the pages, and the names it gives for the tables are theirs."""

import csv
import re

from analysis import pipeline, store
from analysis.study import ROOT

TEXT = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
KHMER = re.compile(r"[\u1780-\u17ff]+")
BREAK = "\u200b"  # where a line may be broken; of the pages alone


def test_every_khmer_word_stands_in_the_table_of_translations():
    with (ROOT / "src/analysis/page/khmer.csv").open(encoding="utf-8", newline="") as stream:
        ours = "\n".join(line["khmer"] for line in csv.DictReader(stream)).replace(BREAK, "")
    assert [words for words in KHMER.findall(TEXT) if words not in ours] == []


def test_every_name_in_code_is_a_table_a_column_or_a_value_of_ours():
    known = set()
    for stage in (store.IMPORTED, *store.STAGES):
        for table in store.tables_of(stage):
            columns = pipeline.module_of(f"{stage}/{table}").TABLE.columns
            known |= {table, *columns}
            known |= {str(value) for column in columns.values() for value in column.isin or ()}
    assert set(re.findall(r"`(\w+)`", TEXT)) - known == set()
