"""A Discord bot that explains compersion and never gates, ranks, scores or judges."""

__version__ = "0.4.0"
