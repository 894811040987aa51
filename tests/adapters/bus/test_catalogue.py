"""The catalogue is what the code says, and covers every topic that it has and no box at all."""

from __future__ import annotations

import re

import pytest

from contactcenter.adapters.bus.catalogue import schemas
from contactcenter.adapters.bus.published import KINDS, told_fields
from contactcenter.adapters.bus.topics import Topics
from contactcenter.adapters.console.rights import BUS_REQUESTS
from tests.source import ROOT

TOPICS = Topics("cc", "main")


def test_the_schemas_in_the_documents_are_current() -> None:
    kept = {path.name: path.read_text() for path in (ROOT / "docs" / "bus").glob("*.json")}
    assert kept == schemas(), "run: python -m contactcenter.adapters.bus.catalogue docs/bus"


def test_every_request_has_its_shape_and_its_place_in_the_documents() -> None:
    asked = {name.removeprefix("request-").split(".")[0] for name in schemas() if name.startswith("request-")}
    assert asked == set(BUS_REQUESTS)
    text = (ROOT / "docs" / "bus.md").read_text()
    assert all(f"`{kind}`" in text for kind in BUS_REQUESTS)
    assert all(f"bus/{name}" in text for name in schemas())


def test_no_kind_of_fact_tells_what_is_sealed() -> None:
    for kind in KINDS:
        told = {field.name for field in told_fields(kind)}
        assert not {name for name in told if re.search("address|caller_key|target|dialog|value|config", name)}, kind


def test_the_shipped_rights_name_topics_that_exist() -> None:
    rules = (ROOT / "deploy" / "mosquitto" / "contactcenter.acl").read_text()
    named = set(re.findall(r"^(?:topic|pattern) (?:read|write) (\S+)$", rules, re.MULTILINE))
    ours = {
        TOPICS.centre,
        TOPICS.mode,
        TOPICS.requests,
        TOPICS.fact("OfferMade"),
        TOPICS.queue("faults"),
        TOPICS.agent("anna"),
        TOPICS.pop("anna"),
        "cc/main/request/crm/agent_state",
        "cc/main/answer/crm/1",
    }
    patterns = [re.escape(rule).replace(r"\+", "[^/]+").replace("%u", "[^/]+").replace(r"\#", ".+") for rule in named]
    assert all(any(re.fullmatch(pattern, topic) for topic in ours) for pattern in patterns)
    assert all(any(re.fullmatch(pattern, topic) for pattern in patterns) for topic in ours)


@pytest.mark.parametrize(
    ("topic", "may"),
    [
        ("cc/main/answer/crm/1", True),
        ("cc/main/answer/crm/", True),
        ("cc/main/answer/crm", False),
        ("cc/main/answer/crm2/1", False),
        ("cc/main/answer/crm/+", False),
        ("cc/main/answer/crm/#", False),
        ("cc/main/answer/crm/\n", False),
        ("cc/main/centre", False),
        ("", False),
        ("cc/main/answer/crm/" + "x" * 200, False),
    ],
)
def test_answers_go_to_whoever_asked(topic: str, may: bool) -> None:
    assert TOPICS.may_answer("crm", topic) is may


def test_a_name_is_one_level_of_a_topic() -> None:
    assert TOPICS.agent("a/+#b\n") == "cc/main/agent/a___b_/state"
