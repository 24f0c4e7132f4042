"""One partition's facts in, positions and transitions out: the stock decision."""
