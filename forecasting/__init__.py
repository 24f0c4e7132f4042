"""Past demand in, rates and distributions out. Numbers only: no clock, no I/O."""
