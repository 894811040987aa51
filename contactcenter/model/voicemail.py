"""What a queue says about messages that its callers may leave."""

from __future__ import annotations

import msgspec

__all__ = ["ASK", "BEEP", "LEFT", "NOT_WHOLE", "PRESS", "VOICEMAIL_PROMPTS", "VoicemailConfig"]

ASK, BEEP, LEFT, NOT_WHOLE = "voicemail_leave_message", "music/beep", "voicemail_saved", "voicemail_not_whole"
PRESS = "voicemail_press"
VOICEMAIL_PROMPTS = (ASK, LEFT, NOT_WHOLE, PRESS)
"""All that callers may hear about messages, in a queue that takes them."""


class VoicemailConfig(msgspec.Struct, frozen=True):
    """Callers who wait may leave a message by pressing `key` ("": only recipes lead there), and at closing.

    What is shorter than `min_ms` is no message; after `max_ms` it ends.
    """

    key: str = ""
    at_closing: bool = False
    max_ms: int = 120_000
    min_ms: int = 2_000
