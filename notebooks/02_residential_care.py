# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Residential care: how much, where, of what kind, and is it falling?

# %%
from analysis.notebook import places

answer, trend, figure = places(3)  # filled by cells below

# %% [markdown]
# **Answers:** institutions and children in them per child of a place, what the printed totals imply for each province, kinds of
# facility, registration and inspection, and the trend; then, on simulated lists, what lists of facilities could tell. **Data:**
# published figures, chiefly the ministry's mapping of 2014-15; from the heading *Facility lists* on **simulated records**, which say
# nothing about Cambodia. **Limits:** we found no open copy of the mapping's table by province; children may live in another province
# than their family.

# %% [markdown]
# ## Assumptions you may change

# %%
denominator = "2011 registration"  # children counted under a rate; or "2008 census"
base_area = "other20"  # group every other is compared with; or "Siem Reap", "Phnom Penh"
facility_size_cv = 1.0  # how much institutions differ in size, standard deviation over mean: 0.5 to 1.5
prior_sd_province = 0.7  # how far like provinces may differ, log scale, before any total is seen: 0.3 to 1.5
confidence = 0.95  # of the intervals: 0.5 to 0.99
n_fullest_provinces = (
    9  # of facility lists: in how many provinces the share of children is told; the mapping printed it for 9
)

# %%
import pandas as pd
from IPython.display import Markdown, display

from analysis import charts, store, study, words
from analysis.estimates import care_rates as estimate_of_rates
from analysis.figures import care_rates as figure_of_rates
from analysis.notebook import against_published, picture, rebuilt, runtime, tables_used

pd.options.display.max_colwidth = None
mapping_totals = store.read("mapping_totals")
group_children = store.read("group_children")
my_study = (
    study.load()
    .changed("care_rates.base_area", base_area)
    .changed("care_rates.facility_size_cv", facility_size_cv)
    .changed("province_rates.prior_sd_province", prior_sd_province)
    .changed("intervals.confidence", confidence)
    .changed("facility_concentration.n_places", n_fullest_provinces)
)
care_rates = rebuilt(estimate_of_rates, mapping_totals, group_children, my_study)
care_rates["place"] = care_rates["term"].replace(dict(charts.AREA_NAMES), regex=True).str.replace("\n", " ")
rates = care_rates[(care_rates["scale"] != "ratio") & (care_rates["level"] == denominator)]
institutions = rates[rates["outcome"] == "n_rcis"].set_index("term")
children = rates[(rates["outcome"] != "n_rcis") & (rates["interval"] == estimate_of_rates.CLUSTERED)].set_index("term")

# %% [markdown]
# ## How much residential care is there per child, and where?

# %%
densest = institutions["estimate"].idxmax()
answer.update(
    Markdown(
        f"**The mapping of 2014-15 found {words.number(institutions.loc['cambodia', 'estimate'])} residential care institutions "
        f"per 100,000 children of Cambodia, and {words.number(children.loc['cambodia', 'estimate'])} of 100,000 children in "
        f"one.** Densest of the places with a count was {densest}: {words.with_interval(institutions.loc[densest], confidence)} institutions per 100,000 "
        "children."
    )
)
display(
    Markdown(
        "The answer and its figure stand at the top of this notebook. "
        f"In the five priority provinces {words.with_interval(children.loc['priority5'], confidence)} of 100,000 "
        f"children lived in one, in the twenty others {words.with_interval(children.loc['other20'], confidence)}. "
        + against_published(estimate_of_rates, care_rates, store.read("care_rates"))
    )
)

# %%
# The figure always compares with the twenty other provinces.
published_base = my_study.changed("care_rates.base_area", study.load().care_rates.base_area)
as_published = rebuilt(estimate_of_rates, mapping_totals, group_children, published_base)
figure.update(picture(figure_of_rates, as_published, confidence=confidence))

# %%
ratios = care_rates[(care_rates["scale"] == "ratio") & (care_rates["level"] == denominator)]
ratios = ratios[(ratios["outcome"] == "n_rcis") | (ratios["interval"] == estimate_of_rates.CLUSTERED)]
columns = {"outcome": "of", "estimate": "ratio", "ci_low": "from", "ci_high": "to"}
counted = {"n_rcis": "institutions", "n_children_in_rcis": "children"}
words.readable(ratios.set_index("place")[list(columns)].rename(columns=columns).replace(counted))

# %% [markdown]
# ## Does it matter how children are counted?
#
# No count of children is of the year of the mapping. The registration of 2011 undercounts large towns; the census of 2008 is
# older.

# %%
both = care_rates[(care_rates["outcome"] == "n_rcis") & (care_rates["scale"] != "ratio")].pivot(
    index="place", columns="level", values="estimate"
)
apart = (both.iloc[:, 0] / both.iloc[:, 1] - 1).abs()
display(
    Markdown(
        f"Little, against the differences between places: the two rates of one place differ by at most "
        f"{words.percent(apart.max())} ({apart.idxmax()}), those of two places up to "
        f"{both[denominator].max() / both[denominator].min():.0f} times."
    )
)
words.readable(both).rename_axis("institutions per 100,000 children").rename_axis("children counted by", axis="columns")

# %% [markdown]
# ## How sure are these rates?
#
# Everything the mapping found was visited, so an interval here says how far a rate could lie from what lies behind it if
# institutions had arisen at random. Children live together: taking each child for an independent event gives a far too narrow
# interval, so the one used here counts institutions of unequal size.

# %%
per_child = rates[rates["outcome"] == "n_children_in_rcis"]
width = (per_child["ci_high"] - per_child["ci_low"]).groupby(per_child["interval"]).mean()
display(
    Markdown(
        f"The interval used here is on average {width[estimate_of_rates.CLUSTERED] / width[estimate_of_rates.EXACT]:.0f} times "
        "as wide as one that takes every child for an independent event."
    )
)
taken_for = {
    estimate_of_rates.CLUSTERED: "institutions of unequal size",
    estimate_of_rates.EXACT: "children, each by itself",
}
words.readable(
    per_child.assign(independent=per_child["interval"].replace(taken_for))
    .set_index(["place", "independent"])[["estimate", "ci_low", "ci_high"]]
    .rename(columns={"estimate": "of 100,000 children", "ci_low": "from", "ci_high": "to"})
    .rename_axis(["place", "taken for independent"])
)

# %% [markdown]
# ## What do the printed totals imply for each province?
#
# For a few provinces we found the number of institutions in print; for the others only sums over groups. A model spreads each sum
# over its provinces by their town share, tourism and poverty, and lets every province deviate. A printed share of unnamed
# provinces narrows the result only if these are the ones with most institutions, which is not said. The *prior* is what the model believes before it
# sees any total; *moved* is how far the printed numbers narrowed it, not at all at zero, fully at one.

# %%
from analysis import pipeline
from analysis.estimates import province_rates as estimate_of_provinces
from analysis.figures import province_rates as figure_of_provinces

inputs = (
    mapping_totals,
    store.read("province_children"),
    store.read("province_conditions"),
    store.read("provinces"),
    store.read("claims"),
)
rng = pipeline.generator("estimates/province_rates")  # the published draws
province_rates = rebuilt(estimate_of_provinces, *inputs, my_study, rng)

# %%
rate = province_rates[province_rates["outcome"] == "rci_rate"].assign(
    times=province_rates["ci_high"] / province_rates["ci_low"]
)
printed = province_rates.loc[province_rates["is_printed"], "term"].unique()
typical = rate[~rate["term"].isin(printed)].groupby("level")[["times", "data_share"]].median()
rate = rate[rate["level"] == figure_of_provinces.LEVEL].sort_values("estimate", ascending=False)
rate = rate.set_index("term")
unprinted = rate[~rate.index.isin(printed)]
display(
    Markdown(
        f"**For {len(unprinted)} of {len(rate)} provinces we found no number of institutions, and the totals leave them "
        f"wide open.** In the median one, the upper end of the interval is "
        f"{typical.loc[estimate_of_provinces.TOTALS_ONLY, 'times']:.0f} times the lower; if the unnamed provinces of a printed "
        f"share are those with most, {typical.loc[estimate_of_provinces.WITH_CONCENTRATION, 'times']:.0f} times. The model puts "
        f"{unprinted.index[0]} highest among them, with {words.with_interval(unprinted.iloc[0], confidence)} institutions per 100,000 "
        "children, but an order of these provinces cannot be read off. "
        + against_published(estimate_of_provinces, province_rates, store.read("province_rates"))
    )
)

# %%
picture(figure_of_provinces, province_rates, confidence=confidence)

# %%
columns = {
    "estimate": "institutions per 100,000 children",
    "ci_low": "from",
    "ci_high": "to",
    "prior_low": "prior from",
    "prior_high": "prior to",
    "data_share": "moved",
}
words.readable(rate[list(columns)].rename(columns=columns)).rename_axis("province")

# %% [markdown]
# ## What kinds of facility are there?

# %%
from analysis.figures import facility_types as figure_of_types

facility_types = store.read("facility_types")
in_cambodia = facility_types[(facility_types["level"] == "cambodia") & (facility_types["outcome"] == "facility_share")]
kinds = in_cambodia.sort_values("estimate", ascending=False).set_index("term")["estimate"]
display(
    Markdown(
        f"Of all facilities found, {words.percent(kinds.iloc[0])} are, by the word of their own staff, a {kinds.index[0]}; "
        f"the other types are {words.listed(kinds.index[1:] + ' (' + kinds.iloc[1:].map(words.percent) + ')')}. Rates above "
        "count the first type only."
    )
)

# %%
picture(figure_of_types, facility_types)

# %% [markdown]
# ## Who registers and inspects them?

# %%
from analysis.estimates import regulation as estimate_of_regulation
from analysis.figures import regulation as figure_of_regulation

regulation = rebuilt(estimate_of_regulation, store.read("claims"), my_study)
shares = regulation.set_index(["outcome", "term"])["estimate"]
display(
    Markdown(
        f"{words.percent(shares['registered_share', 'mapping'])} of the institutions mapped were registered with some branch of "
        f"government and {words.percent(shares['inspected_share', 'mapping'])} had ever been inspected; of those a study "
        f"visited at about the same time, {words.percent(shares['registered_share', 'study'])} said they were registered with "
        f"the ministry and {words.percent(shares['inspected_share', 'study'])} had been inspected in 2014. The two counted "
        "different places, so this is no change over time. "
        + against_published(estimate_of_regulation, regulation, store.read("regulation"))
    )
)

# %%
picture(figure_of_regulation, regulation, confidence=confidence)

# %% [markdown]
# ## Is it falling?

# %%
from analysis.figures import care_trend as figure_of_trend

care_trend = store.read("care_trend")
known = care_trend[care_trend["outcome"] == "list_coverage_share"].set_index("term")["estimate"]
change = care_trend[care_trend["outcome"] == "n_children_in_rcis_change_share"].set_index("year")["estimate"]
trend.update(
    Markdown(
        f"Is it falling? By what is printed, there were {words.percent(-change.iloc[0])} fewer children in {change.index[0]} and "
        f"{words.percent(-change.iloc[-1])} fewer in {change.index[-1]} than the mapping found; part of that may be a change of "
        "counting."
    )
)
display(
    Markdown(
        f"In 2014 the ministry had known only {words.percent(known['n_rcis_in_priority5'])} of the institutions that the mapping "
        "found in five provinces, and how complete the later counts are we did not find."
    )
)

# %%
picture(figure_of_trend, care_trend)

# %% [markdown]
# ## Facility lists: from here on with simulated records
#
# **Every number below is made up and says nothing about Cambodia.** The lists were simulated in the formats in which ministries and
# surveys write them, with misspelt names in two scripts, duplicates and gaps. What follows shows what the same steps would tell of real
# lists, and how surely; with a holder's own lists they run unchanged. Only numbers that have passed the disclosure gate are shown: counts
# are rounded, and small ones withheld, which does not mean that there are none.

# %% [markdown]
# ### How many facilities do the lists name?
#
# Rows are linked by name, place, operator, type and year. Pairs that can be told neither way are laid before a person, and everything
# that follows can be counted again with linkages drawn from the match probabilities.

# %%
from analysis.figures import facility_flows as figure_of_flows
from analysis.notebook import published, shown, told

facility_flows = store.read("facility_flows")
flows = published(figure_of_flows, facility_flows)
linked = flows[flows["outcome"].isin(["rows of lists", "facilities on any list", "pairs to be ruled on"])]
shown(
    linked.loc[linked["term"] == "all", ["outcome", "estimate"]]
    .rename(columns={"outcome": "what", "estimate": "about"})
    .set_index("what")
)

# %% [markdown]
# ### How many facilities are on no list?

# %%
from analysis.figures import list_coverage as figure_of_coverage

list_coverage = store.read("list_coverage")
picture(figure_of_coverage, list_coverage, study.load())

# %% [markdown]
# The estimate assumes that nothing opens or closes between the lists and that facilities of one area and type are equally easy to find.
# Lists that find the same, well-known facilities make it too low, and no list tells that of itself. The published figures have no
# overlap of two lists, so for Cambodia it can not be made.

# %% [markdown]
# ### What became of facilities between two rounds of lists?

# %%
picture(figure_of_flows, facility_flows)

# %% [markdown]
# **Not found again is not closed.** In the simulation hardly a facility opens and none closes between the rounds, so nearly all that differs is
# what a list missed. A count that rises from one round to the next may be a better search, and one that falls a worse one.

# %% [markdown]
# ### Where do children in institutions live, and do neighbouring provinces resemble each other?

# %%
from analysis.figures import facility_map as figure_of_map

facility_rates = store.read("facility_rates")
facility_clustering = store.read("facility_clustering")
map_numbers = published(figure_of_map, facility_rates, facility_clustering, study.load())
likeness = map_numbers.set_index("level")["estimate"]
told(
    "Across borders of provinces, Moran's I of these rates is {i:.2f} (two-sided p {p:.2f} by permutation; rates smoothed towards the "
    "mean where few children live).",
    i=likeness["Moran's I"],
    p=likeness["p"],
)

# %%
picture(figure_of_map, facility_rates, facility_clustering, study.load())

# %% [markdown]
# ### How concentrated are they?

# %%
from analysis.estimates import facility_concentration as estimate_of_concentration
from analysis.figures import facility_concentration as figure_of_concentration

facility_concentration = rebuilt(
    estimate_of_concentration,
    store.read("facility_panel"),
    inputs[1],
    inputs[4],
    my_study.changed("intervals.confidence", study.load().intervals.confidence),
    pipeline.generator("estimates/facility_concentration"),
)
moved = against_published(estimate_of_concentration, facility_concentration, store.read("facility_concentration"))
display(told(moved))
picture(figure_of_concentration, facility_concentration)

# %% [markdown]
# ### What do lists tell of the care itself?
#
# The manual of the Better Care Network and UNICEF has fifteen indicators for children in formal care. Most can be had from what a
# facility is asked at a visit; four cannot be had from any list. Titles of the last three and most definitions stand from memory.

# %%
from analysis.figures import formal_care_indicators as figure_of_indicators

formal_care_indicators = store.read("formal_care_indicators")
picture(figure_of_indicators, formal_care_indicators, study.load())

# %% [markdown]
# ### How far does regulation reach?

# %%
from analysis.figures import facility_funnel as figure_of_funnel

facility_funnel = store.read("facility_funnel")
picture(figure_of_funnel, facility_funnel)

# %% [markdown]
# ### What does a screening for signs of orphanage trafficking tell?
#
# Twenty-four items on acts, purposes and context are asked of a facility. What is unknown is never counted as no. A facility with signs of both
# an act and a purpose is referred for assessment; nothing here is a verdict, and no facility is named. **Whether the screening finds what it
# looks for cannot be known without adjudicated outcomes, and there are none.** The screened facilities were chosen because somebody
# was worried or could reach them, so a share of them is no share of all.

# %%
from analysis.figures import screening_prevalence as figure_of_screening

screening_prevalence = store.read("screening_prevalence")
picture(figure_of_screening, screening_prevalence)

# %% [markdown]
# ## What this cannot tell
#
# - **Which province has how many.** Only the mapping's table would say. One printed province entered in the ledger of claims
#   narrows its interval at once.
# - **What was missed.** No interval covers institutions that the mapping did not find.
# - **Where children come from.** A rate is of children living in a place per child counted there; they may be from elsewhere.
# - **Today.** The counts are of 2014-15 to 2019; where children went whose institutions closed we did not find.
# - **Anything about Cambodia from the part on facility lists.** Its records are simulated. Real lists would also leave open what no list
#   has, whether a facility that is not listed again has closed, and whether what staff say of their facility is so.

# %% [markdown]
# ## Tables used

# %%
tables_used(
    "mapping_totals",
    "group_children",
    "care_rates",
    "province_children",
    "province_conditions",
    "provinces",
    "claims",
    "province_rates",
    "facility_types",
    "regulation",
    "care_trend",
)

# %%
tables_used(
    "facility_panel",
    "facility_flows",
    "list_coverage",
    "facility_rates",
    "facility_clustering",
    "facility_concentration",
    "formal_care_indicators",
    "facility_funnel",
    "screening_prevalence",
)

# %%
runtime()  # where you run it; for the committed notebook make prints the time
