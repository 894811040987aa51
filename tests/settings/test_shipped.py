"""The centre that is shipped: the fault hotline 95598, as requirements and read-me promise it."""

from __future__ import annotations

from pathlib import Path

import pytest

from contactcenter.model.config import EntryConfig
from contactcenter.model.flow import EnqueueNode, HangUpNode, MenuNode, SayNode
from contactcenter.model.ids import QueueId
from contactcenter.model.words import Channel
from contactcenter.settings import Settings, SettingsError, check, config_hash, load
from tests.settings.conftest import AT, Spoil
from tests.source import ROOT

CONFIG = ROOT / "config"


@pytest.fixture(scope="module")
def shipped() -> Settings:
    """The shipped settings."""
    return load(CONFIG, {}, AT)


def test_it_is_sound_now_and_for_any_clock() -> None:
    assert check(CONFIG, {}) == []
    assert check(CONFIG, {}, 0) == []


def test_calls_and_chats_share_one_flow_and_texts_go_straight_to_people(shipped: Settings) -> None:
    assert shipped.center.entries == (
        EntryConfig("95598", Channel.VOICE, "hotline", "zh"),
        EntryConfig("95599", Channel.VOICE, "hotline", "en"),
        EntryConfig("+861095598000", Channel.SMS, "text", "zh"),
        EntryConfig("hotline", Channel.CHAT, "hotline", "en"),
    )


def test_the_menu_leads_where_the_hotline_says(shipped: Settings) -> None:
    (hotline,) = [flow for flow in shipped.center.flows if flow.id == "hotline"]
    nodes = {branch.name: branch.node for branch in hotline.nodes}
    main = nodes["main"]
    assert isinstance(main, MenuNode)
    assert [(choice.key, choice.next) for choice in main.choices] == [
        ("1", "fault"),
        ("2", "information"),
        ("3", "complaint"),
        ("0", "person"),
    ]
    assert nodes["fault_queue"] == EnqueueNode(QueueId("faults"), "all_full")
    assert isinstance(nodes["outages"], SayNode) and nodes["outages"].next == "told"
    assert isinstance(nodes["told"], HangUpNode) and nodes["told"].outcome == "self_served"


def test_the_queues_have_the_defaults_of_the_house(shipped: Settings) -> None:
    for queue in shipped.center.queues:
        assert (queue.ring_ms, queue.wrap_up_ms, queue.short_abandon_ms) == (15_000, 60_000, 5_000)
        assert (queue.voice_target_ms, queue.chat_target_ms, queue.target_percent) == (20_000, 60_000, 80)
        assert queue.record and queue.dispositions
    assert [queue.id for queue in shipped.center.queues] == ["faults", "complaints", "general"]


def test_each_queue_has_agents_and_each_agent_a_telephone(shipped: Settings) -> None:
    center = shipped.center
    assert all(agent.station is not None for agent in center.agents)
    for queue in center.queues:
        able = [agent for agent in center.agents for skill in agent.skills if skill.skill == queue.skill]
        assert len(able) >= 3


def test_nothing_is_open_to_the_outside(shipped: Settings) -> None:
    assert {shipped.http.bind, shipped.sip.bind, shipped.media.bind} == {"127.0.0.1"}
    assert shipped.sip.phone_sources == ("127.0.0.0/8",)
    assert [trunk.sources for trunk in shipped.sip.trunks] == [("127.0.0.0/8",)]


def test_paths_begin_beside_the_configuration(shipped: Settings) -> None:
    assert shipped.paths.var == ROOT / "var"
    assert shipped.paths.recordings == ROOT / "var" / "recordings"
    assert shipped.paths.prompts == CONFIG / "prompts"


def test_equal_configurations_have_equal_hashes(shipped: Settings, spoil: Spoil, folder: Path) -> None:
    assert config_hash(load(folder, {}, AT).center) == config_hash(shipped.center)
    assert spoil("queues.toml", "limit = 200", "limit = 201") == []
    assert config_hash(load(folder, {}, AT).center) != config_hash(shipped.center)


def test_recordings_may_go_to_another_disk(spoil: Spoil, folder: Path) -> None:
    assert spoil("center.toml", '# recordings = "/srv/recordings"', 'recordings = "/srv/recordings"') == []
    assert load(folder, {}, AT).paths.recordings == Path("/srv/recordings")


def test_the_commented_examples_are_sound_too(spoil: Spoil, folder: Path) -> None:
    text = (folder / "agents.toml").read_text()
    examples = text[text.index("# [agents.depot]") :]
    plain = "\n".join(line.removeprefix("# ") for line in examples.splitlines() if "load tests" not in line)
    assert spoil("agents.toml", examples, plain) == []
    assert len(load(folder, {}, AT).center.agents) == 508


def test_a_twilio_account_needs_its_name_and_its_variable(spoil: Spoil, folder: Path) -> None:
    text = (folder / "center.toml").read_text()
    example = text[text.index("# [sms.twilio]") : text.index("# --- Keeping")]
    plain = "\n".join(line.removeprefix("# ") for line in example.replace("8001", "8000").splitlines()) + "\n\n"
    assert spoil("center.toml", example, plain, TWILIO_AUTH_TOKEN="t") == []
    provider = load(folder, {"TWILIO_AUTH_TOKEN": "t"}, AT).sms[1]
    assert (provider.kind, provider.send_url) == ("twilio", "https://api.twilio.com")
    with pytest.raises(SettingsError, match="the variable TWILIO_AUTH_TOKEN is not set"):
        load(folder, {}, AT)


def test_what_is_read_may_be_worded_otherwise_than_what_is_said(shipped: Settings) -> None:
    texts = shipped.texts
    assert "press" not in texts["menu_main"]["en"]
    assert texts["recording_notice"] == {"en": "", "zh": ""}, "nobody records a chat"
    assert texts["queue_welcome"]["en"]
