"""What Discord calls: parse, call, render. `presses.py` takes every button, select and form."""
