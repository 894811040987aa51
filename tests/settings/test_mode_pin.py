"""The PIN for modes: where it is kept, and flows that ask for it."""

from __future__ import annotations

from pathlib import Path

from contactcenter.model.flow import ModeNode, PinNode
from contactcenter.settings import load
from contactcenter.settings.shapes import SecretPlace
from tests.settings.conftest import AT, Spoil
from tests.source import ROOT

EXAMPLE = '# [modes_by_telephone]\n# pin = "env:CONTACTCENTER_MODE_PIN"'
GIVEN = '[modes_by_telephone]\npin = "env:CONTACTCENTER_MODE_PIN"'


def test_without_a_word_no_mode_is_switched_by_telephone(folder: Path) -> None:
    assert load(folder, {}, AT).mode_pin is None


def test_the_commented_example_is_sound_and_needs_its_variable(spoil: Spoil, folder: Path) -> None:
    assert spoil("center.toml", EXAMPLE, GIVEN, CONTACTCENTER_MODE_PIN="481516") == []
    settings = load(folder, {"CONTACTCENTER_MODE_PIN": "481516"}, AT)
    assert settings.mode_pin == SecretPlace("env", "CONTACTCENTER_MODE_PIN")
    assert "481516" not in repr(settings)
    (problem,) = spoil("center.toml", "", (folder / "center.toml").read_text())
    assert problem.endswith("the variable CONTACTCENTER_MODE_PIN is not set; put the secret there")


def test_a_pin_in_the_file_itself_is_refused(spoil: Spoil) -> None:
    (problem,) = spoil("center.toml", EXAMPLE, '[modes_by_telephone]\npin = "481516"')
    assert "never the PIN itself" in problem


def test_the_flow_of_the_document_is_sound(spoil: Spoil, folder: Path) -> None:
    told = (ROOT / "docs" / "modes.md").read_text()
    flow = told[told.index("# flows/switch.toml") :].split("```")[0]
    assert spoil("flows/switch.toml", "", flow) == []
    flows = {each.id: each for each in load(folder, {}, AT).center.flows}
    nodes = {branch.name: branch.node for branch in flows["switch"].nodes}
    assert isinstance(nodes["pin"], PinNode) and nodes["pin"].secret and nodes["pin"].wrong == ("mode_wrong_pin",)
    assert nodes["storm"] == ModeNode("storm", "done", "no")
    open_to_all = flow.replace('start = "pin"', 'start = "menu"')
    problems = spoil("flows/switch.toml", "", open_to_all)
    assert [problem for problem in problems if "can be reached without a PIN" in problem]
