# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Reintegration: how many children who go home are back in residential care within a year?

# %%
from analysis.notebook import places

answer, figure = places(2)  # filled by cells below

# %% [markdown]
# **Answers:** of children who went home, how many were back in residential care, and by when; how far that number hangs on what nobody
# saw; with what it goes together; whether support goes with fewer going back; how children do; and whether they are followed up as planned.
# **Data:** **simulated** case records, which say nothing about Cambodia; with the records of an agency the same pages tell of its own
# children. **Limits:** records hold what workers wrote: who went back before an agency took the child on is in none, who was lost from sight
# may be anywhere, and a gap between groups is no effect.

# %% [markdown]
# ## Assumptions you may change

# %%
noticed_late = "midpoint"  # an end found at a contact: the middle since the last one, or "recorded", the day written
# By what curves are told; remove any but the first.
splits = ["return_kind", "risk_level", "age_band", "sex", "facility_type"]
least_at_risk = 10  # returns followed when a curve starts: 5 or more
confidence = 0.95  # of the intervals: 0.5 to 0.99

# %%
import pandas as pd
from IPython.display import display

from analysis import pipeline, store, study
from analysis.estimates import planned_vs_abrupt as estimate_of_kinds
from analysis.estimates import re_separation as estimate_of_returns
from analysis.figures import planned_vs_abrupt as figure_of_kinds
from analysis.figures import re_separation as figure_of_returns
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
    .changed("re_separation.noticed_late", noticed_late)
    .changed("re_separation.splits", splits)
    .changed("re_separation.least_at_risk", least_at_risk)
    .changed("intervals.confidence", confidence)
)
spells = store.read("spells")
spell_variants = store.read("spell_variants")
re_separation = rebuilt(
    estimate_of_returns, spells, spell_variants, my_study, pipeline.generator("estimates/re_separation")
)
returns = published(figure_of_returns, re_separation, my_study)
ends = {
    "residential": "back in residential care",
    "other": "separated otherwise",
    "boarding_school": "in a boarding school",
    "other_ends": "of age, moved or died",
    "at_home": "at home",
}

# %% [markdown]
# ## How many children who go home are back in residential care, and by when?
#
# A return ends in one of several ways, and one rules out the others: a child who turned eighteen or moved away with the family can no longer
# come back to care. The curves are shares of all children who went home (cumulative incidence, Aalen and Johansen). A child counts from the
# day somebody followed it. Agencies are drawn again for the intervals, as children of one agency share its ways.

# %%
answer.update(headline(figure_of_returns, returns, confidence))
figure.update(picture(figure_of_returns, re_separation, my_study, confidence=confidence))
told(against_published(estimate_of_returns, re_separation, store.read("re_separation")))

# %%
whole = returns[returns["term"].eq("returns") & returns["measure"].eq("incidence")].replace({"outcome": ends})
columns = {
    "outcome": "end",
    "day": "days after the return",
    "estimate": "share",
    "ci_low": "from",
    "ci_high": "to",
    "n_at_risk": "still followed, about",
    "n_events": "ended so, about",
}
shown(whole.sort_values(["outcome", "day"])[list(columns)].rename(columns=columns).set_index("end"))

# %% [markdown]
# ## What does that number hang on?
#
# **Lost from sight.** Nobody knows where these children are. The two ends of the bounds assume nothing: none of them, or all, came back to care
# on the day they were lost. The weighted number takes them to be like children recorded alike at the return. **Days not seen.** Ends are found at
# contacts; the earliest and latest days that contacts allow bound the curve. **Rules.** What counts as a return, an absence, a planned
# move stands in `study.toml`; each rule was changed once. **Whom one takes for independent.** Siblings or single children drawn instead
# of agencies give intervals that are too short. **Other ends ignored.** One minus Kaplan-Meier answers what would happen if nobody ever turned
# eighteen, moved or separated otherwise. It is always higher and no share of anybody; it stands here only to show by how much it misleads.

# %%
checks = returns[returns["term"].eq("returns") & returns["scale"].eq("probability")]
checks = checks[checks["measure"].ne("incidence")].sort_values(["estimate", "measure"])
columns = {"label": "told otherwise", "estimate": "share back in care", "ci_low": "from", "ci_high": "to"}
shown(checks[list(columns)].rename(columns=columns).set_index("told otherwise"))

# %% [markdown]
# **Days at home.** The same curves as time: of the first year, the mean days a child spent at home, and after each end.

# %%
days = returns[returns["scale"].eq("days")].sort_values("estimate")
columns = {"outcome": "days", "estimate": "mean", "ci_low": "from", "ci_high": "to", "n": "returns, about"}
shown(days[list(columns)].replace({"outcome": ends}).rename(columns=columns).set_index("days"))

# %% [markdown]
# ## Who comes back more often?
#
# Each split by itself. Levels differ in more than their name, so a gap says who is concerned and not why. Levels of a split are compared from
# the same day on: where a group is only followed some time after the return, all are. Tested together (Gray's test, agencies left out in turn). The
# tier is the worker's and is not dated.

# %%
levels = returns[returns["term"].ne("returns") & returns["outcome"].eq("residential")].dropna(subset="n")
levels = levels[levels["day"].isin(my_study.re_separation.level_days)].sort_values(["term", "position"])
columns = {
    "factor": "split",
    "label": "level",
    "since": "of children",
    "estimate": "share back in care",
    "ci_low": "from",
    "ci_high": "to",
    "n": "returns, about",
    "finding": "test",
}
shown(levels[list(columns)].rename(columns=columns).set_index("split"))

# %% [markdown]
# ## Do children who came home abruptly come back more often?
#
# When a facility closes, or a child is fetched, nobody has prepared the return. Such a child is registered some days later; who went back before
# is in no record. Both kinds are therefore compared among children still at home on the same day.

# %%
planned_vs_abrupt = rebuilt(estimate_of_kinds, spells, my_study, pipeline.generator("estimates/planned_vs_abrupt"))
display(told(against_published(estimate_of_kinds, planned_vs_abrupt, store.read("planned_vs_abrupt"))))
picture(figure_of_kinds, planned_vs_abrupt, re_separation, my_study, confidence=confidence)

# %%
kinds = published(figure_of_kinds, planned_vs_abrupt, re_separation, my_study)
gaps = kinds[kinds["scale"].ne("probability")].sort_values(["outcome", "measure"])
columns = {"outcome": "end", "measure": "what", "estimate": "abrupt less planned", "ci_low": "from", "ci_high": "to"}
shown(gaps[list(columns)].replace({"outcome": ends}).rename(columns=columns).set_index("end"))

# %% [markdown]
# ## With what does it go together when everything else is alike?
#
# One model of how fast children come back (Cox, of each end by itself), beside it one of how many (Fine and Gray), with errors by agency. A ratio
# above one goes with more going back. Whether ratios hold throughout, how far one agency makes them, and how well the model foretells one year stand
# below them. These are associations: no ratio says what a change would bring about.

# %%
from analysis.figures import reintegration_effects as figure_of_effects

reintegration_effects = store.read("reintegration_effects")
reintegration_checks = store.read("reintegration_checks")
picture(figure_of_effects, reintegration_effects, reintegration_checks)

# %% [markdown]
# ## Does support go with fewer children back in care?
#
# Support goes to those in need, so children with it may come back more often, however much it helps. The comparison was written down as a trial
# before it was made: who, from when, what, which outcome. It holds if all that decides who gets support and who comes back is recorded; the
# figure shows balance, overlap, and how strong something unrecorded would have to be.

# %%
from analysis.figures import support_effect as figure_of_support

support_effect = store.read("support_effect")
picture(figure_of_support, support_effect)

# %% [markdown]
# On made-up records whose answer is known, the same comparison was made again and again: with everything recorded, and with a cause of both
# that no system holds.

# %%
from analysis.figures import support_effect_simulation as figure_of_trials

support_effect_simulation = store.read("support_effect_simulation")
picture(figure_of_trials, support_effect_simulation)

# %% [markdown]
# ## How do children do?
#
# Scores that workers give by domain, by time since the return; change of the same children. Those who started low tend to be rated higher next time
# whatever happens, which is told apart from what is beyond it.

# %%
from analysis.figures import wellbeing_change as figure_of_wellbeing

wellbeing_change = store.read("wellbeing_change")
picture(figure_of_wellbeing, wellbeing_change)

# %% [markdown]
# ## Are children followed up as planned, and the right ones first?
#
# Contacts due by the project's schedule and made, and how long until the first; then whether the worker's risk tier agrees with the one worked out
# from scores. The worked-out tier stands beside the worker's and never replaces it.

# %%
from analysis.figures import follow_up_compliance as figure_of_follow_up

follow_up_compliance = store.read("follow_up_compliance")
picture(figure_of_follow_up, follow_up_compliance)

# %%
from analysis.figures import triage_agreement as figure_of_triage

triage_agreement = store.read("triage_agreement")
picture(figure_of_triage, triage_agreement)

# %% [markdown]
# ## What this cannot tell
#
# - **Anything about Cambodia from simulated records.** Their rates were put there.
# - **Who went back before an agency took the child on.** No record holds these children. The curves allow for it only as far as those who were seen
#   at home at the same time are like them; who had support from then on is not.
# - **What became of those lost from sight.** Only the bounds are free of assumptions, and they are wide.
# - **Ends that nobody noticed.** A child who went back between the last contact and the closing of the case counts as at home.
# - **Why.** Families whose children come back differ in much that is in no record. Ratios and gaps are associations; the comparison of support rests on
#   the assumptions beside it.
# - **Other agencies.** A handful of agencies share their records; how many others differ from them the intervals cannot know.
# - **How children see it.** Scores are workers' judgements, and those of children who are doing badly may be missing.

# %% [markdown]
# ## Tables used

# %%
tables_used(
    "spells",
    "spell_variants",
    "re_separation",
    "planned_vs_abrupt",
    "reintegration_effects",
    "reintegration_checks",
    "support_effect",
    "support_effect_simulation",
    "wellbeing_change",
    "follow_up_compliance",
    "triage_agreement",
)

# %%
runtime()  # where you run it; for the committed notebook make prints the time
