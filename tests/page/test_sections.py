"""Parts of the page: published figures, a holder's records, simulated ones, in this order and never mixed."""

from types import SimpleNamespace

from analysis.page import sections


def of(**origins: str) -> dict[str, SimpleNamespace]:
    return {name: SimpleNamespace(name=name, origin=origin) for name, origin in origins.items()}


def test_each_part_holds_figures_of_one_origin_and_what_is_made_up_comes_last():
    parts = sections.parts(of(data_quality="simulated", re_separation="records", care_trend="published"))
    assert [part.origin for part in parts] == ["published", "records", "simulated"]
    shown = {part.origin: [entry.name for section in part.sections for entry in section.entries] for part in parts}
    assert shown == {"published": ["care_trend"], "records": ["re_separation"], "simulated": ["data_quality"]}


def test_the_question_without_a_figure_stands_among_the_published_ones_and_nowhere_else():
    published, simulated = sections.parts(of(data_quality="simulated", care_trend="published"))
    empty = [section.question for section in published.sections if not section.entries]
    assert empty == ["What happens after they go home?"]
    assert all(section.entries for section in simulated.sections)


def test_a_country_without_published_figures_has_no_part_for_them():
    assert [part.origin for part in sections.parts(of(data_quality="records"))] == ["records"]


def test_a_question_answered_by_two_origins_stands_in_both_parts_under_two_anchors():
    parts = sections.parts(of(closure_funnel="published", response_plan="records"))
    anchors = [section.anchor for part in parts for section in part.sections if section.entries]
    assert len(anchors) == len(set(anchors)) == 2


def test_no_figure_answers_two_questions():
    names = [name for every in sections.QUESTIONS.values() for name in every]
    assert len(names) == len(set(names))
