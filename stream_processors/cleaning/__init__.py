"""Raw records in, clean facts and dead letters out: one Flink job around one pure function."""
