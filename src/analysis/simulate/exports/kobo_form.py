"""The questions of the household form in Kobo: names with groups, and answers as the form stores them."""

import numpy as np
import polars as pl

from analysis import country
from analysis.simulate.exports import private
from analysis.simulate.exports.age_bands import age_band

CHOICES = {  # as read: question; answered by one of our words
    "id_poor": "household/id_poor",
    "caregiver_relation": "caregiver/relation",
    "caregiver_sex": "caregiver/sex",
}
NUMBERS = {
    "household_size": "household/size",
    "n_children": "household/n_children",
    "n_adults": "household/n_adults",
    "monthly_income": "household/monthly_income",
    "caregiver_age": "caregiver/age",
    "school_distance_km": "school/distance_km",
    "school_cost_usd": "school/cost_usd",
}
RISKS = {  # options of the one question that allows several answers
    "migration": "migration",
    "violence_in_home": "violence",
    "substance_use": "alcohol_drugs",
    "illness_or_disability": "illness_disability",
}
MEMBER_CHOICES = {name: f"members/{name}" for name in ("relation", "sex", "living_place")}
MEMBER_YES_NO = {
    name: f"members/{name}"
    for name in (
        *("is_caregiver", "is_alive", "in_school", "disability", "mother_alive", "father_alive"),
        *("placed_12m", "ever_in_rcf"),
    )
}
MEMBER_OF_CHILDREN = {"placed_before_12m": "members/placed_before_12m"}  # yes or no; blank of who was not asked
DESIGN = {"stratum": "identification/stratum", "cluster": "identification/cluster", "weight": "identification/weight"}
DATE_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y")
KHMER_DIGITS = dict(zip("0123456789", "០១២៣៤៥៦៧៨៩", strict=True))


def answers(households: pl.DataFrame, rng: np.random.Generator, *, has_design: bool) -> pl.DataFrame:
    """Return the submissions: one column a question; who refuses is asked no more."""
    n = households.height
    is_asked = pl.col("consent") != "no"
    identification = [
        *((pl.col(name).alias(question) for name, question in DESIGN.items()) if has_design else ()),
        (pl.col("province_code") if has_design else pl.col("province_code").cast(pl.Int64)).alias(
            "identification/province"
        ),
        *(() if has_design else (pl.col("agency").alias("identification/agency"),)),
    ]
    asked = [
        *(choice(name, rng, n).alias(question) for name, question in CHOICES.items()),
        pl.when(pl.col("income_currency") != "unknown")
        .then(pl.col("income_currency").str.to_lowercase())
        .alias("household/income_currency"),
        yes_no("dependable_income", rng, n).alias("household/dependable_income"),
        *(pl.col(name).alias(question) for name, question in NUMBERS.items() if name != "household_size"),
        khmer_in_some("household_size", rng, n).alias(NUMBERS["household_size"]),
        *_risks(),
        pl.lit(pl.Series(private.notes(range(n)))).alias("household/remarks"),
    ]
    return households.select(
        *_day_of_interview(rng, n),
        *_personal(n),
        *identification,
        pl.when(pl.col("consent") != "unknown").then("consent").alias("consent"),
        *(pl.when(is_asked).then(question).alias(question.meta.output_name()) for question in asked),
    )


def member_answers(members: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Return the rows of the repeat group: one column a question."""
    n = members.height
    return members.select(
        pl.Series("members/name", private.khmer("ឈ្មោះ", range(n))),
        *(choice(name, rng, n).alias(question) for name, question in MEMBER_CHOICES.items()),
        khmer_in_some("age_years", rng, n).alias("members/age_years"),
        *(yes_no(name, rng, n).alias(question) for name, question in MEMBER_YES_NO.items()),
        *(_answered(name).alias(question) for name, question in MEMBER_OF_CHILDREN.items()),
    )


def read_households(households: pl.DataFrame) -> pl.DataFrame:
    """Return what a perfect reader makes of the submissions, as columns of households as read."""
    is_asked = pl.col("consent") != "no"
    asked = [
        *CHOICES,
        *(name for name in NUMBERS if name != "caregiver_age"),
        *("income_currency", "dependable_income", *RISKS, "caregiver_age_band"),
    ]
    band = age_band(pl.col("caregiver_age"))
    words = [*CHOICES, "income_currency", "caregiver_age_band"]
    kept = households.with_columns(band.alias("caregiver_age_band")).with_columns(
        pl.when(is_asked).then(name).alias(name) for name in asked
    )
    return kept.with_columns(pl.col(words).fill_null("unknown")).select(
        *asked, "province_code", pl.col("consent").alias("use_allowed")
    )


def choice(name: str, rng: np.random.Generator, n: int) -> pl.Expr:
    """Return answers to a question with options; what is not known is left blank or ticked as such."""
    unknown = pl.when(pl.Series(rng.random(n) < 0.5)).then(pl.lit("dont_know"))
    return pl.when(pl.col(name).fill_null("unknown") == "unknown").then(unknown).otherwise(name)


def yes_no(name: str, rng: np.random.Generator, n: int) -> pl.Expr:
    """Return answers to a question of yes and no; what is not known is left blank or ticked as such."""
    unknown = pl.when(pl.Series(rng.random(n) < 0.5)).then(pl.lit("dont_know"))
    return _answered(name).fill_null(unknown)


def _answered(name: str) -> pl.Expr:
    """Return yes or no, and a blank for what is not known."""
    return pl.when(pl.col(name)).then(pl.lit("yes")).when(~pl.col(name)).then(pl.lit("no"))


def khmer_in_some(name: str, rng: np.random.Generator, n: int, share: float = 0.01) -> pl.Expr:
    """Return whole numbers as text, a share of them in Khmer digits where Khmer is written."""
    text = pl.col(name).cast(pl.Int64).cast(pl.String)
    is_local = pl.Series(rng.random(n) < share) & ("km" in country.LANGUAGES)
    return pl.when(is_local).then(text.str.replace_many(KHMER_DIGITS)).otherwise(text)


def _risks() -> list[pl.Expr]:
    ticked = [pl.when(pl.col(name)).then(pl.lit(option)) for name, option in RISKS.items()]
    several = pl.concat_str(ticked, separator=" ", ignore_nulls=True)
    is_answered = pl.any_horizontal(pl.col(*RISKS).is_not_null())
    summary = pl.when(is_answered).then(pl.when(several == "").then(pl.lit("none")).otherwise(several))
    options = (pl.col(name).cast(pl.Int64).alias(f"household/risks/{option}") for name, option in RISKS.items())
    return [summary.alias("household/risks"), *options]


def _day_of_interview(rng: np.random.Generator, n: int) -> list[pl.Expr]:
    """Return the phone's own dates, in the format each phone is set to."""
    phone = pl.Series(rng.integers(len(DATE_FORMATS), size=n))
    text = pl.coalesce(
        pl.when(phone == i).then(pl.col("interviewed_on").dt.strftime(date_format))
        for i, date_format in enumerate(DATE_FORMATS)
    )
    return [text.alias(name) for name in ("start", "end", "today")]


def _personal(n: int) -> list[pl.Series]:
    numbers = range(n)
    return [
        pl.Series("identification/respondent_name", private.latin("respondent", numbers)),
        pl.Series("identification/telephone", private.phones(numbers)),
        pl.Series("identification/gps", private.latin("gps", numbers)),
    ]
