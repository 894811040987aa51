"""Whom to record. The rule of the queue decides, or the call's own; without a rule nobody is recorded."""

from __future__ import annotations

from contactcenter.model.config import Rules

__all__ = ["is_recorded"]


def is_recorded(rule: Rules | None) -> bool:
    """Say whether calls under this rule are recorded from bridge to hang-up."""
    return rule is not None and rule.record
