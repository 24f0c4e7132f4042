-- The read model of the API: one SQLite file in WAL mode, written by sinks.live_view alone and
-- opened read-only by everyone else. It is never the only copy of anything: delete the file,
-- restart the sink, and the log fills it again with the same content.
--
-- Units, as in the Avro records: *_at is microseconds since 1970 UTC, *_on and buy_by and "by" are
-- days since 1970-01-01, *_milli is thousandths of the base unit, booleans are 0 or 1.
-- PRAGMA user_version (set by the sink) is the version of this file: another one means a rebuild.

-- The latest position of each item at each site: every field of state.stock-position.v1.
-- A record is applied only where its log_offset is newer than the stored one of its key.
CREATE TABLE IF NOT EXISTS position (
    item_id               TEXT    NOT NULL,
    site_id               TEXT    NOT NULL,
    caused_by             TEXT    NOT NULL,  -- event_id of the fact after which this was true
    occurred_at           INTEGER NOT NULL,  -- data time of the decision: the API's event_time
    log_partition         INTEGER NOT NULL,  -- of clean.stock-fact.v1
    log_offset            INTEGER NOT NULL,  -- of clean.stock-fact.v1: the API's as_of_offset
    on_hand_milli         INTEGER NOT NULL,
    on_order_milli        INTEGER NOT NULL,
    in_transit_milli      INTEGER NOT NULL,
    reserved_milli        INTEGER NOT NULL,
    position_milli        INTEGER NOT NULL,
    reorder_point_milli   INTEGER NOT NULL,
    order_up_to_milli     INTEGER NOT NULL,
    safety_stock_milli    INTEGER NOT NULL,
    demand_mean_per_day   REAL    NOT NULL,  -- base units a day
    lead_time_days        REAL    NOT NULL,
    p_stockout            REAL    NOT NULL,
    days_to_stockout_p10  REAL,
    days_to_stockout_p50  REAL,
    days_to_stockout_p90  REAL,
    at_risk_brl           REAL    NOT NULL,
    pool_id               TEXT    NOT NULL,
    unit                  TEXT    NOT NULL,
    name                  TEXT    NOT NULL,  -- of the item
    region                TEXT    NOT NULL,
    action                TEXT    NOT NULL,  -- none or buy
    buy_quantity_milli    INTEGER NOT NULL,
    buy_by                INTEGER,
    below_reorder_point   INTEGER NOT NULL,
    alert_id              TEXT,              -- the open alert, if any
    flags                 TEXT    NOT NULL,  -- separated by ';'
    item_version          TEXT,
    site_version          TEXT,
    rule_version          TEXT    NOT NULL,
    forecast_version      TEXT,              -- null: demand is learnt from its own weeks only
    facts                 INTEGER NOT NULL,  -- distinct keyed facts in the ledger
    next_look_at          INTEGER,
    published_at          INTEGER NOT NULL,  -- broker time of the record: staleness counts from here
    PRIMARY KEY (item_id, site_id)
) WITHOUT ROWID;

-- Lists are cursor-paged, so every index ends in the key, which makes its order total.
CREATE INDEX IF NOT EXISTS position_by_risk   ON position (at_risk_brl DESC, item_id, site_id);
CREATE INDEX IF NOT EXISTS position_by_region ON position (region, at_risk_brl DESC, item_id, site_id);
CREATE INDEX IF NOT EXISTS position_by_site   ON position (site_id, at_risk_brl DESC, item_id);
CREATE INDEX IF NOT EXISTS position_by_item   ON position (item_id, at_risk_brl DESC, site_id);
CREATE INDEX IF NOT EXISTS position_by_below
    ON position (below_reorder_point, at_risk_brl DESC, item_id, site_id);
CREATE INDEX IF NOT EXISTS position_by_alert
    ON position (at_risk_brl DESC, item_id, site_id) WHERE alert_id IS NOT NULL;
-- What the API asks for four times a second: which positions have moved since.
CREATE INDEX IF NOT EXISTS position_by_offset ON position (log_partition, log_offset);
DROP INDEX IF EXISTS position_by_staleness;

-- What is known of the demand of each item at each site: every field of state.demand-estimate.v1.
-- Applied like a position, in the order of the one fact log.
CREATE TABLE IF NOT EXISTS demand_estimate (
    item_id            TEXT    NOT NULL,
    site_id            TEXT    NOT NULL,
    caused_by          TEXT    NOT NULL,
    occurred_at        INTEGER NOT NULL,  -- data time of the decision
    log_partition      INTEGER NOT NULL,  -- of clean.stock-fact.v1
    log_offset         INTEGER NOT NULL,
    model              TEXT    NOT NULL,
    mean_per_week      REAL    NOT NULL,  -- base units
    variance_per_week  REAL    NOT NULL,
    weeks              INTEGER NOT NULL,  -- of its own exposure
    observations       INTEGER NOT NULL,
    forecast_version   TEXT,
    prior_weeks        REAL    NOT NULL,  -- of exposure that the forecast stands for
    published_at       INTEGER NOT NULL,
    PRIMARY KEY (item_id, site_id)
) WITHOUT ROWID;

-- Every keyed fact of clean.stock-fact.v1, for history (as_of, known_at) and /facts. Ticks and
-- masters are broadcast, belong to no key and are not here. Of two records with one event_id the
-- first in the log stands.
CREATE TABLE IF NOT EXISTS fact (
    item_id             TEXT    NOT NULL,
    site_id             TEXT    NOT NULL,
    event_id            TEXT    NOT NULL,
    kind                TEXT    NOT NULL,
    occurred_at         INTEGER NOT NULL,
    recorded_at         INTEGER NOT NULL,
    source              TEXT    NOT NULL,
    corrects            TEXT,
    upload_id           TEXT,
    precision           TEXT    NOT NULL,  -- instant or day
    quantity_milli      INTEGER,
    document            TEXT,
    line                TEXT,
    line_id             TEXT,
    transfer_id         TEXT,
    counterpart_site_id TEXT,
    order_id            TEXT,
    due_on              INTEGER,
    cancelled           INTEGER NOT NULL,
    unit                TEXT,
    flags               TEXT    NOT NULL,
    raw_topic           TEXT    NOT NULL,  -- coordinates of the raw record
    raw_partition       INTEGER NOT NULL,
    raw_offset          INTEGER NOT NULL,
    log_partition       INTEGER NOT NULL,  -- coordinates in clean.stock-fact.v1
    log_offset          INTEGER NOT NULL,
    published_at        INTEGER NOT NULL,  -- broker time of the clean record
    PRIMARY KEY (item_id, site_id, event_id)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS fact_by_time   ON fact (item_id, site_id, occurred_at, event_id);
CREATE INDEX IF NOT EXISTS fact_by_offset ON fact (item_id, site_id, log_offset);

-- The latest state of each alert: the newest transition of it, by log_offset.
CREATE TABLE IF NOT EXISTS alert (
    alert_id              TEXT    NOT NULL PRIMARY KEY,
    event_id              TEXT    NOT NULL,  -- of the newest transition
    transition            TEXT    NOT NULL,
    state                 TEXT    NOT NULL,  -- opened or recovered
    caused_by             TEXT    NOT NULL,
    item_id               TEXT    NOT NULL,
    site_id               TEXT    NOT NULL,
    occurred_at           INTEGER NOT NULL,
    log_partition         INTEGER NOT NULL,  -- of clean.stock-fact.v1
    log_offset            INTEGER NOT NULL,
    opened_at             INTEGER NOT NULL,
    crossing_event_id     TEXT    NOT NULL,
    crossing_offset       INTEGER NOT NULL,
    respond_by            INTEGER NOT NULL,
    rule_version          TEXT    NOT NULL,
    on_hand_milli         INTEGER NOT NULL,
    position_milli        INTEGER NOT NULL,
    reorder_point_milli   INTEGER NOT NULL,
    p_stockout            REAL    NOT NULL,
    days_to_stockout_p10  REAL,
    days_to_stockout_p50  REAL,
    days_to_stockout_p90  REAL,
    action                TEXT    NOT NULL,  -- none, buy, transfer or substitute
    quantity_milli        INTEGER NOT NULL,
    "by"                  INTEGER,
    from_site             TEXT,
    substitute_item       TEXT,
    seen                  TEXT    NOT NULL,
    unit                  TEXT    NOT NULL,
    name                  TEXT    NOT NULL,
    at_risk_brl           REAL    NOT NULL,
    message               TEXT    NOT NULL,  -- Portuguese
    published_at          INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS alert_by_state ON alert (state, at_risk_brl DESC, alert_id);
CREATE INDEX IF NOT EXISTS alert_by_site  ON alert (site_id, state, at_risk_brl DESC, alert_id);
CREATE INDEX IF NOT EXISTS alert_by_key   ON alert (item_id, site_id, opened_at);
CREATE INDEX IF NOT EXISTS alert_by_time  ON alert (opened_at DESC, alert_id);

-- Every transition of every alert, once. `sequence` is the order of arrival at this file: good for
-- "what is new since"; a rebuild may number differently, so remember the filling beside it.
CREATE TABLE IF NOT EXISTS alert_transition (
    sequence        INTEGER PRIMARY KEY,
    event_id        TEXT    NOT NULL UNIQUE,
    alert_id        TEXT    NOT NULL,
    transition      TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    caused_by       TEXT    NOT NULL,
    item_id         TEXT    NOT NULL,
    site_id         TEXT    NOT NULL,
    occurred_at     INTEGER NOT NULL,
    log_partition   INTEGER NOT NULL,
    log_offset      INTEGER NOT NULL,
    position_milli  INTEGER NOT NULL,
    at_risk_brl     REAL    NOT NULL,
    action          TEXT    NOT NULL,
    message         TEXT    NOT NULL,
    published_at    INTEGER NOT NULL
);

-- Which filling of this file the sequence counts: one row, another id after each rebuild.
CREATE TABLE IF NOT EXISTS filling (filling_id TEXT NOT NULL);
INSERT INTO filling SELECT lower(hex(randomblob(6))) WHERE NOT EXISTS (SELECT 1 FROM filling);

CREATE INDEX IF NOT EXISTS alert_transition_by_alert ON alert_transition (alert_id, log_offset);

-- Every dead letter, once, under the coordinates of the record that was refused.
CREATE TABLE IF NOT EXISTS dead_letter (
    source_topic      TEXT    NOT NULL,
    source_partition  INTEGER NOT NULL,
    source_offset     INTEGER NOT NULL,
    reason            TEXT    NOT NULL,  -- a member of domain.rejection.Rejection
    detail            TEXT    NOT NULL,
    item_id           TEXT,              -- both null where the key does not name an item at a site
    site_id           TEXT,
    published_at      INTEGER NOT NULL,
    PRIMARY KEY (source_topic, source_partition, source_offset)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS dead_letter_by_key ON dead_letter (item_id, site_id);

CREATE VIEW IF NOT EXISTS dead_letter_count AS
    SELECT source_topic AS topic, reason, count(*) AS dead_letters
    FROM dead_letter GROUP BY source_topic, reason;

-- What the API shows as dlq_pending; nothing is redriven yet, so every dead letter is pending.
CREATE VIEW IF NOT EXISTS dlq_pending AS
    SELECT item_id, site_id, count(*) AS pending
    FROM dead_letter WHERE item_id IS NOT NULL GROUP BY item_id, site_id;

-- Records that this sink could not read and passed over (they are in no table above).
CREATE TABLE IF NOT EXISTS unreadable (
    topic          TEXT    NOT NULL,
    "partition"    INTEGER NOT NULL,
    record_offset  INTEGER NOT NULL,
    reason         TEXT    NOT NULL,
    detail         TEXT    NOT NULL,
    PRIMARY KEY (topic, "partition", record_offset)
) WITHOUT ROWID;

-- How far each partition has been read; written in the same transaction as what was read.
CREATE TABLE IF NOT EXISTS offset (
    topic        TEXT    NOT NULL,
    topic_id     TEXT    NOT NULL,  -- Kafka's: a wiped broker has others
    "partition"  INTEGER NOT NULL,
    next_offset  INTEGER NOT NULL,
    PRIMARY KEY (topic, "partition")
) WITHOUT ROWID;

-- When each stretch of a partition became visible here; only the newest are kept (see store.py).
-- This table and the next are the ones that depend on when the sink ran.
CREATE TABLE IF NOT EXISTS applied (
    sequence     INTEGER PRIMARY KEY,
    topic        TEXT    NOT NULL,
    "partition"  INTEGER NOT NULL,
    first_offset INTEGER NOT NULL,
    next_offset  INTEGER NOT NULL,
    applied_at   INTEGER NOT NULL   -- wall time
);

CREATE INDEX IF NOT EXISTS applied_by_offset ON applied (topic, "partition", next_offset);

-- How fresh each topic is.
CREATE TABLE IF NOT EXISTS freshness (
    topic             TEXT    NOT NULL PRIMARY KEY,
    newest_record_at  INTEGER NOT NULL,  -- broker time of the newest record seen
    newest_event_at   INTEGER,           -- newest occurred_at seen; null for dead letters
    seen_at           INTEGER NOT NULL,  -- wall time when that was committed here
    records           INTEGER NOT NULL   -- records read, repeats included
) WITHOUT ROWID;
