"""Facts, positions, alerts and dead letters in, the API's read model (one SQLite file) out."""
