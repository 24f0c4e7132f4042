"""Alerts in, signed HTTP deliveries out, each with its log: at least once, with one id."""
