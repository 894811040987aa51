"""A contact centre: voice, web chat and SMS, from the caller to the report.

This file holds the version and nothing else, so that importing any part never imports another.
"""

__all__ = ["__version__"]

__version__ = "0.1.0"
