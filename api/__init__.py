"""The read model in, HTTP answers and one live page out."""
