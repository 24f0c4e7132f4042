"""One version of every table in, the proof that they agree out: a report and a row in gold."""
