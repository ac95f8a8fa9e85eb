"""`/mydata` and what comes of it."""
