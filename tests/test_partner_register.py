"""The register of partners: a verdict and its reasons, for its owner alone, and in nothing that is told."""

import re

import pandas as pd

from analysis import partner_register, sources, store, study
from analysis.clean import partner_criteria
from analysis.study import ROOT

CRITERIA = partner_criteria.TABLE.validated(sources.read("partner_criteria_ruled"), "partner_criteria")
STUDY = study.load().changed("partners.as_of", "2024-06-30")
ALL = [(criterion, "yes") for criterion in CRITERIA["criterion"]]


def evidence(by_organisation: dict[str, list[tuple[str, str]]]) -> pd.DataFrame:
    rows = [(code, f"Name of {code}", *line) for code, lines in by_organisation.items() for line in lines]
    named = pd.DataFrame(rows, columns=["org_code", "org_name", "criterion", "answer"])
    kinds = named["criterion"].map(CRITERIA.set_index("criterion")["evidence_accepted"].str.split("|").str[0])
    days = {"dated_on": pd.Timestamp("2024-05-01"), "expires_on": pd.NaT}
    return named.assign(evidence=kinds, reviewer_role="officer", **days).astype(dict.fromkeys(days, "datetime64[us]"))


def test_a_needed_no_outweighs_gaps_and_a_wanted_one_changes_no_verdict():
    without = [line for line in ALL if line[0] != "registered"]
    against = [("no_controversy", "no"), *(line for line in ALL if line[0] != "no_controversy")]
    wanted = [("data_quality", "no"), *(line for line in ALL if line[0] != "data_quality")]
    found = {"A01": ALL, "A02": without, "A03": [*against], "A04": wanted}
    lines = partner_register.register(evidence(found), CRITERIA, STUDY).set_index("org_code")
    assert lines["verdict"].to_dict() == {"A01": "fit", "A02": "gaps", "A03": "not fit", "A04": "fit"}
    assert lines.loc["A02", "gaps"] == "registered: no evidence"
    assert lines.loc["A03", "no_controversy"] == "not met"
    assert lines.loc["A04", "n_gaps"] == 1
    assert lines.loc["A01", "next_review_on"] == pd.Timestamp("2025-03-02"), "two months before the first expires"


def test_the_file_is_its_owners_alone_and_no_figure_or_notebook_reads_partners(tmp_path, monkeypatch):
    monkeypatch.setattr(partner_register.restricted, "read", {"partner_evidence": evidence({"A01": ALL})}.__getitem__)
    monkeypatch.setattr(partner_register.store, "read", {"partner_criteria": CRITERIA}.__getitem__)
    partner_register.make(tmp_path / "partners.csv")
    assert (tmp_path / "partners.csv").stat().st_mode & 0o077 == 0
    assert partner_register.FILE.parent.name == "restricted"
    taken = re.findall(r"call \w+,([\w/]+),([^)]*)\)", (ROOT / "tables.mk").read_text())
    readers = {step for step, inputs in taken if {"partners", "partner_evidence"} & set(re.split(r"[ ,]", inputs))}
    assert readers == {"features/partners"}, "nothing about a partner leaves"
    assert store.stage_of("partners") == "features"
