"""The MQTT broker: does it let us in and nobody else, and may we say there what we have to say?"""

from __future__ import annotations

import ssl
import time
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from contactcenter.app.doctor.findings import Finding, error, fine, warning
from contactcenter.app.doctor.network import is_this_machine
from contactcenter.app.doctor.partners import Partner, PartnerUnknown, partner
from contactcenter.app.stores import DOMAIN
from contactcenter.settings import Settings

if TYPE_CHECKING:  # an extra: only a site has it
    from paho.mqtt.client import Client
    from paho.mqtt.reasoncodes import ReasonCode

__all__ = ["BrokerSeen", "judge_broker", "look_at_broker"]

ANSWER_S, LOOK_S = 1.5, 0.1
NAME = "contactcenter-doctor"  # not the centre's: two connections under one name end each other
DOCUMENT = "see deploy/mosquitto/contactcenter.conf"
RIGHTS = "give the account all rights of deploy/mosquitto/contactcenter.acl"


class BrokerSeen(msgspec.Struct, frozen=True, kw_only=True):
    """What a broker let whom do; the refusals are empty where there were none."""

    where: str
    reached: bool
    lets_anybody_in: bool = False
    sign_in_refusal: str = ""
    publish_refusal: str = ""
    secure: bool = True
    nearby: bool = True


def judge_broker(seen: BrokerSeen) -> list[Finding]:
    """Judge what a broker did."""
    if not seen.reached:
        remedy = "start it, open the way to it; the centre works without, outsiders read again what they missed"
        return [warning(f"{seen.where} cannot be reached", remedy)]
    findings = []
    if seen.lets_anybody_in:
        findings.append(error(f"{seen.where} lets in who has no name", f"allow_anonymous false; {DOCUMENT}"))
    if seen.sign_in_refusal:
        remedy = "correct username and password in [bus], or mosquitto_passwd on the broker"
        findings.append(error(f"{seen.where} does not let us in ({seen.sign_in_refusal})", remedy))
    elif seen.publish_refusal:
        findings.append(error(f"{seen.where} refuses what we publish ({seen.publish_refusal})", RIGHTS))
    if not seen.secure and not seen.nearby:
        findings.append(error("the connection crosses a network without TLS", "give its url as mqtts://"))
    return findings or [fine(f"{seen.where} knows us, and refuses strangers")]


def look_at_broker(settings: Settings) -> list[Finding]:
    """Sign in as the centre does, and as nobody; say one word that nobody hears."""
    if not settings.bus.host:
        return [fine("not in use")]
    try:
        there = partner(settings, settings.bus, "paho")
    except PartnerUnknown as reason:
        return [error(str(reason), "see [bus] in the settings")]
    # Kept for nobody, and below a name that no program has: only whether it is taken counts.
    topic = f"{settings.bus.prefix}/{DOMAIN}/answer/doctor/word"
    try:
        return judge_broker(_seen(there, topic))
    except OSError:
        return judge_broker(BrokerSeen(where=str(there), reached=False))


def _seen(there: Partner, topic: str) -> BrokerSeen:
    us = _tried(there, there.username, there.password, topic)
    return BrokerSeen(
        where=str(there),
        reached=True,
        lets_anybody_in=not _tried(there, "", "").sign_in,
        sign_in_refusal=us.sign_in,
        publish_refusal=us.publish,
        secure=there.secure,
        nearby=is_this_machine(there.host),
    )


class _Refusals(NamedTuple):
    """Why a sign-in and a message were refused; empty where they were not."""

    sign_in: str
    publish: str


def _tried(there: Partner, username: str, password: str, topic: str = "") -> _Refusals:
    """Sign in, say a word on the topic if there is one, and leave. Raises OSError."""
    from paho.mqtt.client import Client
    from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

    told: dict[str, ReasonCode] = {}
    client = Client(CallbackAPIVersion.VERSION2, f"{NAME}-{username or 'nobody'}", protocol=MQTTProtocolVersion.MQTTv5)
    client.on_connect = lambda _client, _own, _flags, code, _properties: told.__setitem__("connect", code)
    client.on_publish = lambda _client, _own, _number, code, _properties: told.__setitem__("publish", code)
    client.connect_timeout = ANSWER_S
    if username:
        client.username_pw_set(username, password)
    if there.secure:
        client.tls_set_context(ssl.create_default_context(cafile=there.authority or None))
    client.connect(there.host, there.port)
    try:
        sign_in = _answer(client, told, "connect")
        sent = client.publish(topic, b"{}", qos=1) if topic and not sign_in else None
        return _Refusals(sign_in, _answer(client, told, "publish") if sent is not None else "")
    finally:
        client.disconnect()
        client.loop(0)


def _answer(client: Client, told: dict[str, ReasonCode], what: str) -> str:
    """Wait for the broker's word on something, and return why it refused, empty when it did not."""
    give_up = time.monotonic() + ANSWER_S
    while what not in told:
        if client.loop(LOOK_S) or time.monotonic() > give_up:
            return str(told[what]) if what in told else "it hung up"
    return str(told[what]) if told[what].is_failure else ""
