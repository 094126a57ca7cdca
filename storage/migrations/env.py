"""What Alembic runs: every step on the connection it is given, inside that connection's transaction."""

from alembic import context

from storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,  # SQLite can, under BEGIN IMMEDIATE: a kill leaves the schema as it was
    render_as_batch=True,
)
context.run_migrations()
