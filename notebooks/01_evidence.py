# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Evidence: what has been printed, and does it agree?

# %%
from analysis.notebook import places

answer, widest, figure = places(3)  # filled by cells below

# %% [markdown]
# **Answers:** which numbers on children in residential care in Cambodia are in print, how near to their source we saw them,
# where two sources disagree, and which printed numbers add up. **Data:** published figures only, one row a number, with its
# definition, method and document. **Limits:** a ledger of what was printed is no ledger of what is true, and what we did
# not find is not in it.

# %% [markdown]
# ## Assumptions you may change

# %%
topic = "estimation_study"  # looked at in detail: "mapping", "care_trend", "reintegration", "costs", ...
lowest_grade = "C"  # "A": seen at its source; "B": also quoted by others; "C": also derived here
allowed_difference = 0.0  # by which share a calculation may miss, beyond rounding: 0 to 0.1

# %%
import pandas as pd
from IPython.display import Markdown, display

from analysis import store, words
from analysis.figures import living_parents as figure_of_parents
from analysis.notebook import picture, runtime, tables_used

pd.options.display.max_colwidth = None
all_claims = store.read("claims")
claims = all_claims[all_claims["grade"] <= lowest_grade]
identities = store.read("identities")
reconciliation = store.read("reconciliation")

needed = (identities["terms"] + " " + identities["result"].fillna("")).set_axis(identities["identity_id"])
needed = needed.str.split().explode()
dropped = needed[needed.isin(all_claims["claim_id"]) & ~needed.isin(claims["claim_id"])].index.unique()
calculations = reconciliation[~reconciliation["term"].isin(dropped)]
room = calculations["tolerance"] + allowed_difference * calculations["printed_value"].abs() + 1e-9
calculations = calculations.assign(holds=calculations["difference"].abs() <= room)
is_conflict = calculations["term"].str.startswith("conflict-")
sums, conflicts = calculations[~is_conflict], calculations[is_conflict]

# %% [markdown]
# ## What is in print, and does it agree?

# %%
answer.update(
    Markdown(
        f"**{len(claims)} printed numbers from {claims['source_id'].nunique()} documents; {int(sums['holds'].sum())} of "
        f"{len(sums)} calculations among them hold; {int((~conflicts['holds']).sum())} pairs of sources print different "
        f"numbers for what sounds like the same thing.**"
    )
)
display(
    Markdown(
        f"{int((claims['grade'] == 'A').sum())} numbers were seen at their source (grade A), "
        f"{int((claims['grade'] == 'B').sum())} as another quotes them (B), and {int((claims['grade'] == 'C').sum())} are "
        "derived here from printed ones (C). Every calculation that fails has its reason beside it below, and no number was "
        "taken out to settle a conflict."
    )
)

# %% [markdown]
# ## What is printed about what, and how near to its source?

# %%
graded = claims.groupby(["topic", "grade"]).size().unstack(fill_value=0)
graded.assign(all=graded.sum(axis=1), documents=claims.groupby("topic")["source_id"].nunique()).sort_values(
    "all", ascending=False
)

# %%
methods = claims["method"].value_counts()
without_number = claims[claims["value"].isna()]
display(
    Markdown(
        "How the numbers came about: "
        + words.listed(methods.index.str.replace("_", " ") + " (" + methods.astype("str") + ")")
        + f". {len(without_number)} claims are words without a number, such as *{without_number['value_printed'].iloc[0]}*; "
        "they stay in the ledger and enter no calculation."
        if len(without_number)
        else "Every claim of this grade has a number."
    )
)

# %% [markdown]
# ## One topic in detail

# %%
columns = {
    "value_printed": "in print",
    "unit": "unit",
    "period": "when",
    "definition": "what is counted",
    "method": "how",
    "grade": "grade",
    "source_id": "document",
}
in_topic = claims[claims["topic"] == topic]
display(
    Markdown(
        f"`{topic}`: {len(in_topic)} numbers of grade {lowest_grade} or better, in {in_topic['source_id'].nunique()} documents."
    )
)
in_topic.set_index("claim_id")[list(columns)].rename(columns=columns).fillna("–")

# %% [markdown]
# ## Which documents carry the most?

# %%
documents = store.read("documents").set_index("source_id")
carried = claims["source_id"].value_counts().rename("claims")
most = documents.join(carried, how="inner", validate="1:1").sort_values("claims", ascending=False, kind="stable")
most[["claims", "title", "publisher", "year"]].head(10).astype("object").fillna("–")

# %%
display(
    Markdown(
        f"The ten documents above carry {words.percent(carried.head(10).sum() / carried.sum())} of the numbers; one document "
        f"alone carries {words.percent(carried.iloc[0] / carried.sum())}. If one of them is wrong, much of the rest is."
    )
)

# %% [markdown]
# ## Where do two sources disagree?
#
# Each row holds two printed numbers side by side with what they count. Many define the thing differently.

# %%
ledger = all_claims.set_index("claim_id")
pairs = identities[identities["identity_id"].isin(conflicts["term"])].set_index("identity_id")
one, other = ledger.loc[pairs["terms"]], ledger.loc[pairs["result"]]
pairs.assign(
    one=list(one["value_printed"] + " " + one["unit"]),
    counts=list(one["definition"]),
    other=list(other["value_printed"] + " " + other["unit"]),
    other_counts=list(other["definition"]),
)[["one", "counts", "other", "other_counts", "note"]].rename(
    columns={"one": "one source", "counts": "counts", "other": "another", "other_counts": "counts ", "note": "why"}
).set_axis(pairs.index.str.removeprefix("conflict-"))

# %%
gap = (conflicts["estimate"] / conflicts["printed_value"]).astype("float64")
gap = gap.where(gap >= 1, 1 / gap).set_axis(conflicts["statement"])
widest.update(
    Markdown(
        f"Where two sources disagree, the widest gap is a factor of {gap.max():.1f}: {gap.idxmax()}."
        if len(gap)
        else "No two sources are left that disagree."
    )
)
Markdown(f"The narrowest gap is a factor of {gap.min():.2f}: {gap.idxmin()}." if len(gap) else "There is none.")

# %% [markdown]
# ## How far apart are claims that sound alike?
#
# The figure at the top of this notebook shows it for one of them: children in residential care with a living parent.

# %%
living_parents = store.read("living_parents")
alike = living_parents[living_parents["grade"] <= lowest_grade]
in_numbers = alike[alike["outcome"] != "double_orphan_share"].dropna(subset="estimate")
figure.update(
    picture(figure_of_parents, alike, store.read("documents"))
    if in_numbers["is_in_residential_care"].nunique() == 2
    else Markdown("Of this grade there are too few numbers on living parents for a figure.")
)
in_care = in_numbers[in_numbers["is_in_residential_care"]].sort_values("estimate", ascending=False)
in_care.set_index("population")[["value_printed", "estimate", "definition", "period", "grade", "source_id"]].rename(
    columns={
        "value_printed": "in print",
        "estimate": "share",
        "definition": "what is counted",
        "period": "when",
        "source_id": "document",
    }
).pipe(words.readable)

# %% [markdown]
# ## Do the printed numbers add up?
#
# A calculation *holds* if it meets the printed number within the rounding of that number. Those that fail stay, with why.

# %%
failing = sums[~sums["holds"]]
why = failing["note"].str.removesuffix(" Arithmetic on printed numbers: no interval.")
display(
    Markdown(
        f"{int(sums['holds'].sum())} hold, {len(failing)} fail. {len(reconciliation) - len(calculations)} of "
        f"{len(reconciliation)} cannot be done with the grades accepted above."
    )
)
failing.assign(why=why).set_index("statement")[["estimate", "printed_value", "difference", "scale", "why"]].pipe(
    words.readable
).rename(columns={"estimate": "computed", "printed_value": "printed", "scale": "unit"})

# %%
holding = sums[sums["holds"]].set_index("statement")
holding[["scale", "tolerance"]].rename(columns={"scale": "unit", "tolerance": "rounding allowed, plus or minus"})

# %% [markdown]
# ## What was decided by hand, by whom, and why?
#
# Where an analysis must use one number, a ruling says which. To object to one is to change a row.

# %%
rulings = store.read("rulings")
open_questions = rulings[rulings["used_claim"].isna()]
display(
    Markdown(
        f"{len(rulings)} rulings; in {len(open_questions)} of them no claim wins: both stay, or none is used. "
        f"Decided by: {words.listed(sorted(rulings['decided_by'].unique()))}."
    )
)
rulings.set_index("question")[["used_claim", "reason", "decided_on"]].rename(
    columns={"used_claim": "used", "decided_on": "on"}
).fillna("–")

# %% [markdown]
# ## Does one code mean one place?
#
# Official lists give codes to districts and communes. A code that means two places joins the wrong children to the wrong homes.

# %%
places = store.read("places")
commune_codes = store.read("commune_codes")["comparison"].value_counts()
district_codes = store.read("district_codes")["comparison"].value_counts()
n_places = places["level"].value_counts()
display(
    Markdown(
        f"The gazetteer has {n_places['province']} provinces, {n_places['district']} districts and {n_places['commune']} "
        f"communes. **{commune_codes['another place']} commune codes mean another place in another official list**, and "
        f"{commune_codes.sum() - commune_codes['another place']} stand in one list only; of {district_codes.sum()} district "
        f"codes {district_codes.get('another place', 0)} mean another place. We join by code only within one list, and "
        "by province otherwise."
    )
)
pd.DataFrame({"commune codes in conflict": commune_codes, "district codes": district_codes}).astype("Int64").pipe(
    words.readable
)

# %% [markdown]
# ## What this cannot tell
#
# - **Truth.** That numbers agree may mean that one was copied from the other; a grade says where we saw a number, not how good
#   the count behind it was.
# - **What we did not find.** The mapping's table by province (an annex of its report), inspections by year, and how many children return to care
#   after reunification in Cambodia are in no document we found.
# - **Completeness.** We searched what is public on the web, mostly in English; ministry circulars and reports in Khmer are
#   likely to be missing.

# %% [markdown]
# ## Tables used

# %%
tables_used(
    "claims",
    "identities",
    "reconciliation",
    "documents",
    "living_parents",
    "rulings",
    "places",
    "commune_codes",
    "district_codes",
)

# %%
runtime()  # where you run it; for the committed notebook make prints the time
