"""A file of somebody's stock in, an answer about every line of it out."""
