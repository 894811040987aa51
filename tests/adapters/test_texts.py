"""Texts of prompts, and the choices that customers' words name."""

from __future__ import annotations

import pytest

from contactcenter.adapters.numbers import e164
from contactcenter.adapters.texts import Texts, key_of

TEXTS = Texts(
    {
        "menu": {"en": "How can we help?", "zh": "请选择"},
        "fault": {"en": "Report a fault", "zh": "报修"},
        "info": {"en": "Information"},
    }
)
CHOICES = (("1", "fault"), ("2", "info"))


def test_a_menu_is_written_out_where_only_text_is_shown() -> None:
    assert TEXTS.ask(("menu",), CHOICES, "en") == "How can we help?\n1 Report a fault\n2 Information"
    assert TEXTS.ask(("menu",), CHOICES, "zh") == "请选择\n1 报修\n2 Information"
    assert TEXTS.ask(("menu",), (), "fr") == "How can we help?"


def test_prompt_names_never_reach_a_customer() -> None:
    assert TEXTS.say(("unknown_prompt", "menu"), "en") == "How can we help?"
    assert TEXTS.ask(("unknown_prompt",), (("9", "unknown"),), "en") == "9"


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("1", "1"), (" 1 ", "1"), ("1.", "1"), ("1、", "1"), ("２", "2"), ("＃", "#"), ("*", "*"), ("7", "7"),
        ("report a fault", "1"), ("REPORT A FAULT!", "1"), ("报修", "1"), ("报修。", "1"), ("Information", "2"),
        ("", ""), ("   ", ""), (".", ""), ("11", ""), ("1 please", ""), ("no power", ""), ("①②", ""), ("x" * 4_000, ""),
    ],
)  # fmt: skip
def test_a_bare_key_or_a_label_is_a_choice(words: str, key: str) -> None:
    assert key_of(words, CHOICES, TEXTS) == key


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+86 138 0013 8000", "+8613800138000"), ("13800138000", "+8613800138000"), ("010-95598000", "+861095598000"),
        ("0086 13800138000", "+8613800138000"), ("+1 (212) 555-0100", "+12125550100"),
        ("１３８００１３８０００", "+8613800138000"),
        ("tel:+8613800138000", "+8613800138000"), ("", None), ("anonymous", None), ("12", None), ("+", None),
        ("9" * 41, None), ("+8613800138000; DROP", None), ("\x00", None),
    ],
)  # fmt: skip
def test_numbers_have_one_spelling(written: str, number: str | None) -> None:
    assert e164(written, "CN") == number
