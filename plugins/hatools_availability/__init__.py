"""How many nines: computed from a setup, measured from history, logs and lists of outages."""
