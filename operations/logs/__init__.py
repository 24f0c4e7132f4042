"""Log files of all kinds in, lines that a person can read out, each with its component's name."""
