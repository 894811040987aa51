"""Where in a file a key or table stands, found again in its text."""

from __future__ import annotations

import pytest

from contactcenter.settings.problems import Path, Problem, SettingsError, Source, shown

TEXT = """\
name = "x"
a.b = 1

[one]  # a comment
key = 1
"quoted" = 2
rows = [
    { key = 1 }, { key = 2 },
    { key = 3 },
]

[one."two three"]
key = 1
inline = { deep = { key = 1 } }

[[list]]
key = 1
[[list]]
key = 2
matrix = [
  ["not a header"],
  [1, 2]
]
"""


@pytest.mark.parametrize(
    ("table", "key", "line"),
    [
        ((), "name", 1),
        ((), "a", 2),
        (("one",), "", 4),
        (("one",), "key", 5),
        (("one",), "quoted", 6),
        (("one",), "missing", 4),
        (("one", "rows", 0), "key", 8),
        (("one", "rows", 1), "", 8),
        (("one", "rows", 2), "key", 9),
        (("one", "rows", 9), "key", 7),
        (("one", "two three"), "key", 13),
        (("one",), "two three", 12),
        (("one", "two three", "inline"), "deep", 14),
        (("one", "two three", "inline", "deep"), "key", 14),
        (("list", 0), "key", 17),
        (("list", 1), "key", 19),
        (("list", 1), "", 18),
        (("list", 1), "matrix", 20),
        (("gone",), "key", 0),
        (("gone", 3), "key", 0),
        ((), "gone", 0),
    ],
)
def test_the_line_of_a_key(table: Path, key: str, line: int) -> None:
    assert Source("x.toml", TEXT).line_of(table, key) == line


def test_places_are_written_as_people_count() -> None:
    assert shown(("sip", "trunks", 1)) == "sip.trunks 2"
    assert shown(()) == ""


def test_a_problem_reads_as_one_line_and_an_error_as_many() -> None:
    one = Problem("a.toml", 3, "t", "k", "is bad", "mend it")
    two = Problem("b.toml", 0, "", "", "is missing", "add it")
    assert str(SettingsError([one, two])) == "a.toml:3: [t] k: is bad; mend it\nb.toml: is missing; add it"
