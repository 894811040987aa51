"""The tables of the records, as SQLAlchemy Core metadata.

`domain` stands in every key from the first migration. Times are ms since 1970 (UTC). Personal values that came through
the journal stay sealed here too (`bytes` of the box), so that destroying a person's key erases them here as well.
Every change here needs a migration beside it; a test compares the two.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
)

from contactcenter.adapters.database.columns import Identifier, Words

__all__ = [
    "agent_activity",
    "applied",
    "contacts",
    "customer_phones",
    "customers",
    "inputs",
    "messages",
    "metadata",
    "notes",
    "offers",
    "phones",
    "recordings",
    "segments",
    "sessions",
    "steps",
    "users",
    "visitors",
    "visits",
]

ID_LENGTH = 200  # the longest id is a conversation's: channel, our number and a 64-digit key

metadata = MetaData()


def _key(name: str) -> Column[str]:
    return Column(name, Identifier(ID_LENGTH), primary_key=True)


def _place() -> list[Column[int]]:
    """Key columns of what a fact began: the entry's sequence and the fact's place within the entry."""
    return [
        Column("position", BigInteger, primary_key=True, autoincrement=False),
        Column("part", Integer, primary_key=True, autoincrement=False),
    ]


def _id(name: str) -> Column[str]:
    return Column(name, Identifier(ID_LENGTH))


def _text(name: str, **options: Any) -> Column[str]:
    return Column(name, Words, **options)


def _at(name: str) -> Column[int]:
    return Column(name, BigInteger)


users = Table(
    "users",
    metadata,
    _key("domain"),
    _key("name"),
    _text("password", nullable=False),
    Column("role", Identifier(20), nullable=False),
    _id("agent"),
    Column("language", Identifier(20)),
    Column("disabled", Boolean, nullable=False, default=False),
    _at("created_at"),
    UniqueConstraint("domain", "agent"),
)

sessions = Table(
    "sessions",
    metadata,
    _key("domain"),
    _key("token_hash"),
    Column("user", Identifier(ID_LENGTH), nullable=False, index=True),
    _at("created_at"),
    _at("seen_at"),
)

phones = Table(
    "phones",
    metadata,
    _key("domain"),
    _key("station"),
    _key("algorithm"),
    Column("ha1", LargeBinary, nullable=False),
    _text("label", nullable=False, default=""),
    _at("created_at"),
)

customers = Table(
    "customers",
    metadata,
    _key("domain"),
    _key("id"),
    _text("name", nullable=False, default=""),
    Column("names", JSON),
    _text("email"),
    _text("address"),
    Column("customer_class", Identifier(40)),
    Column("vip", Integer),
    Column("language", Identifier(20)),
    _id("own_agent"),
    Column("attributes", JSON),
    _text("notes"),
    _at("changed_at"),
)

customer_phones = Table(
    "customer_phones",
    metadata,
    _key("domain"),
    _key("number"),
    Column("customer", Identifier(ID_LENGTH), nullable=False),
    _text("label", nullable=False, default=""),
    Column("valid", Boolean, nullable=False, default=True),
    ForeignKeyConstraint(["domain", "customer"], ["customers.domain", "customers.id"], ondelete="CASCADE"),
    Index("customer_phones_of", "domain", "customer"),
)

visitors = Table(
    "visitors",
    metadata,
    _key("domain"),
    _key("token_hash"),
    Column("conversation", Identifier(ID_LENGTH), nullable=False),
    _id("person"),
    _id("entry"),
    Column("language", Identifier(20)),
    Column("number", Identifier(40)),
    _at("created_at"),
    UniqueConstraint("domain", "conversation"),
)

contacts = Table(
    "contacts",
    metadata,
    _key("domain"),
    _key("id"),
    Column("channel", Identifier(20)),
    _id("entry"),
    _id("flow"),
    Column("language", Identifier(20)),
    _id("person"),
    Column("address", LargeBinary),
    _id("address_key"),
    _id("conversation"),
    _id("customer"),
    _at("arrived_at"),
    _at("ended_at"),
    Column("outcome", Identifier(40)),
    _id("queue"),
    _id("agent"),
    Column("wait_ms", BigInteger),
    _text("disposition"),
    _id("note"),
    Index("contacts_by_time", "domain", "arrived_at"),
    Index("contacts_by_customer", "domain", "customer", "arrived_at"),
    Index("contacts_by_address", "domain", "address_key", "arrived_at"),
    Index("contacts_by_person", "domain", "person"),
)

steps = Table(
    "steps",
    metadata,
    _key("domain"),
    _key("contact"),
    *_place(),
    _text("node"),
    Column("key", Identifier(20)),
    _at("at"),
)

inputs = Table(
    "inputs",
    metadata,
    _key("domain"),
    _key("contact"),
    _key("name"),
    Column("length", Integer),
    _id("person"),
    Column("value", LargeBinary),
)

segments = Table(
    "segments",
    metadata,
    _key("domain"),
    _key("contact"),
    *_place(),
    Column("kind", Identifier(20)),
    _at("from_at"),
    _at("to_at"),
    _id("queue"),
    _id("agent"),
    Index("segments_by_agent", "domain", "agent", "from_at"),
)

visits = Table(
    "visits",
    metadata,
    _key("domain"),
    _key("id"),
    _id("contact"),
    _id("queue"),
    Column("channel", Identifier(20)),
    Column("priority", Integer),
    _at("opened_at"),
    _at("ended_at"),
    Column("outcome", Identifier(40)),
    Column("wait_ms", BigInteger),
    _id("agent"),
    Index("visits_by_queue", "domain", "queue", "opened_at"),
    Index("visits_of", "domain", "contact"),
)

offers = Table(
    "offers",
    metadata,
    _key("domain"),
    _key("id"),
    _id("contact"),
    _id("visit"),
    _id("queue"),
    Column("channel", Identifier(20)),
    _id("agent"),
    _id("station"),
    _at("made_at"),
    _at("expires_at"),
    _at("ended_at"),
    Column("outcome", Identifier(40)),
    Column("status", Integer),
    Index("offers_of", "domain", "contact"),
)

messages = Table(
    "messages",
    metadata,
    _key("domain"),
    _key("id"),
    _id("conversation"),
    _id("contact"),
    Column("number", Integer),
    Column("author", Identifier(20)),
    _id("agent"),
    _id("person"),
    _text("body"),
    Column("prompts", JSON),
    Column("choices", JSON),
    Column("language", Identifier(20)),
    _at("at"),
    Column("delivery", Identifier(20)),
    _id("provider"),
    _id("provider_id"),
    _id("reference"),
    UniqueConstraint("domain", "provider", "provider_id"),
    Index("messages_of", "domain", "contact", "number"),
    Index("messages_in", "domain", "conversation", "number"),
    Index("messages_by_person", "domain", "person"),
    Index("messages_by_reference", "domain", "reference"),
)

notes = Table(
    "notes",
    metadata,
    _key("domain"),
    _key("id"),
    _id("contact"),
    _id("agent"),
    _id("person"),
    _text("body"),
    _at("at"),
    Index("notes_by_person", "domain", "person"),
)

recordings = Table(
    "recordings",
    metadata,
    _key("domain"),
    _key("id"),
    _id("contact"),
    Column("opaque", Identifier(64)),
    Column("state", Identifier(20)),
    _text("name"),
    _at("started_at"),
    Column("duration_ms", BigInteger),
    Column("size_bytes", BigInteger),
    Column("sha256", Identifier(64)),
    _text("reason"),
    UniqueConstraint("domain", "opaque"),
    Index("recordings_of", "domain", "contact"),
)

agent_activity = Table(
    "agent_activity",
    metadata,
    _key("domain"),
    _key("agent"),
    *_place(),
    Column("presence", Identifier(20)),
    _text("reason"),
    _at("from_at"),
    _at("to_at"),
)

applied = Table(
    "applied",
    metadata,
    _key("domain"),
    _key("writer"),
    Column("epoch", BigInteger, nullable=False),
    Column("sequence", BigInteger, nullable=False),
)
