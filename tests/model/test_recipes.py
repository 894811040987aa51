"""What steps of recipes say."""

from contactcenter.model.ids import QueueId
from contactcenter.model.recipes import Announce, Close, Overflow, Relax, said


def test_only_acts_that_speak_say_something() -> None:
    assert [said(act) for act in (Announce(("a",)), Close(("b", "c")), Relax(), Overflow(QueueId("q")))] == [
        ("a",),
        ("b", "c"),
        (),
        (),
    ]
