"""What differs between two configurations."""

from __future__ import annotations

from msgspec.structs import replace

from contactcenter.model.changes import changed_queues
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
