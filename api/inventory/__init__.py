"""Filters or a key in, stock positions as JSON out."""
