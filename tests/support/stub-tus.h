/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A tus server that misbehaves on demand. It speaks raw HTTP on loopback, in threads of its own. */
typedef struct _StubTus StubTus;

typedef enum
{
  STUB_DROP,      /* n bytes of the body are kept, then the connection is cut */
  STUB_DROP_LOSE, /* the same, but what was received is lost */
  STUB_STATUS,    /* answers n, with the lines in text; the body is read and thrown away */
  STUB_LOWER,     /* forgets all but n bytes first, then behaves */
  STUB_FORGET,    /* deletes the upload first */
  STUB_RAW,       /* answers the bytes in text, then cuts */
  STUB_LOCATION,  /* the Location of a creation is text */
  STUB_SILENT,    /* takes everything, answers without Upload-Offset */
  STUB_HANG,      /* never answers */
  STUB_SHORT,     /* takes n bytes of the body and says so with 204 */
  STUB_KNOWN,     /* a creation finds the package there: Upload-Offset is its length */
  STUB_FLIP,      /* one bit of the body arrives wrong */
} StubTrickKind;

typedef struct
{
  const char *method; /* the trick is played on the next request of that method; NULL ends a list */
  StubTrickKind kind;
  gint64 n;
  const char *text;
} StubTrick;

typedef struct
{
  guint posts;
  guint heads;
  guint patches;
  guint options;
  gint64 received;   /* body bytes of all PATCHes */
  gint64 max_patch;  /* the longest */
  gint64 min_patch;  /* the shortest that was not the last of the file */
  gboolean expected; /* somebody sent Expect: 100-continue */
  gboolean checksums;
  gboolean authorized; /* the last request had "Authorization: Bearer secret" */
} StubCounts;

/** @certificate: (nullable): PEM with certificate and key; then it speaks TLS */
StubTus *stub_tus_new (const char *certificate) G_GNUC_WARN_UNUSED_RESULT;
void stub_tus_free (StubTus *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (StubTus, stub_tus_free)

const char *stub_tus_get_url (StubTus *self);
/** Plays the tricks in order, each when its method comes. The list must outlive the stub. */
void stub_tus_set_tricks (StubTus *self, const StubTrick *tricks);
guint stub_tus_get_tricks_left (StubTus *self);
void stub_tus_set_extensions (StubTus *self, const char *extensions, const char *algorithms, gint64 max_size);
/** What GET …/receipts/… answers. */
void stub_tus_set_receipt (StubTus *self, guint status, GBytes *body);
GBytes *stub_tus_dup_data (StubTus *self) G_GNUC_WARN_UNUSED_RESULT;
char *stub_tus_dup_metadata (StubTus *self) G_GNUC_WARN_UNUSED_RESULT;
StubCounts stub_tus_get_counts (StubTus *self);

G_END_DECLS
