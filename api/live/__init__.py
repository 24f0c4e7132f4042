"""Commits to the read model in, server-sent events for whoever listens out."""
