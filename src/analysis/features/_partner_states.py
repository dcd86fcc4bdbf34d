"""What the newest evidence says of each criterion of each partner on the day of judging, told criteria or not."""

import pandas as pd

from analysis.study import Study

MET, NOT_MET, EXPIRED, UNSUPPORTED, UNKNOWN, NOTHING = (
    *("met", "not met", "expired", "not supported", "not known", "no evidence"),
)
STATES = (MET, NOT_MET, EXPIRED, UNSUPPORTED, UNKNOWN, NOTHING)


def judged(partner_evidence: pd.DataFrame, partner_criteria: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return every criterion of every organisation in the register, also those without evidence."""
    day = _day_of_judging(partner_evidence, study)
    organisations = partner_evidence[["org_code"]].drop_duplicates()
    newest = _newest(partner_evidence[~(partner_evidence["dated_on"] > day)])
    asked = organisations.merge(partner_criteria, how="cross").merge(
        newest, on=["org_code", "criterion"], how="left", validate="1:1"
    )
    by_length = asked.groupby("valid_months")["dated_on"]
    held = pd.concat(
        [asked["dated_on"].head(0), *(days + pd.DateOffset(months=int(months)) for months, days in by_length)]
    )
    expires = asked["expires_on"].fillna(held)
    return (
        asked.assign(expires_on=expires)
        .assign(state=lambda rows: _states(rows, day))
        .pipe(_attach_review, day, study.partners.warn_days)
        .sort_values(["org_code", "criterion"], ignore_index=True)
    )


def _day_of_judging(partner_evidence: pd.DataFrame, study: Study) -> pd.Timestamp:
    return pd.Timestamp(study.partners.as_of) if study.partners.as_of else partner_evidence["dated_on"].max()


def _newest(evidence: pd.DataFrame) -> pd.DataFrame:
    """Return the newest line of each criterion; of one day a no is believed, as the graver; without a day the last."""
    grave = evidence["answer"].map({"no": 1}).fillna(0)
    ordered = evidence.assign(grave=grave).sort_values(["dated_on", "grave"], na_position="first", kind="stable")
    kept = ["org_code", "criterion", "answer", "evidence", "dated_on", "expires_on"]
    return ordered.drop_duplicates(["org_code", "criterion"], keep="last")[kept]


def _states(rows: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    accepted = pd.Series(
        [
            kind in str(kinds).split("|")
            for kind, kinds in zip(rows["evidence"], rows["evidence_accepted"], strict=True)
        ],
        rows.index,
        dtype="bool",
    )
    is_dated = rows["dated_on"].notna()
    state = pd.Series(MET, rows.index, dtype="str").mask(rows["expires_on"] < day, EXPIRED)
    state = state.mask(~accepted | ~is_dated, UNSUPPORTED).mask(rows["answer"].eq("unknown"), UNKNOWN)
    return state.mask(rows["answer"].eq("no"), NOT_MET).mask(rows["answer"].isna(), NOTHING)


def _attach_review(rows: pd.DataFrame, day: pd.Timestamp, warn_days: int) -> pd.DataFrame:
    """Add when the next review is due: some time before what is met expires, at once for all else."""
    review = (rows["expires_on"] - pd.Timedelta(days=warn_days)).where(rows["state"] == MET, day)
    review = review.astype("datetime64[us]")
    return rows.assign(review_on=review, is_review_due=(review <= day).astype("boolean"))
