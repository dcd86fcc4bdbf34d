# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # National estimate: how many children live in residential care in Cambodia?

# %%
from analysis.notebook import places

answer, figure = places(2)  # filled by cells below

# %% [markdown]
# **Answers:** which national totals are in print, what each of them counts, and how wide the largest one would be if the
# communes it was drawn from differ; at the end, what one makes of a sample of communes, on imported records. **Data:**
# published figures; the last three sections the imported records, simulated ones by default, which then say nothing about
# Cambodia. **Limits:** the totals count different children in different places; no total is right for every purpose, and
# how much communes differ we found nowhere in print.

# %% [markdown]
# ## Assumptions you may change

# %%
# How much the rates of communes differ, standard deviation over mean: each 0.5 to 3, keep 1.0 among them.
commune_cvs = [1.0, 1.5, 2.0]
n_communes = 24  # that count as independent draws: 24 as printed, fewer if neighbours are alike
facility_size_cv = 1.0  # how much institutions differ in size, likewise: 0.5 to 1.5
confidence = 0.95  # of the intervals: 0.5 to 0.99

# %%
import pandas as pd
from IPython.display import Markdown, display

from analysis import store, study, words
from analysis.estimates import national_totals as estimate
from analysis.figures import counts_reconciled as figure_of_counts
from analysis.figures import national_survey as figure_of_survey
from analysis.figures import national_survey_coverage as figure_of_coverage
from analysis.figures import national_totals as figure_of_totals
from analysis.notebook import against_published, picture, rebuilt, runtime, tables_used

pd.options.display.max_colwidth = None
claims = store.read("claims")

my_study = (
    study.load()
    .changed("national_totals.commune_cvs", commune_cvs)
    .changed("care_rates.facility_size_cv", facility_size_cv)
    .changed("intervals.confidence", confidence)
)
assumed = claims["value"].mask(claims["claim_id"] == estimate.COMMUNES, n_communes)
national_totals = rebuilt(estimate, claims.assign(value=assumed), my_study)
cambodia = national_totals[national_totals["outcome"] == "n_children_in_residential_care"]
stated = cambodia[cambodia["level"].isin([estimate.PRINTED, estimate.DERIVED])].sort_values(["period", "estimate"])
ours = cambodia[cambodia["ci_low"].notna()].sort_values("commune_cv").set_index("level")
total = stated.set_index("term")["estimate"]

# %% [markdown]
# ## Which totals are in print, and how sure is the largest?

# %%
of_2015 = stated[stated["period"].isin(["2014", "2014-15", "2015"]) & (stated["scale"] == "children")]
of_2015 = of_2015[~of_2015["term"].isin(figure_of_totals.PARTS)]
answer.update(
    Markdown(
        f"**Totals in print for 2014-15 run from {words.number(of_2015['estimate'].min())} to "
        f"{words.number(of_2015['estimate'].max())} children. They count different children, and none of them settles the "
        "question.**"
    )
)
figure.update(picture(figure_of_totals, national_totals, confidence=confidence))
display(
    Markdown(
        f"In 2014 the institutions known to the ministry held "
        f"{words.number(total['trend-2014-children'])} children; its mapping of 2014-15 found "
        f"{words.number(total['mapping-cambodia-rci-children'])} under 18 in places whose staff call them residential care "
        f"institutions, and {words.number(total['mapping-cambodia-children'])} in all five types of facility; a study of "
        f"2015 estimated {words.number(total['study-national-children'])} who sleep four nights a week in any institution. "
        f"We saw no interval printed with the study's number; by our calculation, if communes differ as much as the "
        f"smallest value assumed above, it is {words.with_interval(ours.loc[f'communes differ, cv {min(commune_cvs):g}'], confidence)}. "
        + against_published(estimate, national_totals, store.read("national_totals"))
    )
)

# %% [markdown]
# ## What does each printed total count?
#
# Grade A: seen in the source's own text. B: quoted by another. C: summed here from printed numbers.

# %%
columns = {
    "value_printed": "in print",
    "scale": "unit",
    "population": "where",
    "definition": "what is counted",
    "method": "how",
    "grade": "grade",
    "source_id": "document",
}
stated[["period", *columns]].rename(columns=columns).set_index("period")

# %%
display(
    Markdown(
        f"{len(stated)} totals, from {words.number(stated['estimate'].min())} to {words.number(stated['estimate'].max())}. "
        f"We saw none of them printed with an interval. Counted around 2015 alone, the largest total of children is "
        f"{of_2015['estimate'].max() / of_2015['estimate'].min():.1f} times the smallest."
    )
)

# %% [markdown]
# ## How did the study come to its number?
#
# The study visited every institution it could find in a random draw of communes, counted the children, took children per
# person there as one rate (a *one-rate Poisson model*), and applied it to all districts with at least one reported
# institution. Population over population is not in the text we saw, but the factor by which the count was multiplied follows from two
# printed numbers.

# %%
factors = national_totals[national_totals["outcome"] == "expansion_factor"].set_index("term")
display(
    Markdown(
        f"{words.number(factors.loc[estimate.ALL_CHILDREN, 'n'])} children became "
        f"{words.number(total[estimate.ALL_CHILDREN])}: a factor of {factors.loc[estimate.ALL_CHILDREN, 'estimate']:.2f}. "
        f"{words.number(factors.loc[estimate.ALL_INSTITUTIONS, 'n'])} institutions became the printed national number with a "
        f"factor of {factors.loc[estimate.ALL_INSTITUTIONS, 'estimate']:.2f}: the same rate was expanded twice."
    )
)
factors[["definition", "n", "estimate"]].round(4).rename(columns={"n": "counted", "estimate": "factor"})

# %% [markdown]
# ## How sure is it, if every commune has the same rate?

# %%
naive = ours.loc[estimate.ONE_RATE]
display(
    Markdown(
        f"{words.with_interval(naive, confidence)}. That is what the one-rate model itself says, and it is far too narrow: it "
        f"takes {words.number(naive['n'])} children for that many independent events, though they live in "
        f"institutions together, and {words.number(n_communes)} communes for the whole country."
    )
)

# %% [markdown]
# ## And if communes differ?
#
# Each row assumes how much the rate of institutions' children differs between communes (*cv*, the standard deviation over the
# mean). One row is the model's own; one has communes that do not differ in kind, but institutions that differ in size. *Times
# as uncertain* is the variance of the count over that of the one-rate model.

# %%
widths = ours[["commune_cv", "ci_low", "ci_high", "overdispersion"]].assign(
    half_width=(ours["ci_high"] - ours["ci_low"]) / 2 / ours["estimate"]
)
words.readable(
    widths.rename(
        columns={
            "commune_cv": "cv",
            "ci_low": "from",
            "ci_high": "to",
            "overdispersion": "times as uncertain (variance)",
            "half_width": "half width over estimate",
        }
    )
)

# %%
alike, widest = ours.loc[estimate.ALIKE], ours.iloc[-1]
display(
    Markdown(
        f"Even with communes all alike, unequal institutions make it {words.with_interval(alike, confidence)}. With the most "
        f"variation assumed here it is {words.with_interval(widest, confidence)}."
    )
)

# %% [markdown]
# ## Do the study and the mapping contradict each other?

# %%
mapped = total[["mapping-cambodia-children", "mapping-cambodia-rci-children"]]
n_reach_all = int(((ours["ci_low"] <= mapped.iloc[0]) & (ours["ci_high"] >= mapped.iloc[0])).sum())
n_reach_rci = int(((ours["ci_low"] <= mapped.iloc[1]) & (ours["ci_high"] >= mapped.iloc[1])).sum())
to_study = claims.set_index("claim_id").loc["study-purpose-study-share", "value"] / 100
display(
    Markdown(
        f"They count different things, and chance adds to it. {n_reach_all} of {len(ours)} intervals reach the mapping's "
        f"{words.number(mapped.iloc[0])} children in all types of facility, {n_reach_rci} its "
        f"{words.number(mapped.iloc[1])} in residential care institutions. Where no interval reaches, the draw of communes "
        f"does not explain the gap; definition may, or what either missed: {words.percent(to_study)} of the institutions the study visited "
        "exist first of all for children to study, and their staff need not call them care. Neither number replaces the "
        "other."
    )
)

# %% [markdown]
# ## Is the world's total any firmer?

# %%
world = national_totals[national_totals["outcome"] == "n_children_in_residential_care_worldwide"].sort_values(
    "estimate"
)
single = world[world["ci_low"].notna()].iloc[0]
modelled = world[world["method"] == "modelled"]
display(
    Markdown(
        f"No. One method printed {words.number(single['estimate'])} million with an interval from {single['ci_low']:.2f} to "
        f"{single['ci_high']:.2f}, while other methods on the same countries run from {modelled['estimate'].min():.2f} to "
        f"{modelled['estimate'].max():.2f} million: the choice of method matters far more than the interval of any one says."
    )
)
millions = world.set_index("definition")[["estimate", "ci_low", "ci_high", "period", "source_id"]].astype("object")
millions.fillna("–").rename(
    columns={"estimate": "millions", "ci_low": "from", "ci_high": "to", "source_id": "document"}
)

# %% [markdown]
# ## What this cannot tell
#
# - **How many children there are today.** The newest total stated here is a spokesman's round number; the newest count is older.
# - **How much communes differ.** We found the study's counts by commune nowhere in print; they would replace every assumption above.
# - **Districts.** The intervals cover the draw of communes, not the choice of districts the rate was applied to.
# - **Who is a resident.** Four nights a week, staff's own word for the place, and a list of registered places are three
#   definitions; no interval covers the choice between them.

# %% [markdown]
# ## What does one sample of communes say by other estimators?
#
# From here on the numbers rest on **imported records**, made up unless you import your own, and not on print. A list of sampled
# communes, with the chance each had to be drawn, is expanded in six ways: as published, by one rate; by a negative binomial
# rate; by a weighted rate; by weights alone; and with help of what is known of communes that were not drawn. *Districts
# with a report* is the published study's choice of where its rate holds; a bootstrap draws communes, and what lists report, anew.

# %%
picture(figure_of_survey, store.read("national_survey"), study.load())

# %% [markdown]
# ## How often does such an interval hold the true number?
#
# Only where the true number is known can this be answered: in countries made by the simulator. A Poisson interval takes
# children for independent of each other, but they live together in institutions, and institutions lie in few communes.

# %%
picture(figure_of_coverage, store.read("national_survey_coverage"))

# %% [markdown]
# ## Do facilities and households tell the same?
#
# Facilities are counted from one side, children whom households report in care from the other. The two are laid beside each
# other and never added: who is in both would count twice, and who is in neither not at all.

# %%
picture(figure_of_counts, store.read("counts_reconciled"), study.load())

# %% [markdown]
# ## Tables used

# %%
tables_used("claims", "national_totals")

# %%
tables_used("national_survey", "national_survey_coverage", "counts_reconciled")

# %%
runtime()  # where you run it; for the committed notebook make prints the time
