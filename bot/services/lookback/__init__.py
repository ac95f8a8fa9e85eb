"""Looking back at what was kept."""
