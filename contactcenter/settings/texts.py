"""The texts of prompts from TOML, and whether each prompt in use can be shown and said in every language it needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from contactcenter.calls.playing import CONFIRM_PROMPT
from contactcenter.ivr.callbacks import CALLBACK_PROMPTS
from contactcenter.model.config import CenterConfig, QueueConfig
from contactcenter.model.flow import CollectNode, HangUpNode, MenuNode, Node, SayNode
from contactcenter.model.recipes import said
from contactcenter.model.voicemail import BEEP, VOICEMAIL_PROMPTS
from contactcenter.model.words import Channel
from contactcenter.settings.problems import Problem
from contactcenter.settings.tables import Table

__all__ = ["Texts", "prompt_problems", "read_texts"]

WRITTEN = "written"
"""The key of a prompt's other wording for those who read it; an empty one is not written at all."""

WAIT_PROMPTS = (
    "queue_wait_short",
    "queue_wait_up_to",
    "queue_wait_between",
    "queue_wait_and",
    "queue_wait_long",
    "minutes",
)

Texts = dict[str, dict[str, str]]
"""Each prompt's text by language."""


def read_texts(table: Table, texts: Texts) -> None:
    """Take the prompts of one file: a table each, a text per language; what is read goes before what is said."""
    for name, prompt in table.named("prompt"):
        if name in texts:
            prompt.complain("", "is given in another file too", "rename or remove one of the two")
        texts[name] = {language: prompt.text(language) for language in prompt.names() if language != WRITTEN}
        written = prompt.inner(WRITTEN)
        texts[name] |= {language: written.text(language, like=".*") for language in written.names()}


def prompt_problems(center: CenterConfig, texts: Texts, folder: Path, shown: str) -> list[Problem]:
    """Report prompts in use that lack a text in a language of the centre, or the sound in a language spoken to callers.

    `shown` is how messages name the prompts' `folder`.
    """
    problems = []
    for prompt in _written(center):
        for language in center.languages:
            if prompt in texts and language not in texts[prompt]:
                problems.append(Problem(shown, 0, prompt, language, "has no text in this language", "write one"))
    for name in _sounds(center, texts):
        if not (folder / name).is_file():
            remedy = "record it, or run python -m tools.render_prompts"
            problems.append(Problem(f"{shown}/{name}", 0, "", "", "callers would hear nothing", remedy))
    return problems


def _said(node: Node) -> tuple[str, ...]:
    match node:
        case SayNode() | HangUpNode():
            return node.prompts
        case MenuNode():
            return node.prompts + node.wrong + node.silence
        case CollectNode():
            return node.prompts + node.wrong
        case _:
            return ()


def _labels(node: Node) -> tuple[str, ...]:
    return tuple(choice.label for choice in node.choices) if isinstance(node, MenuNode) else ()


def _written(center: CenterConfig) -> Iterator[str]:
    """Every prompt that is shown somewhere, once."""
    nodes = [branch.node for flow in center.flows for branch in flow.nodes]
    found = [prompt for node in nodes for prompt in (*_said(node), *_labels(node))]
    found += [prompt for queue in center.queues for prompt in _said_in(queue)]
    return iter(dict.fromkeys(found))


def _said_in(queue: QueueConfig) -> Iterator[str]:
    """What those are told, or sent, who wait in a queue."""
    yield from queue.closing if queue.hours else ()
    yield from (prompt for step in queue.recipe for prompt in said(step.act))


def _announced(center: CenterConfig) -> tuple[str, ...]:
    """What callers who wait are told beside their place."""
    wait = WAIT_PROMPTS if any(queue.announce_wait for queue in center.queues) else ()
    return ("queue_position_is", *wait)


def _sounds(center: CenterConfig, texts: Texts) -> Iterator[str]:
    """Every file that somebody on a line will need, once; labels are only shown, unknown prompts are told elsewhere."""
    flows = {flow.id: flow for flow in center.flows}
    files = []
    for entry in center.entries:
        if entry.channel is Channel.VOICE and entry.flow in flows:
            spoken = [prompt for branch in flows[entry.flow].nodes for prompt in _said(branch.node)]
            spoken += [prompt for queue in center.queues for prompt in (*queue.welcome, *_said_in(queue))]
            files += [f"{entry.language}/{prompt}.wav" for prompt in spoken if prompt in texts]
            files += [f"{queue.music}.wav" for queue in center.queues]
            files += [f"{entry.language}/{prompt}.wav" for prompt in _announced(center) if prompt in texts]
    languages = dict.fromkeys(entry.language for entry in center.entries if entry.channel is Channel.VOICE)
    if any(queue.callback is not None for queue in center.queues):
        files += [f"{language}/{prompt}.wav" for language in languages for prompt in CALLBACK_PROMPTS]
    if any(station.confirms for station in center.stations):
        files += [f"{language}/{CONFIRM_PROMPT}.wav" for language in languages]
    if any(queue.voicemail is not None for queue in center.queues):
        files += [f"{language}/{prompt}.wav" for language in languages for prompt in VOICEMAIL_PROMPTS]
        files.append(f"{BEEP}.wav")
    direct = [entry.language for entry in center.entries if entry.agent is not None]
    files += [f"{language}/{prompt}.wav" for language in direct for prompt in center.direct.away if prompt in texts]
    if center.outgoing is not None or center.internal is not None or direct:
        files.append("music/ringing.wav")
    return iter(dict.fromkeys(files))
