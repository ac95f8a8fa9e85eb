"""How interactions arrive."""
