"""Commands of a person in, a running stack out: the only place that knows every stage."""
