"""People who answer: they work by shift, take breaks, answer soon, late or not at all, talk, write, and wrap up."""

from __future__ import annotations

from contactcenter.model import events
from contactcenter.model.commands import Collect
from contactcenter.model.config import AgentConfig
from contactcenter.model.facts import (
    ConsultAnswered,
    Fact,
    OfferEnded,
    OfferMade,
    PresenceChanged,
    TalkEnded,
    TalkStarted,
    TextPosted,
    VisitEnded,
    WorkChanged,
)
from contactcenter.model.ids import ContactId, MessageId, OfferId, PersonId, StationId
from contactcenter.model.sealed import Sealed
from contactcenter.model.words import Author, Channel, Presence, Work
from contactcenter.sim.colleagues import CallingColleagues
from contactcenter.sim.habits import DAY_MS, Shift
from contactcenter.sim.handing import HandingOn
from contactcenter.sim.scene import Scene
from contactcenter.sim.streams import log_normal_ms
from contactcenter.sim.telephony import Line
from contactcenter.sim.writing_up import WritingUp

__all__ = ["WorkingAgent"]

WANTED_REASONS = ("break", "lunch", "meeting", "training", "work", "signed_in", "signing_out")
LOOK_AGAIN_MS = 5_000
FORCED_MS_MAX = 1_200_000
SILENT_TURNS = 8  # so many turns without a word, and the agent closes


class WorkingAgent:
    """One agent with a console and, for voice, a phone."""

    def __init__(self, scene: Scene, config: AgentConfig, station: StationId | None, shift: Shift) -> None:
        """Make a person with habits of his own."""
        self._scene = scene
        self._config = config
        self._station = station
        self._shift = shift
        self._confirms = any(each.id == station and each.confirms for each in scene.config.stations)
        self._random = scene.streams.stream(f"agent/{config.id}")
        self._dials = scene.streams.stream(f"agent/{config.id}/dials")
        self._handing = HandingOn(scene, config.id)
        self._colleagues = CallingColleagues(scene, config.id)
        self._callbacks = scene.streams.stream(f"agent/{config.id}/callbacks")
        self._wishes = scene.streams.stream(f"agent/{config.id}/wishes")
        self._dispositions = {queue.id: queue.dispositions for queue in scene.config.queues}
        self._outgoing = scene.config.outgoing.dispositions if scene.config.outgoing is not None else ()
        self._internal = scene.config.internal.dispositions if scene.config.internal is not None else ()
        self._on_duty = False
        self._wants_ready = False
        self._work: dict[ContactId, Work] = {}
        self._pen = WritingUp(scene, config.id, self._random)
        self._turns: dict[ContactId, int] = {}
        self._messages: set[ContactId] = set()
        self._line: Line | None = None
        self._texts = 0

    def plan_days(self, midnight_at: int, until_at: int) -> None:
        """Plan every shift that touches the time from now to `until_at`; the first day may begin in mid-shift."""
        day_at = midnight_at - DAY_MS
        while day_at < until_at:
            begin_at = day_at + self._shift.from_ms
            end_at = begin_at + self._shift.length_ms
            if end_at > self._scene.world.now:
                self._scene.world.at(begin_at, self._come)
                self._scene.world.at(end_at, self._go)
                self._plan_breaks(begin_at)
                self._plan_dials(begin_at)
                if self._station is not None and not self._config.phone_only:
                    self._colleagues.plan(begin_at, self._shift.length_ms, lambda: self._on_duty)
                self._plan_forced(begin_at)
            day_at += DAY_MS

    def _plan_breaks(self, begin_at: int) -> None:
        for after_ms, length_ms in self._shift.breaks:
            if begin_at + after_ms > self._scene.world.now:
                self._scene.world.at(begin_at + after_ms, self._pause)
                self._scene.world.at(begin_at + after_ms + length_ms, self._resume)

    def _plan_dials(self, begin_at: int) -> None:
        """Plan to call customers at some times of a shift, where the centre may."""
        if self._scene.config.outgoing is None or self._station is None:
            return
        for _ in range(self._scene.habits.dials_per_shift):
            at = begin_at + self._dials.randrange(self._shift.length_ms)
            if self._scene.world.now < at < self._scene.open_until_at:
                self._scene.world.at(at, self._dial)

    def _plan_forced(self, begin_at: int) -> None:
        """Plan that a supervisor sets the state of this agent now and then; he comes back when he likes."""
        if self._config.phone_only:
            return  # who has no console could not come back
        for _ in range(self._scene.habits.forced_per_shift):
            at = begin_at + self._wishes.randrange(self._shift.length_ms)
            if at > self._scene.world.now:
                self._scene.world.at(at, self._be_forced)
                self._scene.world.at(at + self._wishes.randrange(FORCED_MS_MAX), self._be_ready)

    def _be_forced(self) -> None:
        presence = self._wishes.choice((Presence.NOT_READY, Presence.READY))
        reason = self._wishes.choice(self._scene.config.not_ready_reasons) if presence is Presence.NOT_READY else ""
        self._scene.submit(events.StateForced(self._config.id, presence, reason, "supervisor"))

    def _dial(self) -> None:
        """Call somebody; who has a call in hand is refused, and lets it be."""
        if self._on_duty:
            key = f"k{self._dials.randrange(self._scene.habits.population)}"
            person = PersonId(f"person/{key}")
            self._scene.submit(events.DialAsked(self._config.id, Sealed(person, b"number"), key, person))

    def notice(self, fact: Fact) -> None:
        """See the console: offers, own presence, contacts in hand and their messages."""
        self._colleagues.notice(fact, self._hang_up)
        match fact:
            case OfferMade():
                self._offered(fact)
            case OfferEnded():
                self._work.pop(fact.contact, None)
            case PresenceChanged():
                self._see_presence(fact)
            case WorkChanged():
                self._see_work(fact)
            case TalkStarted():
                self._begin_talk(fact)
            case VisitEnded(callback=True) if fact.agent == self._config.id:
                self._listen(fact.contact)
            case ConsultAnswered() if fact.agent == self._config.id:
                self._handing.consulted(fact.contact)
            case TalkEnded():
                self._turns.pop(fact.contact, None)
            case TextPosted(author=Author.CUSTOMER) if fact.contact in self._turns:
                self._after_a_turn(fact.contact)

    # --- the phone

    def rung(self, line: Line) -> None:
        """Answer, refuse, or let it ring."""
        line.end, self._line = self, line
        habits = self._scene.habits
        if line.auto_answer or self._chance(habits.no_answer_permille):
            return
        delay_ms = log_normal_ms(self._random, habits.answer_ms, 0.5)
        if self._chance(habits.busy_permille):
            self._scene.world.after(delay_ms, lambda: self._scene.telephony.refuse(line.leg, 486))
        else:
            self._scene.world.after(delay_ms, lambda: self._scene.telephony.answer(line.leg))
            if self._confirms and not self._chance(habits.mailbox_permille):
                confirm_ms = delay_ms + self._random.randrange(500, 6_000)
                self._scene.world.after(confirm_ms, lambda: self._scene.telephony.press(line.leg, "1"))

    def answered(self) -> None:
        """The line is up."""

    def ended(self) -> None:
        """The centre ended the line."""
        self._line = None

    def asked(self, collect: Collect) -> str:
        """Nobody asks agents for keys."""
        return ""

    def together(self) -> None:
        """Talk; put the customer on hold now and then; hang up at times."""
        line, habits = self._line, self._scene.habits
        if line is None:
            return
        telephony, world = self._scene.telephony, self._scene.world
        if self._chance(habits.hold_permille):
            hold_at = self._random.randrange(1_000, 60_000)
            world.after(hold_at, lambda: telephony.hold(line.leg, True))
            length_ms = log_normal_ms(self._random, habits.hold_ms, 0.5)
            world.after(hold_at + length_ms, lambda: telephony.hold(line.leg, False))
        if self._chance(habits.agent_ends_permille):
            talk_ms = log_normal_ms(self._random, habits.talk_ms, habits.talk_sigma)
            world.after(talk_ms, lambda: telephony.hang_up(line.leg))

    def _hang_up(self) -> None:
        if self._line is not None:
            self._scene.telephony.hang_up(self._line.leg)

    # --- the shift

    def _come(self) -> None:
        """Sign in: phone, console, station; then be ready."""
        self._on_duty = self._wants_ready = True
        agent = self._config.id
        if self._station is not None:
            self._scene.telephony.bind(self._station, self)
        if self._config.phone_only:
            return
        self._scene.submit(events.ConsoleConnected(agent))
        self._scene.submit(events.AgentSignedIn(agent, self._station))
        self._scene.world.after(self._random.randrange(500, 5_000), self._be_ready)

    def _be_ready(self) -> None:
        if self._wants_ready and self._on_duty:
            self._scene.submit(events.ReadyChosen(self._config.id))

    def _pause(self) -> None:
        if self._on_duty and not self._config.phone_only:
            self._wants_ready = False
            reasons = self._scene.config.not_ready_reasons
            reason = self._random.choice(reasons)
            later = self._wishes.randrange(1000) < self._scene.habits.next_state_permille
            next_state = events.NextStateChosen(self._config.id, Presence.NOT_READY, reason)
            self._scene.submit(next_state if later else events.NotReadyChosen(self._config.id, reason))

    def _resume(self) -> None:
        self._wants_ready = True
        self._be_ready()

    def _go(self) -> None:
        """Take no more, finish what is in hand, sign out."""
        if not self._on_duty:
            return
        self._on_duty = self._wants_ready = False
        if self._config.phone_only:
            self._leave()
        else:
            if self._wishes.randrange(1000) < self._scene.habits.next_state_permille:
                self._scene.submit(events.NextStateChosen(self._config.id, Presence.LOGGED_OUT))
            else:
                self._scene.submit(events.NotReadyChosen(self._config.id, self._scene.config.not_ready_reasons[0]))
            self._scene.world.after(LOOK_AGAIN_MS, self._leave)

    def _leave(self) -> None:
        if self._on_duty:
            return
        if self._work:
            self._pen.finish_all()
            self._scene.world.after(LOOK_AGAIN_MS, self._leave)
            return
        if not self._config.phone_only:
            self._scene.submit(events.AgentSignedOut(self._config.id))
            self._scene.submit(events.ConsoleLost(self._config.id))
        if self._station is not None:
            self._scene.telephony.unbind(self._station)

    # --- the console

    def _see_presence(self, fact: PresenceChanged) -> None:
        """Come back from a state that was not wished for."""
        unwished = fact.presence is Presence.NOT_READY and fact.reason not in WANTED_REASONS
        if unwished and self._wants_ready and not self._config.phone_only:
            self._scene.world.after(self._random.randrange(1, 2 * self._scene.habits.back_after_ms), self._be_ready)

    def _see_work(self, fact: WorkChanged) -> None:
        if fact.work is Work.ENDED:
            self._work.pop(fact.contact, None)
        else:
            self._work[fact.contact] = fact.work
        self._pen.see(fact)

    def _offered(self, fact: OfferMade) -> None:
        """Accept on the console what is accepted there; reject now and then."""
        habits = self._scene.habits
        if self._config.phone_only:
            return
        if fact.channel is Channel.VOICE and fact.station is None:
            self._messages.add(fact.contact)
        delay_ms = log_normal_ms(self._random, habits.answer_ms, 0.5)
        if self._chance(habits.reject_permille):
            self._submit_later(delay_ms, events.OfferRejected(self._config.id, fact.offer))
        elif self._accepts_on_console(fact) and not self._chance(habits.no_answer_permille):
            self._submit_later(delay_ms, events.OfferAccepted(self._config.id, OfferId(fact.offer)))

    def _accepts_on_console(self, fact: OfferMade) -> bool:
        stations = {station.id: station.auto_answer for station in self._scene.config.stations}
        return fact.station is None or stations.get(fact.station, False)

    def _begin_talk(self, fact: TalkStarted) -> None:
        if self._colleagues.is_one(fact.contact):
            self._pen.learn(fact.contact, self._internal)
            return
        codes = self._dispositions[fact.queue] if fact.queue is not None else self._outgoing
        self._pen.learn(fact.contact, codes)
        if fact.contact in self._messages:
            self._messages.discard(fact.contact)
            heard_ms = log_normal_ms(self._random, self._scene.habits.message_ms, 0.5)
            self._submit_later(heard_ms, events.ContactClosed(self._config.id, fact.contact))
        elif fact.channel is not Channel.VOICE:
            self._turns[fact.contact] = 1 + self._random.randrange(2 * self._scene.habits.turns)
            self._after_a_turn(fact.contact)
        self._handing.plan(fact.contact, lambda: self._work.get(fact.contact) in (Work.TALKING, Work.HOLD))

    def _listen(self, contact: ContactId) -> None:
        """Say so when it is a machine that answers a callback."""
        if self._callbacks.randrange(1000) < self._scene.habits.machine_permille:
            self._submit_later(self._callbacks.randrange(1_000, 8_000), events.MachineMet(self._config.id, contact))

    def _after_a_turn(self, contact: ContactId) -> None:
        delay_ms = self._random.randrange(1_000, 2 * self._scene.habits.turn_ms)
        self._scene.world.after(delay_ms, lambda: self._write(contact))

    def _write(self, contact: ContactId) -> None:
        """Answer, or close when all is said."""
        turns = self._turns.get(contact)
        if turns is None:
            return
        if turns <= 0:
            self._close(contact, turns)
            return
        self._turns[contact] = turns - 1
        self._texts += 1
        agent = self._config.id
        self._scene.submit(events.AgentTextWritten(agent, contact, MessageId(f"{agent}.{self._texts}")))
        silence_ms = SILENT_TURNS * self._scene.habits.turn_ms
        self._scene.world.after(silence_ms, lambda: self._close(contact, turns - 1))

    def _close(self, contact: ContactId, turns: int) -> None:
        """Close a conversation in which nothing more was said."""
        if self._turns.get(contact) == turns:
            self._scene.submit(events.ContactClosed(self._config.id, contact))

    def _submit_later(self, delay_ms: int, event: events.Event) -> None:
        self._scene.world.after(delay_ms, lambda: self._scene.submit(event))

    def _chance(self, permille: int) -> bool:
        return self._random.randrange(1000) < permille
