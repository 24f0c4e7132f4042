"""Topic YAML and Avro in, typed topics and a codec out: the shape of data between processes."""
