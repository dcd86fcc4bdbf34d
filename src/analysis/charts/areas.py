"""Areas: how the groups of provinces that the mapping printed are called and coloured on every figure."""

AREA_NAMES = {
    "Phnom Penh": "Phnom Penh",
    "Siem Reap": "Siem Reap",
    "battambang_kandal_preah_sihanouk": "Battambang, Kandal,\nPreah Sihanouk together",
    "priority5": "Five priority\nprovinces together",
    "other20": "Twenty other\nprovinces together",
    "cambodia": "Cambodia",
}

AREA_COLOURS = {
    "Phnom Penh": "#1F5A96",
    "Siem Reap": "#1F5A96",
    "battambang_kandal_preah_sihanouk": "#1F5A96",
    "priority5": "#1F5A96",
    "other20": "#C44E00",
    "cambodia": "#5F5F5F",
}
