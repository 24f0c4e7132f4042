"""Any id of an event in, its way through every hop out."""
