"""Names of facilities and operators: made of syllables, in Latin and in Khmer letters, of no real organisation."""

import numpy as np
import pandas as pd

from analysis.study import Study

SYLLABLES = (
    *(("Bo", "បូ"), ("Ra", "រ៉ា"), ("Sre", "ស្រែ"), ("Vi", "វិ"), ("Cha", "ចា"), ("Da", "ដា"), ("Ni", "នី")),
    *(("So", "សុ"), ("Pha", "ផា"), ("Ro", "រ៉ូ"), ("Ka", "កា"), ("Mea", "មា"), ("Thy", "ធី"), ("La", "ឡា")),
    *(("Pi", "ពី"), ("Sam", "សំ"), ("Kol", "កុល"), ("Neth", "ណេត"), ("Vong", "វង្ស"), ("Reak", "រក្ស")),
    *(("Sok", "សុខ"), ("Pheap", "ភាព"), ("Chan", "ចាន់"), ("Phal", "ផល"), ("Rith", "ឫទ្ធ"), ("Mony", "មុនី")),
)
TYPE_WORDS = {  # how a facility of the type calls itself: pattern in Latin letters and in Khmer
    "rci": (
        *(("{} Orphanage", "មណ្ឌលកុមារកំព្រា {}"), ("{} Children's Home", "ផ្ទះកុមារ {}")),
        *(("{} Centre", "មណ្ឌលកុមារ {}"), ("{} Children Village", "ភូមិកុមារ {}")),
        *(("{} Child Care Organization", "អង្គការថែទាំកុមារ {}"), ("New {} Home", "ផ្ទះថ្មី {}")),
    ),
    "transit_emergency": (("{} Transit Home", "ផ្ទះសំណាក់ {}"), ("{} Emergency Shelter", "ជម្រកសង្គ្រោះបន្ទាន់ {}")),
    "group_home": (("{} Group Home", "ផ្ទះជាក្រុម {}"), ("{} Family House", "ផ្ទះគ្រួសារ {}")),
    "pagoda_faith": (("Wat {}", "វត្ត {}"), ("{} Church Home", "ផ្ទះព្រះវិហារ {}")),
    "boarding_school": (("{} Boarding School", "សាលាអន្តេវាសិក {}"), ("{} Dormitory", "អន្តេវាសិកដ្ឋាន {}")),
}
OPERATOR_WORDS = {
    "government": "{} Department",
    "ngo_local": "{} Association",
    "ngo_international": "{} International",
    "faith_based": "{} Fellowship",
    "private": "{} Company",
}


def facility_names(facility_type: pd.Series, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return a Latin and a Khmer name for each facility of these types."""
    latin, khmer = _stems(len(facility_type), rng)
    names = np.empty((2, len(facility_type)), dtype=object)
    for kind, patterns in TYPE_WORDS.items():
        (rows,) = np.nonzero(facility_type.eq(kind))
        for row, pattern in zip(rows, rng.integers(len(patterns), size=len(rows)), strict=True):
            names[:, row] = patterns[pattern][0].format(latin[row]), patterns[pattern][1].format(khmer[row])
    return names[0], names[1]


def operator_names(operator_type: pd.Series, operators: Study, rng: np.random.Generator) -> np.ndarray:
    """Return who runs each facility: operators of a type run ``facilities_per_operator`` facilities on average."""
    names = np.empty(len(operator_type), dtype=object)
    for kind, pattern in OPERATOR_WORDS.items():
        (rows,) = np.nonzero(operator_type.eq(kind))
        stems, _ = _stems(int(len(rows) / operators.facilities_per_operator) + 1, rng)
        own = np.array([pattern.format(stem) for stem in stems], dtype=object)
        names[rows] = own[rng.integers(len(own), size=len(rows))]
    return names


def _stems(n: int, rng: np.random.Generator) -> tuple[list[str], list[str]]:
    """Return stems of two or three syllables in both scripts, such as Sokpheap and សុខភាព."""
    parts = rng.integers(len(SYLLABLES), size=(n, 3))
    lengths = rng.choice([2, 3], size=n, p=[0.4, 0.6])
    chosen = [[SYLLABLES[part] for part in row[:length]] for row, length in zip(parts, lengths, strict=True)]
    latin = ["".join(syllable[0] for syllable in stem).capitalize() for stem in chosen]
    return latin, ["".join(syllable[1] for syllable in stem) for stem in chosen]
