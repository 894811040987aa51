"""How Alembic runs here: inside the connection that `store` hands over, never from a command line of its own."""

from __future__ import annotations

from alembic import context

from contactcenter.adapters.database.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
