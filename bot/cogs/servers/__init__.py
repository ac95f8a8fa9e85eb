"""`/server`, the weekly prompt, suggestions."""
