"""Texts of prompts by language, and the reverse: which menu choice a customer's words name.

A missing translation falls back to another language before anything is left out; prompt names never reach a customer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

__all__ = ["Texts", "key_of"]

AFTER_KEY = ".,;:!)。、,)"  # what people put behind a bare choice
BARE_KEY = re.compile(r"[0-9*#]")


class Texts:
    """The texts of all prompts."""

    def __init__(self, prompts: Mapping[str, Mapping[str, str]]) -> None:
        """Serve from `prompts`: name, then language, then text."""
        self.prompts = prompts

    def of(self, prompt: str, language: str) -> str:
        """Return one prompt's text, in `language` where it exists, else in the first there is; else empty."""
        texts = self.prompts.get(prompt, {})
        return texts[language] if language in texts else next(iter(texts.values()), "")

    def say(self, prompts: Iterable[str], language: str) -> str:
        """Return several prompts as one text, a line each."""
        return "\n".join(filter(None, (self.of(prompt, language) for prompt in prompts)))

    def ask(self, prompts: Iterable[str], choices: Iterable[tuple[str, str]], language: str) -> str:
        """Return prompts with the choices written out below, for channels that show nothing but text."""
        lines = [f"{key} {self.of(label, language)}".rstrip() for key, label in choices]
        return "\n".join(filter(None, (self.say(prompts, language), *lines)))


def key_of(text: str, choices: Sequence[tuple[str, str]], texts: Texts) -> str:
    """Return the key that a customer's words choose, or an empty text.

    It is a bare key ("1", "１", "1.") or the label of one of the offered `choices` in any language.
    """
    plain = unicodedata.normalize("NFKC", text).strip().rstrip(AFTER_KEY).strip()
    if BARE_KEY.fullmatch(plain):
        return plain
    for key, label in choices:
        if plain and plain.casefold() in (_plain(word) for word in texts.prompts.get(label, {}).values()):
            return key
    return ""


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().rstrip(AFTER_KEY).strip().casefold()
