"""A key, a cookie or a one-time link in, who is asking and what they may do out."""

from api.access.guard import KEY_HEADER, Door
from api.access.keys import KeyRing, Principal, Scope
from api.access.one_time_link import consume
from api.access.sessions import Sessions

__all__ = ["KEY_HEADER", "Door", "KeyRing", "Principal", "Scope", "Sessions", "consume"]
