/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-job-check"
#include "config.h"

#include "qd-job-check.h"

#include "qd-draft.h"

void
qd_check_result_free (QdCheckResult *self)
{
  g_clear_error (&self->error);
  g_free (self);
}

static QdStore *
open_store (const char *path, GError **error)
{
  g_autoptr (GError) local = NULL;
  QdStore *store = qd_store_open (path, FALSE, &local);

  if (store)
    return store;
  if (g_error_matches (local, QD_STORE_ERROR, QD_STORE_ERROR_IN_USE) || g_error_matches (local, QD_STORE_ERROR, QD_STORE_ERROR_NEWER) ||
      g_error_matches (local, QD_STORE_ERROR, QD_STORE_ERROR_READ_ONLY))
    return qd_store_open (path, TRUE, error);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static gboolean
is_open_declaration (QdPack *pack, const QdDeclaration *row)
{
  QdForm *form = qd_pack_get_form (pack, row->form_id, NULL);
  const char *kind = form ? qd_form_get_info (form, "kind") : NULL;

  return row->state <= QD_STATE_CHECKED && (!kind || g_str_equal (kind, "declaration"));
}

static QdCheckResult *
check (QdStore *store, QdPack *pack, const QdDeclaration *row, const char *language)
{
  QdCheckResult *result = g_new0 (QdCheckResult, 1);
  g_autoptr (QdInstance) instance = qd_draft_load_copy (store, pack, row->id, language, &result->error);
  g_autoptr (GPtrArray) findings = NULL;
  QdState state;

  result->declaration = row->id;
  result->edited_at = row->edited_at;
  if (!instance)
    return result;
  findings = qd_instance_get_findings (instance);
  for (guint i = 0; i < findings->len; i++)
    {
      const QdFinding *finding = findings->pdata[i];
      if (qd_finding_get_severity (finding) == QD_SEVERITY_CRITICAL)
        result->critical++;
      else if (qd_finding_blocks (finding))
        result->unexplained++;
    }
  if (qd_store_is_read_only (store))
    return result;
  qd_store_queue_counts (store, row->id, result->critical, result->unexplained);
  state = result->critical == 0 && result->unexplained == 0 ? QD_STATE_CHECKED : QD_STATE_DRAFT;
  if (state != row->state)
    qd_store_set_state (store, row->id, state, &result->error);
  return result;
}

GPtrArray *
qd_job_check_workspace (const char *path, QdPack *pack, const char *language, GCancellable *cancellable, gboolean *read_only_out, GError **error)
{
  g_autoptr (QdStore) store = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) results = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_check_result_free);

  g_return_val_if_fail (path != NULL && pack != NULL && language != NULL, NULL);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  store = open_store (path, error);
  rows = store ? qd_store_list_declarations (store, error) : NULL;
  if (!rows)
    return NULL;
  if (read_only_out)
    *read_only_out = qd_store_is_read_only (store);
  for (guint i = 0; i < rows->len; i++)
    {
      const QdDeclaration *row = rows->pdata[i];
      if (!is_open_declaration (pack, row))
        continue;
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      g_ptr_array_add (results, check (store, pack, row, language));
    }
  if (!qd_store_close (store, error))
    return NULL;
  return g_steal_pointer (&results);
}
