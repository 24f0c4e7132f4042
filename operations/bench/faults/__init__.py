"""A seed in, a demo with everything killed and paused on the way, and what differs, out."""
