"""Steps from one form of the people tables to the next; Alembic takes those that a database lacks."""
