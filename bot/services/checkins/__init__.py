"""Check-ins over storage: consent, the flow, keeping, folding, situations."""
