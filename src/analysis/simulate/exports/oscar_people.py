"""Clients and their episodes: what any OSCaR file that prints them lets a perfect reader know."""

import polars as pl

from analysis.importers import as_read
from analysis.simulate.exports import oscar_words
from analysis.simulate.exports.oscar_services import PROGRAMME_OF_SERVICE
from analysis.simulate.exports.oscar_stored import Stored

YES_NO = ("ever_in_rcf", "ever_in_gov_care", "disability", "birth_registered")
PROGRAMMES = list(dict.fromkeys(PROGRAMME_OF_SERVICE.values()))  # the first a client has decides
TYPED_BIRTHS = {  # impossible birth dates as printed in English, in Khmer, and in ISO
    "five_digits": ("1 January 22012", "១ មករា ២២០១២", "22012-01-01"),
    "before_1900": ("25 June 1800", "២៥ មិថុនា ១៨០០", "1800-06-25"),
}


def known_of(stored: Stored) -> pl.DataFrame:
    """Return the clients with what birth date, reasons and family tell; ``stored_birth_date`` is what was typed."""
    birth = pl.col("birth_date")
    quality = (
        pl.when(pl.col("birth_fault").is_not_null())
        .then(pl.lit("implausible"))
        .when(birth.is_null())
        .then(pl.lit("missing"))
        .when((birth.dt.month() == 1) & (birth.dt.day() == 1))
        .then(pl.lit("year_only"))
        .otherwise(pl.lit("exact"))
    )
    reasons = pl.col("separation_reason").str.split("|")
    has = {name: reasons.list.contains(f"orphan_{name}") for name in ("double", "father", "mother")}
    orphan = (
        pl.when(has["double"] | (has["father"] & has["mother"]))
        .then(pl.lit("double_orphan"))
        .when(has["father"])
        .then(pl.lit("mother_alive_only"))
        .when(has["mother"])
        .then(pl.lit("father_alive_only"))
        .otherwise(pl.lit("unknown"))
    )
    return stored.clients.with_columns(
        stored_birth_date=birth,
        birth_date=pl.when(pl.col("birth_fault").is_null()).then(birth),
        dob_quality=quality,
        orphan_status=orphan,
        case_ref="slug:" + pl.col("slug"),
        household_ref=pl.format("family:{}/{}", "agency", "family_no"),  # missing where the family is
    )


def birth_text(*, khmer: pl.Expr) -> pl.Expr:
    """Return birth dates as OSCaR prints them, impossible ones as they were typed."""
    typed = [
        pl.col("birth_fault").replace_strict({kind: text[i] for kind, text in TYPED_BIRTHS.items()}, default=None)
        for i in (0, 1)
    ]
    return pl.coalesce(
        pl.when(khmer).then(typed[1]).otherwise(typed[0]), oscar_words.dates(pl.col("stored_birth_date"), khmer=khmer)
    )


def closings_of(stored: Stored) -> pl.DataFrame:
    """Return the episodes with ``referred_on``, ``status``, ``is_closed`` and the closing words that can be told apart.

    A cell lists the words of all exits without their dates: with several exits they are known only if they agree.
    """
    client = stored.clients.select("slug", "status", "risk_level", first_referred_on="referred_on")
    episodes = stored.episodes.join(client, on="slug", maintain_order="left")
    is_last = pl.col("episode") == pl.col("n_episodes")
    dated = episodes.with_columns(
        status=pl.when(is_last).then("status").otherwise(pl.lit("closed")),
        risk_level=pl.when(is_last).then("risk_level").otherwise(pl.lit("unknown")),
        referred_on=pl.when(pl.col("episode") == 1).then("first_referred_on").otherwise("accepted_on"),
    ).with_columns(is_closed=pl.col("status") == "closed")
    reasons = oscar_words.recognised("closure_reason")
    told = dated.with_columns(
        reasons=pl.when(pl.col("is_closed")).then(reasons),
        n_closed=pl.col("is_closed").sum().over("slug"),
    )
    every = (
        told.filter("is_closed")
        .group_by("slug", maintain_order=True)
        .agg(
            all_circumstances=pl.col("closure_circumstance").drop_nulls().unique(),
            all_reasons=pl.col("reasons").explode().drop_nulls().unique(),
        )
    )
    return told.join(every, on="slug", how="left", maintain_order="left").with_columns(
        known_circumstance=pl.when("is_closed").then(_agreed(pl.col("all_circumstances"))),
        known_reason=pl.when("is_closed").then(
            pl.when(pl.col("n_closed") == 1)
            .then(oscar_words.joined(pl.col("all_reasons")))
            .otherwise(_agreed(pl.col("all_reasons")))
        ),
    )


def is_out_of_order() -> pl.Expr:
    """Return where an episode was closed before it was accepted or referred."""
    closed = pl.col("closed_on")
    return (closed < pl.col("accepted_on")).fill_null(False) | (closed < pl.col("referred_on")).fill_null(False)


def programme(services: pl.DataFrame) -> pl.DataFrame:
    """Return slug and programme of each client with ``services`` (slug, service)."""
    word = pl.col("service").replace_strict(PROGRAMME_OF_SERVICE, default="other")
    rank = word.replace_strict({name: i for i, name in enumerate([*PROGRAMMES, "other"])})
    return services.group_by("slug", maintain_order=True).agg(programme=word.get(rank.arg_min()))


def case_records(clients: pl.DataFrame, episodes: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Return the rows as read: one an episode, with the ``columns`` of its client; ``clients`` has sheet and row."""
    told = clients.with_columns(
        separation_reason=oscar_words.joined(oscar_words.recognised("separation_reason")),
        harm_history=oscar_words.joined(oscar_words.recognised("harm_history")),
    )
    of_episode = [name for name in episodes.columns if name in as_read.CASE_RECORDS and name != "agency"]
    rows = told.select("sheet", "row", "case_ref", "slug", "agency", *columns).join(
        episodes.select("slug", *(name for name in of_episode if name != "slug")), on="slug", maintain_order="left"
    )
    return as_read.filled(rows, "case_records")


def _agreed(words: pl.Expr) -> pl.Expr:
    """Return the one word that all exits have, else unknown."""
    return pl.when(words.list.len() == 1).then(words.list.first()).otherwise(pl.lit("unknown"))
