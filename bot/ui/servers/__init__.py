"""Draws what a server sets, its weekly prompt and suggestions."""
