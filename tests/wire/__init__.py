"""A loopback Discord for tests with the real client, a real process and a real network. Knows nothing of the bot it serves."""
