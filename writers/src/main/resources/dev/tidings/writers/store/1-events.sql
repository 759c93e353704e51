-- The events, one row each in their newest state, and what the usual questions need.
CREATE TYPE tidings_severity AS ENUM ('DEBUG', 'INFO', 'WARN', 'ERROR', 'CRITICAL');

CREATE TABLE tidings_events (
  id               uuid PRIMARY KEY,
  type             text NOT NULL,
  severity         tidings_severity NOT NULL,
  node             text NOT NULL,
  component        text NOT NULL,
  object_kind      text,
  object_namespace text,
  object_name      text,
  object_uid       text,
  message          text NOT NULL,
  attributes       jsonb NOT NULL,
  first_time       timestamptz NOT NULL,
  last_time        timestamptz NOT NULL,
  count            bigint NOT NULL,
  -- 'simple': messages of machines are in no language.
  search           tsvector GENERATED ALWAYS AS (to_tsvector('simple', message)) STORED
);

COMMENT ON TABLE tidings_events IS 'Events as Tidings has them now. Written by its store sink.';

CREATE INDEX tidings_events_by_time ON tidings_events (last_time DESC);
-- Two indexes: all three names in one could be longer than an entry may be.
CREATE INDEX tidings_events_by_object ON tidings_events (object_name, last_time DESC);
CREATE INDEX tidings_events_by_kind ON tidings_events (object_kind, object_namespace, last_time DESC);
CREATE INDEX tidings_events_by_type ON tidings_events (type, last_time DESC);
CREATE INDEX tidings_events_by_severity ON tidings_events (severity, last_time DESC);
CREATE INDEX tidings_events_by_text ON tidings_events USING gin (search);
