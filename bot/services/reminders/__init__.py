"""Setting reminders and nudges, and claiming what is sent."""
