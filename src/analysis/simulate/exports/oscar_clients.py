"""Clients as the first sheet of an OSCaR workbook prints them, and what a perfect reader finds in it.

One row a client. Columns named as in ``oscar_labels.CLIENTS`` are the cells; ``hit_*`` flags say which mishap struck;
columns of the table as read carry what can be known from the cells.
"""

import datetime as dt

import numpy as np
import polars as pl

from analysis.simulate.exports import oscar_people, oscar_places, oscar_words, private
from analysis.simulate.exports.mishaps import struck
from analysis.simulate.exports.oscar_stored import Stored
from analysis.simulate.exports.oscar_words import dates, words
from analysis.study import Study

EXPORTED_ON = dt.date(2025, 1, 15)
KHMER = pl.col("is_khmer")
HITS = (*("hit_no_province", "hit_no_district", "hit_test", "hit_source", "hit_reason", "hit_risk", "hit_repeated"),)
RADIO = ("Radio programme", "កម្មវិធីវិទ្យុ")  # an option that one agency added: no reader can know it
RECRUITED = ("Facility asked for the child", "មណ្ឌលស្នើសុំកុមារ")


def client_rows(stored: Stored, styles: pl.DataFrame, hits: dict[str, np.ndarray]) -> pl.DataFrame:
    """Return the cells of every client of every agency; ``styles`` says which agency writes Khmer.

    ``hits`` are flags of ``hits_of``; a mishap without flags strikes nobody.
    """
    flags = {name: pl.Series(hits[name]) if name in hits else pl.lit(False) for name in HITS}
    rows = (
        oscar_people.known_of(stored)
        .with_columns(**flags)
        .join(styles, on="agency", maintain_order="left")
        .join(_episode_cells(stored, styles), on="slug", how="left", maintain_order="left")
        .join(_stream_cells(stored, styles), on="slug", how="left", maintain_order="left")
        .join(_assessment_cells(stored), on="slug", how="left", maintain_order="left")
        .join(oscar_people.programme(stored.streams), on="slug", how="left", maintain_order="left")
        .join(_family_cells(stored), on=["household_id", "agency"], how="left", maintain_order="left")
        .with_columns(pl.col("programme").fill_null("unknown"))
    )
    return rows.pipe(_with_places).pipe(_with_answers).pipe(_with_days).pipe(_with_private)


def hits_of(clients: pl.DataFrame, faults: Study, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return whom the mishaps of the first sheet strike."""
    anyone = np.ones(clients.height, dtype=bool)
    is_rated = clients["risk_level"].is_in(["high", "medium", "low"]).to_numpy()
    no_province = struck(rng, anyone, faults.province_without_stroke)
    return {
        "hit_no_province": no_province,
        "hit_no_district": struck(rng, no_province, faults.district_missing_too),
        "hit_test": struck(rng, anyone, faults.test_client),
        "hit_source": struck(rng, anyone, faults.unlisted_option),
        "hit_reason": struck(rng, anyone, faults.unlisted_option),
        "hit_risk": struck(rng, is_rated, faults.several_risk_levels),
        "hit_repeated": struck(rng, anyone, faults.repeated_client),
    }


def _with_places(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the printed address; where the stored province has no stroke its cell is empty, and the district may help."""
    district = pl.col("village_code").str.slice(0, 4)
    province = oscar_places.printed(pl.col("province_code"), khmer=KHMER)
    is_settled = oscar_places.settles_province(district, khmer=KHMER) & ~pl.col("hit_no_district")
    return rows.with_columns(
        birth_province=province,
        province=pl.when(~pl.col("hit_no_province")).then(province),
        district=pl.when(~pl.col("hit_no_district")).then(oscar_places.printed(district, khmer=KHMER)),
        is_settled=is_settled,
        province_code=pl.when(~pl.col("hit_no_province") | is_settled).then("province_code"),
    )


def _with_answers(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the coded answers, and what is known of those that a mishap struck."""
    recruited = pl.when("hit_reason").then(pl.when(KHMER).then(pl.lit(RECRUITED[1])).otherwise(pl.lit(RECRUITED[0])))
    source = words(pl.col("referral_source"), oscar_words.REFERRAL_SOURCE, khmer=KHMER)
    radio = pl.when(KHMER).then(pl.lit(RADIO[1])).otherwise(pl.lit(RADIO[0]))
    return rows.with_columns(
        gender=words(pl.col("sex"), oscar_words.SEX, khmer=KHMER),
        status_cell=words(pl.col("status"), oscar_words.STATUS, khmer=KHMER),
        referral_category=pl.when("hit_source").then(radio).otherwise(source),
        referral_source=pl.when(~pl.col("hit_source")).then("referral_source").otherwise(pl.lit("unknown")),
        **{f"{name}_cell": _yes_no(pl.col(name)) for name in oscar_people.YES_NO},
        risk_cell=_risk(),
        reasons_cell=pl.concat_list(oscar_words.printed_list("separation_reason", khmer=KHMER), recruited)
        .list.drop_nulls()
        .list.join(", "),
        harms_cell=oscar_words.printed_list("harm_history", khmer=KHMER).list.join(", "),
        id_poor_cell=words(pl.col("id_poor"), oscar_words.ID_POOR, khmer=KHMER),
        family_type_cell=words(pl.col("family_type"), oscar_words.FAMILY_TYPE, khmer=KHMER),
        school_grade=pl.lit("Grade ") + (pl.col("child_id") % 9 + 1).cast(pl.String),
        donor=pl.format("Donor {}", pl.col("child_id") % 3 + 1),
        consent_cell=words(pl.col("consent"), oscar_words.CONSENT, khmer=KHMER),
    ).with_columns(pl.col("reasons_cell", "harms_cell").replace("", None))


def _risk() -> pl.Expr:
    """Return the level of risk, tagged (PC) if from a protection concern; several levels where a mishap struck."""
    level = words(pl.col("risk_level"), oscar_words.RISK_LEVEL, khmer=KHMER)
    lower = pl.col("risk_level").replace_strict({"high": "medium", "medium": "low", "low": "no_action"}, default=None)
    below = words(lower, oscar_words.RISK_LEVEL, khmer=KHMER)
    is_rated = pl.col("risk_level").is_in(["high", "medium", "low"])
    tagged = pl.when(is_rated & (pl.col("child_id") % 4 == 0)).then(level + " (PC)").otherwise(level)
    first = pl.col("child_id") % 2 == 0
    several = pl.when(first).then(tagged + ", " + below).otherwise(below + ", " + tagged)
    return pl.when("hit_risk").then(several).otherwise(tagged)


def _with_days(rows: pl.DataFrame) -> pl.DataFrame:
    """Add birth date, age by months of 31 days, and the other dates of a client."""
    days = (pl.lit(EXPORTED_ON) - pl.col("stored_birth_date")).dt.total_days()
    years, months = days // 365, days % 365 // 31
    english = pl.format("{} years {} months", years, months)
    age = pl.when(KHMER).then(oscar_words.in_khmer_digits(pl.format("{} ឆ្នាំ {} ខែ", years, months))).otherwise(english)
    in_ngo = pl.format("{} days", (pl.lit(EXPORTED_ON) - pl.col("referred_on")).dt.total_days())
    return rows.with_columns(
        birth_cell=oscar_people.birth_text(khmer=KHMER),
        age=pl.when((days >= 0) & (pl.col("birth_fault") != "five_digits").fill_null(True)).then(age),
        referred_cell=dates(pl.col("referred_on"), khmer=KHMER),
        created_on=dates(pl.col("referred_on"), khmer=KHMER),
        time_in_ngo=in_ngo,
    )


def _with_private(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the artificial personal content."""
    number = rows["child_id"].to_list()
    cells = {
        **{f"{name}_latin": private.latin(name, number) for name in ("given", "family")},
        **{"given_khmer": private.khmer("នាម", number), "family_khmer": private.khmer("ត្រកូល", number)},
        "phone": private.phones(number),
        **{
            name: private.latin(name, number) for name in ("referral", "commune", "village", "street", "school", "home")
        },
        **{"worker": private.latin("worker", (n % 60 for n in number)), "exit_note": private.notes(number)},
    }
    marked = rows.with_columns(pl.Series(name, texts) for name, texts in cells.items())
    return marked.with_columns(
        given_latin=pl.when("hit_test").then(pl.lit("Test")).otherwise("given_latin"),
        given_khmer=pl.when("hit_test").then(pl.lit("តេស្ត")).otherwise("given_khmer"),
    )


def _episode_cells(stored: Stored, styles: pl.DataFrame) -> pl.DataFrame:
    """Return the dates of acceptance and exit of each client, the latest first, and the exits' words, in any order."""
    episodes = oscar_people.closings_of(stored).join(styles, on="agency", maintain_order="left")
    circumstance = words(pl.col("closure_circumstance"), oscar_words.CLOSURE_CIRCUMSTANCE, khmer=KHMER)
    reasons = oscar_words.printed_list("closure_reason", khmer=KHMER).list.join(", ")
    return episodes.group_by("slug", maintain_order=True).agg(
        accepted_cell=dates(pl.col("accepted_on"), khmer=KHMER).drop_nulls().reverse().str.join(", "),
        exited_cell=dates(pl.col("closed_on"), khmer=KHMER).drop_nulls().reverse().str.join(", "),
        circumstance=circumstance.filter(pl.col("is_closed")).drop_nulls().str.join(", "),
        reason=reasons.filter(pl.col("is_closed") & (reasons != "")).drop_nulls().str.join(" | "),
        several_ngo_dates=(pl.col("accepted_on").count() > 1) | (pl.col("closed_on").count() > 1),
        has_rejected=(pl.col("is_closed") & (pl.col("closure_circumstance") == "rejected")).any(),
        is_out_of_order=oscar_people.is_out_of_order().any(),
    )


def _stream_cells(stored: Stored, styles: pl.DataFrame) -> pl.DataFrame:
    """Return names, dates and services of each client's programme streams, each cell joined for itself."""
    streams = stored.streams.join(styles, on="agency", maintain_order="left")
    return streams.group_by("slug", maintain_order=True).agg(
        streams=pl.col("service").unique(maintain_order=True).str.join(", "),
        enrolled_on=dates(pl.col("start_on"), khmer=KHMER).drop_nulls().str.join(", "),
        left_on=dates(pl.col("end_on"), khmer=KHMER).drop_nulls().str.join(", "),
        services=pl.col("service").unique(maintain_order=True).str.join(", "),
        several_stream_dates=(pl.col("start_on").count() > 1) | (pl.col("end_on").count() > 1),
    )


def _assessment_cells(stored: Stored) -> pl.DataFrame:
    """Return the days each client's assessments were made, under a label that promises when they took place."""
    made = dates(pl.col("created_on")).str.join(", ")
    return stored.csi.group_by("slug", maintain_order=True).agg(assessed_cell=made)


def _family_cells(stored: Stored) -> pl.DataFrame:
    return stored.families.select(
        *("household_id", "agency", "id_poor", "family_type"),
        illness_history=pl.when("illness_or_disability").then(pl.lit(oscar_words.CHRONIC_ILLNESS[0])),
        behaviour_history=pl.when("substance_use").then(pl.lit(oscar_words.SUBSTANCE_USE[0])),
    )


def _yes_no(column: pl.Expr) -> pl.Expr:
    yes, no = oscar_words.YES_NO[True], oscar_words.YES_NO[False]
    english = pl.when(column).then(pl.lit(yes[0])).when(~column).then(pl.lit(no[0]))
    return (
        pl.when(KHMER).then(pl.when(column).then(pl.lit(yes[1])).when(~column).then(pl.lit(no[1]))).otherwise(english)
    )
