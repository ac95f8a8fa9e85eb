"""Finds explainers for what people type. No discord, no YAML, nothing kept of what was asked."""
