"""A browser in, a session and the live page out."""
