/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-gateway-judge"
#include "config.h"

#include "qd-gateway-judge-private.h"

#include <glib/gi18n-lib.h>
#include "qd-dossier.h"

/* A return lists so many points at most: more help nobody, and the receipt must stay small. */
#define MAX_POINTS 200

static void
add_points (GPtrArray *points, const QdVerification *verification)
{
  for (guint i = 0; i < verification->problems->len && points->len < MAX_POINTS; i++)
    {
      const QdPackageProblem *problem = g_ptr_array_index (verification->problems, i);
      gboolean is_field = problem->place != NULL && problem->place[0] == '/';
      g_autofree char *message = is_field || problem->place == NULL ? g_strdup (problem->message) : g_strdup_printf ("%s: %s", problem->place, problem->message);

      g_ptr_array_add (points, qd_return_point_new (is_field ? problem->place : NULL, message));
    }
}

GBytes *
qd_gateway_judge (const QdGatewayOptions *options, const char *path, const char *sha256, gint64 number, QdReceiptKind *kind_out, GCancellable *cancellable, GError **error)
{
  g_autoptr (QdVerification) verification = NULL;
  g_autoptr (QdReceipt) receipt = g_new0 (QdReceipt, 1);

  if (options->policy == QD_GATEWAY_CHECK)
    verification = qd_package_recheck (path, options->trust_pem, options->pack, cancellable, error);
  else
    verification = qd_package_verify (path, options->trust_pem, cancellable, error);
  if (verification == NULL)
    return NULL;
  receipt->package_sha256 = g_strdup (sha256);
  receipt->number = g_strdup_printf ("%06" G_GINT64_FORMAT, number);
  receipt->receiver = g_strdup (options->name);
  receipt->time = g_date_time_new_now_local ();
  receipt->points = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_return_point_free);
  add_points (receipt->points, verification);
  if (options->policy == QD_GATEWAY_RETURN && receipt->points->len == 0)
    g_ptr_array_add (receipt->points, qd_return_point_new (NULL, _ ("This receiver returns every package, for trying out returns.")));
  /* A bad seal always has a problem that says why; should it ever not, the package is still not accepted. */
  receipt->kind = receipt->points->len == 0 && verification->valid ? QD_RECEIPT_ACCEPTED : QD_RECEIPT_RETURNED;
  if (receipt->kind == QD_RECEIPT_RETURNED && options->due_days > 0)
    {
      g_autoptr (GDateTime) due = g_date_time_add_days (receipt->time, options->due_days);

      receipt->due = g_date_time_format (due, "%F");
    }
  *kind_out = receipt->kind;
  return qd_receipt_create (receipt, options->signer, error);
}
