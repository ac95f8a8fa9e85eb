"""What time calls: each job runs in one process at a time, held by a lease."""
