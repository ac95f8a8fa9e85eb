"""A card that checks, to be spoilt."""

AT = "explainers/test-card.yaml"
CARD = """\
id: test-card
title: What is a test card?
kind: idea
share: anyone
reflect: rest
summary: A card that exists in tests.
body:
  - One paragraph.
reviewed: 2026-11-21
"""
