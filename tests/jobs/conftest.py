"""Jobs over real stores: a SQLite file and a PostgreSQL server, as the storage tests have them."""

from tests.storage.conftest import address, embedded, migrated, postgresql, server, sqlite, storage, vault

__all__ = ["address", "embedded", "migrated", "postgresql", "server", "sqlite", "storage", "vault"]
