"""Fonts: the letters that pages bring along are made once, and anew for another font."""

import matplotlib as mpl

from analysis.languages import fonts


def test_letters_of_pages_are_kept_by_what_they_are_made_of(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(fonts, "KEPT", tmp_path / "fonts")
    monkeypatch.setattr(fonts, "_chosen", lambda family, file: made.append(file.name) or file.read_bytes()[:9])
    other = tmp_path / "DejaVuSans.ttf"
    other.write_bytes(b"another font")
    own = mpl.get_data_path() + "/fonts/ttf/DejaVuSans.ttf"
    first, again, another = (fonts._for_web(fonts.LATIN, fonts.Path(file)) for file in (own, own, other))
    assert first == again != another == b"another f"
    assert len(made) == len(list((tmp_path / "fonts").iterdir())) == 2
