"""Draws reminders and nudges."""
