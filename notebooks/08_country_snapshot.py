# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Country snapshot: what is known of children's care, how old it is, what nobody has printed

# %%
from analysis.notebook import places

answer, figure = places(2)  # filled by cells below

# %% [markdown]
# **Answers:** which fields of the Better Care Network's Country Care Snapshot can be filled for Cambodia, by whom and when each number was printed, where
# sources disagree, which sums hold, and who could fill what is empty. **Data:** published figures only; no row rests on records of children.
# **Limits:** a snapshot of what was printed is no snapshot of what is true today, and what we did not find is not in it.

# %% [markdown]
# ## Assumptions you may change

# %%
made_for = 2026  # the year at which ages are counted: a later one makes every number older
stale_after_years = 5  # above which a number is called out of date: 2 to 10
section = "formal_alternative_care"  # looked at in detail: "demographic_data", "social_work_force", "care_reform", ...

# %%
import pandas as pd
from IPython.display import Markdown, display

from analysis import store, study, words
from analysis.estimates import country_snapshot as estimate_of_snapshot
from analysis.figures import country_snapshot as figure_of_snapshot
from analysis.notebook import picture, rebuilt, runtime, tables_used

pd.options.display.max_colwidth = None
my_study = (
    study.load()
    .changed("country_snapshot.reference_year", made_for)
    .changed("country_snapshot.stale_after_years", stale_after_years)
)
snapshot = rebuilt(
    estimate_of_snapshot,
    store.read("snapshot_fields"),
    store.read("claims"),
    store.read("documents"),
    store.read("reconciliation"),
    store.read("identities"),
    store.read("care_rates"),
    store.read("closure_funnel"),
    store.read("driver_gradients"),
    store.read("national_totals"),
    store.read("regulation"),
    store.read("commune_poverty"),
    store.read("mpi_trends"),
    store.read("province_children"),
    store.read("province_mpi"),
    store.read("province_rates"),
    store.read("provinces"),
    my_study,
)
of_country = snapshot[snapshot["province"].isna()]
values = of_country[of_country["row_is"] == "value"]
empty = of_country[of_country["row_is"] == "no data"]

# %% [markdown]
# ## How much of the snapshot is filled, and how old is it?

# %%
answer.update(
    Markdown(
        f"**{len(values)} numbers fill {values['outcome'].nunique()} fields; {int(values['is_stale'].sum())} of them are more "
        f"than {stale_after_years} years old in {made_for}, {int(values['year'].isna().sum())} have no stated year, and "
        f"{len(empty)} fields are empty.**"
    )
)
figure.update(picture(figure_of_snapshot, snapshot))
display(Markdown(f"The median number is {values['age_years'].median():.0f} years old."))

# %%
by_section = values.groupby("section", sort=False).agg(
    numbers=("estimate", "size"),
    out_of_date=("is_stale", "sum"),
    oldest=("year", "min"),
    newest=("year", "max"),
)
n_empty = empty["section"].value_counts().reindex(by_section.index).fillna(0).astype("Int64")
by_section.astype({"oldest": "str", "newest": "str"}).assign(empty=n_empty)

# %% [markdown]
# ## One section in detail

# %%
columns = {
    "label": "field",
    "value_printed": "in print",
    "estimate": "number",
    "scale": "unit",
    "period": "when",
    "age_years": "age in years",
    "counts": "what is counted",
    "source_id": "document",
}
in_section = values[values["section"] == section]
display(
    Markdown(
        f"`{section}`: {len(in_section)} numbers of {in_section['year'].min()} to {in_section['year'].max()}, "
        f"{int(in_section['is_stale'].sum())} of them out of date."
    )
)
in_section[list(columns)].rename(columns=columns).set_index("field").pipe(words.readable)

# %% [markdown]
# ## Where do sources disagree?
#
# Numbers of one field stand side by side, each with what it counts. None is averaged with another.

# %%
beside = values[values["n_side_by_side"] > 1]
display(Markdown(f"{beside['outcome'].nunique()} fields have several numbers, {len(beside)} in all."))
beside.set_index("label")[["value_printed", "estimate", "period", "counts", "side_by_side"]].rename(
    columns={"value_printed": "in print", "estimate": "number", "period": "when", "side_by_side": "why several"}
).pipe(words.readable)

# %% [markdown]
# ## What has changed since the vintage before?
#
# A difference is taken only where both were counted alike. Otherwise the number before stands beside, and no more is said.

# %%
before = values.dropna(subset="previous_estimate")
alike = before.dropna(subset="change")
display(
    Markdown(
        f"{len(before)} fields have an earlier number in the ledger; for {len(alike)} of them both were counted alike."
    )
)
before.set_index("label")[
    ["previous_estimate", "previous_period", "estimate", "period", "change", "previous_basis"]
].rename(
    columns={
        "previous_estimate": "before",
        "previous_period": "when",
        "estimate": "now",
        "period": "when ",
        "previous_basis": "basis",
    }
).pipe(words.readable)

# %% [markdown]
# ## Do its numbers add up?

# %%
checks = of_country[of_country["row_is"] == "check"]
failing = checks[~checks["holds"]]
display(Markdown(f"{int(checks['holds'].sum())} of {len(checks)} calculations hold. Those that fail, with why:"))
why = failing["note"].str.removesuffix(" Arithmetic on printed numbers: no interval.")
failing.assign(why=why).set_index("label")[["estimate", "checked_against", "difference", "why"]].rename(
    columns={"estimate": "computed", "checked_against": "should be"}
)

# %% [markdown]
# ## What is empty, and who could fill it?

# %%
display(Markdown(f"{len(empty)} fields are empty for the country. An empty field is missing, and never 0."))
empty.set_index("label")[["section", "who_could_fill"]].rename(columns={"who_could_fill": "who could fill it"})

# %% [markdown]
# ## What is known of each province?

# %%
of_provinces = snapshot[snapshot["province"].notna()]
known = of_provinces.assign(is_known=of_provinces["row_is"].eq("value")).groupby("label", sort=False)["is_known"].sum()
n_unknown = int((known == 0).sum())
is_counted = of_provinces["outcome"].eq("province_institutions") & of_provinces["row_is"].eq("value")
counted = words.listed(sorted(of_provinces.loc[is_counted, "province"]))
display(
    Markdown(
        f"Of {of_provinces['outcome'].nunique()} fields {n_unknown} are known of no province; a count of institutions is in "
        f"print for {counted} alone."
    )
)
known.rename("provinces with a number").to_frame()

# %% [markdown]
# ## What this cannot tell
#
# - **Today.** Most numbers are years old; that one is recent does not make it right.
# - **Whom households do not hold.** Surveys of households leave out children in institutions, so that living arrangements tell nothing of these.
# - **What was not found.** The ministry's table by province, and the number of children in formal foster and kinship care, are in no document we found.

# %% [markdown]
# ## Tables used

# %%
tables_used(
    "snapshot_fields",
    "claims",
    "documents",
    "reconciliation",
    "identities",
    "care_rates",
    "closure_funnel",
    "driver_gradients",
    "national_totals",
    "regulation",
    "commune_poverty",
    "mpi_trends",
    "province_children",
    "province_mpi",
    "province_rates",
    "provinces",
)

# %%
runtime()  # where you run it; for the committed notebook make prints the time
