"""`/reminders`, zones and quiet hours, nudges."""
