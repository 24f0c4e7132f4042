"""Exports, time and imagination in, raw events on Kafka out."""
