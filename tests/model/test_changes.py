"""What differs between two configurations."""

from __future__ import annotations

from msgspec.structs import replace

from contactcenter.model.changes import Difference, changed_queues, differences
from contactcenter.model.config import ModeConfig
from contactcenter.model.ids import QueueId
from tests.stories.centre import FAULTS, small_config


def test_a_queue_is_changed_that_is_new_or_differs_in_what_counts() -> None:
    before = small_config()
    (queue,) = before.queues
    longer = replace(before, queues=(replace(queue, ring_ms=9_000),))
    more = replace(before, queues=(queue, replace(queue, id=QueueId("lights"))))
    assert changed_queues(before, before) == ()
    assert changed_queues(before, longer) == (FAULTS,)
    assert changed_queues(before, longer, apart_from=("ring_ms",)) == ()
    assert changed_queues(before, more, apart_from=("ring_ms",)) == ("lights",)
    assert changed_queues(more, before) == ()


def test_what_a_mode_changes_is_listed_key_by_key() -> None:
    config = small_config()
    queue, entry = replace(config.queues[0], ring_ms=9_000, welcome=()), replace(config.entries[1], flow="hotline")
    assert list(differences(config, ModeConfig("storm", "Storm", (queue,), (entry,)))) == [
        Difference("queue", FAULTS, "ring_ms", 15_000, 9_000),
        Difference("queue", FAULTS, "welcome", ("queue_welcome",), ()),
        Difference("entry", "200", "flow", "direct", "hotline"),
    ]
    assert not list(differences(config, ModeConfig("as_usual", "As usual", config.queues, config.entries)))
