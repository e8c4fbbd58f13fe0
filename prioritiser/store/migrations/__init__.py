"""The steps that tables took from version to version; `env.py` is how Alembic runs them."""
