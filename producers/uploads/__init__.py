"""Files that somebody drops into a folder in, raw events and a report beside each file out."""

from producers.uploads.folder import ACCEPTED, REFUSED, WatchedFolder

__all__ = ["ACCEPTED", "REFUSED", "WatchedFolder"]
