"""Draws check-ins."""
