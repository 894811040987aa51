"""People who write, by chat or SMS: they choose from the menu, wait, write and answer, reload the page, and go.

With them the two who stand beside every text: the carrier that delivers ours, and the desk that looks customers up.
"""

from __future__ import annotations

from collections.abc import Callable

from contactcenter.model import events
from contactcenter.model.facts import (
    ContactArrived,
    Fact,
    PromptIssued,
    TalkEnded,
    TalkStarted,
    TextPosted,
    VisitOpened,
)
from contactcenter.model.ids import AgentId, ConversationId, CustomerId, MessageId, PersonId
from contactcenter.model.sealed import Sealed
from contactcenter.model.words import Author, Channel, Delivery
from contactcenter.sim.scene import Scene

__all__ = ["Carrier", "Desk", "Texter"]

RELOAD_MS = 3_000


class Texter:
    """One person's conversation by chat or SMS."""

    def __init__(self, scene: Scene, number: int, channel: Channel, entry: str) -> None:
        """Make a person with habits of his own; texters come back with the same number, chats are new each time."""
        self._scene = scene
        self._random = scene.streams.stream(f"{channel}/{number}")
        self._channel = channel
        self._entry = entry
        self._number = number
        self._key = f"k{self._random.randrange(scene.habits.population)}"
        self._conversation = ConversationId(f"chat{number}" if channel is Channel.CHAT else "")
        self._written = 0
        self._talks = False
        self._waits = False
        self._turns = 1 + self._random.randrange(2 * scene.habits.turns)

    def begin(self) -> None:
        """Open the chat, or send the first text."""
        if self._channel is Channel.SMS:
            self._scene.texters[self._key] = self
            self._write()
            return
        self._scene.texters[self._conversation] = self
        person = PersonId(f"visitor/{self._number}")
        self._scene.submit(events.ChatStarted(self._conversation, self._entry, person, Sealed(person, b"name"), ""))

    def notice(self, fact: Fact) -> None:
        """See the menu, the queue, the agent and what he writes."""
        match fact:
            case PromptIssued() if fact.choices:
                self._choose(fact)
            case VisitOpened():
                self._wait()
            case TalkStarted():
                self._waits, self._talks = False, True
                self._after_a_turn(self._say)
            case TextPosted(author=Author.AGENT) if self._talks:
                self._after_a_turn(self._say)
            case TalkEnded():
                self._talks = False

    def go(self) -> None:
        """End the chat: the centre's day is over. A texter has nothing to end."""
        if self._channel is Channel.CHAT:
            self._scene.submit(events.VisitorLeft(self._conversation))

    def _say(self) -> None:
        """Write once more, or leave when all is said; an agent may be faster and close."""
        if not self._talks:
            return
        habits = self._scene.habits
        if self._turns > 0:
            self._turns -= 1
            self._write()
        elif self._channel is Channel.CHAT:
            self._leave()
        if self._channel is Channel.CHAT and self._chance(habits.reload_permille):
            self._reload()

    def _choose(self, fact: PromptIssued) -> None:
        habits = self._scene.habits
        if self._chance(habits.leave_menu_permille) and self._channel is Channel.CHAT:
            self._scene.world.after(self._random.randrange(10_000), self._leave)
        elif not self._chance(habits.silent_permille):
            wrong = self._chance(habits.wrong_key_permille)
            key = "" if wrong else self._random.choice(fact.choices)[0]
            self._scene.world.after(self._random.randrange(1_000, 15_000), lambda: self._write(key))

    def _wait(self) -> None:
        self._waits = True
        mean_ms = self._scene.habits.patience_ms
        if mean_ms and self._channel is Channel.CHAT:
            self._scene.world.after(round(self._random.expovariate(1 / mean_ms)), self._give_up)

    def _give_up(self) -> None:
        if self._waits:
            self._leave()

    def _leave(self) -> None:
        """End the chat, or close the page without a word."""
        self._waits = self._talks = False
        if self._chance(self._scene.habits.vanish_permille):
            self._scene.submit(events.VisitorLost(self._conversation))
        else:
            self._scene.submit(events.VisitorLeft(self._conversation))

    def _reload(self) -> None:
        self._scene.submit(events.VisitorLost(self._conversation))
        back = events.VisitorConnected(self._conversation)
        self._scene.world.after(self._random.randrange(RELOAD_MS), lambda: self._scene.submit(back))

    def _write(self, key: str = "") -> None:
        self._written += 1
        message = MessageId(f"{self._channel}{self._number}.{self._written}")
        if self._channel is Channel.CHAT:
            self._scene.submit(events.TextArrived(self._conversation, message, self._channel, key))
            return
        person = PersonId(f"person/{self._key}")
        self._scene.submit(
            events.TextArrived(
                self._conversation,
                message,
                self._channel,
                key,
                self._entry,
                person,
                Sealed(person, b"number"),
                self._key,
                "sim",
            )
        )

    def _after_a_turn(self, act: Callable[[], None]) -> None:
        self._scene.world.after(self._random.randrange(1_000, 2 * self._scene.habits.turn_ms), act)

    def _chance(self, permille: int) -> bool:
        return self._random.randrange(1000) < permille


class Carrier:
    """The SMS carrier: takes our texts and says what became of them; now and then one fails."""

    def __init__(self, scene: Scene) -> None:
        """Begin to listen."""
        self._scene = scene
        self._random = scene.streams.stream("carrier")

    def notice(self, fact: Fact) -> None:
        """Take a text that is to go out."""
        if isinstance(fact, TextPosted) and fact.delivery is Delivery.PENDING:
            self._report(fact.message, Delivery.SENT, 150)
            final = Delivery.FAILED if self._random.randrange(1000) < 10 else Delivery.DELIVERED
            self._report(fact.message, final, self._random.randrange(1_000, 8_000))

    def _report(self, message: MessageId, delivery: Delivery, delay_ms: int) -> None:
        event = events.TextDelivery(message, delivery, f"carrier/{message}")
        self._scene.world.after(delay_ms, lambda: self._scene.submit(event))


class Desk:
    """The look-up of customers: it answers soon after the arrival, for those it knows."""

    LOOK_UP_MS = 15

    def __init__(self, scene: Scene) -> None:
        """Begin to listen."""
        self._scene = scene
        self._random = scene.streams.stream("desk")

    def notice(self, fact: Fact) -> None:
        """Look up who came."""
        if isinstance(fact, ContactArrived) and self._random.randrange(1000) < self._scene.habits.known_permille:
            customer = CustomerId(f"customer/{fact.address_key}")
            event = events.CustomerIdentified(fact.contact, customer, "B", agent=self._own_agent(fact))
            self._scene.world.after(self.LOOK_UP_MS, lambda: self._scene.submit(event))

    def _own_agent(self, fact: ContactArrived) -> AgentId | None:
        """Return the own agent of every tenth customer."""
        agents = self._scene.config.agents
        return agents[len(fact.contact) % len(agents)].id if fact.address_key.endswith("7") else None
