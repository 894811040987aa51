"""From the prompts that the centre names to the files that a media worker plays, by language."""

from __future__ import annotations

from collections.abc import Iterable

from contactcenter.media.numbers import number_prompts

__all__ = ["files_of"]

_MUSIC, _NUMBER = "music/", "number/"


def files_of(prompts: Iterable[str], language: str) -> tuple[str, ...]:
    """Resolve prompt names: `music/NAME` as it is, `number/N` in words, anything else in the language's folder."""
    files: list[str] = []
    for prompt in prompts:
        if prompt.startswith(_MUSIC):
            files.append(prompt)
        elif prompt.startswith(_NUMBER):
            files += [f"{language}/{name}" for name in _spoken(prompt.removeprefix(_NUMBER), language)]
        else:
            files.append(f"{language}/{prompt}")
    return tuple(files)


def _spoken(digits: str, language: str) -> list[str]:
    """Say a number; what is none is not said, rather than stop the call."""
    return number_prompts(int(digits), language) if digits.isascii() and digits.isdigit() else []
