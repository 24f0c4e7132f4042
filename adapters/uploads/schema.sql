-- What was uploaded and what became of each line: one SQLite file in WAL mode, written by the API
-- and by producers.uploads. Instants are microseconds since 1970 UTC.

CREATE TABLE IF NOT EXISTS upload (
    upload_id    TEXT    NOT NULL PRIMARY KEY,  -- follows from the kind and the bytes
    kind         TEXT    NOT NULL,
    file         TEXT    NOT NULL,
    received_at  INTEGER NOT NULL,
    state        TEXT    NOT NULL,  -- receiving, published or applied
    rows         INTEGER NOT NULL DEFAULT 0,
    accepted     INTEGER NOT NULL DEFAULT 0,
    rejected     INTEGER NOT NULL DEFAULT 0,
    notices      TEXT    NOT NULL DEFAULT '[]'
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS upload_by_time ON upload (received_at DESC, upload_id);

-- The first refused lines of each upload; `upload.rejected` counts all.
CREATE TABLE IF NOT EXISTS rejection (
    upload_id  TEXT    NOT NULL,
    row        INTEGER NOT NULL,
    "column"   TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    said       TEXT    NOT NULL,  -- JSON of what the sentences name
    cells      TEXT    NOT NULL,  -- JSON of the line as it stands, long cells cut
    PRIMARY KEY (upload_id, row)
) WITHOUT ROWID;

-- Each accepted line: the coordinates of its raw record, and how that one was accounted for.
CREATE TABLE IF NOT EXISTS published (
    upload_id      TEXT    NOT NULL,
    row            INTEGER NOT NULL,
    event_id       TEXT    NOT NULL,
    record_key     TEXT    NOT NULL,
    topic          TEXT    NOT NULL,
    "partition"    INTEGER NOT NULL,
    record_offset  INTEGER NOT NULL,
    outcome        TEXT,               -- applied, duplicate or dead_letter; null: not seen yet
    reason         TEXT,
    detail         TEXT,
    PRIMARY KEY (upload_id, row)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS published_open ON published (upload_id, row) WHERE outcome IS NULL;

-- What each identity said when it first came, so that another content under it is refused.
CREATE TABLE IF NOT EXISTS identity (
    event_id     TEXT    NOT NULL PRIMARY KEY,
    content      TEXT    NOT NULL,
    recorded_at  TEXT,                 -- null where nobody said
    upload_id    TEXT    NOT NULL,
    file         TEXT    NOT NULL,
    row          INTEGER NOT NULL
) WITHOUT ROWID;
