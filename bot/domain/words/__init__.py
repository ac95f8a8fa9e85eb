"""The words around check-ins, one shape for each file of `content/<locale>/checkins/`."""
