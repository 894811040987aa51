"""Revision 0002: on PostgreSQL a wall around each domain: whoever does not name it sees and changes no row."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OWN = "domain = current_setting('contactcenter.domain', true)"
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


def upgrade() -> None:
    """Build the wall; SQLite has none, and one domain to a file."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY own_domain ON {table} USING (domain = current_setting('contactcenter.domain', true))"
        )


def downgrade() -> None:
    """Take the wall down."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f"DROP POLICY own_domain ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
