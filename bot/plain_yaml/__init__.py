"""YAML as texts, lists and mappings, event by event as the parser sees it, and what is wrong in it for people.

PyYAML's composer recurses on the C stack, which ends the process, and its constructors raise whatever a conversion
does. Neither is used here: depth is bounded on events, and nothing is constructed. What YAML would eat without a word
(what follows a `#`, an anchor, an item that is glued to the one above) is a fault.
"""
