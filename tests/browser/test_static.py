"""What can be seen in the files alone: colours that can be read, a small widget, pages that obey their own policy.

The colours of the theme meet WCAG 2.2 AA: 4.5 for text on its ground, in light and in dark.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contactcenter.adapters.console.pages import STATIC

WIDGET_BYTES_MAX = 16_000  # other people's pages load it
LINES_MAX = 400
AA_TEXT = 4.5  # WCAG 2.2, 1.4.3
TOKEN = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")
GROUNDS = ("ground", "surface", "raised", "sunken")
PAIRS = [(text, ground) for text in ("text", "muted", "accent") for ground in GROUNDS]
PAIRS += [(tone, f"{tone}-soft") for tone in ("accent", "good", "warn", "bad", "wrap", "idle")]
PAIRS += [("faint", "surface"), ("on-accent", "accent"), ("surface", "good"), ("surface", "bad"), ("bad", "surface")]


def tokens(scheme: int) -> dict[str, str]:
    """The colours of one scheme: 0 is light, 1 is dark."""
    found = TOKEN.findall((STATIC / "shared" / "theme.css").read_text())
    return {name: colours[scheme] for name, *colours in found}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2, glossary)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("scheme", "name"), [(0, "light"), (1, "dark")])
def test_text_can_be_read(scheme: int, name: str) -> None:
    colours = tokens(scheme)
    weak = {pair: round(ratio, 2) for pair in PAIRS if (ratio := contrast(*(colours[part] for part in pair))) < AA_TEXT}
    assert weak == {}, name


def ours() -> list[Path]:
    """The browser's files that are written here."""
    kinds = (".js", ".css", ".html")
    return [path for path in sorted(STATIC.rglob("*")) if path.suffix in kinds and "vendor" not in path.parts]


def test_the_widget_is_small_and_needs_nothing() -> None:
    widget = STATIC / "widget.js"
    assert widget.stat().st_size < WIDGET_BYTES_MAX
    assert not re.search(r"^import |import\(", widget.read_text(), re.MULTILINE)


def test_no_file_is_longer_than_a_sitting() -> None:
    """The lists of words are looked up and not read: they may be as long as the pages need."""
    read = [path for path in ours() if path.parent.name != "i18n"]
    assert [path.name for path in read if len(path.read_text().splitlines()) > LINES_MAX] == []


def test_pages_hold_no_script_and_no_style_that_the_policy_would_stop() -> None:
    inline = re.compile(r"\sstyle=|\son\w+=|<style|<script(?![^>]* src=)")
    assert [path.name for path in ours() if path.suffix == ".html" and inline.search(path.read_text())] == []
    markup = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|dangerouslySet|\seval\(")
    assert [path.name for path in ours() if path.suffix == ".js" and markup.search(path.read_text())] == []
