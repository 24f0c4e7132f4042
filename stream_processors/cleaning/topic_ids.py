"""The ids of topics, as the broker gave them out when it created them."""

from __future__ import annotations

from collections.abc import Sequence

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient

from adapters.kafka import KafkaSettings
from domain.errors import ConfigurationError, TransientError

_REQUEST_SECONDS = 10
_WARNINGS = 4  # of syslog: librdkafka writes plain lines, and its news is not ours


def topic_ids(kafka: KafkaSettings, names: Sequence[str], *, client_id: str) -> dict[str, str]:
    """Return the id of each topic.

    Raises:
        ConfigurationError: a topic does not exist.
        TransientError: the broker cannot be reached.
    """
    admin = AdminClient(
        {
            "bootstrap.servers": kafka.bootstrap_servers,
            "client.id": client_id,
            "log_level": _WARNINGS,
        }
    )
    try:
        answers = admin.describe_topics(
            TopicCollection(list(names)), request_timeout=_REQUEST_SECONDS
        )
        return {name: str(answer.result().topic_id) for name, answer in answers.items()}
    except KafkaException as error:
        reason: KafkaError = error.args[0]
        if reason.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            msg = f"the broker lacks a topic of {len(names)}: run `./nova topics apply`"
            raise ConfigurationError(msg) from error
        msg = f"broker: {reason.str()}"
        raise TransientError(msg) from error
