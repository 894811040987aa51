"""The clock: does somebody keep it right, and do the servers agree with it?"""

from __future__ import annotations

import ctypes
import time

from contactcenter.app.doctor.findings import Finding, error, fine, warning

__all__ = ["judge_clock", "judge_offset", "look_at_clock", "now_ms"]

TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised
TIMEX_BYTES = 512  # more than struct timex takes anywhere
OFFSET_WARNING_MS = 500  # beyond it the order of what two machines write down is guesswork
OFFSET_ERROR_MS = 5_000
SYNCHRONISE = "timedatectl set-ntp true  (or: apt-get install chrony)"


def judge_clock(state: int | None) -> list[Finding]:
    """Judge what the kernel says of its clock; None: it does not say."""
    if state is None:
        return [warning("the kernel does not say whether the clock is kept right", "look at: timedatectl")]
    if state == TIME_ERROR:
        return [warning("nobody keeps this clock right; reports and sign-ins go by it", SYNCHRONISE)]
    return [fine("kept right (NTP)")]


def judge_offset(whose: str, offset_ms: int, uncertain_ms: int) -> list[Finding]:
    """Judge how far a server's clock is ahead of ours, which is known to within `uncertain_ms`."""
    off = max(0, abs(offset_ms) - uncertain_ms)
    seen = f"its clock is {abs(offset_ms)} ms {'ahead of' if offset_ms > 0 else 'behind'} ours"
    remedy = f"synchronise both: {SYNCHRONISE}"
    if off > OFFSET_ERROR_MS:
        return [error(f"{whose}: {seen}", remedy)]
    return [warning(f"{whose}: {seen}", remedy)] if off > OFFSET_WARNING_MS else []


def look_at_clock() -> list[Finding]:
    """Ask the kernel."""
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(TIMEX_BYTES))  # modes = 0: only reads
    except (OSError, AttributeError):
        state = -1
    return judge_clock(state if state >= 0 else None)


def now_ms() -> float:
    """Return this machine's time."""
    return time.time_ns() / 1_000_000
