"""The topics: one YAML file each, named after the topic. YAML in, `Topic` out."""

from schemas.topics.catalogue import Topic, topic, topics

__all__ = ["Topic", "topic", "topics"]
