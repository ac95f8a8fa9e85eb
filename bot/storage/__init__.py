"""What is kept, and how it is kept unreadable: engines, tables, migrations, the vault, one store for each aggregate."""
