"""`/lookback`, single check-ins, situations."""
