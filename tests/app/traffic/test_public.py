"""Who takes part in a demonstration and what they say: invented people, known to the centre, in two languages."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from contactcenter.adapters.customers.csv_file import BadRow, read_customers
from contactcenter.adapters.numbers import e164
from contactcenter.app.places import read_settings
from contactcenter.app.traffic import words
from contactcenter.app.traffic.callers import JOURNEYS, METER
from contactcenter.app.traffic.public import Public
from contactcenter.app.traffic.sounds import speech
from contactcenter.model.config import CenterConfig
from contactcenter.model.flow import CollectNode, MenuNode, Node
from contactcenter.model.words import Channel
from tests.source import ROOT

CONFIG = ROOT / "config"
CUSTOMERS = CONFIG / "demo" / "customers.csv"
# Numbers that are nobody's: subscribers of Beijing never begin with 1; ranges kept for drama; 555-01xx.
NOBODYS = ("+861012345", "+447700900", "+120255501")


@pytest.fixture(scope="module")
def center() -> CenterConfig:
    """The shipped example centre."""
    return read_settings(CONFIG).center


def nodes_of(center: CenterConfig, name: str) -> dict[str, Node]:
    """The nodes of a flow by name."""
    flow = next(flow for flow in center.flows if flow.id == name)
    return {branch.name: branch.node for branch in flow.nodes}


def test_every_customer_is_good_and_has_a_number_of_nobody() -> None:
    rows = list(read_customers(CUSTOMERS, lambda number: e164(number, "CN")))
    assert [row for row in rows if isinstance(row, BadRow)] == []
    numbers = [phone.number for row in rows if not isinstance(row, BadRow) for phone in row.phones]
    assert len(rows) == 40 and len(set(numbers)) == 40
    assert all(number.startswith(NOBODYS) for number in numbers)


def test_known_customers_call_most_and_strangers_sometimes() -> None:
    public = Public.of(read_settings(CONFIG), Random(5))
    drawn = [public.anyone() for _ in range(500)]
    strangers = [caller for caller in drawn if not caller.name]
    assert 0 < len(strangers) < 250
    assert all(caller.number.startswith("+86101234") for caller in strangers)
    assert {caller.language for caller in drawn} == {"zh", "en"}


def test_without_customers_all_are_strangers() -> None:
    assert not any(Public([], Random(1)).anyone().name for _ in range(20))


def test_callers_press_what_the_hotline_asks_for(center: CenterConfig) -> None:
    nodes = nodes_of(center, "hotline")
    menu = nodes["main"]
    assert isinstance(menu, MenuNode)
    offered = {choice.key for choice in menu.choices}
    first = Counter(journey.keys[0] in offered for journey in JOURNEYS if journey.keys)
    assert first[True] > first[False] > 0  # one of them presses a wrong key
    collect = next(node for node in nodes.values() if isinstance(node, CollectNode))
    assert collect.min_keys <= len(words.meter_number(Random(1))) <= collect.max_keys
    assert any(METER in journey.keys for journey in JOURNEYS)


def test_texts_walk_no_menu(center: CenterConfig) -> None:
    entry = next(entry for entry in center.entries if entry.channel is Channel.SMS)
    assert not any(isinstance(node, MenuNode | CollectNode) for node in nodes_of(center, entry.flow).values())


def test_agents_answer_in_the_customers_language() -> None:
    chance = Random(2)
    assert words.reply_to("停电了", chance) in words.REPLIES["zh"]
    assert words.reply_to("no light here", chance) in words.REPLIES["en"]
    assert words.opening_of("", chance) in words.OPENINGS["en"]


def test_every_pair_of_words_has_both_languages() -> None:
    for pair in (words.QUESTIONS, words.FOLLOWING, words.THANKS, words.OPENINGS, words.REPLIES):
        assert set(pair) == {"en", "zh"} and all(pair.values())


def test_speech_is_made_of_the_shipped_prompts_and_a_hum_elsewhere() -> None:
    assert speech(CONFIG / "prompts", "en/info_*.wav").size > 8_000 * 5
    assert 0 < speech(ROOT / "docs", "*.wav").size <= 8_000
