/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sqlite3.h>
#include "qd-store.h"

G_BEGIN_DECLS

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)

#define QD_DB_APPLICATION_ID 0x51444e47 /* "QDNG" */
#define QD_DB_VERSION 3
#define QD_DB_HASH_SIZE 32
#define QD_DB_CHUNK_SIZE (1024 * 1024)

/** The connection; after opening only the writer thread of a store touches it. */
typedef struct
{
  sqlite3 *db;
  char *path; /* real path */
  char *name; /* for messages */
  gboolean read_only;
  guint steps; /* of a reader beside: thousands so far */
} QdDb;

/** Makes the file, complete or not at all; an existing one is never touched. */
gboolean qd_db_create (const char *path, GError **error);
/** Is this one of our files, and of which schema version? Reads the header only, writes nothing. */
gboolean qd_db_peek (const char *path, int *version_out, GError **error);
/** The caller holds the lock unless @read_only. Older files are migrated: copied, converted, verified, swapped in. */
QdDb *qd_db_open (const char *path, gboolean read_only, GError **error);
/**
 * A reader beside whoever has the file open, without the lock; leaves no file behind. Only for a few short queries: the tables are not
 * compared with ours, so each query may fail, and one that runs on and on is stopped.
 */
QdDb *qd_db_open_beside (const char *path, GError **error);
void qd_db_close (QdDb *self);

/** Statements that make schema version @version (from 1) out of the one before; NULL past the last. */
const char *qd_db_get_schema (int version);

/** One place where SQLite's codes become ours. */
void qd_db_set_error (QdDb *self, int code, GError **error);
/** @types: i gint64, t text or NULL, b bytes (gconstpointer, gsize), B GBytes */
sqlite3_stmt *qd_db_query (QdDb *self, GError **error, const char *sql, const char *types, ...);
gboolean qd_db_bind (QdDb *self, sqlite3_stmt *statement, GError **error, const char *types, ...);
/** 1 a row, 0 the end, -1 an error. */
int qd_db_step (QdDb *self, sqlite3_stmt *statement, GError **error);
/** Runs to the end. */
gboolean qd_db_run (QdDb *self, GError **error, const char *sql, const char *types, ...);
gboolean qd_db_begin (QdDb *self, GError **error);
/** Commits, or rolls back when @ok is FALSE or committing fails. */
gboolean qd_db_end (QdDb *self, gboolean ok, GError **error);
char *qd_db_dup_text (sqlite3_stmt *statement, int column);

G_END_DECLS
