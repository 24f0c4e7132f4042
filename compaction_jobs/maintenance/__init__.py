"""The lake's tables in, the same rows in fewer files and without forgotten ones out."""
