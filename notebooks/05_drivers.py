# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Drivers: what goes along with residential care?

# %%
from analysis.notebook import places

answer, figure = places(2)  # filled by cells below

# %% [markdown]
# **Answers:** do provinces that are poorer, more urban, more visited by tourists or further from school have more residential
# care institutions per child? **Data:** published figures only: totals that the ministry's mapping of 2014-15 printed for
# groups of provinces, and conditions of every province of the years 2008 to 2022. **Limits:** we found no open copy of the
# mapping's table by province, so a handful of group totals must speak for all provinces. Whatever is found here is an association
# between places; it is no cause, and it says nothing about a single family.

# %% [markdown]
# ## Assumptions you may change

# %%
# Conditions to try; remove any, keep at least two.
drivers = ["idpoor_share", "mpi", "urban_share", "net_migration_per_1k",
           "migrants_abroad_share", "school_distance_km", "is_tourism_destination"]  # fmt: skip
# Groups of provinces whose totals speak; leave out any one.
areas = ["Phnom Penh", "Siem Reap", "battambang_kandal_preah_sihanouk", "other20"]
weight = "n_children_2011"  # whom a rate is per: children, or "n_people_2011", people of all ages
confidence = 0.95  # of the intervals; 0.5 to 0.99

# For the last part, district models on facility lists: which of the specifications to show.
counted = "n_facilities"  # or "n_children", under-18s in them, or "n_residents", people of any age
definition = (
    "rci 2015 reported"  # or "all 2015 reported", "rci 2015 four nights where known" (children), "rci 2014 reported"
)
family = "NB2 with provinces"  # or "NB2", "Poisson", "NB2 with provinces, maximum likelihood"
denominator = "children 2011"  # or "people 2011", "children of the census"
district_drivers = ["idpoor_share", "is_town", "net_migration_per_1k", "migrants_abroad_share", "province_mpi",
                    "province_school_distance_km", "is_in_tourism_province"]  # fmt: skip

# %%
import pandas as pd
from IPython.display import Markdown, display

from analysis import store, study, words
from analysis.estimates import driver_gradients as estimate
from analysis.features import province_conditions as conditions
from analysis.figures import driver_gradients as figure_of_gradients
from analysis.figures import province_conditions as figure_of_conditions
from analysis.notebook import against_published, picture, published, rebuilt, runtime, shown, tables_used, told

pd.options.display.max_colwidth = None
mapping_totals = store.read("mapping_totals")
province_children = store.read("province_children")
province_conditions = store.read("province_conditions")

used = mapping_totals[mapping_totals["area"].isin(areas) | (mapping_totals["outcome"] != "n_rcis")]
weighted = province_children.assign(n_children_2011=province_children[weight])
my_study = study.load().changed("driver_gradients.drivers", drivers).changed("intervals.confidence", confidence)
driver_gradients = rebuilt(estimate, used, weighted, province_conditions, my_study)

named = figure_of_gradients.DRIVERS
driver_gradients["condition"] = driver_gradients["term"].map(named)
institutions = driver_gradients[driver_gradients["outcome"] == "n_rcis"]
alone = institutions[institutions["specification"] == "alone"].sort_values("deviance_explained", ascending=False)

# %% [markdown]
# ## Which conditions go along with more institutions per child?

# %%
bounded = alone[alone["is_identified"]]
can_be_told = alone[(alone["ci_low"] > 1) | (alone["ci_high"] < 1)]
stable = alone[alone["sign_is_stable"].fillna(False)]
answer.update(
    Markdown(
        f"**{len(can_be_told)} of {len(alone)} conditions of provinces can be told from no association with institutions per "
        f"child, from what is printed of {alone['n'].max()} groups of provinces.**"
    )
)
display(
    Markdown(
        f"The answer and its figure stand at the top of this notebook. Totals of {alone['n'].max()} groups of "
        f"provinces bound the slope of {len(bounded)} on both sides ({words.listed(bounded['condition'])}). {len(stable)} "
        f"point the same way whichever group is left out ({words.listed(stable['condition'])}). "
        f"*{alone['condition'].iloc[0]}* takes up most of the differences between the groups "
        f"({words.percent(alone['deviance_explained'].iloc[0])}), but with so few groups that can be chance, and it shows no "
        "cause. " + against_published(estimate, driver_gradients, store.read("driver_gradients"))
    )
)

# %%
pairs = institutions[institutions["specification"].str.startswith("with ")]
figure.update(
    picture(figure_of_gradients, driver_gradients.drop(columns="condition"), confidence=confidence)
    if pairs["estimate"].notna().any()
    else Markdown("With these groups no two conditions can be fitted together, so the figure is not drawn.")
)

# %% [markdown]
# ## How do the provinces differ?
#
# Every condition is printed for every province, or summed from what is printed for its communes, districts or age groups, each
# of its own year. Kampong Cham and Tboung Khmum, one province until the end of 2013, share one urban share.

# %%
province_mpi = store.read("province_mpi")
provinces = store.read("provinces")
areas_ruled = store.read("areas")
picture(figure_of_conditions, province_conditions, province_mpi, provinces, areas_ruled)

# %%
spread = province_conditions[drivers].astype("Float64").agg(["min", "median", "max"]).T.map("{:.3g}".format)
spread["what it is"] = [conditions.TABLE.columns[name].meaning for name in drivers]
spread.rename(index=named, columns={"min": "least", "max": "largest"})

# %% [markdown]
# ## One condition at a time
#
# Each row is one regression. The ratio compares two provinces that lie *one step* apart in the condition: one standard
# deviation over provinces weighted by children, or yes against no. A ratio of one is no difference. An end of an interval
# that the totals do not bound is a dash. *Explained* is the share of the differences between the groups that the condition
# takes up; with so few groups it can be high by accident.

# %%
columns = {
    "contrast": "step",
    "estimate": "ratio of rates",
    "ci_low": "from",
    "ci_high": "to",
    "loo_low": "least, one group left out",
    "loo_high": "largest, one group left out",
    "deviance_explained": "explained",
    "is_identified": "bounded on both sides",
}
words.readable(alone.set_index("condition")[list(columns)].rename(columns=columns))

# %%
fitted = alone[alone["estimate"].notna()]
flips = fitted[~fitted["sign_is_stable"].fillna(True)]
children = driver_gradients[(driver_gradients["outcome"] != "n_rcis") & (driver_gradients["specification"] == "alone")]
display(
    Markdown(
        f"{len(fitted)} of {len(alone)} conditions could be fitted. For {len(flips)} of them the direction turns when one "
        f"group is left out ({words.listed(flips['condition'])}): there, one group of provinces makes the association. For "
        f"the *children* in institutions {int(children['estimate'].notna().sum())} of {len(children)} could be fitted: "
        f"{words.listed(children['note'].drop_duplicates())}"
    )
)

# %% [markdown]
# ## Two at a time: does one condition hold beside another?

# %%
pairs_bounded = pairs[pairs["is_identified"]]
display(
    Markdown(
        f"Beside another condition, {len(pairs_bounded)} of {len(pairs)} slopes are bounded on both sides, and "
        f"{int(((pairs_bounded['ci_low'] > 1) | (pairs_bounded['ci_high'] < 1)).sum())} of those can be told from no "
        "association. Where a row of the table crosses one from column to column, the direction itself depends on what "
        "stands beside."
    )
)

# %%
beside = pairs["specification"].str.removeprefix("with ").map(named)
ratios = pairs.assign(beside=beside).pivot(index="condition", columns="beside", values="estimate")
words.readable(ratios).rename_axis("ratio of rates of").rename_axis("beside", axis="columns")

# %% [markdown]
# ## Which conditions cannot be told apart?
#
# Two conditions cannot be told apart if, fitted together, neither differs from no association. They *fit alike* if alone they
# give the groups nearly the same rates: then no amount of care with these totals will separate them.

# %%
apart = alone.set_index("condition")[["cannot_be_told_from", "fits_like"]].replace(named, regex=True)
apart.rename(columns={"cannot_be_told_from": "cannot be told from", "fits_like": "fits like"})

# %%
separate = alone[alone["cannot_be_told_from"] == "none"]
display(
    Markdown(
        f"{len(separate)} of {len(alone)} conditions can be told from every other one. What would separate them is the "
        "mapping's table by province: entering one province's printed number gives one more group at once."
    )
)

# %% [markdown]
# ## Why is school attendance not among them?

# %%
excluded = institutions[institutions["specification"] == "excluded"]
display(Markdown("\n".join("- `" + excluded["term"] + "`: " + excluded["note"])))

# %% [markdown]
# ## The years around the mapping: poverty and tourism
#
# Context only: one series for the country is no evidence about provinces, and none of these enters a regression above.

# %%
province_poverty = store.read("province_poverty")
yearly = province_poverty.groupby("year")["poverty_share"].agg(["min", "median", "max"])
first, last = yearly.iloc[0], yearly.iloc[-1]
display(
    Markdown(
        f"**Poverty** (modelled on the Commune Database, not surveyed, and not credible for Phnom Penh): the median province fell from "
        f"{words.percent(first['median'])} of people in {yearly.index[0]} to {words.percent(last['median'])} in "
        f"{yearly.index[-1]}."
    )
)
words.readable(100 * yearly.T).rename(index={"min": "least, %", "median": "median, %", "max": "largest, %"})

# %%
mpi_trends = store.read("mpi_trends")
poor = mpi_trends.pivot(index="region", columns="survey_years", values="headcount_share")
n_fell = int((poor.iloc[:, -1] < poor.iloc[:, 0]).sum())
display(
    Markdown(
        f"**Multidimensional poverty** (poor in several ways at once, by household survey): the share of poor people fell in "
        f"{n_fell} of {len(poor)} rows, regions and the country, between {poor.columns[0]} and {poor.columns[-1]}; in the "
        f"median row from {words.percent(poor.iloc[:, 0].median())} to {words.percent(poor.iloc[:, -1].median())}."
    )
)
words.readable(100 * poor.sort_values(poor.columns[-1])).rename_axis("% of people poor", axis="columns")

# %%
tourist_arrivals = store.read("tourist_arrivals").set_index("year")["n_arrivals"]
display(
    Markdown(
        f"**Tourism:** international arrivals rose from {words.number(tourist_arrivals.iloc[0])} in "
        f"{tourist_arrivals.index[0]} to {words.number(tourist_arrivals.max())} in {tourist_arrivals.idxmax()}, and were "
        f"{words.number(tourist_arrivals.loc[2015])} in 2015, when the mapping ended. How many of them visited or paid for an "
        "institution we did not find."
    )
)

# %% [markdown]
# # District models: from here on with facility lists, simulated unless they are your own
#
# **With simulated records every number below is made up and says nothing about Cambodia.** Facility lists say in which district a
# facility is, so that districts can be compared, and not groups of provinces alone. Districts, their children and their conditions are
# real and printed; the facilities in them are not. What follows shows what the same steps would tell of real lists, and how surely. Only
# numbers that have passed the disclosure gate are shown.

# %% [markdown]
# ## What would district models tell, beside what the printed totals tell?
#
# On the left the slopes of the printed totals again, on the right models of the lists. They are not put together: one number from both
# would be half made up, and with real lists it would be of two different definitions.

# %%
from analysis.figures import driver_effects as figure_of_effects

effects_of_lists = store.read("driver_effects")
gradients_as_published = store.read("driver_gradients")
effects = published(figure_of_effects, effects_of_lists, gradients_as_published, mapping_totals)
picture(figure_of_effects, effects_of_lists, gradients_as_published, mapping_totals)

# %% [markdown]
# ## Which conditions of districts can be told from no association?
#
# The specification chosen among the assumptions. *Alone* is a model with this driver only, *together* one with all. The ratio compares
# districts one step apart, of the same province where the model has province effects. A driver that is printed for provinces only is
# compared between provinces, of which there are few: its interval is wide, and rightly so.

# %%
is_chosen = (
    effects["outcome"].eq(counted)
    & effects["level"].eq(definition)
    & effects["family"].eq(family)
    & effects["denominator"].eq(denominator)
    & effects["scale"].eq("rate ratio")
    & effects["term"].isin(district_drivers)
)
effects["driver"] = (
    effects["term"].map(pd.Series(figure_of_effects.LABELS).str.replace("\n", " ")).fillna(effects["term"])
)
chosen = effects[is_chosen].sort_values(["specification", "estimate"], ascending=[True, False])
columns = {
    "driver": "driver",
    "specification": "beside",
    "contrast": "step",
    "estimate": "ratio of rates",
    "ci_low": "from",
    "ci_high": "to",
    "n": "districts, about",
}
shown(chosen[list(columns)].rename(columns=columns).set_index("driver"))

# %%
is_told = (chosen["ci_low"].gt(1) | chosen["ci_high"].lt(1)).fillna(False)
of_alone, of_together = chosen["specification"].eq("alone"), chosen["specification"].eq("together")
told(
    "Alone, these can be told from no association: {alone}. Given all others: {together}. A driver that can be told alone and not together "
    "shares with others what it goes along with.",
    alone=words.listed(chosen.loc[is_told & of_alone, "driver"]),
    together=words.listed(chosen.loc[is_told & of_together, "driver"]),
)

# %% [markdown]
# ## How far does the answer depend on what is counted, and how?
#
# Every ratio of a driver alone, over all definitions (institutions or all facilities, the round of lists, children reported or by the
# four-nights rule, residents of any age), denominators and families of models: the least and the largest. Four nights are known only
# where the study with that rule went; elsewhere the reported number stands.

# %%
is_alone = (
    effects["basis"].eq("facility lists")
    & effects["scale"].eq("rate ratio")
    & effects["specification"].eq("alone")
    & effects["term"].isin(district_drivers)
    & effects["estimate"].notna()
)
curve = effects[is_alone].sort_values(["term", "estimate"])
ends = pd.concat([curve.drop_duplicates("term"), curve.drop_duplicates("term", keep="last")]).sort_values(
    "term", kind="stable"
)
shown(
    effects.loc[ends.index, ["driver", "estimate", "outcome", "level", "family", "denominator"]]
    .rename(columns={"estimate": "least, then largest ratio", "outcome": "counted", "level": "definition"})
    .set_index("driver")
)

# %% [markdown]
# ## Does one province make the answer?

# %%
without_one = effects[effects["scale"].str.contains("without one province") & effects["outcome"].eq("n_facilities")]
without_one = without_one[without_one["specification"].eq("alone") & without_one["term"].isin(district_drivers)]
shown(
    without_one.sort_values(["driver", "estimate"])[["driver", "scale", "estimate"]]
    .rename(columns={"scale": "what", "estimate": "ratio of rates"})
    .set_index("driver")
)

# %% [markdown]
# ## Do the models fit?
#
# Counts that vary more than Poisson make Poisson intervals too short. Moran's I asks whether residuals of neighbouring districts are alike:
# without province effects districts of one province are neighbours; beside them, districts of neighbouring provinces count a little. It is
# compared with residuals of models fitted again to counts simulated from the model, on both sides.

# %%
checks = effects[effects["term"].eq("the model")]
shown(
    checks[["outcome", "family", "scale", "estimate", "finding"]]
    .rename(columns={"outcome": "counted", "scale": "check", "estimate": "value"})
    .set_index(["counted", "check"])
    .sort_index(kind="stable")
)

# %% [markdown]
# ## What does unsure linking add?

# %%
linked = effects[effects["family"].str.contains("linking") & effects["specification"].eq("alone")]
shown(
    linked[["driver", "estimate", "ci_low", "ci_high", "finding"]]
    .rename(columns={"estimate": "ratio of rates", "ci_low": "from", "ci_high": "to"})
    .set_index("driver")
)

# %% [markdown]
# ## Which facilities are not in the models?

# %%
left_out = effects[effects["scale"].eq("facilities")]
shown(
    left_out[["outcome", "term", "estimate", "withheld"]]
    .rename(columns={"outcome": "counted", "term": "facilities", "estimate": "number, rounded"})
    .set_index(["counted", "facilities"])
)

# %% [markdown]
# ## What this cannot tell
#
# - **Cause.** Institutions may stand where donors, airports and offices are, whatever families there live through. Children
#   may also live in another province than the one they come from.
# - **Families.** A poor family in a rich province is not seen; group totals cannot be read as odds for a child.
# - **Time.** The conditions are of the years 2008 to 2022, the institutions were counted in 2014-15.
# - **Missed institutions.** If the mapping missed more in remote provinces, that looks like an association with remoteness.
# - **Anything about Cambodia from the part on districts.** Its lists are simulated, with more facilities in towns, so that a town effect is
#   found there because it was put there.
# - **Facilities that no list has.** What makes a facility known, such as a town, looks like what makes it be there.
# - **Why children were admitted.** Only families and records of children can say; we know of none that are public.

# %% [markdown]
# ## Tables used

# %%
tables_used(
    "mapping_totals",
    "province_children",
    "province_conditions",
    "driver_gradients",
    "province_mpi",
    "provinces",
    "areas",
    "province_poverty",
    "mpi_trends",
    "tourist_arrivals",
    "districts",
)

# %%
tables_used(
    "district_facilities",
    "driver_effects",
)

# %%
runtime()  # where you run it; for the committed notebook make prints the time
