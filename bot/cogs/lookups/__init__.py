"""What can be looked up: nothing here reaches what members keep."""
