"""New versions of silver in, the gold star schema and its manifest out."""
