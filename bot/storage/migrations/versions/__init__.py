"""One module for each step; the file's name begins with the step's number."""
