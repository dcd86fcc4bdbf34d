"""No lists: what a figure of facilities says and shows where too few lists were imported."""

from matplotlib.figure import Figure

from analysis import charts

NO_LIST = "no list"  # the round of tables without any


def words(of_what: str, needed: str) -> charts.Words:
    """Return words that say that ``of_what`` cannot be shown, and which lists are ``needed`` for it."""
    return charts.Words(
        title=f"No {of_what}: {needed} is needed",
        caption="Nothing was imported that this figure could be made of; it has no number and no interval.",
        reading=f"Without {needed} nothing can be said of {of_what}.",
        alt_text=f"An empty figure: no {of_what}.",
        source="the exports that were imported.",
        limits="That there is no list here says nothing of whether there are facilities.",
    )


def draw() -> Figure:
    """Return a figure that holds nothing but a sentence."""
    figure = charts.canvas(3.6)
    axes = figure.subplots()
    axes.set_axis_off()
    axes.text(0.5, 0.5, "nothing to show", ha="center", va="center", size=13, color=charts.MUTED)
    return figure
