CREATE TABLE clock (seq INTEGER NOT NULL);
INSERT INTO clock VALUES (0);

CREATE TABLE jobs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    job_id TEXT NOT NULL UNIQUE,
    seq INTEGER NOT NULL,
    description TEXT NOT NULL,
    -- AIbro made up the description.
    default_description INTEGER NOT NULL DEFAULT 0,
    status TEXT NOT NULL,
    substatus TEXT NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    -- What the note says when it is about a wait, as JSON.
    wait TEXT,
    reason TEXT,
    reason_kind TEXT,
    traceback TEXT,
    failure TEXT,
    machine_id TEXT,
    instance_id TEXT,
    attempt INTEGER NOT NULL DEFAULT 1,
    epoch INTEGER NOT NULL DEFAULT 0,
    epochs INTEGER NOT NULL,
    batch INTEGER NOT NULL DEFAULT 0,
    batches INTEGER,
    metrics TEXT NOT NULL DEFAULT '{}',
    recorded INTEGER NOT NULL,
    replay_of TEXT,
    from_epoch INTEGER NOT NULL DEFAULT 0,
    -- It came in a report; whether its code may run is the user's to say.
    is_foreign INTEGER NOT NULL DEFAULT 0,
    trusted INTEGER NOT NULL DEFAULT 0,
    verdict TEXT,
    verdict_record TEXT,
    cancel_requested INTEGER NOT NULL DEFAULT 0,
    cancel_kind TEXT,
    cancel_reason TEXT,
    slot_at REAL,
    -- What it waits for at the limit of instances: a machine id and an environment key.
    waits_for TEXT,
    -- Which limit: of all instances (max_active_instances), or of its machine (capacity).
    waits_at TEXT,
    submission TEXT NOT NULL,
    plan TEXT,
    environment TEXT,
    created_at REAL NOT NULL,
    ended_at REAL
);
CREATE INDEX jobs_by_seq ON jobs (seq);
CREATE INDEX jobs_by_status ON jobs (status, number);
CREATE INDEX jobs_recorded ON jobs (recorded, number);

CREATE TABLE periods (
    job_id TEXT NOT NULL REFERENCES jobs (job_id) ON DELETE CASCADE,
    attempt INTEGER NOT NULL DEFAULT 1,
    name TEXT NOT NULL,
    started_at REAL NOT NULL,
    ended_at REAL,
    PRIMARY KEY (job_id, attempt, name)
) WITHOUT ROWID;

-- Metrics are MessagePack: every bit of every float, NaN and infinities included.
CREATE TABLE epochs (
    job_id TEXT NOT NULL REFERENCES jobs (job_id) ON DELETE CASCADE,
    epoch INTEGER NOT NULL,
    metrics BLOB NOT NULL,
    weights_hash TEXT,
    ended_at REAL NOT NULL,
    PRIMARY KEY (job_id, epoch)
) WITHOUT ROWID;

CREATE TABLE instances (
    instance_id TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    machine_id TEXT NOT NULL,
    engine TEXT NOT NULL,
    market TEXT NOT NULL,
    environment_key TEXT NOT NULL,
    status TEXT NOT NULL,
    substatus TEXT NOT NULL,
    job_id TEXT,
    handle TEXT NOT NULL DEFAULT '{}',
    cool_down_period_s REAL NOT NULL DEFAULT 0,
    cooling_until REAL,
    close_requested INTEGER NOT NULL DEFAULT 0,
    created_at REAL NOT NULL,
    closed_at REAL
);
CREATE INDEX instances_by_seq ON instances (seq);
CREATE INDEX instances_by_status ON instances (status);

-- Instances whose machines are asked for and not granted yet, one for each job that asks: what to
-- clear away should its runner die. They have no status, and nobody is shown them.
CREATE TABLE pending_instances (
    job_id TEXT PRIMARY KEY,
    instance_id TEXT NOT NULL,
    engine TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    at REAL NOT NULL,
    job_id TEXT,
    kind TEXT NOT NULL,
    data TEXT NOT NULL
);
CREATE INDEX events_by_job ON events (job_id, seq);
CREATE INDEX events_by_kind ON events (kind, seq);

-- Every machine that was asked for, and what came of it: `granted`, `late`, `impossible`, `failed`.
CREATE TABLE requests (
    number INTEGER PRIMARY KEY,
    machine_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    waited_s REAL NOT NULL,
    at REAL NOT NULL
);
CREATE INDEX requests_by_machine ON requests (machine_id, number);
