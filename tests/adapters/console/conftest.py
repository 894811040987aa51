"""The centre of the stories, whose journals feed the desk's folds."""

from __future__ import annotations

import pytest

from tests.stories.centre import Centre


@pytest.fixture
def centre() -> Centre:
    """A small centre with everybody signed out."""
    return Centre()
