"""`/card`, its presses, and what brings a posted card to what it should be."""
