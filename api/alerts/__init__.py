"""Filters or an alert's id in, alerts as JSON out."""
