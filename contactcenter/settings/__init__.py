"""The settings of an installation: a folder of TOML files and the environment, read into one frozen value.

Everything that can be wrong is reported at once, with its place and what to do; nothing is guessed.
"""

from contactcenter.settings.loader import PROFILE_VARIABLE, check, config_hash, load, load_scenarios
from contactcenter.settings.problems import Problem, SettingsError
from contactcenter.settings.secret import SecretMissing, read_secret
from contactcenter.settings.shapes import Settings

__all__ = [
    "PROFILE_VARIABLE",
    "Problem",
    "SecretMissing",
    "Settings",
    "SettingsError",
    "check",
    "config_hash",
    "load",
    "load_scenarios",
    "read_secret",
]
