"""Telephone numbers in their one spelling, E.164, from the many ways in which people and carriers write them."""

from __future__ import annotations

import phonenumbers

__all__ = ["e164", "spoken_digits"]

LENGTH_MAX = 40  # with spaces, brackets and dashes; E.164 itself has 15 digits


def e164(text: str, region: str) -> str | None:
    """Return a number as `+` and digits, or None; `region` (ISO 3166) is assumed where no country code is given.

    Short and internal numbers have no E.164 form. Full-width digits count as digits.
    """
    if not 0 < len(text) <= LENGTH_MAX:
        return None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def spoken_digits(number: str, region: str) -> str:
    """Return the digits by which people of a region know a number in E.164; what is none gives none."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ""
    near = parsed.country_code == phonenumbers.country_code_for_region(region)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if near else phonenumbers.PhoneNumberFormat.E164
    return "".join(each for each in phonenumbers.format_number(parsed, form) if each.isdigit())
