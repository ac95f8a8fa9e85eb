"""Draws `/mydata` and the journal that goes out."""
