"""Reads for signed-in people: the centre's words, customers, contacts and recordings. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web

from contactcenter.adapters.accounts.people import Person
from contactcenter.adapters.console.desktop import Desktop
from contactcenter.adapters.console.gate import problem, session_of
from contactcenter.adapters.console.panels import Boxes
from contactcenter.adapters.console.sign_in import answer
from contactcenter.adapters.customers.directory import Customer, Customers
from contactcenter.adapters.database.history import History, Row
from contactcenter.adapters.texts import Texts
from contactcenter.model.config import CenterConfig
from contactcenter.model.ids import ContactId, CustomerId, PersonId, StationId
from contactcenter.model.sealed import Sealed
from contactcenter.model.words import Author, Role

__all__ = ["Reads", "center_words"]

SEARCH_MAX = 60


class Reads:
    """The reading routes."""

    def __init__(
        self,
        desktop: Desktop,
        customers: Customers,
        history: History,
        boxes: Boxes,
        texts: Texts,
        recordings: Path | None,
    ) -> None:
        """Read from these; `recordings` is the folder of the sound files."""
        self._desktop = desktop
        self._customers = customers
        self._history = history
        self._boxes = boxes
        self._texts = texts
        self._recordings = recordings.resolve() if recordings is not None else None

    async def center(self, request: web.Request) -> web.StreamResponse:
        """The centre's words: queues, reasons, stations and texts."""
        config = self._desktop.config
        if config is None:
            return problem(503, "The centre has no configuration yet.")
        return answer(center_words(config, self._desktop.reachable, self._texts.prompts))

    async def customers(self, request: web.Request) -> web.StreamResponse:
        """Customers by number; none is an empty list."""
        number = request.query.get("number", "")
        if not 0 < len(number) <= SEARCH_MAX:
            return problem(400, "Ask with ?number= and a telephone number.")
        found = await self._customers.by_number(number)
        return answer({"customers": [] if found is None else [await self._with_history(found)]})

    async def customer(self, request: web.Request) -> web.StreamResponse:
        """One customer with history."""
        found = await self._customers.get(CustomerId(request.match_info["id"]))
        return problem(404) if found is None else answer(await self._with_history(found))

    async def contact(self, request: web.Request) -> web.StreamResponse:
        """One contact's record; agents see their own."""
        contact = ContactId(request.match_info["id"])
        if not await self._may_see(session_of(request).person, contact):
            return problem(404)
        record = await self._history.contact(contact)
        return problem(404) if record is None else answer(await self._opened(record))

    async def recording(self, request: web.Request) -> web.StreamResponse:
        """One recording's sound, by its opaque id alone."""
        found = await self._history.recording(request.match_info["opaque"])
        if found is None or not await self._may_see(session_of(request).person, ContactId(found["contact"])):
            return problem(404)
        path = self._sound(found["name"] or "")
        if path is None:
            return problem(
                404, "This recording has no sound: " + (found["reason"] or found["state"] or "unknown") + "."
            )
        headers = {
            "Content-Disposition": f'attachment; filename="{found["opaque"][:12]}.wav"',
            "Content-Type": "audio/wav",
        }
        return web.FileResponse(path, headers=headers)

    def _sound(self, name: str) -> Path | None:
        if self._recordings is None or not name:
            return None
        path = (self._recordings / name).resolve()
        return path if path.is_relative_to(self._recordings) and path.is_file() else None

    async def _may_see(self, person: Person, contact: ContactId) -> bool:
        """Tell whether a person may see a contact: agents those they worked on, and the one in their hands."""
        if person.role is not Role.AGENT:
            return True
        assert person.agent is not None, "the role agent has an agent id"
        view = self._desktop.agents.get(person.agent)
        in_hand = view is not None and contact in view.work
        return in_hand or await self._history.worked_on(contact, person.agent)

    async def _with_history(self, customer: Customer) -> dict[str, Any]:
        page: dict[str, Any] = msgspec.to_builtins(customer)
        return page | {"history": await self._history.latest(customer.id, "")}

    async def _opened(self, record: Row) -> Row:
        """Open the boxes of a record and render its system texts; keys and hashes stay inside."""
        address = _box(record.pop("person"), record.pop("address"))
        inputs = {row["name"]: _box(row["person"], row["value"]) for row in record["inputs"]}
        opened = await self._boxes.open([address, *inputs.values()])
        del record["address_key"]
        record["address"] = opened.get(address) if address is not None else None
        record["inputs"] = [{"name": name, "value": opened.get(box) if box else None} for name, box in inputs.items()]
        record["messages"] = [self._message(row) for row in record["messages"]]
        record["recordings"] = [_recording(row) for row in record["recordings"]]
        record["notes"] = [{name: row[name] for name in ("agent", "at", "body")} for row in record["notes"]]
        return record

    def _message(self, row: Row) -> Row:
        text = row["body"] or ""
        if row["author"] == Author.SYSTEM:
            text = self._texts.say(row["prompts"] or (), row["language"] or "")
        return {name: row[name] for name in ("number", "author", "agent", "at", "delivery")} | {"text": text}


def center_words(
    config: CenterConfig, reachable: Mapping[StationId, bool], texts: Mapping[str, Mapping[str, str]]
) -> dict[str, object]:
    """Return what every page needs to know of the centre."""
    queues = [{"id": queue.id, "name": queue.name, "dispositions": queue.dispositions} for queue in config.queues]
    stations = [
        {"id": station.id, "reachable": reachable.get(station.id, False), "auto_answer": station.auto_answer}
        for station in config.stations
    ]
    return {
        "name": config.name,
        "languages": config.languages,
        "queues": queues,
        "reasons": config.not_ready_reasons,
        "stations": stations,
        "dials": config.outgoing is not None,
        "calls_colleagues": config.internal is not None,
        "texts": texts,
    }


def _box(person: str | None, box: bytes | None) -> Sealed | None:
    return None if person is None or box is None else Sealed(PersonId(person), box)


def _recording(row: Row) -> Row:
    return {"id": row["opaque"]} | {
        name: row[name] for name in ("state", "started_at", "duration_ms", "sha256", "reason")
    }
