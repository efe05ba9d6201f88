/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-store.h"

G_BEGIN_DECLS

/** Why and when a receiver returned a declaration, as its signed answer says. */
typedef struct
{
  gint64 declaration;
  char *date;         /* ISO date in local time, on which the receiver signed it */
  char *due;          /* ISO date to answer by; "" when the answer names none: there is no default */
  char *receiver;     /* "" */
  GPtrArray *reasons; /* (element-type utf8): the points, in the receiver's words */
} QdReturned;
void qd_returned_free (QdReturned *self);

/**
 * qd_job_list_returned: (blocking; in any thread)
 *
 * The newest answer of each declaration that is returned. One that is missing or does not verify is left out: nothing is said for it.
 *
 * Returns: (element-type QdReturned)
 */
GPtrArray *qd_job_list_returned (QdStore *store, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
