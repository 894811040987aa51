"""Every story ends with its journal decided and applied again."""

from collections.abc import Iterator

import pytest

from tests.stories.centre import Centre, replayed


@pytest.fixture
def centre() -> Iterator[Centre]:
    """A small centre, replayed at the end of the story."""
    yield from replayed()
