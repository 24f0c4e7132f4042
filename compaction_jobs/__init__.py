"""Silver tables in, the gold star schema and the proof that it is right out. Spark, in batches."""
