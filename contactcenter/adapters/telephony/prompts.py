"""From the prompts that the centre names to the files that a media worker plays, by language."""

from __future__ import annotations

from collections.abc import Iterable

from contactcenter.media.numbers import digit_prompts, number_prompts

__all__ = ["files_of"]

_MUSIC, _NUMBER = "music/", "number/"
_SPOKEN = "spoken_number"


def files_of(prompts: Iterable[str], language: str, digits: str = "") -> tuple[str, ...]:
    """Resolve prompt names: `music/NAME` as it is, `number/N` in words, anything else in the language's folder.

    `spoken_number` is the `digits` one by one.
    """
    files: list[str] = []
    for prompt in prompts:
        if prompt.startswith(_MUSIC):
            files.append(prompt)
        elif prompt.startswith(_NUMBER):
            files += [f"{language}/{name}" for name in _spoken(prompt.removeprefix(_NUMBER), language)]
        elif prompt == _SPOKEN:
            files += [f"{language}/{name}" for name in digit_prompts(digits)]
        else:
            files.append(f"{language}/{prompt}")
    return tuple(files)


def _spoken(digits: str, language: str) -> list[str]:
    """Say a number; what is none is not said, rather than stop the call."""
    return number_prompts(int(digits), language) if digits.isascii() and digits.isdigit() else []
