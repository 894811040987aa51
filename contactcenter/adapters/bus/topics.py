"""The names of all topics; `docs/bus.md` is their catalogue and `deploy/mosquitto/` says who may use which."""

from __future__ import annotations

import re

__all__ = ["Topics"]

ANSWER_LENGTH_MAX = 200  # names are built from a user's name and a word of his own
PLAIN = re.compile(r"[A-Za-z0-9._:/-]+")  # no wildcards, no control characters


class Topics:
    """The topics of one domain."""

    def __init__(self, prefix: str, domain: str) -> None:
        """Begin all names with the prefix and the domain."""
        self._root = f"{prefix}/{domain}"
        self.name = f"{prefix}-{domain}-centre"
        self.centre = f"{self._root}/centre"
        self.mode = f"{self._root}/mode"
        self.requests = f"{self._root}/request/+/+"

    def fact(self, kind: str) -> str:
        """Where facts of a kind are told."""
        return f"{self._root}/facts/{kind}"

    def queue(self, queue: str) -> str:
        """Where a queue's figures stand."""
        return f"{self._root}/queue/{level(queue)}/live"

    def agent(self, agent: str) -> str:
        """Where an agent's state stands."""
        return f"{self._root}/agent/{level(agent)}/state"

    def pop(self, agent: str) -> str:
        """Where an agent's contacts are told as they change."""
        return f"{self._root}/agent/{level(agent)}/pop"

    def asked(self, topic: str) -> tuple[str, str]:
        """Return who asks for what on a topic of `requests`."""
        user, kind = topic.split("/")[-2:]
        return user, kind

    def may_answer(self, user: str, topic: str) -> bool:
        """Tell whether an answer to `user` may go to a topic: only below his own, or he could speak in our name."""
        own = topic.startswith(f"{self._root}/answer/{user}/")
        return own and len(topic) <= ANSWER_LENGTH_MAX and PLAIN.fullmatch(topic) is not None


def level(name: str) -> str:
    """Return a name as one level of a topic; configured names pass unchanged."""
    return re.sub(r"[/+#\x00-\x1f]", "_", name)
