"""Raw records in, facts, positions, decisions and alerts out: the stages between two topics."""
