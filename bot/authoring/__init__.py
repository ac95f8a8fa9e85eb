"""YAML in and out: positions, validation, schema, limits, tone. Nothing else reads a pack's YAML."""
