"""The state of the line in, freshness, counters, components and probes out."""
