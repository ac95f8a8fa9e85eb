"""The schema's history, run by Alembic. A released migration is never changed; `tables.py` says where it leads."""
