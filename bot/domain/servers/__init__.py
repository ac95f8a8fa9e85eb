"""What a server sets, its weekly prompt, suggestions, and how often a card may be shown."""
