"""Posted cards: what is wished, what was seen, and the next step between the two."""
