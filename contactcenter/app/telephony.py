"""The telephony of one engine, put together from the settings; and the phones' accounts as the SIP side sees them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re

import structlog
from sqlalchemy.exc import SQLAlchemyError

from contactcenter.adapters.accounts.phones import Phone, Phones
from contactcenter.adapters.dialling import DialRules
from contactcenter.adapters.numbers import e164, spoken_digits
from contactcenter.adapters.telephony.admission import AdmissionRules, TrunkRule
from contactcenter.adapters.telephony.outgoing import OutgoingRules
from contactcenter.adapters.telephony.pin import Pin
from contactcenter.adapters.telephony.sip_telephony import SipTelephony, TelephonySettings
from contactcenter.adapters.telephony.stations import ConfigView
from contactcenter.adapters.telephony.worker_client import PoolSettings
from contactcenter.runtime.ports import DomainStore, StoreAway, Vault
from contactcenter.runtime.shell import Engine
from contactcenter.settings import SecretMissing, Settings, read_secret
from contactcenter.sip.digest import Account, Algorithm

__all__ = ["PhoneBook", "telephony_of"]

PIN = re.compile(r"\d{6,12}")
REFRESH_SECONDS = 3.0  # a phone that was added or removed is known within this time

log = structlog.get_logger(__name__)


class PhoneBook:
    """All phone accounts in memory: a REGISTER must not wait for a database."""

    def __init__(self, phones: Phones) -> None:
        """Know nobody until `refresh`."""
        self._phones = phones
        self._known: dict[str, tuple[Phone, Account]] = {}

    def account(self, name: str) -> Account | None:
        """Return a phone's account, or None for a stranger."""
        known = self._known.get(name)
        return None if known is None else known[1]

    async def refresh(self) -> None:
        """Read what changed since the last time."""
        known: dict[str, tuple[Phone, Account]] = {}
        for phone in await self._phones.all():
            before = self._known.get(phone.station)
            if before is not None and before[0] == phone:
                known[phone.station] = before
                continue
            ha1 = await self._phones.ha1(phone.station, phone.algorithm)
            if ha1 is not None:
                account = Account(phone.station, ha1, Algorithm(phone.algorithm))
                known[phone.station] = (phone, account)
        self._known = known

    async def keep_fresh(self) -> None:
        """Refresh again and again until cancelled; a file that cannot be read now is read the next time."""
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            try:
                await self.refresh()
            except (SQLAlchemyError, StoreAway) as failure:
                log.warning("the phones' accounts cannot be read now", reason=type(failure).__name__)


def telephony_of(
    settings: Settings, engine: Engine, store: DomainStore, vault: Vault, book: PhoneBook, secret: bytes
) -> SipTelephony:
    """Put the telephony together; binds the SIP port. Raises OSError when that is taken."""
    view = ConfigView(lambda number: e164(number, settings.default_region) or number)
    view.publish(settings.center)
    return SipTelephony(
        _telephony_settings(settings, Pin(secret, _mode_pin(settings))),
        view,
        vault,
        book.account,
        secret,
        lambda event: engine.post(event).position is not None,
        lambda: not (engine.accepting() and store.is_reachable()),
        lambda what, error: log.error("telephony fault", what=what, exc_info=error),
    )


def _mode_pin(settings: Settings) -> str:
    """Return the PIN of those who may switch modes, empty for none; one that is too short to be safe is none either."""
    if settings.mode_pin is None:
        return ""
    paths = settings.paths
    with contextlib.suppress(SecretMissing):
        pin = read_secret(settings.mode_pin, paths.config.parent, paths.var, os.environ)
        if PIN.fullmatch(pin):
            return pin
    log.warning("the PIN for modes is not 6 to 12 digits: no mode can be switched by telephone")
    return ""


def _telephony_settings(settings: Settings, pin: Pin) -> TelephonySettings:
    sip, media = settings.sip, settings.media
    trunks = tuple(TrunkRule(trunk.name, trunk.sources, trunk.calls_per_s, trunk.calls_max) for trunk in sip.trunks)
    dialled = DialRules(settings.default_region, settings.dial_prefixes)
    pool = PoolSettings(
        prompts=settings.paths.prompts,
        roots=(settings.paths.recordings,),
        workers=media.workers or os.cpu_count() or 1,
        bind=media.bind,
        port_low=media.port_first,
        port_high=media.port_last,
    )
    return TelephonySettings(
        media=pool,
        recordings=settings.paths.recordings,
        bind=sip.bind,
        port=sip.port,
        advertised=sip.advertised,
        media_advertised=media.advertised,
        realm=sip.realm,
        rules=AdmissionRules(trunks, sip.phone_sources, sip.calls_per_s, sip.calls_max),
        pin=pin,
        outgoing=OutgoingRules(
            {trunk.name: trunk.dial for trunk in sip.trunks if trunk.dial},
            dialled.allows,
            dialled.read,
            lambda number: spoken_digits(number, settings.default_region),
        ),
    )
