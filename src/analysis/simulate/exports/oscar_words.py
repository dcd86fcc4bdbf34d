"""The words OSCaR prints for ours, in English and Khmer, and its dates. A word it has no option for is left out."""

import polars as pl

SEX = {"female": ("Female", "ស្រី"), "male": ("Male", "ប្រុស"), "other": ("LGBT", "LGBT")} | {
    "unknown": ("Prefer not to say", "មិនចង់ប្រាប់")
}
STATUS = {"referred": ("Referred", "បានបញ្ជូន"), "accepted": ("Accepted", "បានទទួលយក")} | {
    "active": ("Active", "សកម្ម"),
    "closed": ("Exited", "បានចាកចេញ"),
}
REFERRAL_SOURCE = {
    "government": ("Government Ministry Referral", "បញ្ជូនមកពីក្រសួង"),
    "ngo": ("Non-Government Organization", "អង្គការក្រៅរដ្ឋាភិបាល"),
    "hospital": ("Hospital", "មន្ទីរពេទ្យ"),
    "police": ("Police", "នគរបាល"),
    "court": ("Court/Justice System", "តុលាការ/ប្រព័ន្ធយុត្តិធម៌"),
    "family": ("Family", "គ្រួសារ"),
    "self": ("Self-referral", "មកដោយខ្លួនឯង"),
    "community_authority": ("Local Authorities", "អាជ្ញាធរមូលដ្ឋាន"),
    "hotline": ("Emergency Hotline", "ខ្សែទូរស័ព្ទបន្ទាន់"),
    "temporary_care": ("Temporary Care Institution", "មណ្ឌលថែទាំបណ្តោះអាសន្ន"),
    "other": ("Other", "ផ្សេងៗ"),
}
RISK_LEVEL = {"high": ("High", "ខ្ពស់"), "medium": ("Medium", "មធ្យម"), "low": ("Low", "ទាប")} | {
    "no_action": ("No action", "គ្មានសកម្មភាព"),
    "unknown": ("Pending assessment", "រង់ចាំការវាយតម្លៃ"),
}
SEPARATION_REASON = {
    "abandoned": ("Abandoned", "ត្រូវបានគេបោះបង់ចោល"),
    "child_changed_home": ("Child changed home", "កុមារផ្លាស់ប្តូរទីលំនៅ"),
    "child_independent": ("Child living independently", "កុមាររស់នៅដោយខ្លួនឯង"),
    "child_on_street": ("Child living on street", "កុមាររស់នៅតាមចិញ្ចើមថ្នល់"),
    "family_changed_home": ("Family changed home", "គ្រួសារផ្លាស់ប្តូរទីលំនៅ"),
    "orphan_double": ("Orphan (lost both parents)", "កំព្រាឪពុកម្តាយ"),
    "orphan_father": ("Orphan (lost father)", "កំព្រាឪពុក"),
    "orphan_mother": ("Orphan (lost mother)", "កំព្រាម្តាយ"),
}
HARM_HISTORY = {
    "neglect": ("Neglect", "ការមិនអើពើ"),
    "physical_abuse": ("Physical abuse", "ការរំលោភបំពានលើរាងកាយ"),
    "emotional_abuse": ("Emotional abuse", "ការរំលោភបំពានលើផ្លូវចិត្ត"),
    "sexual_abuse": ("Sexual abuse", "ការរំលោភបំពានផ្លូវភេទ"),
    "family_violence": ("Family violence", "អំពើហិង្សាក្នុងគ្រួសារ"),
    "trafficking": ("Trafficking", "ការជួញដូរ"),
    "exploitation": ("Exploitation", "ការកេងប្រវ័ញ្ច"),
    "child_labour": ("Child labour", "ពលកម្មកុមារ"),
    "abandonment": ("Abandonment", "ការបោះបង់ចោល"),
}
CLOSURE_CIRCUMSTANCE = {"exited": ("Exited Client", "អតិថិជនបានចាកចេញ")} | {
    "rejected": ("Rejected Referral", "បដិសេធការបញ្ជូន")
}
CLOSURE_REASON = {
    "moved_in_country": (
        "Client is/moved outside NGO target area (within Cambodia)",
        "អតិថិជននៅ/ផ្លាស់ទៅក្រៅតំបន់គោលដៅ (ក្នុងប្រទេសកម្ពុជា)",
    ),
    "moved_abroad": (
        "Client is/moved outside NGO target area (International)",
        "អតិថិជននៅ/ផ្លាស់ទៅក្រៅតំបន់គោលដៅ (អន្តរជាតិ)",
    ),
    "refused": ("Client refused service", "អតិថិជនបដិសេធសេវា"),
    "no_longer_eligible": (
        "Client does not meet / no longer meets service criteria",
        "អតិថិជនមិនត្រូវ / លែងត្រូវនឹងលក្ខខណ្ឌសេវា",
    ),
    "died": ("Client died", "អតិថិជនស្លាប់"),
    "goals_met": (
        "Client does not require / no longer requires support",
        "អតិថិជនមិនត្រូវការ / លែងត្រូវការការគាំទ្រ",
    ),
    "missing": ("Client is missing", "អតិថិជនបាត់ខ្លួន"),
    "agency_capacity": ("Agency lacks sufficient resources", "អង្គការខ្វះធនធាន"),
    "ran_away": ("Client run away", "អតិថិជនរត់បាត់"),
    "transferred": ("Client transfer to another organization", "អតិថិជនត្រូវបានផ្ទេរទៅអង្គការផ្សេង"),
    "other": ("Other", "ផ្សេងៗ"),
}
MODE = {
    "visit": ("Visit", "ចុះសួរសុខទុក្ខ"),
    "come_to_us": ("Come to us", "មកជួបយើង"),
    "remote": ("Non face to face", "មិនជួបផ្ទាល់"),
    "third_party": ("3rd Party", "ភាគីទីបី"),
    "supervision": ("Supervision", "ការត្រួតពិនិត្យ"),
    "other": ("Other", "ផ្សេងៗ"),
}
ID_POOR = {"level_1": ("Level 1", "កម្រិត១"), "level_2": ("Level 2", "កម្រិត២"), "no": ("No", "ទេ")}
VULNERABILITY_CLASS = {"low": ("Low", "ទាប"), "mild": ("Mild", "មធ្យម"), "severe": ("Severe", "ធ្ងន់ធ្ងរ")}
FAMILY_TYPE = {
    "birth_both": ("Birth Family (Both Parents)", "គ្រួសារបង្កើត (ឪពុកម្តាយ)"),
    "birth_mother": ("Birth Family (Only Mother)", "គ្រួសារបង្កើត (ម្តាយ)"),
    "birth_father": ("Birth Family (Only Father)", "គ្រួសារបង្កើត (ឪពុក)"),
    "kinship": ("Extended Family / Kinship Care", "គ្រួសារសាច់ញាតិ"),
    "foster_emergency": ("Short Term / Emergency Foster Care", "គ្រួសារចិញ្ចឹមបណ្តោះអាសន្ន"),
    "foster_long": ("Long Term Foster Care", "គ្រួសារចិញ្ចឹមរយៈពេលវែង"),
    "adoption": ("Domestically Adopted", "គ្រួសារសុំកូន"),
    "child_headed": ("Child-Headed Household", "គ្រួសារដែលកុមារជាមេគ្រួសារ"),
    "other": ("Other", "ផ្សេងៗ"),
}
YES_NO = {True: ("Yes", "បាទ/ចាស"), False: ("No", "ទេ")}
CONSENT = {"yes": YES_NO[True], "no": YES_NO[False]}
SUBSTANCE_USE = ("Parent/carer alcohol or drug use", "ឪពុកម្តាយ/អ្នកថែទាំប្រើគ្រឿងស្រវឹង ឬគ្រឿងញៀន")
CHRONIC_ILLNESS = ("Parent/carer chronic illness", "ឪពុកម្តាយ/អ្នកថែទាំមានជំងឺរ៉ាំរ៉ៃ")
SEVERAL = {"separation_reason": SEPARATION_REASON, "harm_history": HARM_HISTORY, "closure_reason": CLOSURE_REASON}
KHMER_MONTHS = (
    *("មករា", "កុម្ភៈ", "មីនា", "មេសា", "ឧសភា", "មិថុនា"),
    *("កក្កដា", "សីហា", "កញ្ញា", "តុលា", "វិច្ឆិកា", "ធ្នូ"),
)
ENGLISH_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def words(column: pl.Expr, options: dict, *, khmer: pl.Expr | bool = False) -> pl.Expr:
    """Return what OSCaR prints for our words of ``column``; missing for a word it has no option for."""
    english, local = ({ours: printed[i] for ours, printed in options.items()} for i in (0, 1))
    khmer = pl.lit(khmer) if isinstance(khmer, bool) else khmer
    return pl.when(khmer).then(_mapped(column, local)).otherwise(_mapped(column, english))


def recognised(field: str) -> pl.Expr:
    """Return the words of ``field`` (joined by |) that OSCaR has an option for, as a list."""
    known = pl.element().filter(pl.element().is_in(list(SEVERAL[field])))
    return pl.col(field).fill_null("").str.split("|").list.eval(known)


def printed_list(field: str, *, khmer: pl.Expr) -> pl.Expr:
    """Return the options that ``field`` ticks, as a list of what OSCaR prints."""
    english, local = (
        recognised(field).list.eval(_mapped(pl.element(), {ours: text[i] for ours, text in SEVERAL[field].items()}))
        for i in (0, 1)
    )
    return pl.when(khmer).then(local).otherwise(english)


def joined(found: pl.Expr) -> pl.Expr:
    """Return lists of our words joined by |, sorted; unknown for an empty one."""
    text = found.list.sort().list.join("|")
    return pl.when(text != "").then(text).otherwise(pl.lit("unknown"))


def dates(column: pl.Expr, *, khmer: pl.Expr | bool = False) -> pl.Expr:
    """Return dates as OSCaR prints them: ``11 June 2008``, in Khmer with its own digits and months."""
    khmer = pl.lit(khmer) if isinstance(khmer, bool) else khmer
    return pl.when(khmer).then(_printed(column, KHMER_MONTHS)).otherwise(_printed(column, ENGLISH_MONTHS))


def iso(column: pl.Expr) -> pl.Expr:
    """Return dates as ``2008-06-11``."""
    return column.dt.strftime("%Y-%m-%d")


def in_khmer_digits(text: pl.Expr) -> pl.Expr:
    """Return ``text`` with Khmer digits."""
    return text.str.replace_many([str(digit) for digit in range(10)], list("០១២៣៤៥៦៧៨៩"))


def _printed(column: pl.Expr, months: tuple[str, ...]) -> pl.Expr:
    month = column.dt.month().replace_strict(dict(enumerate(months, 1)), default=None, return_dtype=pl.String)
    text = pl.concat_str(column.dt.day(), pl.lit(" "), month, pl.lit(" "), column.dt.year())
    return in_khmer_digits(text) if months is KHMER_MONTHS else text


def _mapped(column: pl.Expr, printed: dict) -> pl.Expr:
    return column.replace_strict(printed, default=None, return_dtype=pl.String)
