"""A supervisor who goes through the messages now and then, and dismisses those to which nobody is to listen."""

from __future__ import annotations

from contactcenter.model import events
from contactcenter.model.facts import Fact, VisitOpened
from contactcenter.model.ids import ContactId
from contactcenter.sim.habits import HOUR_MS
from contactcenter.sim.scene import Scene

__all__ = ["MessageSupervisor"]

LAST_LOOK_MS = 2 * HOUR_MS  # after closing, when nobody is left to listen


class MessageSupervisor:
    """One who hears of every message that waits (`scene.Person`)."""

    def __init__(self, scene: Scene) -> None:
        """Begin with an empty list."""
        self._scene = scene
        self._random = scene.streams.stream("supervisor/messages")

    def notice(self, fact: Fact) -> None:
        """Dismiss some soon, and at last whatever is still there; by then most are over."""
        if isinstance(fact, VisitOpened) and fact.message:
            if self._random.randrange(1000) < self._scene.habits.message_dismissed_permille:
                self._plan(fact.contact, self._scene.world.now + self._random.randrange(HOUR_MS))
            self._plan(fact.contact, max(self._scene.world.now, self._scene.open_until_at) + LAST_LOOK_MS)

    def _plan(self, contact: ContactId, at: int) -> None:
        self._scene.world.at(at, lambda: self._scene.submit(events.MessageDismissed(contact, "supervisor")))
