"""A drawing comes into the page only if it is made of shapes and letters that point nowhere but into itself."""

import re

import pytest

from analysis import languages, pipeline
from analysis.page import drawings

NAMES = sorted(file.stem for file in (pipeline.FIGURES / "inline").glob("*.svg"))
GOOD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><defs><path id="care-1" d="M0 0h9"/></defs>'
    '<g fill="#000" clip-path="url(#care-2)"><use href="#care-1" x="1" y="2"/>'
    '<text x="1" y="2">a &lt; b</text></g></svg>'
)
TEXT = '<text x="1" y="2">a &lt; b</text>'


def put(folder, text: str):
    file = folder / "care.svg"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_drawing_stands_as_it_is_under_its_alternative_text(tmp_path):
    markup = drawings.inline(put(tmp_path, GOOD), "care", 'Dots & "bars" <b>')
    assert markup.startswith('<svg role="img" aria-label="Dots &amp; &#34;bars&#34; &lt;b&gt;" xmlns=')
    ids = set(re.findall(r"#(\w+)-\d", markup)) | set(re.findall(r' id="(\w+)-\d"', markup))
    assert len(ids) == 1, "references and ids are shortened alike"
    assert markup.replace(f"{ids.pop()}-", "care-").endswith(GOOD.removeprefix("<svg "))


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        ("<script>alert(1)</script>", "an element script"),
        ("<style>*{}</style>", "an element style"),
        ("<foreignObject><p>x</p></foreignObject>", "an element foreignObject"),
        ('<image href="#care-1"/>', "an element image"),
        ("<a href='#care-1'>x</a>", "an element a"),
        ('<set attributeName="href" to="javascript:alert(1)"/>', "an element set"),
        ('<p xmlns="http://www.w3.org/1999/xhtml">x</p>', "an element {http://www.w3.org/1999/xhtml}p"),
        ('<g onclick="alert(1)"/>', "an attribute onclick"),
        ('<g style="fill: red"/>', "an attribute style"),
        ('<g class="part"/>', "an attribute class"),
        ('<use href="https://example.org/x.svg#a"/>', "a reference to https://example.org/x.svg#a"),
        ('<use xmlns:l="http://www.w3.org/1999/xlink" l:href="data:image/svg+xml,x"/>', "a reference to data:image"),
        ('<use href="javascript:alert(1)"/>', "a reference to javascript:alert(1)"),
        ('<g fill="url(https://example.org/#a)"/>', "a value url(https://example.org/#a)"),
        ('<g fill="URL( //example.org )"/>', "a value URL( //example.org )"),
        ('<g id="content"/>', "an id content"),
        ("<!-- <script> -->", "a comment"),
        ("<!--> <script>alert(1)</script> -->", "a comment"),
        ("<![CDATA[x]]>", "a comment"),
        ("<?php x ?>", "an instruction"),
        ("<g>", "not well-formed"),
    ],
)
def test_anything_else_is_refused_and_named(tmp_path, instead, said):
    file = put(tmp_path, GOOD.replace(TEXT, instead))
    with pytest.raises(drawings.DrawingError, match=re.escape(said)) as refused:
        drawings.inline(file, "care", "Dots.")
    assert "care.svg" in str(refused.value)


def test_a_file_that_does_not_begin_with_its_drawing_is_refused(tmp_path):
    file = put(tmp_path, '<!DOCTYPE svg [<!ENTITY a "b">]>' + GOOD)
    with pytest.raises(drawings.DrawingError, match="does not begin"):
        drawings.inline(file, "care", "Dots.")


@pytest.mark.parametrize("language", languages.LANGUAGES)
def test_every_drawing_of_ours_may_stand_in_the_page(language):
    folder = pipeline.FIGURES / languages.folder(language) / "inline"
    assert NAMES
    assert all(drawings.inline(folder / f"{name}.svg", name, "What it shows.") for name in NAMES)
