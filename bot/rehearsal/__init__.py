"""Asks what Discord would say of a pack: makes its commands, draws its screens with the longest there can be, counts.

`check` and every reload run it on a pack in which nothing else is wrong: limits hold for what is put together and
filled in.
"""
