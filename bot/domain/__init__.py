"""What things are and which rules they follow: pure, synchronous, the standard library alone."""
