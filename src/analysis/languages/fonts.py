"""Fonts: the letters of each language, for pictures as files that matplotlib reads and for pages inside their style.

Latin letters are DejaVu Sans, which matplotlib brings; Khmer ones Noto Sans Khmer, from its package. That one is a font
of many weights in one file, of which matplotlib sees the thinnest only, so that two are taken from it once and kept.
So are the letters that pages bring along: to choose and pack them takes longer than the rest of a page.
"""

import base64
import hashlib
import io
from functools import cache
from importlib import metadata
from pathlib import Path

import fontpkg_noto_sans_khmer
import matplotlib as mpl
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from matplotlib import font_manager

from analysis import store
from analysis.languages.known import ENGLISH
from analysis.study import ROOT

LATIN, KHMER = "DejaVu Sans", "Noto Sans Khmer"
WEIGHTS = {400: "Regular", 700: "Bold"}
KEPT = ROOT / "build" / "fonts"
# Letters of pages, by font: Latin with accents, punctuation, arrows, signs of arithmetic and marks; the Khmer block.
LETTERS = {
    LATIN: ["0020-017E", "2010-205F", "20AC", "2190-2193", "2200-2265", "25A0-25FF", "2605-2606", "2713-2717"],
    KHMER: ["1780-17FF", "19E0-19FF", "200B-200D", "25CC"],
}


@cache
def khmer_files() -> dict[int, Path]:
    """Return the files of Noto Sans Khmer by weight, made where they are missing."""
    (source,) = Path(fontpkg_noto_sans_khmer.ROOT).rglob("*.ttf")
    made_by = f"{metadata.version('fontpkg-noto-sans-khmer')}-{metadata.version('fonttools')}"
    files = {weight: KEPT / f"NotoSansKhmer-{name}-{made_by}.ttf" for weight, name in WEIGHTS.items()}
    for weight, file in files.items():
        if not file.exists():
            with TTFont(source, recalcTimestamp=False) as variable:
                one = instancer.instantiateVariableFont(variable, {"wght": weight, "wdth": 100}, updateFontNames=True)
                store.replace(file, _bytes(one))
    return files


def families(language: str) -> list[str]:
    """Return the families in which a picture is drawn, Latin letters first; those of ``language`` become known."""
    if language == ENGLISH:
        return [LATIN]
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    for file in khmer_files().values():
        if str(file) not in known:
            font_manager.fontManager.addfont(file)
    return [LATIN, KHMER]


@cache
def web(language: str) -> str:
    """Return the style rules that bring the letters of ``language`` along inside a page: nothing is fetched."""
    latin = Path(mpl.get_data_path()) / "fonts" / "ttf"
    rules = {(LATIN, weight): latin / f"DejaVuSans{name}.ttf" for weight, name in {400: "", 700: "-Bold"}.items()}
    if language != ENGLISH:
        rules |= {(KHMER, weight): file for weight, file in khmer_files().items()}
    return "\n".join(_rule(family, weight, file) for (family, weight), file in rules.items())


def _rule(family: str, weight: int, file: Path) -> str:
    content = base64.b64encode(_for_web(family, file)).decode()
    return (
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:block;'
        f'src:url(data:font/woff2;base64,{content}) format("woff2")}}'
    )


def _for_web(family: str, file: Path) -> bytes:
    """Return the letters of a font that pages use, made where they are not kept; another font or maker is another."""
    versions = "".join(metadata.version(package) for package in ("fonttools", "brotli")).encode()
    made_of = hashlib.sha256(versions + Path(__file__).read_bytes() + file.read_bytes()).hexdigest()[:12]
    kept = KEPT / f"{file.stem}-{made_of}.woff2"
    if not kept.exists():
        store.replace(kept, _chosen(family, file))
    return kept.read_bytes()


def _chosen(family: str, file: Path) -> bytes:
    """Return the letters of a font that pages use, small: with what shapes them, without hints for old screens."""
    options = subset.Options(flavor="woff2", hinting=False, layout_features=["*"], recalc_timestamp=False)
    options.drop_tables += ["FFTM"]  # when a font program made it
    with subset.load_font(str(file), options) as font:
        chosen = subset.Subsetter(options)
        chosen.populate(unicodes=[code for span in LETTERS[family] for code in _codes(span)])
        chosen.subset(font)
        font.flavor = "woff2"
        return _bytes(font)


def _codes(span: str) -> range:
    first, _, last = span.partition("-")
    return range(int(first, 16), int(last or first, 16) + 1)


def _bytes(font: TTFont) -> bytes:
    buffer = io.BytesIO()
    font.save(buffer, reorderTables=True)
    return buffer.getvalue()
