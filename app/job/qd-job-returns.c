/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-job-returns"
#include "config.h"

#include "qd-job-returns.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "qd-receipt.h"
#include "qd-target-store.h"

void
qd_returned_free (QdReturned *self)
{
  g_free (self->date);
  g_free (self->due);
  g_free (self->receiver);
  g_ptr_array_unref (self->reasons);
  g_free (self);
}

static GBytes *
read_blob (QdStore *store, const char *sha256, GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  gsize length;
  gboolean done;
  int fd = g_file_open_tmp ("qingdan-answer-XXXXXX", &path, error);

  if (fd < 0)
    return NULL;
  close (fd);
  done = qd_store_export_blob (store, sha256, path, error) && g_file_get_contents (path, &text, &length, error);
  g_unlink (path);
  return done ? g_bytes_new_take (g_steal_pointer (&text), length) : NULL;
}

static QdReturned *
read_returned (QdStore *store, const QdDelivery *delivery)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = delivery->receipt_sha256 ? read_blob (store, delivery->receipt_sha256, &error) : NULL;
  g_autoptr (QdTarget) target = bytes ? qd_target_load (store, delivery->target) : NULL;
  g_autoptr (QdReceipt) receipt = bytes ? qd_receipt_read (bytes, delivery->package_sha256, target->trust_pem, &error) : NULL;
  g_autoptr (GDateTime) local = receipt ? g_date_time_to_local (receipt->time) : NULL;
  QdReturned *self;

  if (!local || receipt->kind != QD_RECEIPT_RETURNED)
    {
      g_debug ("The return of declaration %ld says nothing: %s", (long) delivery->declaration, error ? error->message : "it is none");
      return NULL;
    }
  self = g_new0 (QdReturned, 1);
  self->declaration = delivery->declaration;
  self->date = g_date_time_format (local, "%Y-%m-%d");
  self->due = g_strdup (receipt->due ? receipt->due : "");
  self->receiver = g_strdup (receipt->receiver ? receipt->receiver : "");
  self->reasons = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; receipt->points && i < receipt->points->len; i++)
    g_ptr_array_add (self->reasons, g_strdup (((QdReturnPoint *) receipt->points->pdata[i])->message));
  return self;
}

GPtrArray *
qd_job_list_returned (QdStore *store, GError **error)
{
  g_autoptr (GPtrArray) deliveries = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_int64_hash, g_int64_equal);
  GPtrArray *all;

  g_return_val_if_fail (QD_IS_STORE (store), NULL);
  deliveries = qd_store_list_deliveries (store, error);
  if (!deliveries)
    return NULL;
  all = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_returned_free);
  for (guint i = deliveries->len; i-- > 0;)
    {
      QdDelivery *delivery = deliveries->pdata[i];
      QdReturned *returned;

      if (!g_hash_table_add (seen, &delivery->declaration) || delivery->state != QD_STATE_RETURNED)
        continue;
      returned = read_returned (store, delivery);
      if (returned)
        g_ptr_array_add (all, returned);
    }
  return all;
}
