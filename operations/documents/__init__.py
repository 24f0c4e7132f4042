"""What code and schemas say in, the pages of docs/ that are made from it out."""
