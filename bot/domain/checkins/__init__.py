"""A check-in: what is asked and answered, where it stands, how it ends."""
