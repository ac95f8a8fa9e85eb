"""What can be done with everything of one's own: counted, taken out and in, let go."""
