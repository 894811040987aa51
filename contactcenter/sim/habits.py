"""How simulated people behave, as plain numbers: the defaults are a busy weekday at a service hotline.

Times in ms, chances in permille. What a scenario does not say stays as here.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DAY_MS", "HALF_HOUR_MS", "HOUR_MS", "WEEKDAY", "FaultRates", "Habits", "Shift"]

HOUR_MS = 3_600_000
HALF_HOUR_MS = HOUR_MS // 2
DAY_MS = 24 * HOUR_MS

# Arrivals by half-hour, permille of the busiest: a morning peak, a lower afternoon one, a thin night.
WEEKDAY = (
    *(40, 35, 30, 25, 25, 25, 25, 30, 35, 45, 60, 90, 150, 230, 340, 480),
    *(660, 820, 940, 1000, 1000, 960, 900, 820, 700, 660, 700, 780, 840, 860, 840, 800),
    *(740, 680, 600, 540, 470, 410, 360, 320, 280, 240, 200, 165, 130, 100, 75, 55),
)


@dataclass(frozen=True, slots=True)
class Habits:
    """What callers, texters and agents do, and how often."""

    calls_per_hour: int = 40  # at the busiest half-hour
    chats_per_hour: int = 10
    texts_per_hour: int = 6
    profile: tuple[int, ...] = WEEKDAY
    population: int = 2_000

    patience_ms: int = 240_000  # mean of an exponential patience in the queue; 0 is endless
    leave_unanswered_permille: int = 5
    leave_menu_permille: int = 40
    wrong_key_permille: int = 60
    silent_permille: int = 40
    known_permille: int = 600

    talk_ms: int = 180_000
    talk_sigma: float = 0.8  # log-normal; 0 is exponential
    agent_ends_permille: int = 300
    hold_permille: int = 60
    hold_ms: int = 30_000
    turn_ms: int = 25_000  # between one message of a conversation and the answer
    turns: int = 5
    reload_permille: int = 100
    vanish_permille: int = 30

    answer_ms: int = 3_500
    no_answer_permille: int = 15
    reject_permille: int = 10
    busy_permille: int = 5
    mailbox_permille: int = 100  # of the answers of telephones outside: nobody presses the key
    back_after_ms: int = 30_000
    next_state_permille: int = 500  # breaks and ends of a shift that are chosen as the next state
    forced_per_shift: int = 1  # states that a supervisor sets
    wrap_up_ms: int = 20_000
    forget_wrap_up_permille: int = 20
    extend_permille: int = 30  # wrap-ups for which more time is taken, as often as it is given
    dials_per_shift: int = 6  # calls that an agent with a phone asks for, where the centre may call out
    called_busy_permille: int = 100
    called_silent_permille: int = 250
    pass_on_permille: int = 60  # of talks, on all channels
    callback_permille: int = 120  # of those who wait in a queue that calls back
    requests_per_hour: int = 4  # on the website, at the busiest half-hour
    callback_other_number_permille: int = 150
    callback_undecided_permille: int = 100
    call_again_permille: int = 120  # of those to whom a call is promised
    machine_permille: int = 100  # of the phones that answer our calls
    supervisor_permille: int = 80  # of the callbacks: hurried or cancelled
    mode_switches: int = 0  # over the whole run, where the centre has modes: most days have none
    message_permille: int = 120  # of those who wait in a queue that takes messages
    message_given_up_permille: int = 150  # of those who are asked for one
    message_ms: int = 15_000  # of speech, and of listening
    message_dismissed_permille: int = 80
    consult_permille: int = 150  # of calls
    colleagues_per_shift: int = 3  # times at which an agent with a phone calls a colleague, where the centre allows it
    colleague_ms: int = 90_000  # of talk
    colleague_given_up_permille: int = 150
    direct_per_hour: int = 4  # calls to agents' own numbers, where there are any
    direct_given_up_permille: int = 100


@dataclass(frozen=True, slots=True)
class Shift:
    """When an agent works: from this time of the day, for so long, with breaks (after ms, for ms) on the way."""

    from_ms: int
    length_ms: int
    breaks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FaultRates:
    """What goes wrong: chances in permille of events or commits, and counts over the whole run of the rest."""

    late_permille: int = 0
    late_ms_max: int = 4_000
    doubled_permille: int = 0
    slow_commit_permille: int = 0
    slow_commit_ms_max: int = 1_500
    lost_lines: int = 0
    lost_consoles: int = 0
    lost_phones: int = 0
    reconfigurations: int = 0
    restarts: int = 0
    torn_restarts: int = 0  # the disk has written some of what nobody heard of, or all of it
    rolling_restarts: int = 0  # the lines live on
    freezes: int = 0  # the engine stands still
    freeze_ms_max: int = 30_000
    clock_steps: int = 0  # of the wall clock, an hour back or forth
    lost_byes_permille: int = 0  # hang-ups that are only noticed by the silence
    vanished_permille: int = 0  # consoles, of all steps of all work
    crossing_permille: int = 0  # customers who leave in the very moment, of all steps on their way
    slow_answers_permille: int = 0  # look-ups that hang
    until_ms: int = 0  # so long after the beginning everything works again; 0: never
