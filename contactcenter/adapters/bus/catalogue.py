"""The JSON Schemas of all payloads, made from the shapes themselves; `docs/bus/` holds them as files.

`python -m contactcenter.adapters.bus.catalogue FOLDER` writes them anew; a test compares.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Literal

import msgspec

from contactcenter.adapters.bus import payloads
from contactcenter.adapters.bus.payloads import FactMessage
from contactcenter.adapters.bus.published import KINDS, told_fields

__all__ = ["SHAPES", "fact_message", "schemas", "write_schemas"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

SHAPES: dict[str, Any] = {
    "centre": payloads.CentreState,
    "mode": payloads.ModeState,
    "queue-live": payloads.QueueLive,
    "agent-state": payloads.AgentState,
    "agent-pop": payloads.Pop,
    "request-agent_state": payloads.AgentAsked,
    "request-agent_ready": payloads.AgentAsked,
    "request-agent_not_ready": payloads.NotReadyAsked,
    "request-dial": payloads.DialAsked,
    "request-transfer": payloads.TransferAsked,
    "request-read_facts": payloads.FactsAsked,
    "answer-agent_state": payloads.AgentTold,
    "answer-done": payloads.Done,
    "answer-failure": payloads.Failure,
    "answer-read_facts": payloads.FactsTold,
}


def schemas() -> dict[str, str]:
    """Return the text of each schema by its file's name."""
    found: dict[str, Any] = {name: msgspec.json.schema(shape) for name, shape in SHAPES.items()}
    found["fact"] = _fact_schema()
    return {
        f"{name}.schema.json": msgspec.json.format(
            msgspec.json.encode({"$schema": DIALECT, **schema}, order="sorted"), indent=1
        ).decode()
        + "\n"
        for name, schema in found.items()
    }


def write_schemas(folder: Path) -> None:
    """Write all schemas into a folder, and remove those that are no longer made."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = schemas()
    for path in folder.glob("*.schema.json"):
        if path.name not in texts:
            path.unlink()
    for name, text in texts.items():
        (folder / name).write_text(text)


def _fact_schema() -> dict[str, Any]:
    """Describe the messages of all kinds of facts; the word in `kind` says which one it is."""
    messages = [fact_message(kind) for kind in KINDS]
    references, components = msgspec.json.schema_components(messages, ref_template="#/$defs/{name}")
    return {"anyOf": list(references), "$defs": components}


def fact_message(kind: type[Any]) -> type[Any]:
    """Return the shape of the messages that tell one kind of fact."""
    name = kind.__name__
    told = [(field.name, field.type) for field in told_fields(kind)]
    fact = msgspec.defstruct(name, told, namespace={"__doc__": kind.__doc__})
    words = {"kind": Literal[name], "fact": fact | None}
    fields = [(field.name, words.get(field.name, field.type)) for field in msgspec.structs.fields(FactMessage)]
    return msgspec.defstruct(f"{name}Message", fields)


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
