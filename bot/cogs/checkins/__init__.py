"""`/checkin` and every press inside one."""
