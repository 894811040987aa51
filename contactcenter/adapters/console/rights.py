"""Who may do what: every route, act of a socket and request over MQTT, with its roles. What is not listed is refused.

This is the only place where rights are granted; a generated test walks it against every role.
"""

from __future__ import annotations

from typing import Final

import msgspec

from contactcenter.model.words import Role

__all__ = [
    "ANYONE",
    "BUS_REQUESTS",
    "CONSOLE_ACTS",
    "DISPLAY_ROUTES",
    "OVERSEERS",
    "ROUTES",
    "WALLBOARD_ROLES",
    "Route",
]

ANYONE: Final = None
SIGNED_IN: Final = (Role.AGENT, Role.SUPERVISOR, Role.ADMIN, Role.INTEGRATION)
AGENT: Final = (Role.AGENT,)
OVERSEERS: Final = (Role.SUPERVISOR, Role.ADMIN)
PEOPLE: Final = (Role.AGENT, Role.SUPERVISOR, Role.ADMIN)
INTEGRATION: Final = (Role.INTEGRATION,)
WALLBOARD_ROLES: Final = PEOPLE


class Route(msgspec.Struct, frozen=True):
    """One route: who may use it (None: anyone), and whether the machine itself may without signing in.

    `signed` routes are open because each request carries a partner's own signature.
    """

    name: str
    method: str
    path: str
    roles: tuple[Role, ...] | None
    loopback: bool = False
    signed: bool = False
    socket: bool = False


ROUTES: Final = (
    Route("index", "GET", "/", ANYONE),
    Route("console_page", "GET", "/console", ANYONE),
    Route("wallboard_page", "GET", "/wallboard", ANYONE),
    Route("reports_page", "GET", "/reports", ANYONE),
    Route("chat_page", "GET", "/chat", ANYONE),
    Route("widget", "GET", "/widget.js", ANYONE),
    Route("static", "GET", "/static/{path:.+}", ANYONE),
    Route("healthz", "GET", "/healthz", ANYONE),
    Route("readyz", "GET", "/readyz", ANYONE),
    Route("metrics", "GET", "/metrics", (Role.ADMIN, Role.INTEGRATION), loopback=True),
    Route("sign_in", "POST", "/api/sign-in", ANYONE),
    Route("sign_out", "POST", "/api/sign-out", SIGNED_IN),
    Route("me", "GET", "/api/me", SIGNED_IN),
    Route("center", "GET", "/api/center", SIGNED_IN),
    Route("customers", "GET", "/api/customers", SIGNED_IN),
    Route("customer", "GET", "/api/customers/{id}", SIGNED_IN),
    Route("contact", "GET", "/api/contacts/{id}", PEOPLE),
    Route("why", "GET", "/api/contacts/{id}/why", OVERSEERS),
    Route("report", "GET", "/api/reports/{kind}", OVERSEERS),
    Route("modes", "GET", "/api/modes", OVERSEERS),
    Route("switch_mode", "POST", "/api/modes", OVERSEERS),
    Route("callbacks", "GET", "/api/callbacks", OVERSEERS),
    Route("act_on_callback", "POST", "/api/callbacks", OVERSEERS),
    Route("messages", "GET", "/api/messages", OVERSEERS),
    Route("act_on_message", "POST", "/api/messages", OVERSEERS),
    Route("agent_state", "POST", "/api/agents/{id}/state", OVERSEERS),
    Route("recording", "GET", "/api/recordings/{opaque}", PEOPLE),
    Route("console_socket", "GET", "/ws/console", AGENT, socket=True),
    Route("wallboard_socket", "GET", "/ws/wallboard", WALLBOARD_ROLES, socket=True),
    Route("chat_socket", "GET", "/ws/chat", ANYONE, socket=True),
    Route("callback_queues", "GET", "/channels/callback", ANYONE),
    Route("request_callback", "POST", "/channels/callback", ANYONE),
    Route("sms_inbound", "POST", "/channels/sms/{provider}/inbound", ANYONE, signed=True),
    Route("sms_status", "POST", "/channels/sms/{provider}/status", ANYONE, signed=True),
)

# A desk that only displays: some of the same routes, and of those who may use them the ones who look on.
DISPLAYED: Final = (
    "index wallboard_page static healthz readyz metrics sign_in sign_out me center wallboard_socket".split()
)
DISPLAY_ROUTES: Final = tuple(
    msgspec.structs.replace(
        route, roles=ANYONE if route.roles is ANYONE else tuple(role for role in route.roles if role in OVERSEERS)
    )
    for route in ROUTES
    if route.name in DISPLAYED
)

CONSOLE_ACTS: Final = {
    "ready": AGENT,
    "not_ready": AGENT,
    "station": AGENT,
    "accept": AGENT,
    "reject": AGENT,
    "write": AGENT,
    "close": AGENT,
    "wrap_up": AGENT,
    "extend": AGENT,
    "next_state": AGENT,
    "dial": AGENT,
    "call_colleague": AGENT,
    "machine": AGENT,
    "transfer": AGENT,
    "consult": AGENT,
    "consult_turn": AGENT,
    "consult_complete": AGENT,
    "consult_cancel": AGENT,
    "conference": AGENT,
    "sign_out": AGENT,
    "typing": AGENT,
}

BUS_REQUESTS: Final = {
    "agent_state": INTEGRATION,
    "agent_ready": INTEGRATION,
    "agent_not_ready": INTEGRATION,
    "dial": INTEGRATION,
    "transfer": INTEGRATION,
    "read_facts": INTEGRATION,
}
