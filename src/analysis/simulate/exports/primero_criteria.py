"""The five criteria of the Cambodian follow-up form, each a select box of three grades, and the rating of all."""

CRITERIA = {  # by column as read: the field, then its codes for yes, for a little, for no
    "crit_health": ("access_health_care", "a_always_50157", "b_rarely_87579", "c_never_42397"),
    "crit_education": (
        "education_criteria",
        "a_always_mostly_59231",
        "b_rarely_or_not_going_but_has_a_plan_to_attend_86566",
        "c_never_joined_since_reunified_dropped_out_and_no_plan_to_join_42349",
    ),
    "crit_food": (
        "food_criteria",
        "a_always_mostly_63501",
        "b_rarely_04784",
        "c_never_always_hungry_47094",
    ),
    "crit_relationship": (
        "relationship_criteria",
        "a_generally_good_05762",
        "b_some_problems_70435",
        "c_poor_93405",
    ),
    "crit_violence": (
        "violence_criteria",
        "a_safe_45834",
        "b_some_risk_60619",
        "c_not_safe_experiencing_or_at_immediate_threat_01900",
    ),
}
FINAL_RATING = {"green_39033": "green", "yellow_91262": "yellow", "red_98323": "red"}
