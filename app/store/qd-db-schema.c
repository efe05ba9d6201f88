/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-db-schema"
#include "config.h"

#include "qd-db-private.h"

/* One entry a schema version; a new file runs them all, an older one those it lacks. Never edit one that was released. */
static const char *const schemas[] = {
  /* 1: declarations, journal, blobs, sealed packages */
  "CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
  "CREATE TABLE declaration ("
  " id INTEGER PRIMARY KEY AUTOINCREMENT, form_id TEXT NOT NULL, form_version TEXT NOT NULL, period TEXT NOT NULL, site TEXT,"
  " state INTEGER NOT NULL DEFAULT 0 CHECK (state BETWEEN 0 AND 6), amends INTEGER REFERENCES declaration (id),"
  " critical INTEGER NOT NULL DEFAULT 0, unexplained INTEGER NOT NULL DEFAULT 0, edited_at INTEGER NOT NULL) STRICT;"
  "CREATE INDEX declaration_form ON declaration (form_id, site);"
  "CREATE TABLE journal ("
  " seq INTEGER PRIMARY KEY, declaration INTEGER NOT NULL REFERENCES declaration (id), step INTEGER NOT NULL,"
  " undoes INTEGER NOT NULL, kind INTEGER NOT NULL, path TEXT NOT NULL, name TEXT, old TEXT, new TEXT,"
  " time INTEGER NOT NULL, origin TEXT NOT NULL, hash BLOB NOT NULL CHECK (length (hash) = 32)) STRICT;"
  "CREATE INDEX journal_step ON journal (declaration, step, undoes);"
  "CREATE INDEX journal_path ON journal (declaration, path);"
  "CREATE INDEX journal_rows ON journal (declaration) WHERE kind >= 2;"
  /* The end of the chain, so that rows cut off behind are missed. */
  "CREATE TABLE head (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;"
  "INSERT INTO head VALUES (1, 0, zeroblob (32));"
  "CREATE TABLE snapshot ("
  " id INTEGER PRIMARY KEY, declaration INTEGER NOT NULL REFERENCES declaration (id), seq INTEGER NOT NULL,"
  " xml BLOB NOT NULL) STRICT;"
  "CREATE INDEX snapshot_declaration ON snapshot (declaration, id);"
  "CREATE TABLE blob (sha256 TEXT PRIMARY KEY CHECK (length (sha256) = 64), size INTEGER NOT NULL, upload INTEGER NOT NULL UNIQUE) STRICT;"
  "CREATE TABLE chunk ("
  " upload INTEGER NOT NULL, n INTEGER NOT NULL, data BLOB NOT NULL CHECK (length (data) <= 1048576),"
  " PRIMARY KEY (upload, n)) STRICT;"
  "CREATE TABLE attachment ("
  " declaration INTEGER NOT NULL REFERENCES declaration (id), name TEXT NOT NULL, sha256 TEXT NOT NULL REFERENCES blob (sha256),"
  " PRIMARY KEY (declaration, name)) STRICT;"
  "CREATE TABLE package ("
  " declaration INTEGER PRIMARY KEY REFERENCES declaration (id), sha256 TEXT NOT NULL REFERENCES blob (sha256),"
  " submission BLOB NOT NULL, verdict BLOB NOT NULL, sealed_at INTEGER NOT NULL) STRICT;"
  "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT raise (ABORT, 'journal'); END;"
  "CREATE TRIGGER journal_no_delete BEFORE DELETE ON journal BEGIN SELECT raise (ABORT, 'journal'); END;"
  "CREATE TRIGGER journal_sealed BEFORE INSERT ON journal"
  " WHEN (SELECT state FROM declaration WHERE id = NEW.declaration) >= 2 BEGIN SELECT raise (ABORT, 'sealed'); END;"
  "CREATE TRIGGER snapshot_sealed BEFORE INSERT ON snapshot"
  " WHEN (SELECT state FROM declaration WHERE id = NEW.declaration) >= 2 BEGIN SELECT raise (ABORT, 'sealed'); END;"
  "CREATE TRIGGER attachment_sealed_insert BEFORE INSERT ON attachment"
  " WHEN (SELECT state FROM declaration WHERE id = NEW.declaration) >= 2 BEGIN SELECT raise (ABORT, 'sealed'); END;"
  "CREATE TRIGGER attachment_sealed_update BEFORE UPDATE ON attachment"
  " WHEN (SELECT state FROM declaration WHERE id = OLD.declaration) >= 2 BEGIN SELECT raise (ABORT, 'sealed'); END;"
  "CREATE TRIGGER attachment_sealed_delete BEFORE DELETE ON attachment"
  " WHEN (SELECT state FROM declaration WHERE id = OLD.declaration) >= 2 BEGIN SELECT raise (ABORT, 'sealed'); END;"
  "CREATE TRIGGER declaration_unseal BEFORE UPDATE OF state ON declaration"
  " WHEN OLD.state >= 2 AND NEW.state < 2 BEGIN SELECT raise (ABORT, 'sealed'); END;"
  "CREATE TRIGGER declaration_seal BEFORE UPDATE OF state ON declaration"
  " WHEN NEW.state >= 2 AND NOT EXISTS (SELECT 1 FROM package WHERE declaration = NEW.id) BEGIN SELECT raise (ABORT, 'package'); END;"
  "CREATE TRIGGER declaration_sealed BEFORE UPDATE OF id, form_id, form_version, period, site, amends ON declaration"
  " WHEN OLD.state >= 2 BEGIN SELECT raise (ABORT, 'sealed'); END;"
  "CREATE TRIGGER declaration_no_delete BEFORE DELETE ON declaration WHEN OLD.state >= 2 BEGIN SELECT raise (ABORT, 'sealed'); END;"
  "CREATE TRIGGER package_no_update BEFORE UPDATE ON package BEGIN SELECT raise (ABORT, 'sealed'); END;"
  "CREATE TRIGGER package_no_delete BEFORE DELETE ON package BEGIN SELECT raise (ABORT, 'sealed'); END;"
  "CREATE TRIGGER blob_no_update BEFORE UPDATE ON blob BEGIN SELECT raise (ABORT, 'sealed'); END;"
  "CREATE TRIGGER chunk_no_update BEFORE UPDATE ON chunk BEGIN SELECT raise (ABORT, 'sealed'); END;"
  "CREATE TRIGGER chunk_no_insert BEFORE INSERT ON chunk"
  " WHEN EXISTS (SELECT 1 FROM blob WHERE upload = NEW.upload) BEGIN SELECT raise (ABORT, 'sealed'); END;"
  "CREATE TRIGGER chunk_no_delete BEFORE DELETE ON chunk"
  " WHEN EXISTS (SELECT 1 FROM blob WHERE upload = OLD.upload) BEGIN SELECT raise (ABORT, 'sealed'); END;",

  /* 2: the outbox */
  "CREATE TABLE delivery ("
  " id INTEGER PRIMARY KEY AUTOINCREMENT, declaration INTEGER NOT NULL REFERENCES package (declaration), target TEXT NOT NULL,"
  " state INTEGER NOT NULL DEFAULT 2 CHECK (state BETWEEN 2 AND 6), sent INTEGER NOT NULL DEFAULT 0,"
  " paused INTEGER NOT NULL DEFAULT 0, next_try INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0, problem TEXT,"
  " receipt TEXT REFERENCES blob (sha256), changed_at INTEGER NOT NULL) STRICT;"
  "CREATE TABLE delivery_log ("
  " id INTEGER PRIMARY KEY, delivery INTEGER NOT NULL REFERENCES delivery (id), time INTEGER NOT NULL, text TEXT NOT NULL) STRICT;"
  "CREATE INDEX delivery_log_delivery ON delivery_log (delivery, id);",

  /* 3: what was done outside of declarations, and what other programs are told without opening the workspace */
  "CREATE TABLE done ("
  " site TEXT NOT NULL, rule TEXT NOT NULL, period TEXT NOT NULL, date TEXT NOT NULL, note TEXT NOT NULL,"
  " evidence TEXT REFERENCES blob (sha256), evidence_name TEXT, marked_at INTEGER NOT NULL,"
  " PRIMARY KEY (site, rule, period)) STRICT, WITHOUT ROWID;"
  "CREATE TABLE waiting ("
  " site TEXT NOT NULL, rule TEXT NOT NULL, period TEXT NOT NULL, holder INTEGER NOT NULL CHECK (holder BETWEEN 0 AND 3),"
  " note TEXT NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (site, rule, period)) STRICT, WITHOUT ROWID;"
  "CREATE TABLE reminded (site TEXT NOT NULL, rule TEXT NOT NULL, due TEXT NOT NULL, PRIMARY KEY (site, rule, due)) STRICT, WITHOUT ROWID;"
  "CREATE TABLE summary ("
  " id INTEGER PRIMARY KEY CHECK (id = 1), region TEXT NOT NULL, industry TEXT NOT NULL, maybe INTEGER NOT NULL,"
  " date TEXT NOT NULL, counted_at INTEGER NOT NULL) STRICT;"
  "CREATE TABLE summary_duty ("
  " n INTEGER PRIMARY KEY, site TEXT NOT NULL, rule TEXT NOT NULL, period TEXT NOT NULL, title TEXT NOT NULL,"
  " due TEXT NOT NULL, statutory INTEGER NOT NULL, form_id TEXT, declaration INTEGER, holder INTEGER NOT NULL, note TEXT NOT NULL) STRICT;",
};

G_STATIC_ASSERT (G_N_ELEMENTS (schemas) == QD_DB_VERSION);

const char *
qd_db_get_schema (int version)
{
  return version >= 1 && version <= QD_DB_VERSION ? schemas[version - 1] : NULL;
}
