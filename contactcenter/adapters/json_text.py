"""What can be wrong with bytes that claim to be JSON, named once so that no reader forgets one."""

from __future__ import annotations

import msgspec

__all__ = ["NOT_JSON"]

# Broken syntax or encoding, or nesting deeper than the interpreter's own limit. Wrong types are ValidationErrors,
# which are DecodeErrors too: catch them first where they deserve their own words.
NOT_JSON = (msgspec.DecodeError, UnicodeError, RecursionError)
