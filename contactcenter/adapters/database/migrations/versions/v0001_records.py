"""Revision 0001: the first tables of the records. Never edited again; later changes are revisions of their own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = (
    "users",
    "sessions",
    "phones",
    "customers",
    "customer_phones",
    "visitors",
    "contacts",
    "steps",
    "inputs",
    "segments",
    "visits",
    "offers",
    "messages",
    "notes",
    "recordings",
    "agent_activity",
    "applied",
)


def _create_accounts() -> None:
    op.create_table(
        "users",
        sa.Column("domain", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("agent", sa.String(length=200)),
        sa.Column("language", sa.String(length=20)),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("domain", "name"),
        sa.UniqueConstraint("domain", "agent"),
    )
    op.create_table(
        "sessions",
        sa.Column("domain", sa.String(length=200), nullable=False),
        sa.Column("token_hash", sa.String(length=200), nullable=False),
        sa.Column("user", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.Column("seen_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("domain", "token_hash"),
    )
    op.create_index("ix_sessions_user", "sessions", ["user"])
    op.create_table(
        "phones",
        sa.Column("domain", sa.String(length=200), nullable=False),
        sa.Column("station", sa.String(length=200), nullable=False),
        sa.Column("algorithm", sa.String(length=200), nullable=False),
        sa.Column("ha1", sa.LargeBinary(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("domain", "station", "algorithm"),
    )


def _create_customers() -> None:
    op.create_table(
        "customers",
        sa.Column("domain", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("names", sa.JSON()),
        sa.Column("email", sa.Text()),
        sa.Column("address", sa.Text()),
        sa.Column("customer_class", sa.String(length=40)),
        sa.Column("vip", sa.Integer()),
        sa.Column("language", sa.String(length=20)),
        sa.Column("own_agent", sa.String(length=200)),
        sa.Column("attributes", sa.JSON()),
        sa.Column("notes", sa.Text()),
        sa.Column("changed_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("domain", "id"),
    )
    op.create_table(
        "customer_phones",
        sa.Column("domain", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=200), nullable=False),
        sa.Column("customer", sa.String(length=200), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("valid", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["domain", "customer"], ["customers.domain", "customers.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("domain", "number"),
    )
    op.create_index("customer_phones_of", "customer_phones", ["domain", "customer"])
    op.create_table(
        "visitors",
        sa.Column("domain", sa.String(length=200), nullable=False),
        sa.Column("token_hash", sa.String(length=200), nullable=False),
        sa.Column("conversation", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=200)),
        sa.Column("entry", sa.String(length=200)),
        sa.Column("language", sa.String(length=20)),
        sa.Column("number", sa.String(length=40)),
        sa.Column("created_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("domain", "token_hash"),
        sa.UniqueConstraint("domain", "conversation"),
    )


def _create_contacts() -> None:
    op.create_table(
        "contacts",
        sa.Column("domain", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("channel", sa.String(length=20)),
        sa.Column("entry", sa.String(length=200)),
        sa.Column("flow", sa.String(length=200)),
        sa.Column("language", sa.String(length=20)),
        sa.Column("person", sa.String(length=200)),
        sa.Column("address", sa.LargeBinary()),
        sa.Column("address_key", sa.String(length=200)),
        sa.Column("conversation", sa.String(length=200)),
        sa.Column("customer", sa.String(length=200)),
        sa.Column("arrived_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("outcome", sa.String(length=40)),
        sa.Column("queue", sa.String(length=200)),
        sa.Column("agent", sa.String(length=200)),
        sa.Column("wait_ms", sa.BigInteger()),
        sa.Column("disposition", sa.Text()),
        sa.Column("note", sa.String(length=200)),
        sa.PrimaryKeyConstraint("domain", "id"),
    )
    op.create_index("contacts_by_address", "contacts", ["domain", "address_key", "arrived_at"])
    op.create_index("contacts_by_customer", "contacts", ["domain", "customer", "arrived_at"])
    op.create_index("contacts_by_person", "contacts", ["domain", "person"])
    op.create_index("contacts_by_time", "contacts", ["domain", "arrived_at"])
    op.create_table(
        "steps",
        sa.Column("domain", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("node", sa.Text()),
        sa.Column("key", sa.String(length=20)),
        sa.Column("at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("domain", "contact", "position", "part"),
    )
    op.create_table(
        "inputs",
        sa.Column("domain", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("length", sa.Integer()),
        sa.Column("person", sa.String(length=200)),
        sa.Column("value", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("domain", "contact", "name"),
    )


def _create_queues() -> None:
    op.create_table(
        "segments",
        sa.Column("domain", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=20)),
        sa.Column("from_at", sa.BigInteger()),
        sa.Column("to_at", sa.BigInteger()),
        sa.Column("queue", sa.String(length=200)),
        sa.Column("agent", sa.String(length=200)),
        sa.PrimaryKeyConstraint("domain", "contact", "position", "part"),
    )
    op.create_index("segments_by_agent", "segments", ["domain", "agent", "from_at"])
    op.create_table(
        "visits",
        sa.Column("domain", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=200)),
        sa.Column("queue", sa.String(length=200)),
        sa.Column("channel", sa.String(length=20)),
        sa.Column("priority", sa.Integer()),
        sa.Column("opened_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("outcome", sa.String(length=40)),
        sa.Column("wait_ms", sa.BigInteger()),
        sa.Column("agent", sa.String(length=200)),
        sa.PrimaryKeyConstraint("domain", "id"),
    )
    op.create_index("visits_by_queue", "visits", ["domain", "queue", "opened_at"])
    op.create_index("visits_of", "visits", ["domain", "contact"])
    op.create_table(
        "offers",
        sa.Column("domain", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=200)),
        sa.Column("visit", sa.String(length=200)),
        sa.Column("queue", sa.String(length=200)),
        sa.Column("channel", sa.String(length=20)),
        sa.Column("agent", sa.String(length=200)),
        sa.Column("station", sa.String(length=200)),
        sa.Column("made_at", sa.BigInteger()),
        sa.Column("expires_at", sa.BigInteger()),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("outcome", sa.String(length=40)),
        sa.Column("status", sa.Integer()),
        sa.PrimaryKeyConstraint("domain", "id"),
    )
    op.create_index("offers_of", "offers", ["domain", "contact"])


def _create_texts() -> None:
    op.create_table(
        "messages",
        sa.Column("domain", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("conversation", sa.String(length=200)),
        sa.Column("contact", sa.String(length=200)),
        sa.Column("number", sa.Integer()),
        sa.Column("author", sa.String(length=20)),
        sa.Column("agent", sa.String(length=200)),
        sa.Column("person", sa.String(length=200)),
        sa.Column("body", sa.Text()),
        sa.Column("prompts", sa.JSON()),
        sa.Column("choices", sa.JSON()),
        sa.Column("language", sa.String(length=20)),
        sa.Column("at", sa.BigInteger()),
        sa.Column("delivery", sa.String(length=20)),
        sa.Column("provider", sa.String(length=200)),
        sa.Column("provider_id", sa.String(length=200)),
        sa.Column("reference", sa.String(length=200)),
        sa.PrimaryKeyConstraint("domain", "id"),
        sa.UniqueConstraint("domain", "provider", "provider_id"),
    )
    op.create_index("messages_by_person", "messages", ["domain", "person"])
    op.create_index("messages_by_reference", "messages", ["domain", "reference"])
    op.create_index("messages_in", "messages", ["domain", "conversation", "number"])
    op.create_index("messages_of", "messages", ["domain", "contact", "number"])
    op.create_table(
        "notes",
        sa.Column("domain", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=200)),
        sa.Column("agent", sa.String(length=200)),
        sa.Column("person", sa.String(length=200)),
        sa.Column("body", sa.Text()),
        sa.Column("at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("domain", "id"),
    )
    op.create_index("notes_by_person", "notes", ["domain", "person"])
    op.create_table(
        "recordings",
        sa.Column("domain", sa.String(length=200), nullable=False),
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("contact", sa.String(length=200)),
        sa.Column("opaque", sa.String(length=64)),
        sa.Column("state", sa.String(length=20)),
        sa.Column("name", sa.Text()),
        sa.Column("started_at", sa.BigInteger()),
        sa.Column("duration_ms", sa.BigInteger()),
        sa.Column("size_bytes", sa.BigInteger()),
        sa.Column("sha256", sa.String(length=64)),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("domain", "id"),
        sa.UniqueConstraint("domain", "opaque"),
    )
    op.create_index("recordings_of", "recordings", ["domain", "contact"])


def _create_activity() -> None:
    op.create_table(
        "agent_activity",
        sa.Column("domain", sa.String(length=200), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("presence", sa.String(length=20)),
        sa.Column("reason", sa.Text()),
        sa.Column("from_at", sa.BigInteger()),
        sa.Column("to_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("domain", "agent", "position", "part"),
    )
    op.create_table(
        "applied",
        sa.Column("domain", sa.String(length=200), nullable=False),
        sa.Column("writer", sa.String(length=200), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("domain", "writer"),
    )


def upgrade() -> None:
    """Make all tables."""
    _create_accounts()
    _create_customers()
    _create_contacts()
    _create_queues()
    _create_texts()
    _create_activity()


def downgrade() -> None:
    """Remove all tables, dependants first."""
    for table in reversed(TABLES):
        op.drop_table(table)
