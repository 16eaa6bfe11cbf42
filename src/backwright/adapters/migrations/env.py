"""Run by Alembic: takes the steps on the connection that it is handed, in the transaction that holds the lock."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="people_version",
    transactional_ddl=True,
)
context.run_migrations()
