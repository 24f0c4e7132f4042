-- The delivery log of sinks.webhooks, which alone writes it; others may read it. Instants are
-- microseconds since 1970 UTC. Deliveries and the offsets behind them are written in one
-- transaction, so a kill neither loses an alert nor enqueues one twice.

CREATE TABLE IF NOT EXISTS delivery (
    transition_id    TEXT    NOT NULL,  -- the webhook-id, the same on every attempt
    endpoint_id      TEXT    NOT NULL,
    body             TEXT    NOT NULL,  -- JSON as signed, the same on every attempt
    alert_at         INTEGER NOT NULL,  -- broker time of the alert record
    enqueued_at      INTEGER NOT NULL,
    state            TEXT    NOT NULL DEFAULT 'pending'
                     CHECK (state IN ('pending', 'delivered', 'dead')),
    attempts         INTEGER NOT NULL DEFAULT 0,
    next_attempt_at  INTEGER NOT NULL,
    first_attempt_at INTEGER,
    last_attempt_at  INTEGER,
    last_status      INTEGER,           -- HTTP status; null where there was no answer
    last_error       TEXT,              -- null once delivered
    PRIMARY KEY (transition_id, endpoint_id)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS delivery_due
    ON delivery (endpoint_id, next_attempt_at) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS delivery_by_state ON delivery (state);

CREATE TABLE IF NOT EXISTS offset (
    topic        TEXT    NOT NULL,
    topic_id     TEXT    NOT NULL,  -- Kafka's: a wiped broker has others
    "partition"  INTEGER NOT NULL,
    next_offset  INTEGER NOT NULL,
    PRIMARY KEY (topic, "partition")
) WITHOUT ROWID;
