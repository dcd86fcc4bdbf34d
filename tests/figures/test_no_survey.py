"""Exports without a survey, or with one too small: figures say so, and their files still say whose they are."""

import io

import pandas as pd
import pytest

from analysis import charts, disclosure, pipeline, study

STUDY = study.load()


def without_a_survey(name):
    """Return what the figure ``name`` publishes of an estimate without a row, as it is read again from its file."""
    module = pipeline.module_of(f"figures/{name}")
    of, *others = pipeline.inputs_of(module.build)
    estimate = pipeline.module_of(f"estimates/{of}").TABLE
    nothing = estimate.validated(pd.DataFrame(columns=list(estimate.columns)), of)
    numbers = module.NUMBERS.validated(module.build(nothing, *[STUDY for _ in others]), name)
    written = disclosure.publishable(numbers, module.NUMBERS, name, "records", None).numbers.to_csv(index=False)
    text = pd.read_csv(io.StringIO(written), dtype="str", keep_default_na=False)
    read = module.NUMBERS.as_published().validated(text.drop(columns="origin"), name)
    return module, read.assign(origin=text["origin"].iloc[0])


@pytest.mark.parametrize("name", ["risk_gradients", "placement_risk", "risk_calibration", "decision_curve"])
def test_a_figure_without_a_survey_says_so_and_whose_records_they_were(name):
    module, numbers = without_a_survey(name)
    assert numbers["origin"].tolist() == ["records"]
    assert numbers[["estimate", "ci_low", "ci_high", "n"]].isna().all(axis=None)
    words = module.words(numbers)
    assert words.title.endswith("no survey was imported, or none that is large enough")
    with charts.style():
        drawn = charts.finish(module.draw(numbers), words, "records")
    assert "nothing to show" in {text.get_text() for axes in drawn.axes for text in axes.texts}
