"""Costs of a case-month by kind of cost, and rare kinds taken together so that none follows from the others."""

import pandas as pd

from analysis.estimates import _cost_ratios as ratios
from analysis.imported import allowed
from analysis.study import Study

KIND, TOLD_KIND, RARE = "kind of cost", "kind of cost, rare ones together", "rare kinds together"


def kind_rows(children: pd.DataFrame, priced: pd.DataFrame, study: Study) -> list[ratios.Row]:
    """Return what each kind of cost adds to a case-month, and once more with rare kinds taken together.

    Kinds add up to all that is spent, so that the one that may not be told would follow from the others.
    """
    of_child = priced.pivot_table(values="cost_usd", index=ratios.OF_CHILD, columns="cost_category", aggfunc="sum")
    of_child = of_child.reindex(pd.MultiIndex.from_frame(children[ratios.OF_CHILD])).set_axis(children.index)
    amounts = of_child.reindex(columns=list(allowed.COST_CATEGORY)).astype("float64").fillna(0.0)
    spent = {kind: amounts[kind] for kind in amounts}
    rare = _rare(spent, study.disclosure)
    spent[RARE] = amounts[rare].sum(axis=1)
    rows = {kind: ratios.cost_row(children, of_kind, "case_months", study) for kind, of_kind in spent.items()}
    return [
        *({"term": KIND, "level": kind, **rows[kind]} for kind in amounts),
        *({"term": TOLD_KIND, "level": kind, **row} for kind, row in rows.items() if kind not in rare),
    ]


def _rare(spent: dict[str, pd.Series], rules: Study) -> list[str]:
    """Return the kinds that few children have, and of the others, the rarest first, as many as hide them."""
    n_children = {kind: ratios.counts(amounts)["n"] for kind, amounts in spent.items()}
    in_order = sorted((kind for kind in spent if n_children[kind]), key=n_children.__getitem__)
    found = [kind for kind in in_order if not _may_be_told(spent[kind], rules)]
    others = [kind for kind in in_order if kind not in found]
    while found and others and not _may_be_told(sum(spent[kind] for kind in found), rules):
        found.append(others.pop(0))
    return found


def _may_be_told(amounts: pd.Series, rules: Study) -> bool:
    of = ratios.counts(amounts)
    return of["n"] >= rules.least_rows and of["top_two_share"] <= rules.most_of_two
