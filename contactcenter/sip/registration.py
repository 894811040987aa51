"""The registrar's server side: who may change which bindings, and the answers to REGISTER (RFC 3261 §10.3)."""

from contactcenter.sip.checks import Refusal
from contactcenter.sip.element import Element
from contactcenter.sip.events import RegistrationChanged
from contactcenter.sip.grammar import Address, NameAddr, format_params, parse_uri
from contactcenter.sip.message import Request
from contactcenter.sip.registrar import Binding, Registrar, RegistrationRefused, Wish

__all__ = ["Registrations"]


class Registrations:
    """REGISTER requests, each checked against the account that sent it."""

    def __init__(self, element: Element) -> None:
        self._element = element
        self.table = Registrar(element.settings.limits)

    def precheck(self, request: Request) -> Refusal | None:
        """Return why a REGISTER is refused whoever sends it."""
        if not request.to.uri.is_sip:
            return Refusal(400, "To Is No SIP URI")
        if any(not entry.uri.is_sip for entry in request.contacts):
            return Refusal(400, "Contact Is No SIP URI")
        return None

    def register(self, request: Request, source: Address, account: str, now: int) -> None:
        """Carry out a REGISTER of an authenticated account."""
        element = self._element
        transaction = element.transactions.open_server(request, source)
        if request.to.uri.user_text != account:
            element.answer(transaction, 403, now)
            return
        wish = Wish(
            contacts=request.contacts,
            call_id=request.call_id,
            cseq=request.cseq.number,
            source=source,
            expires=request.first("expires"),
            remove_all="*" in request.values("contact"),
        )
        try:
            changes = self.table.register(account, wish, now)
        except RegistrationRefused as refused:
            headers = {"Min-Expires": str(self.table.limits.expires_s_min)} if refused.status == 423 else {}
            tag = element.stateless_tag(request)
            response = element.reply(request, refused.status, reason=refused.reason, tag=tag, headers=headers)
            element.transactions.respond(transaction, response, now)
            return
        response = element.reply(request, 200, tag=element.stateless_tag(request))
        for binding in self.table.bindings(account, now):
            response.add("contact", _listed(binding, now))
        element.transactions.respond(transaction, response, now)
        element.counters["registered"] += 1
        element.events.extend(RegistrationChanged(account, change) for change in changes)

    def expire(self, now: int) -> None:
        """Take away what has run out, and tell the owner."""
        for change in self.table.expire(now):
            self._element.events.append(RegistrationChanged(change.binding.aor, change))


def _listed(binding: Binding, now: int) -> str:
    seconds = max(0, binding.expires_at - now) // 1_000
    entry = NameAddr("", parse_uri(binding.contact))
    return f"{entry}{format_params(binding.params)};expires={seconds}"
