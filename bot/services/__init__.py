"""Where there is state or a rule with more than one caller; knows nothing of Discord."""
