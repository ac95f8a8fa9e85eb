"""Draws looking back and situations."""
