"""What someone does with everything of theirs, and what time does."""
