"""A key and a horizon in, the demand to come as JSON out."""
