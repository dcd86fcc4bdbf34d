"""Province conditions: six conditions of the 25 provinces side by side, the five priority ones marked."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis import charts
from analysis.columns import SOURCE_ID
from analysis.contract import Column, Table

NUMBERS = Table(
    one_row_is="one condition of one province",
    key=("condition", "province_code"),
    columns={
        "condition": Column("str", "what is measured, as the column of province_conditions"),
        "province_code": Column("str", "code of the province", matches=r"^\d{2}$"),
        "province": Column("str", "name of the province"),
        "is_priority": Column("boolean", "one of the five priority provinces of the ministry's plan"),
        "is_tourism_destination": Column("boolean", "named as a tourist destination in the ministry's statistics"),
        "value": Column("Float64", "the value, in the unit named", nullable=True),
        "ci_low": Column("Float64", "lower end of the 95% interval; printed for the poverty index only", nullable=True),
        "ci_high": Column(
            "Float64", "upper end of the 95% interval; printed for the poverty index only", nullable=True
        ),
        "unit": Column("str", "unit of the value"),
        "source_id": SOURCE_ID,
        "is_of_24_provinces": Column("boolean", "the value is Kampong Cham's before Tboung Khmum was split off"),
    },
)

SOURCES = {  # the document of each condition
    "mpi": "ophi-2024-mpi",
    "idpoor_share": "mop-idpoor-2022",
    "school_distance_km": "moeys-2013-schools",
    "migrants_abroad_share": "cdb-2011",
    "net_migration_per_1k": "nis-2008-census-districts",
    "urban_share": "nis-2008-census-age-sex",
}
N_OF_FIVE = ("none", "one", "two", "three", "four", "all")

# condition -> (title of the panel, unit, factor from the table's unit to the printed one)
PANELS = {
    "mpi": ("Poverty index\n2021–22", "index, 0 to 1", 1),
    "idpoor_share": ("Poor households\n(IDPoor) c. 2022", "% of households", 100),
    "school_distance_km": ("Way to upper\nsecondary 2013", "km, median", 1),
    "migrants_abroad_share": ("Migrants abroad\n2011", "% of adults", 100),
    "net_migration_per_1k": ("Net migration\nuntil 2008", "per 1,000 people", 1),
    "urban_share": ("Urban people\n2008", "% of people", 100),
}


def build(
    province_conditions: pd.DataFrame, province_mpi: pd.DataFrame, provinces: pd.DataFrame, areas: pd.DataFrame
) -> pd.DataFrame:
    """Return the six conditions in long form, in printed units, with name and group of each province."""
    intervals = province_mpi[["province_code", "mpi_low", "mpi_high"]].assign(condition="mpi")
    priority = areas.loc[areas["area"] == "priority5", "province_code"]
    return (
        province_conditions.melt(
            id_vars=["province_code", "is_tourism_destination", "is_urban_share_of_24"],
            value_vars=list(PANELS),
            var_name="condition",
        )
        .merge(provinces[["province_code", "province"]], on="province_code", validate="m:1")
        .merge(intervals, how="left", on=["condition", "province_code"], validate="1:1")
        .rename(columns={"mpi_low": "ci_low", "mpi_high": "ci_high"})
        .assign(
            is_priority=lambda rows: rows["province_code"].isin(priority),
            value=lambda rows: rows["value"] * rows["condition"].map({name: p[2] for name, p in PANELS.items()}),
            unit=lambda rows: rows["condition"].map({name: p[1] for name, p in PANELS.items()}),
            source_id=lambda rows: rows["condition"].map(SOURCES),
            is_of_24_provinces=lambda rows: rows["is_urban_share_of_24"] & (rows["condition"] == "urban_share"),
        )
        .drop(columns="is_urban_share_of_24")
    )


def words(numbers: pd.DataFrame) -> charts.Words:
    """Say how the five priority provinces stand to the median of all."""
    less_poor, fewer_poor_households, less_urban = (
        _n_priority_below_median(numbers, condition) for condition in ("mpi", "idpoor_share", "urban_share")
    )
    more_urban = 5 - less_urban
    mpi = _wide(numbers)["mpi"].dropna()
    of_five = mpi[mpi.index.isin(numbers.loc[numbers["is_priority"], "province"])]
    return charts.Words(
        title=f"Of the five priority provinces, {N_OF_FIVE[less_poor]} are less poor than the median by the poverty "
        f"index, {N_OF_FIVE[fewer_poor_households]} by poor households, and {N_OF_FIVE[more_urban]} are more urban",
        caption="Six conditions around families in the 25 provinces. Blue: the five priority provinces of the "
        "ministry's plan. Vertical lines: median of all 25. ★ tourist destination. Only the poverty index is printed "
        "with 95% intervals. Hollow: value of Kampong Cham before it was divided.",
        reading=f"Of the five priority provinces, {N_OF_FIVE[less_poor]} lie below the median of the poverty index "
        f"({mpi.median():.3f}; theirs run from {of_five.min():.3f} to {of_five.max():.3f}) and {N_OF_FIVE[more_urban]} "
        "above the median urban share; many intervals of the index overlap, and none of this says why a child was "
        "admitted.",
        alt_text=f"Six panels of dots, one row for each of 25 provinces. The poverty index runs from {mpi.min():.3f} "
        f"in {mpi.idxmin()} to {mpi.max():.3f} in {mpi.idxmax()}. The five priority provinces are marked in blue at "
        "the top.",
        source="Global MPI 2024 (survey of 2021–22); Ministry of Planning, IDPoor c. 2022; Commune Database 2011; "
        "census 2008; Ministry of Education 2013; Ministry of Tourism 2014.",
        limits="Conditions of provinces, not of families: a poor family may live in a rich province. The years run "
        "from 2008 to 2022. How many institutions stand in a province we found for Phnom Penh and Siem Reap only.",
    )


def draw(numbers: pd.DataFrame) -> Figure:
    """Draw one panel a condition and one row a province, the priority five on top, each group by poverty."""
    figure = charts.canvas(8.6)
    order = _order(numbers)
    all_axes = figure.subplots(1, len(PANELS), sharey=True)
    for axes, (condition, (title, unit, _)) in zip(all_axes, PANELS.items(), strict=True):
        rows = numbers[numbers["condition"] == condition].set_index("province_code").loc[order.index]
        _panel(axes, rows, order["y"]).set_xlabel(unit, size=9)
        axes.set_title(title, size=9.5)
    stars = order["is_tourism_destination"].fillna(False)
    names = order["province"].where(~stars, order["province"] + " ★")
    all_axes[0].set_yticks(order["y"], names, size=9.5)
    for label, is_priority in zip(all_axes[0].get_yticklabels(), order["is_priority"], strict=True):
        label.set(color=charts.BLUE if is_priority else charts.INK, weight="bold" if is_priority else "normal")
    return figure


def _panel(axes: Axes, rows: pd.DataFrame, y: pd.Series) -> Axes:
    axes.axvline(rows["value"].median(), color=charts.FAINT, lw=1.5, zorder=1)
    for is_priority, colour in ((False, charts.GREY), (True, charts.BLUE)):
        group = rows[rows["is_priority"] == is_priority]
        axes.hlines(y[group.index], group["ci_low"], group["ci_high"], color=colour, lw=2.5, alpha=0.5)
        axes.plot(group["value"], y[group.index], "o", color=colour, ms=5.5)
    for code in rows.index[rows["is_of_24_provinces"] & rows["value"].notna()]:
        axes.plot(rows.loc[code, "value"], y[code], "o", ms=6.5, mfc="white", mec=charts.GREY, mew=1.5)
    axes.tick_params(axis="x", labelsize=9)
    axes.margins(x=0.12)
    axes.xaxis.set_major_locator(MaxNLocator(3))
    charts.only_x_grid(axes)
    axes.grid(visible=True, axis="y", color="#F1F1F1")
    return axes


def _order(numbers: pd.DataFrame) -> pd.DataFrame:
    """Return one row a province with its height ``y``: the priority five above a gap, the least poor on top."""
    provinces = numbers[numbers["condition"] == "mpi"].sort_values(["is_priority", "value"], ascending=[False, True])
    y = -(pd.RangeIndex(len(provinces)) + 0.7 * ~provinces["is_priority"].to_numpy(dtype=bool))
    return provinces.assign(y=y.to_numpy()).set_index("province_code")


def _wide(numbers: pd.DataFrame) -> pd.DataFrame:
    return numbers.pivot(index="province", columns="condition", values="value")  # noqa: PD010


def _n_priority_below_median(numbers: pd.DataFrame, condition: str) -> int:
    values = _wide(numbers)[condition]
    priority = numbers.loc[numbers["is_priority"], "province"].unique()
    return int((values[priority] < values.median()).sum())
