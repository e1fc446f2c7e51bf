-- What an admin sets up.

-- The vault's sealed master key: slots and canary, nothing in the clear.
CREATE TABLE vault (
  one    INTEGER PRIMARY KEY CHECK (one = 1),
  sealed TEXT NOT NULL
) STRICT;

-- What the window remembers: sizes, columns, switches.
CREATE TABLE settings (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Custom Azure clouds; the built-in ones are in the program.
CREATE TABLE clouds (
  name      TEXT PRIMARY KEY,
  label     TEXT NOT NULL,
  authority TEXT NOT NULL,
  graph     TEXT NOT NULL,
  ca        BLOB
) STRICT, WITHOUT ROWID;

-- Credential profiles. id is random and for ever: secrets are bound to it.
CREATE TABLE profiles (
  profile     INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,
  name        TEXT NOT NULL COLLATE NOCASE UNIQUE,
  description TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE credentials (
  credential INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  profile    INTEGER NOT NULL REFERENCES profiles ON DELETE CASCADE,
  position   INTEGER NOT NULL,
  kind       TEXT NOT NULL,
  client_id  TEXT NOT NULL DEFAULT '',
  expires    INTEGER, -- ms since 1970; NULL: unknown
  asked      INTEGER NOT NULL DEFAULT 0, -- ms; when its app registration was last asked for that
  warned     INTEGER, -- the threshold, in days before the end, that was told; NULL: none
  lost       INTEGER NOT NULL DEFAULT 0,
  revision   INTEGER NOT NULL DEFAULT 0 -- grows with each other secret, and each sign-in of a person
) STRICT;
CREATE INDEX credentials_profile ON credentials (profile, position);

-- Sealed by the vault; bound to profile, credential and field.
CREATE TABLE secrets (
  credential INTEGER NOT NULL REFERENCES credentials ON DELETE CASCADE,
  field      TEXT NOT NULL,
  sealed     BLOB NOT NULL,
  PRIMARY KEY (credential, field)
) STRICT, WITHOUT ROWID;

CREATE TABLE tenants (
  tenant       INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused: rounds and lock files name it
  name         TEXT NOT NULL,
  tenant_id    TEXT,              -- pinned when first resolved
  display_name TEXT NOT NULL DEFAULT '',
  cloud        TEXT NOT NULL,
  profile      INTEGER NOT NULL REFERENCES profiles,
  enabled      INTEGER NOT NULL,
  interval_ms  INTEGER NOT NULL,
  next_run     INTEGER NOT NULL DEFAULT 0, -- ms since 1970; 0: at once
  clock        INTEGER NOT NULL DEFAULT 0, -- ms; the latest time recorded of it: its times never run backwards
  wall         INTEGER NOT NULL DEFAULT 0, -- ms; what the computer's clock said when its last run began or ended
  history      INTEGER NOT NULL DEFAULT 0, -- its rows in class_runs: counting 1,000,000 takes longer than a frame
  hold_over    INTEGER NOT NULL DEFAULT 500, -- the loss guard holds more deletions by absence than that,
  hold_share   INTEGER NOT NULL DEFAULT 10,  -- where they are more than so many percent, too
  takes_permitted INTEGER NOT NULL DEFAULT 0, -- 1: nobody has chosen its classes, it takes what it may read
  removing     INTEGER NOT NULL DEFAULT 0  -- 1: deletion goes on in slices
) STRICT;
-- One that is being removed keeps its name, to be told by it, and leaves it free.
CREATE UNIQUE INDEX tenants_name ON tenants (name) WHERE NOT removing;
CREATE UNIQUE INDEX tenants_id ON tenants (tenant_id) WHERE tenant_id IS NOT NULL AND NOT removing;

-- Names of object classes, and of the types that only links name.
CREATE TABLE classes (
  class INTEGER PRIMARY KEY,
  name  TEXT NOT NULL UNIQUE -- "users"; of a type without a class "#microsoft.graph.x"; '' unknown
) STRICT;

-- What Graph asked a tenant to wait, by the quota that it counts requests against:
-- the next run, and any other process, has to heed it.
CREATE TABLE pauses (
  tenant INTEGER NOT NULL REFERENCES tenants,
  quota  TEXT NOT NULL,
  asked  INTEGER NOT NULL, -- ms since 1970; when that was
  until  INTEGER NOT NULL, -- ms
  PRIMARY KEY (tenant, quota)
) STRICT, WITHOUT ROWID;

-- What came of the last comparison of each copy with its tenant, in JSON: see package verify.
CREATE TABLE verifications (
  tenant INTEGER PRIMARY KEY REFERENCES tenants,
  ended  INTEGER NOT NULL, -- ms
  result TEXT NOT NULL
) STRICT;

-- How one class of one tenant is set up, and what is held of it.
CREATE TABLE tenant_classes (
  tenant     INTEGER NOT NULL REFERENCES tenants,
  class      INTEGER NOT NULL REFERENCES classes,
  enabled    INTEGER NOT NULL DEFAULT 0,
  filter     TEXT NOT NULL DEFAULT '',
  properties TEXT NOT NULL DEFAULT '[]', -- beyond the class table's
  total      INTEGER NOT NULL DEFAULT 0, -- live objects held
  filtered   INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant, class)
) STRICT, WITHOUT ROWID;

-- Names of relations and of references, as Graph calls them.
CREATE TABLE relations (
  relation INTEGER PRIMARY KEY,
  name     TEXT NOT NULL UNIQUE -- "members", "owners", "principal"
) STRICT;

-- How each stream stands: the objects of a class with what comes with them
-- (relation 0), or one relation of a class that is read on its own.
CREATE TABLE streams (
  tenant     INTEGER NOT NULL REFERENCES tenants,
  class      INTEGER NOT NULL REFERENCES classes,
  relation   INTEGER NOT NULL DEFAULT 0,
  full_scan  INTEGER NOT NULL DEFAULT 1, -- 1: one is due; 2: one behind that which goes on
  blocked    TEXT NOT NULL DEFAULT '',   -- code why it can't run: permission, licence …
  ask_again  INTEGER NOT NULL DEFAULT 0, -- ms; not asked before
  baseline   INTEGER NOT NULL DEFAULT 1, -- 1 until its first delta link has committed
  delta_link TEXT NOT NULL DEFAULT '',
  completed  INTEGER NOT NULL DEFAULT 0, -- ms; start of its last completed sync
  rescan     INTEGER NOT NULL DEFAULT 0, -- ms; entries were lost that have no id to ask for: a full scan from then on; 0: none
  rescanned  INTEGER NOT NULL DEFAULT 0, -- ms; when the last one for that was begun
  unasked    TEXT NOT NULL DEFAULT '[]', -- what Graph refused to tell in the last full read
  PRIMARY KEY (tenant, class, relation)
) STRICT, WITHOUT ROWID;

-- From when a class was held under which policy: what may be said of a moment in
-- the past. Between another entry and the next 'held' the copy may be incomplete.
CREATE TABLE class_epochs (
  tenant INTEGER NOT NULL,
  class  INTEGER NOT NULL,
  since  INTEGER NOT NULL, -- ms
  why    TEXT NOT NULL,    -- 'held': a full scan has completed; 'on', 'off', 'filter', 'properties': the policy changed so; 'pruned': what changed before is no longer kept
  PRIMARY KEY (tenant, class, since, why)
) STRICT, WITHOUT ROWID;

-- The local copy.

-- Which property lies where in the array objects.properties; 0 is displayName.
-- It only grows. A view of each class, made with it, names them for plain SQL.
CREATE TABLE properties (
  class    INTEGER NOT NULL REFERENCES classes,
  position INTEGER NOT NULL,
  name     TEXT NOT NULL,
  PRIMARY KEY (class, position),
  UNIQUE (class, name)
) STRICT, WITHOUT ROWID;

-- Objects, and ids that are only known from links (state 0), whose class is what
-- the links say it is. The properties of filtered and erased objects are gone.
CREATE TABLE objects (
  object       INTEGER PRIMARY KEY,
  tenant       INTEGER NOT NULL REFERENCES tenants,
  class        INTEGER NOT NULL REFERENCES classes,
  space        INTEGER NOT NULL DEFAULT 0, -- whose ids: 0 the directory's, else the class that has ids of its own
  id           TEXT NOT NULL,              -- in its one form, see entra.CanonicalID
  state        INTEGER NOT NULL, -- 0 unseen, 1 live, 2 deleted (restorable), 3 filtered, 4 erased
  properties   TEXT NOT NULL DEFAULT '[]', -- values by position, see properties
  first_seen   INTEGER NOT NULL,
  last_changed INTEGER NOT NULL,
  class_run    INTEGER NOT NULL DEFAULT 0, -- the class run that last counted it
  round        INTEGER NOT NULL DEFAULT 0  -- the round that last recorded a change of it
) STRICT;
CREATE UNIQUE INDEX objects_id ON objects (tenant, id, space);
CREATE INDEX objects_class ON objects (tenant, class, state);

-- How often Graph was asked in vain for an object that is only known by its id.
CREATE TABLE asked (
  object INTEGER PRIMARY KEY,
  tries  INTEGER NOT NULL
) STRICT;

-- Objects of which an answer could not be taken as it stood: they are read again.
CREATE TABLE odd (
  tenant    INTEGER NOT NULL,
  class     INTEGER NOT NULL,
  id        TEXT NOT NULL,
  tries     INTEGER NOT NULL DEFAULT 0, -- how often they were
  class_run INTEGER NOT NULL,           -- which last heard of it
  PRIMARY KEY (tenant, class, id)
) STRICT, WITHOUT ROWID;

-- When objects that were held began to be left out by their class's filter, or were
-- no longer: how they were before that is not kept, and no change tells of it.
CREATE TABLE filter_marks (
  object INTEGER NOT NULL,
  time   INTEGER NOT NULL, -- ms
  PRIMARY KEY (object, time)
) STRICT, WITHOUT ROWID;

-- Links with their history: open while until is NULL.
CREATE TABLE links (
  source   INTEGER NOT NULL, -- objects.object; no foreign key: links may come first
  relation INTEGER NOT NULL,
  target   INTEGER NOT NULL,
  since    INTEGER NOT NULL, -- ms
  until    INTEGER,
  round    INTEGER NOT NULL DEFAULT 0, -- the round that opened or ended it
  PRIMARY KEY (source, relation, target, since)
) STRICT, WITHOUT ROWID;
CREATE INDEX links_target ON links (target, relation);

-- The record of changes. before and after hold what differs, by property.
CREATE TABLE changes (
  change       INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused: who follows goes on behind it
  tenant       INTEGER NOT NULL,
  class        INTEGER NOT NULL,
  object       INTEGER NOT NULL,
  relation     INTEGER,          -- of a change of a link
  target       INTEGER,
  kind         TEXT NOT NULL,
  time         INTEGER NOT NULL, -- ms, when it was applied
  not_before   INTEGER,          -- ms, start of the class's last completed sync
  display_name TEXT NOT NULL,
  before       TEXT,
  after        TEXT,
  round        INTEGER NOT NULL
) STRICT;
CREATE INDEX changes_object ON changes (object, round);
CREATE INDEX changes_own ON changes (object, time) WHERE target IS NULL; -- an object as of a moment
CREATE INDEX changes_target ON changes (target, time) WHERE target IS NOT NULL;
CREATE INDEX changes_class ON changes (tenant, class, time, object, kind); -- a class as of a moment
CREATE INDEX changes_time ON changes (tenant, time, kind); -- kind: counting by day reads the index alone

-- Who did it: the tenant's log of audits, as far as it is kept, and what it says of who made which change. Nothing
-- of a value is kept here; see packages audit and store/audits.

-- Who is named as having done something.
CREATE TABLE audit_actors (
  actor  INTEGER PRIMARY KEY,
  tenant INTEGER NOT NULL,
  key    TEXT NOT NULL, -- by what the log knows it: its id, else its app's, else its name
  kind   TEXT NOT NULL, -- 'user', 'app'; '' nobody
  id     TEXT NOT NULL, -- of the user or the service principal; '': not told
  app_id TEXT NOT NULL,
  name   TEXT NOT NULL, -- as it was named last
  UNIQUE (tenant, key)
) STRICT;

CREATE TABLE audits (
  audit       INTEGER PRIMARY KEY AUTOINCREMENT, -- in the order in which they were heard of
  tenant      INTEGER NOT NULL,
  id          TEXT NOT NULL,
  time        INTEGER NOT NULL, -- ms, by Graph's clock
  ours        INTEGER NOT NULL, -- ms, the same by this computer's clock, as changes are timed
  activity    TEXT NOT NULL,
  correlation TEXT NOT NULL,
  actor       INTEGER NOT NULL,
  UNIQUE (tenant, id)
) STRICT;
CREATE INDEX audits_time ON audits (tenant, ours);

-- The objects that an entry is about.
CREATE TABLE audit_targets (
  tenant  INTEGER NOT NULL,
  id      TEXT NOT NULL,
  ours    INTEGER NOT NULL,
  audit   INTEGER NOT NULL,
  changed TEXT, -- properties that were changed, each with a fingerprint of its new value, in JSON; NULL: not told
  PRIMARY KEY (tenant, id, ours, audit)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_targets_audit ON audit_targets (audit);

-- Who made a change, or may have.
CREATE TABLE change_actors (
  change INTEGER NOT NULL,
  actor  INTEGER NOT NULL,
  known  INTEGER NOT NULL, -- 1: it was this one, and nobody else
  PRIMARY KEY (change, actor)
) STRICT, WITHOUT ROWID;
CREATE INDEX change_actors_actor ON change_actors (actor, change);
CREATE TRIGGER changes_unmade AFTER DELETE ON changes BEGIN
  DELETE FROM change_actors WHERE change = old.change;
END;

-- How far the log is read, and matched with the changes.
CREATE TABLE audit_reads (
  tenant  INTEGER PRIMARY KEY REFERENCES tenants,
  window  TEXT NOT NULL,              -- JSON, see package audit
  matched INTEGER NOT NULL DEFAULT 0, -- the last change that entries were looked for
  heard   INTEGER NOT NULL DEFAULT 0  -- the last entry that changes were looked for
) STRICT;

-- The search index: in which blocks of 16 objects any four signs in a row stand.
-- It only rules out; what it leaves is compared with the objects themselves.

-- Up to 8,192 objects of one class: all of a range of keys, or some that changed
-- since their range was indexed.
CREATE TABLE search_segments (
  segment INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused: newer ones are greater
  tenant  INTEGER NOT NULL,
  class   INTEGER NOT NULL,
  base    INTEGER NOT NULL, -- 1: all of its range; ranges follow on each other without a gap
  first   INTEGER NOT NULL, -- objects.object
  last    INTEGER NOT NULL,
  objects INTEGER NOT NULL, -- how many
  made    INTEGER NOT NULL, -- ms
  list    BLOB NOT NULL     -- their keys, see grams.Keys
) STRICT;
CREATE INDEX search_segments_class ON search_segments (tenant, class, base, last);

CREATE TABLE search_grams (
  chunk    INTEGER PRIMARY KEY, -- the segment << 24 | its first gram
  postings BLOB NOT NULL        -- of some grams in a row, see package grams
) STRICT;

-- Objects that changed since they were indexed.
CREATE TABLE search_pending (
  tenant INTEGER NOT NULL,
  class  INTEGER NOT NULL,
  object INTEGER NOT NULL,
  PRIMARY KEY (tenant, class, object)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER search_changed AFTER UPDATE OF class, state, properties ON objects
WHEN old.object <= (SELECT max(last) FROM search_segments WHERE tenant = new.tenant AND class = new.class AND base) BEGIN
  INSERT INTO search_pending SELECT new.tenant, new.class, new.object
  WHERE NOT EXISTS (SELECT 1 FROM search_pending WHERE tenant = new.tenant AND class = new.class AND object = new.object);
END;

-- Objects whose properties were erased, and the newest segment then: neither it
-- nor older ones may keep their grams.
CREATE TABLE search_erased (
  tenant  INTEGER NOT NULL,
  class   INTEGER NOT NULL,
  object  INTEGER NOT NULL,
  segment INTEGER NOT NULL,
  PRIMARY KEY (tenant, class, object)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER search_erases AFTER UPDATE OF state ON objects WHEN old.state IN (1, 2) AND new.state IN (3, 4)
  AND old.object <= (SELECT max(last) FROM search_segments WHERE tenant = new.tenant AND class = new.class AND base) BEGIN
  DELETE FROM search_erased WHERE tenant = new.tenant AND class = new.class AND object = new.object;
  INSERT INTO search_erased SELECT new.tenant, new.class, new.object, max(segment) FROM search_segments;
END;

-- The work.

-- One pass over a stream, full scan or delta, from its first page to its delta
-- link. It outlives crashes.
CREATE TABLE rounds (
  round     INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused: objects and links name it
  tenant    INTEGER NOT NULL,
  class     INTEGER NOT NULL,
  relation  INTEGER NOT NULL DEFAULT 0, -- with tenant and class: the stream
  kind      TEXT NOT NULL,    -- 'fast', 'scan', 'poll', 'delta'
  baseline  INTEGER NOT NULL,
  fresh     INTEGER NOT NULL, -- 1: the class held nothing when it began, so nothing can be left over
  base_link TEXT NOT NULL DEFAULT '',
  started   INTEGER NOT NULL,
  over      INTEGER NOT NULL DEFAULT 0, -- 1: only its marks are left to clear
  note      TEXT NOT NULL DEFAULT '',   -- why it became necessary
  unasked   TEXT NOT NULL DEFAULT '[]', -- properties that Graph refused when it began
  linked    INTEGER NOT NULL DEFAULT 0  -- of one that reads links apart: the last object of whose links a part was begun
) STRICT;
CREATE UNIQUE INDEX rounds_stream ON rounds (tenant, class, relation) WHERE over = 0;

-- Where each part of a round goes on.
CREATE TABLE cursors (
  round INTEGER NOT NULL,
  part  INTEGER NOT NULL,
  first TEXT NOT NULL, -- where it began
  link  TEXT NOT NULL,
  done  INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (round, part)
) STRICT, WITHOUT ROWID;

-- What a full scan has seen; the rest is swept.
CREATE TABLE seen (
  round  INTEGER NOT NULL,
  object INTEGER NOT NULL,
  PRIMARY KEY (round, object)
) STRICT, WITHOUT ROWID;
CREATE TABLE seen_links (
  round    INTEGER NOT NULL,
  source   INTEGER NOT NULL,
  relation INTEGER NOT NULL,
  target   INTEGER NOT NULL,
  PRIMARY KEY (round, source, relation, target)
) STRICT, WITHOUT ROWID;

-- Links that a class's first scan names, until the other classes have told their
-- objects: an id with a row of its own before would have to grow later, at a
-- random place of the file.
CREATE TABLE pending_links (
  pending  INTEGER PRIMARY KEY, -- in the order in which they came; some came twice
  round    INTEGER NOT NULL,
  source   INTEGER NOT NULL,
  relation INTEGER NOT NULL,
  class    INTEGER NOT NULL,    -- of the target, as far as the link says
  space    INTEGER NOT NULL,
  id       TEXT NOT NULL
) STRICT;
CREATE INDEX pending_links_source ON pending_links (round, source);

-- Deletions that the loss guard holds: objects and links that a full scan did not
-- show. An admin, or the next full scan that does not show them, confirms them.
CREATE TABLE held (
  tenant INTEGER NOT NULL,
  class  INTEGER NOT NULL,
  object INTEGER NOT NULL,
  since  INTEGER NOT NULL, -- ms
  alive  INTEGER NOT NULL, -- ms; start of the class's last sync that did not miss it
  round  INTEGER NOT NULL, -- that held it
  PRIMARY KEY (tenant, class, object)
) STRICT, WITHOUT ROWID;
CREATE TABLE held_links (
  tenant   INTEGER NOT NULL,
  class    INTEGER NOT NULL, -- the source's
  relation INTEGER NOT NULL,
  source   INTEGER NOT NULL,
  target   INTEGER NOT NULL,
  since    INTEGER NOT NULL, -- ms
  round    INTEGER NOT NULL,
  PRIMARY KEY (tenant, class, relation, source, target)
) STRICT, WITHOUT ROWID;

-- The history: one row per sync of a tenant, one per class in it.
CREATE TABLE runs (
  run     INTEGER PRIMARY KEY,
  tenant  INTEGER NOT NULL,
  started INTEGER NOT NULL,
  ended   INTEGER,
  status  TEXT NOT NULL,
  error   TEXT NOT NULL DEFAULT '',
  credential INTEGER NOT NULL DEFAULT 0, -- its place in the profile; 0: none worked
  kind    TEXT NOT NULL DEFAULT '',      -- of that credential
  refused TEXT NOT NULL DEFAULT '[]'     -- why those before it did not work, as core/say keeps sentences
) STRICT;
CREATE INDEX runs_tenant ON runs (tenant); -- newest last: a later run has a greater key

CREATE TABLE class_runs (
  class_run INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused: objects name it
  run       INTEGER NOT NULL REFERENCES runs,
  tenant    INTEGER NOT NULL,
  class     INTEGER NOT NULL,
  relation  INTEGER NOT NULL DEFAULT 0, -- with tenant and class: the stream
  started   INTEGER NOT NULL,
  ended     INTEGER,
  total     INTEGER NOT NULL DEFAULT 0,
  changed   INTEGER NOT NULL DEFAULT 0,
  deleted   INTEGER NOT NULL DEFAULT 0,
  filtered  INTEGER NOT NULL DEFAULT 0,
  status    TEXT NOT NULL,
  code      TEXT NOT NULL DEFAULT '',
  error     TEXT NOT NULL DEFAULT '', -- one line in English: what failed, why, what to do; searches ask it
  what      TEXT NOT NULL DEFAULT '', -- its parts, each a sentence as core/say keeps one: to be told in any language
  why       TEXT NOT NULL DEFAULT '',
  remedy    TEXT NOT NULL DEFAULT '',
  detail    TEXT NOT NULL DEFAULT '',
  full_scan INTEGER NOT NULL DEFAULT 0,
  requests  INTEGER NOT NULL DEFAULT 0,
  retries   INTEGER NOT NULL DEFAULT 0,
  tries     INTEGER NOT NULL DEFAULT 1,
  updated   INTEGER NOT NULL -- ms, last commit: the end of an interrupted row
) STRICT;
CREATE INDEX class_runs_tenant ON class_runs (tenant, started);
CREATE INDEX class_runs_run ON class_runs (run);
CREATE TRIGGER class_runs_more AFTER INSERT ON class_runs BEGIN
  UPDATE tenants SET history = history + 1 WHERE tenant = new.tenant;
END;
CREATE TRIGGER class_runs_less AFTER DELETE ON class_runs BEGIN
  UPDATE tenants SET history = history - 1 WHERE tenant = old.tenant;
END;

-- What app role assignments give, by name: as the app that they are of calls its role
-- now. Whose app declares no role has default access, by an id of zeros.
CREATE VIEW app_role_names AS SELECT a.object, a.role, CASE a.role WHEN '00000000-0000-0000-0000-000000000000' THEN 'Default Access' ELSE (
  SELECT CASE WHEN coalesce(j.value ->> 'value', '') IN ('', j.value ->> 'displayName') THEN j.value ->> 'displayName'
    ELSE coalesce(nullif(j.value ->> 'displayName', '') || ' (' || (j.value ->> 'value') || ')', j.value ->> 'value') END
  FROM objects s JOIN properties p ON p.class = s.class AND p.name = 'appRoles' JOIN json_each(s.properties, '$[' || p.position || ']') j
  WHERE s.tenant = a.tenant AND s.id = a.resource AND s.space = 0 AND lower(j.value ->> 'id') = a.role LIMIT 1) END AS name
FROM (SELECT object, tenant,
    lower(properties ->> ('$[' || (SELECT position FROM properties p WHERE p.class = o.class AND p.name = 'appRoleId') || ']')) AS role,
    lower(properties ->> ('$[' || (SELECT position FROM properties p WHERE p.class = o.class AND p.name = 'resourceId') || ']')) AS resource
  FROM objects o WHERE class = (SELECT class FROM classes WHERE name = 'appRoleAssignments')) a;

-- What other programs may read, and rely on: docs/sql.md. A view of each class, named
-- as the class, is made when its first objects are stored. Times are in UTC.

CREATE VIEW all_objects AS SELECT t.name AS tenant, c.name AS class, o.id, coalesce(o.properties ->> '$[0]', (SELECT n.name FROM app_role_names n WHERE n.object = o.object)) AS display_name,
  CASE o.state WHEN 1 THEN 'live' WHEN 2 THEN 'deleted' WHEN 3 THEN 'filtered' END AS state,
  strftime('%Y-%m-%dT%H:%M:%fZ', o.first_seen / 1000.0, 'unixepoch') AS first_seen,
  strftime('%Y-%m-%dT%H:%M:%fZ', o.last_changed / 1000.0, 'unixepoch') AS last_changed, o.tenant AS tenant_key
FROM objects o JOIN tenants t USING (tenant) JOIN classes c USING (class) WHERE o.state IN (1, 2, 3) AND NOT t.removing;

CREATE VIEW all_links AS SELECT t.name AS tenant, r.name AS relation, sc.name AS source_class, s.id AS source_id, coalesce(s.properties ->> '$[0]', (SELECT n.name FROM app_role_names n WHERE n.object = s.object)) AS source_name,
  tc.name AS target_class, e.id AS target_id, coalesce(e.properties ->> '$[0]', (SELECT n.name FROM app_role_names n WHERE n.object = e.object)) AS target_name,
  strftime('%Y-%m-%dT%H:%M:%fZ', l.since / 1000.0, 'unixepoch') AS since,
  strftime('%Y-%m-%dT%H:%M:%fZ', l.until / 1000.0, 'unixepoch') AS until,
  l.until IS NULL AND s.state = 1 AND e.state IN (0, 1, 3) AS in_sight
FROM links l JOIN objects s ON s.object = l.source JOIN objects e ON e.object = l.target JOIN relations r ON r.relation = l.relation
JOIN classes sc ON sc.class = s.class JOIN classes tc ON tc.class = e.class JOIN tenants t ON t.tenant = s.tenant WHERE NOT t.removing;

CREATE VIEW all_changes AS SELECT t.name AS tenant, c.name AS class, o.id, x.display_name, x.kind, r.name AS relation, e.id AS target_id, x.before, x.after,
  strftime('%Y-%m-%dT%H:%M:%fZ', x.time / 1000.0, 'unixepoch') AS time,
  strftime('%Y-%m-%dT%H:%M:%fZ', x.not_before / 1000.0, 'unixepoch') AS not_before
FROM changes x JOIN tenants t USING (tenant) JOIN classes c ON c.class = x.class JOIN objects o ON o.object = x.object
LEFT JOIN relations r ON r.relation = x.relation LEFT JOIN objects e ON e.object = x.target WHERE NOT t.removing;

-- Whom the log of audits names for a change: a row for each who may have made it.
CREATE VIEW all_change_actors AS SELECT t.name AS tenant, c.name AS class, o.id, x.display_name, x.kind AS change_kind,
  strftime('%Y-%m-%dT%H:%M:%fZ', x.time / 1000.0, 'unixepoch') AS time,
  a.kind AS actor_kind, nullif(a.id, '') AS actor_id, nullif(a.app_id, '') AS actor_app_id, a.name AS actor_name, ca.known
FROM change_actors ca JOIN audit_actors a USING (actor) JOIN changes x USING (change) JOIN tenants t ON t.tenant = x.tenant
JOIN classes c ON c.class = x.class JOIN objects o ON o.object = x.object WHERE NOT t.removing;

CREATE VIEW all_runs AS SELECT t.name AS tenant, c.name AS class, r.status, r.total, r.changed, r.deleted, r.filtered, r.full_scan, r.requests, r.retries, r.error,
  strftime('%Y-%m-%dT%H:%M:%fZ', r.started / 1000.0, 'unixepoch') AS start_time,
  strftime('%Y-%m-%dT%H:%M:%fZ', r.ended / 1000.0, 'unixepoch') AS end_time
FROM class_runs r JOIN tenants t USING (tenant) JOIN classes c USING (class) WHERE NOT t.removing;
