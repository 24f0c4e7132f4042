"""Facts in, decisions out: what stays true if Kafka, Delta and Flink were replaced.

Pure: the standard library only, no clock, no input or output.
"""
