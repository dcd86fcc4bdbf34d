"""Areas: how the groups of provinces that the mapping printed are called and coloured on every figure."""

from analysis.charts.palette import BLUE, MUTED, ORANGE

AREA_NAMES = {
    "Phnom Penh": "Phnom Penh",
    "Siem Reap": "Siem Reap",
    "battambang_kandal_preah_sihanouk": "Battambang, Kandal,\nPreah Sihanouk together",
    "priority5": "Five priority\nprovinces together",
    "other20": "Twenty other\nprovinces together",
    "cambodia": "Cambodia",
}

AREA_COLOURS = {
    "Phnom Penh": BLUE,
    "Siem Reap": BLUE,
    "battambang_kandal_preah_sihanouk": BLUE,
    "priority5": BLUE,
    "other20": ORANGE,
    "cambodia": MUTED,
}
