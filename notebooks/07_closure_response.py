# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Closure response: what became of the children, and how many workers does the next wave ask for?

# %%
from analysis.notebook import places

children, workers, figure = places(3)  # filled by cells below

# %% [markdown]
# **Answers:** what is known of the children whom the closures of 2023 sent home; how many social workers the next wave asks for, and what moves
# that number most; what it costs; which partners are fit; and, from an agency's own registers, whether children were traced, what was spent,
# whether referrals, plans and homes hold, and whether support before separation keeps children home. **Data:** the first half rests on printed
# numbers and on assumptions that stand in `study.toml`; the second on **simulated** registers, which say nothing about Cambodia; with the
# registers of an agency the same pages tell of its own children. **Limits:** the plan is arithmetic on assumptions: where they are wrong, its intervals
# are. Nobody has printed how many children lived in the facilities, what a visit takes, or what a social worker costs.

# %% [markdown]
# ## Assumptions you may change
#
# A pair is a range; the plan draws evenly from it. All others stand in `study.toml`, `[response_plan]` and `[follow_up_schedule]`.

# %%
confidence = 0.95  # of the intervals: 0.5 to 0.99
on_time_share = 0.9  # of contacts due that must be on time: 0.5 to 0.99
hours_with_family = [1.5, 3.0]  # of a visit with its notes
travel_hours_team = [2.0, 5.0]  # there and back, for one team that serves all provinces of a wave
travel_hours_country = [1.5, 4.0]  # there and back from a provincial town, where distances are typical
hours_for_visits_week = [15.0, 25.0]  # of a worker's week that are left for visits
tracing_weeks = [4.0, 26.0]  # until the last child of a closure is found
years = [3, 10]  # within which all institutions would close
n_replications = 1000  # of a wave: 200 are quicker and nearly as good

# %%
import pandas as pd
from IPython.display import display

from analysis import pipeline, store, study
from analysis.estimates import closure_funnel as estimate_of_closures
from analysis.figures import closure_funnel as figure_of_closures
from analysis.notebook import (
    against_published,
    headline,
    picture,
    published,
    rebuilt,
    runtime,
    shown,
    tables_used,
    told,
)

pd.options.display.max_colwidth = None
my_study = (
    study.load()
    .changed("intervals.confidence", confidence)
    .changed("response_plan.on_time_share", on_time_share)
    .changed("response_plan.ranges.hours_with_family", hours_with_family)
    .changed("response_plan.ranges.travel_hours_team", travel_hours_team)
    .changed("response_plan.ranges.travel_hours_country", travel_hours_country)
    .changed("response_plan.ranges.hours_for_visits_week", hours_for_visits_week)
    .changed("response_plan.ranges.tracing_weeks", tracing_weeks)
    .changed("response_plan.years", years)
    .changed("response_plan.n_replications", n_replications)
)
claims = store.read("claims")

# %% [markdown]
# ## What became of the children of the wave of 2023?
#
# Two organisations told of the same closures, and not of the same numbers. Both stand here. Of those identified about half were enrolled; of the
# others no document says what became of them. Nobody printed how many children lived in the facilities, so that of those present only a
# bound can be given.

# %%
closure_funnel = rebuilt(estimate_of_closures, claims, my_study)
children.update(headline(figure_of_closures, published(figure_of_closures, closure_funnel), confidence))
figure.update(picture(figure_of_closures, closure_funnel, confidence=confidence))
told(against_published(estimate_of_closures, closure_funnel, store.read("closure_funnel")))

# %% [markdown]
# Numbers that disagree, as they were printed:

# %%
disputed = closure_funnel.dropna(subset="conflicting_print").sort_values(["position", "term"])
columns = {
    "outcome": "what",
    "term": "told in",
    "level": "as",
    "value_printed": "printed",
    "conflicting_print": "elsewhere",
    "period": "when",
}
shown(disputed[list(columns)].rename(columns=columns).set_index("what"))

# %% [markdown]
# At which risk the children enrolled were, and who is unaccounted for. Tiers are printed as whole percents of a small number of children: the intervals are
# exact and hold together, and say what tiers of more such children could be.

# %%
risks = closure_funnel[
    closure_funnel["outcome"].isin(["high risk", "medium risk", "low risk", "children unaccounted for"])
]
columns = {"outcome": "what", "term": "told in", "level": "of", "estimate": "share", "ci_low": "from", "ci_high": "to"}
shown(risks.sort_values(["position", "term"])[list(columns)].rename(columns=columns).set_index("what"))

# %% [markdown]
# ## How many social workers does the next wave ask for?
#
# Children come home, some weeks after the closure they are found, and from then on contacts fall due by the project's schedule, sooner for
# children at high risk. Workers make them as far as their hours go, the most urgent first. They travel, leave, and are replaced by others who are
# trained first. The number needed is the least with whom enough contacts are on time. Every line is repeated with
# other values of all that is assumed; the interval is what follows from not knowing these.

# %%
from analysis.estimates import response_plan as estimate_of_plan
from analysis.figures import response_plan as figure_of_plan

response_plan = rebuilt(
    estimate_of_plan,
    claims,
    store.read("places"),
    store.read("province_children"),
    store.read("province_conditions"),
    store.read("province_rates"),
    my_study,
    pipeline.generator("estimates/response_plan"),
)
plan = published(figure_of_plan, response_plan)
workers.update(headline(figure_of_plan, plan, confidence))
display(told(against_published(estimate_of_plan, response_plan, store.read("response_plan"))))
display(told(figure_of_plan.words(plan).reading))
picture(figure_of_plan, response_plan, confidence=confidence)

# %% [markdown]
# What as many workers as are needed in the middle of the draws would do, by wave. A number that is enough in half of the draws is too few in the other
# half: who wants to be sure plans for the upper end above.

# %%
done = response_plan[response_plan["level"].eq("as many as needed")].sort_values("position")
by_wave = done.pivot(index=["position", "term"], columns="outcome", values="estimate").droplevel("position")
columns = [
    "contacts due",
    "contacts due in the first half-year",
    "contacts on time",
    "contacts made soon",
    "contacts not made",
    "children seen in time",
    "working time in visits",
]
shown(by_wave[columns].rename_axis(index="wave", columns=None))

# %% [markdown]
# ## What moves that number most?
#
# Rank correlation of what is assumed with the workers needed, over the draws: near nought it does not matter, near one, above or below, it decides. What
# decides is what to find out first.

# %%
moves = response_plan[response_plan["outcome"].eq("goes with workers needed")].sort_values("position")
few = moves[moves["position"].isin(["00", "04"])]
strongest = few.loc[few["estimate"].abs().groupby(few["term"]).idxmax()].sort_values("position")
first, last = strongest.iloc[0], strongest.iloc[-1]
display(told("Most in *{}*: `{}`; in *{}*: `{}`.", first["term"], first["level"], last["term"], last["level"]))
by_wave = few.pivot(index="level", columns="term", values="estimate")
shown(
    by_wave.loc[by_wave.abs().max(axis=1).sort_values(ascending=False).index].rename_axis(index="assumed", columns=None)
)

# %% [markdown]
# ## Are there enough posts?
#
# The national plan wants two social workers in each commune. What matters for children who come home is not the number of posts but the hours that are
# theirs: each plan is told as a share of all posts, full time.

# %%
posts = response_plan[response_plan["term"].isin([estimate_of_plan.THERE_ARE, estimate_of_plan.THERE_ARE_TO_BE])]
shown(
    posts[posts["level"].eq("all")]
    .pivot(index="outcome", columns="term", values="estimate")
    .rename_axis(index=None, columns=None)
)

# %%
shares = posts[posts["outcome"].eq("workers needed, of all posts")]
shown(
    shares.pivot(index="level", columns="term", values="estimate").rename_axis(
        index="workers needed, of all posts", columns=None
    )
)

# %% [markdown]
# ## What does it cost?
#
# Pay, training and trips of as many workers as needed, at prices that are ranges of ours: no pay scale and no cost of a visit was found in print. What
# families receive comes on top; the support ledger below tells how to count it.

# %%
cost = response_plan[response_plan["outcome"].isin(["cost", "cost per child"])].sort_values(["outcome", "position"])
columns = {
    "term": "wave",
    "outcome": "what",
    "n_workers": "workers",
    "estimate": "US dollars",
    "ci_low": "from",
    "ci_high": "to",
}
shown(cost[list(columns)].rename(columns=columns).set_index("wave"))

# %% [markdown]
# What residential care costs is printed for single homes and years only, each another thing: nothing to set a programme against.

# %%
care_costs = store.read("residential_care_costs")
columns = {
    "term": "what",
    "level": "place",
    "scale": "unit",
    "estimate": "US dollars",
    "period": "when",
    "source_id": "source",
}
shown(care_costs[list(columns)].replace({"level": {"cambodia": "Cambodia"}}).rename(columns=columns).set_index("what"))

# %% [markdown]
# ## When is a partner fit?
#
# Criteria are data, each with the evidence that it accepts and the months for which that holds. Whether a named organisation meets them is in no table
# that leaves, and not here either: the register of partners stands in `data/restricted`, and so do their gaps and next reviews, which `python -m
# analysis partner_register` writes there (`docs/recipes/review-partners.md`).

# %%
criteria = store.read("partner_criteria")
criteria = criteria[criteria["is_told"]]
kinds = criteria["evidence_accepted"].str.replace("|", ", ").str.replace("_", " ")
columns = {
    "asks": "criterion",
    "is_needed": "needed",
    "evidence_accepted": "evidence",
    "valid_months": "holds for months",
    "basis": "basis",
}
shown(criteria.assign(evidence_accepted=kinds)[list(columns)].rename(columns=columns).set_index("criterion"))

# %% [markdown]
# ## Were children traced and enrolled? From here on with simulated registers
#
# The same funnel from a register of closures, by how they came about. A stage that nobody wrote down is not known, and never nobody: shares of those
# facilities that tell both, and bounds for all.

# %%
from analysis.figures import closure_funnel_recorded as figure_of_own_closures

closure_funnel_recorded = store.read("closure_funnel_recorded")
picture(figure_of_own_closures, closure_funnel_recorded)

# %% [markdown]
# ## What do records change in the plan?
#
# The same plan with what the records tell: how fast risk tiers change between two assessments, how returns end, how many children the
# closures on record concerned. Hours and travel stay assumed.

# %%
from analysis.figures import response_plan_recorded as figure_of_own_plan

response_plan_recorded = store.read("response_plan_recorded")
picture(figure_of_own_plan, response_plan_recorded)

# %% [markdown]
# ## What does support cost, and is it counted once?
#
# From the ledger of support: each item once, whoever told of it, in US dollars at the rate of its day. Costs are means of groups, never of a case; lines
# that could not be valued are counted beside them and never guessed.

# %%
from analysis.figures import support_costs as figure_of_costs

support_costs = store.read("support_costs")
picture(figure_of_costs, support_costs)

# %%
ledger = published(figure_of_costs, support_costs)
lines = ledger[ledger["scale"].eq("lines")]
columns = {"level": "lines of the ledger", "estimate": "about"}
shown(lines[list(columns)].rename(columns=columns).set_index("lines of the ledger"))

# %% [markdown]
# ## Are referrals answered, and plans kept?
#
# A referral without an answer is pending, and told apart from one that was turned down. A goal that is not yet due is neither kept nor missed.

# %%
from analysis.figures import referral_funnel as figure_of_referrals

referral_funnel = store.read("referral_funnel")
picture(figure_of_referrals, referral_funnel)

# %% [markdown]
# ## Are trained people where the children are?
#
# People who completed a course beside open cases, by province. A register of trainings does not say who still works.

# %%
from analysis.figures import training_coverage as figure_of_trainings

training_coverage = store.read("training_coverage")
picture(figure_of_trainings, training_coverage)

# %% [markdown]
# ## Who may be served?
#
# Rules are data, each with its reason for refusal. A rule that cannot be judged from the record leaves a child undecided: it refuses nobody.

# %%
from analysis.figures import eligibility_verdicts as figure_of_verdicts

eligibility_verdicts = store.read("eligibility_verdicts")
picture(figure_of_verdicts, eligibility_verdicts)

# %% [markdown]
# ## Are homes fit, and do they become so?
#
# What a home must offer, checked before the placement and at each follow-up: the share of children of whom an item was not met, of those checked. Siblings
# live together, or the reason why not is written down.

# %%
from analysis.figures import household_checks as figure_of_homes

household_breaches = store.read("household_breaches")
picture(figure_of_homes, household_breaches)

# %% [markdown]
# ## Does support before separation keep children home?
#
# First the children themselves: of those supported while still at home, how many entered care, other ends competing. There is no group to compare
# them with, so this is no effect.

# %%
from analysis.figures import prevention_outcomes as figure_of_prevention

prevention_outcomes = store.read("prevention_outcomes")
picture(figure_of_prevention, prevention_outcomes, my_study)

# %% [markdown]
# Then the communes: where a programme starts a year earlier than elsewhere, entries into care are compared with those of communes that have not started.
# This is an effect only if entries would have gone on alike without it; the years before the start, other rules, and a drift that goes on stand beside it.

# %%
from analysis.figures import rollout_effect as figure_of_roll_out

rollout_effect = store.read("rollout_effect")
picture(figure_of_roll_out, rollout_effect)

# %%
effect = published(figure_of_roll_out, rollout_effect)
checks = effect[effect["term"].eq("how it was told") & effect["scale"].eq("rate ratio")].sort_values("estimate")
columns = {"level": "told otherwise", "estimate": "rate ratio", "ci_low": "from", "ci_high": "to"}
shown(checks[list(columns)].rename(columns=columns).set_index("told otherwise"))

# %% [markdown]
# ## What this cannot tell
#
# - **Anything about Cambodia from simulated registers.** Their numbers were put there.
# - **How many children a wave sends home.** Nobody has printed who lived in the facilities; children who were never identified are in no plan.
# - **How long a visit takes, how far workers travel, what they earn.** All are ranges of ours. The table of what moves the number says which to measure first.
# - **Whether visits help.** The plan counts contacts on time, and takes who is seen late to fare like the others.
# - **The work before the first visit.** Finding families takes people too, and is not in the number of workers.
# - **What becomes of children who go back.** They leave this plan and would need another.
# - **Who is fit to be a partner.** Criteria are told, organisations are not.

# %% [markdown]
# ## Tables used

# %%
tables_used(
    "claims",
    "closure_funnel",
    "response_plan",
    "residential_care_costs",
    "partner_criteria",
)

# %%
tables_used(
    "closure_funnel_recorded",
    "response_plan_recorded",
    "support_costs",
    "referral_funnel",
    "training_coverage",
    "eligibility_verdicts",
    "household_breaches",
    "prevention_outcomes",
    "rollout_effect",
)

# %%
runtime()  # where you run it; for the committed notebook make prints the time
