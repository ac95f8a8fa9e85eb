"""What a server sets, over storage; its weekly prompt and showings."""
