"""A seed and a number of rounds in; a table on the terminal and measurements as JSON out."""
