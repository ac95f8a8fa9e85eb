"""Reminders and nudges: when the next one is due, and whether it is wanted then."""
