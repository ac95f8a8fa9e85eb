"""Posted cards over storage, and who did what with them."""
