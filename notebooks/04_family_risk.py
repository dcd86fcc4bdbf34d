# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Family risk: which families are at risk of placing a child?

# %%
from analysis.notebook import places

answer, figure = places(2)  # filled by cells below

# %% [markdown]
# **Answers:** of children alike in one thing, how many were placed in residential care within a year; what goes with placement when
# everything else is alike, and which share of placements; how good a model of it is, and what it must never be used for; and with whom
# children live, in print. **Data:** a **simulated** household survey of villages, which says nothing about Cambodia; printed shares of a
# household survey at the end, under a heading of their own. **Limits:** a survey that asks once shows associations and no effects; what
# was not answered is imputed under an assumption; children in care whom no household counts as its own are in no household survey.

# %% [markdown]
# ## Assumptions you may change

# %%
school_distance_km = [1, 2, 5]  # ends of the bands of distance to a lower secondary school
school_cost_usd = [50, 100]  # ends of the bands of a school year's cost
school_within_km = 2.0  # a school within reach of every child: what the share of placements is compared with
school_cost_at_most_usd = 50.0  # a school year that most could pay: likewise
lonely = "adjust"  # a stratum with one village: "adjust" (safe), "average", "certainty", "remove"
confidence = 0.95  # of the intervals: 0.5 to 0.99
fit_again = False  # True fits the model of placements again with these assumptions: half a minute

# %%
import pandas as pd
from IPython.display import display

from analysis import store, study
from analysis.estimates import placement_risk as estimate_of_risk
from analysis.estimates import risk_gradients as estimate_of_gradients
from analysis.figures import placement_risk as figure_of_risk
from analysis.figures import risk_gradients as figure_of_gradients
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
    .changed("risk_gradients.school_distance_km", school_distance_km)
    .changed("risk_gradients.school_cost_usd", school_cost_usd)
    .changed("placement_risk.school_within_km", school_within_km)
    .changed("placement_risk.school_cost_at_most_usd", school_cost_at_most_usd)
    .changed("placement_risk.lonely", lonely)
    .changed("intervals.confidence", confidence)
)
surveyed_children = store.read("surveyed_children")
risk_gradients = rebuilt(estimate_of_gradients, surveyed_children, my_study)
gradients = published(figure_of_gradients, risk_gradients)

# %% [markdown]
# ## Of 1,000 children, how many are placed within a year, and which?
#
# Weighted to all children of households; the intervals know that neighbours were drawn together. The figure stands at the top of this
# notebook; here is one factor in numbers.

# %%
answer.update(headline(figure_of_gradients, gradients, confidence))
figure.update(picture(figure_of_gradients, risk_gradients, confidence=confidence))
told(against_published(estimate_of_gradients, risk_gradients, store.read("risk_gradients")))

# %%
factor = "school_distance_km"  # or "id_poor", "school_cost_usd", "migration", "parents", "caregiver", "age"
columns = {
    "level": "level",
    "estimate": "per thousand children",
    "ci_low": "from",
    "ci_high": "to",
    "n_hits": "of them seen, about",
    "n": "asked, about",
}
of_factor = gradients[gradients["term"].eq(factor) & gradients["outcome"].eq("placed_12m")].sort_values("position")
shown(of_factor[list(columns)].rename(columns=columns).set_index("level"))

# %% [markdown]
# Each factor stands by itself: poor families also live farther from school, so that one gap is part of another. *Unknown* is a level of
# its own and no "no".

# %% [markdown]
# ## What goes with placement when everything else is alike?
#
# One logistic model of all children not in care when the year began. Missing answers are imputed by chained equations that know
# the design and the outcome, so many times that standard errors would repeat, and the results are pooled (Rubin's rules, degrees of freedom of
# Barnard and Rubin). *Root causes* are what support to a family could change or make up for; *correlates* only say who is concerned. Terms and
# interactions were named before the data were looked at.

# %%
placement_risk = (
    rebuilt(estimate_of_risk, surveyed_children, store.read("imputed_answers"), my_study)
    if fit_again
    else store.read("placement_risk")
)
display(told(against_published(estimate_of_risk, placement_risk, store.read("placement_risk"))))
picture(figure_of_risk, placement_risk, confidence=confidence if fit_again else None)

# %%
risks = published(figure_of_risk, placement_risk)
ratios = risks[risks["measure"].eq("odds ratio") & risks["outcome"].eq("placed_12m")].sort_values("position")
columns = {
    "label": "term",
    "sort": "sort",
    "level": "answers",
    "estimate": "times the odds",
    "ci_low": "from",
    "ci_high": "to",
}
shown(ratios[list(columns)].rename(columns=columns).set_index("term"))

# %% [markdown]
# ### Which share of placements goes with each?
#
# The model's expectation if nobody were poor, every school within reach, and so on, against what it expects as things are. Shares overlap and do
# not add up. They are no forecast of what a programme would bring about: the survey cannot tell a cause from what goes with it.

# %%
shares = risks[risks["measure"].eq("fraction")].sort_values("position")
columns = {"label": "compared with", "estimate": "share of placements", "ci_low": "from", "ci_high": "to"}
shown(shares[list(columns)].rename(columns=columns).set_index("compared with"))

# %% [markdown]
# ### Do two weigh more together?
#
# Ratios of odds ratios, one where the two simply multiply; all tested together after Holm. The made-up survey holds no such pair: one
# that stands out there came by chance, as one time in twenty something does.

# %%
pairs = risks[risks["measure"].eq("interaction")].sort_values("position")
columns = {"label": "pair", "estimate": "ratio of odds ratios", "ci_low": "from", "ci_high": "to", "finding": "finding"}
shown(pairs[list(columns)].rename(columns=columns).set_index("pair"))

# %% [markdown]
# ## Is the model any good, and for what?
#
# Each village is predicted by a model that has not seen it. The picture lays what happened beside what was predicted.

# %%
from analysis.figures import decision_curve as figure_of_decisions
from analysis.figures import risk_calibration as figure_of_calibration

risk_performance = store.read("risk_performance")
picture(figure_of_calibration, risk_performance, study.load())

# %% [markdown]
# ### Whom would it reach, and whom does it miss?
#
# Net benefit asks whether acting from a line of risk on is worth more than acting for everyone or for no one. Below it stands whom such a line misses.
# Children above any line are mostly never placed: the model is for planning where support goes, and **must never be used to decide about a child**
# ([model card](../docs/model-card.md)).

# %%
picture(figure_of_decisions, risk_performance)

# %% [markdown]
# ## With whom do children live?
#
# Printed shares of Cambodian households on one side; on the other, apart, what the reader of such surveys makes of simulated recodes.
# A survey of households has nobody who lives in an institution, so that its shares may not be added to counts of facilities.

# %%
from analysis.figures import living_arrangements as figure_of_arrangements

living_arrangements = store.read("living_arrangements")
picture(figure_of_arrangements, living_arrangements)

# %% [markdown]
# ## What this cannot tell
#
# - **Anything about Cambodia from the simulated survey.** Its associations are there because they were put there.
# - **What a support would bring about.** Poor families differ from others in much that nobody asked; only a comparison made for the purpose tells.
# - **Who is placed next.** Most children at any predicted risk are not placed, and many who are placed were thought unlikely to be.
# - **Children whom no household counts.** Who lives in care without a family to be asked is missing, so shares are too low for all children.
# - **What was not answered because of the answer.** Incomes hide themselves, and violence may; imputation mends neither.
# - **Ethnicity.** No system asks; whether the model is worse for some groups by it is not known.

# %% [markdown]
# ## Tables used

# %%
tables_used(
    "surveyed_children",
    "imputed_answers",
    "risk_gradients",
    "placement_risk",
    "risk_performance",
    "living_arrangements",
)

# %%
runtime()  # where you run it; for the committed notebook make prints the time
