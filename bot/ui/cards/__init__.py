"""Draws cards: looked up, shown, posted."""
