/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-records.h"

G_BEGIN_DECLS

/* What a workspace tells others without being opened: the cockpit reads hundreds of them. */

/** An open duty as it stood when it was assessed. */
typedef struct
{
  char *site;
  char *rule;
  char *period;
  char *title;        /* in the language of whoever assessed it */
  char *due;          /* "2026-11-24" */
  gboolean statutory; /* the date is law, not a default of ours */
  char *form_id;      /* (nullable) */
  gint64 declaration; /* id of the declaration that is to fulfil it, 0 none */
  QdHolder holder;
  char *note; /* to the holder: "" for none */
} QdSummaryDuty;
QdSummaryDuty *qd_summary_duty_copy (const QdSummaryDuty *self) G_GNUC_WARN_UNUSED_RESULT;
void qd_summary_duty_free (QdSummaryDuty *self);

/** How the newest delivery of a declaration stands. */
typedef struct
{
  gint64 declaration;
  QdState state;
  gint64 size;
  gint64 offset;     /* bytes that the receiver confirmed */
  gint64 changed_at; /* Unix seconds */
  char *form_id;     /* of the declaration, as are the next */
  char *period;
  char *site;     /* "" */
  char *target;   /* URL or folder */
  char *problem;  /* why it waits; "" for none */
  GBytes *answer; /* (nullable): receipt or return, of one that was returned; not verified */
} QdSummaryDelivery;
void qd_summary_delivery_free (QdSummaryDelivery *self);

typedef struct
{
  char *path;
  char *name; /* of the enterprise; "" when the profile does not say */
  char *site;
  char *region;            /* code of the division, "" unknown */
  char *industry;          /* code, "" unknown */
  char *person;            /* who looks after the enterprise, "" nobody in particular: the setting "person" */
  guint maybe;             /* duties that wait for an answer */
  char *date;              /* the day duties were assessed for, "" never */
  gint64 counted_at;       /* Unix seconds, 0 never */
  GPtrArray *duties;       /* (element-type QdSummaryDuty): open ones with a date, earliest first; as of @counted_at */
  GPtrArray *declarations; /* (element-type QdDeclaration): all that are not accepted, newest edit first; as of now */
  GPtrArray *deliveries;   /* (element-type QdSummaryDelivery): the newest of each declaration, accepted ones too, newest first; as of now */
  gboolean is_held;        /* another program writes it now … */
  char *holder;            /* (nullable): … on this computer */
} QdSummary;
QdSummary *qd_summary_new (void) G_GNUC_WARN_UNUSED_RESULT;
void qd_summary_free (QdSummary *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdSummary, qd_summary_free)

/**
 * qd_summary_read: (blocking; in any thread)
 *
 * Reads a workspace from outside: without its lock, beside whoever has it open, and without leaving a file behind.
 *
 * Errors: %QD_STORE_ERROR_NOT_FOUND when the file is not there; %QD_STORE_ERROR_READ_ONLY when an older version made it, or when it was not
 *   closed well and has to be opened once; others as qd_store_open().
 */
QdSummary *qd_summary_read (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** Replaces what the workspace tells; name, site, person, declarations and deliveries are read from elsewhere. Emits nothing, and writes nothing when all is the same. */
gboolean qd_store_write_summary (QdStore *self, const QdSummary *summary, GError **error);

G_END_DECLS
