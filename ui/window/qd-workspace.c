/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-workspace"
#include "config.h"
#include "qd-workspace.h"

#include <glib/gi18n.h>
#include <string.h>
#include "qd-demo.h"
#include "qd-look.h"

struct _QdWorkspace
{
  GObject parent_instance;
  QdStore *store;      /* (owned) */
  QdPack *pack;        /* (owned) */
  QdCourier *courier;  /* (owned) (nullable): none for a read-only workspace */
  QdDuties *duties;    /* (owned) (nullable): made when somebody asks */
  GHashTable *drafts;  /* id → QdDraft, (not owned): entries go with the object */
  char *reason;        /* (owned) (nullable): why it is read-only */
  guint changed_timer; /* coalesces "changed" */
};

G_DEFINE_FINAL_TYPE (QdWorkspace, qd_workspace, G_TYPE_OBJECT)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

typedef struct
{
  char *path;
  QdWorkspaceMode mode;
} OpenJob;

typedef struct
{
  QdStore *store;
  QdPack *pack;
  char *reason;
} Opened;

static void
open_job_free (gpointer data)
{
  OpenJob *job = data;

  g_free (job->path);
  g_free (job);
}

static void
opened_free (gpointer data)
{
  Opened *opened = data;

  g_clear_object (&opened->store);
  g_clear_pointer (&opened->pack, qd_pack_unref);
  g_free (opened->reason);
  g_free (opened);
}

static gboolean
emit_changed (gpointer user_data)
{
  QdWorkspace *self = user_data;

  self->changed_timer = 0;
  if (self->duties != NULL)
    qd_duties_refresh (self->duties);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  return G_SOURCE_REMOVE;
}

static void
draft_gone_cb (gpointer user_data, GObject *where)
{
  QdWorkspace *self = user_data;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->drafts);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (value == (gpointer) where)
      {
        g_hash_table_iter_remove (&iter);
        return;
      }
}

static void
drafts_foreach_forget (gpointer key, gpointer value, gpointer user_data)
{
  g_object_weak_unref (value, draft_gone_cb, user_data);
}

static void
qd_workspace_dispose (GObject *object)
{
  QdWorkspace *self = QD_WORKSPACE (object);

  g_clear_handle_id (&self->changed_timer, g_source_remove);
  if (self->drafts != NULL)
    g_hash_table_foreach (self->drafts, drafts_foreach_forget, self);
  g_clear_pointer (&self->drafts, g_hash_table_unref);
  if (self->courier != NULL)
    {
      qd_courier_stop (self->courier);
      g_signal_handlers_disconnect_by_data (self->courier, self);
    }
  g_clear_object (&self->courier);
  if (self->duties != NULL)
    g_object_run_dispose (G_OBJECT (self->duties)); /* waits for its thread, which reads the store */
  g_clear_object (&self->duties);
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_data (self->store, self);
  g_clear_object (&self->store);
  g_clear_pointer (&self->pack, qd_pack_unref);
  G_OBJECT_CLASS (qd_workspace_parent_class)->dispose (object);
}

static void
qd_workspace_finalize (GObject *object)
{
  g_free (QD_WORKSPACE (object)->reason);
  G_OBJECT_CLASS (qd_workspace_parent_class)->finalize (object);
}

static void
qd_workspace_class_init (QdWorkspaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = qd_workspace_dispose;
  object_class->finalize = qd_workspace_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", QD_TYPE_WORKSPACE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
qd_workspace_init (QdWorkspace *self)
{
  self->drafts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

QdWorkspace *
qd_workspace_new (QdStore *store, QdPack *pack)
{
  QdWorkspace *self = g_object_new (QD_TYPE_WORKSPACE, NULL);

  self->store = g_object_ref (store);
  self->pack = qd_pack_ref (pack);
  g_signal_connect_swapped (store, "changed", G_CALLBACK (qd_workspace_touch), self);
  if (!qd_store_is_read_only (store))
    {
      self->courier = qd_courier_new (store);
      g_signal_connect_swapped (self->courier, "delivery-changed", G_CALLBACK (qd_workspace_touch), self);
    }
  return self;
}

/* The main thread must not read XML when it first shows a list: all forms are read here, once. */
static gboolean
load_forms (QdPack *pack, GError **error)
{
  const char *const *ids = qd_pack_get_form_ids (pack);

  for (guint i = 0; ids[i] != NULL; i++)
    if (qd_pack_get_form (pack, ids[i], error) == NULL)
      return FALSE;
  return TRUE;
}

static void
open_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  OpenJob *job = task_data;
  g_autoptr (GError) error = NULL;
  Opened *opened = g_new0 (Opened, 1);

  opened->pack = qd_pack_load_builtin (&error);
  if (opened->pack == NULL || !load_forms (opened->pack, &error))
    goto out;
  if (job->mode != QD_WORKSPACE_OPEN)
    {
      opened->store = qd_store_create (job->path, &error);
      if (opened->store != NULL && job->mode == QD_WORKSPACE_DEMO)
        qd_demo_fill (opened->store, opened->pack, &error);
      goto out;
    }
  opened->store = qd_store_open (job->path, FALSE, &error);
  if (opened->store == NULL && (g_error_matches (error, QD_STORE_ERROR, QD_STORE_ERROR_IN_USE) || g_error_matches (error, QD_STORE_ERROR, QD_STORE_ERROR_NEWER)))
    {
      opened->reason = g_error_matches (error, QD_STORE_ERROR, QD_STORE_ERROR_NEWER)
                           ? g_strdup (_ ("Made by a newer version; view only. Update the program."))
                           : g_strdup_printf (_ ("In use elsewhere; opened read-only. %s"), error->message);
      g_clear_error (&error);
      opened->store = qd_store_open (job->path, TRUE, &error);
    }

out:
  if (error != NULL)
    {
      opened_free (opened);
      g_task_return_error (task, g_steal_pointer (&error));
    }
  else
    g_task_return_pointer (task, opened, opened_free);
}

void
qd_workspace_open_async (const char *path, QdWorkspaceMode mode, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  OpenJob *job = g_new0 (OpenJob, 1);

  job->path = g_strdup (path);
  job->mode = mode;
  g_task_set_source_tag (task, qd_workspace_open_async);
  g_task_set_task_data (task, job, open_job_free);
  g_task_run_in_thread (task, open_in_thread);
}

QdWorkspace *
qd_workspace_open_finish (GAsyncResult *result, GError **error)
{
  Opened *opened;
  QdWorkspace *self;

  g_return_val_if_fail (g_async_result_is_tagged (result, qd_workspace_open_async), NULL);
  opened = g_task_propagate_pointer (G_TASK (result), error);
  if (opened == NULL)
    return NULL;
  self = qd_workspace_new (opened->store, opened->pack);
  self->reason = g_steal_pointer (&opened->reason);
  opened_free (opened);
  return self;
}

QdStore *
qd_workspace_get_store (QdWorkspace *self)
{
  return self->store;
}

QdPack *
qd_workspace_get_pack (QdWorkspace *self)
{
  return self->pack;
}

QdCourier *
qd_workspace_get_courier (QdWorkspace *self)
{
  return self->courier;
}

QdDuties *
qd_workspace_get_duties (QdWorkspace *self)
{
  if (self->duties == NULL)
    {
      self->duties = qd_duties_new (self->store, self->pack);
      qd_duties_refresh (self->duties);
    }
  return self->duties;
}

gboolean
qd_workspace_is_read_only (QdWorkspace *self)
{
  return qd_store_is_read_only (self->store);
}

const char *
qd_workspace_get_read_only_reason (QdWorkspace *self)
{
  return self->reason;
}

gboolean
qd_workspace_is_demo (QdWorkspace *self)
{
  g_autofree char *demo = qd_store_dup_setting (self->store, "demo");

  return demo != NULL;
}

char *
qd_workspace_dup_name (QdWorkspace *self)
{
  char *name = qd_store_dup_setting (self->store, "name");
  g_autofree char *base = NULL;

  if (name != NULL && *name != '\0')
    return name;
  g_free (name);
  base = g_path_get_basename (qd_store_get_path (self->store));
  if (g_str_has_suffix (base, ".qingdan"))
    base[strlen (base) - strlen (".qingdan")] = '\0';
  return g_steal_pointer (&base);
}

char *
qd_workspace_dup_site (QdWorkspace *self)
{
  char *site = qd_store_dup_setting (self->store, "site");

  return site != NULL ? site : g_strdup ("");
}

char *
qd_workspace_dup_place (QdWorkspace *self)
{
  g_autofree char *site = qd_workspace_dup_site (self);
  g_autofree char *base = g_path_get_basename (qd_store_get_path (self->store));

  if (*site == '\0')
    return g_steal_pointer (&base);
  return g_strdup_printf ("%s · %s", site, base);
}

const char *
qd_workspace_get_form_of_kind (QdWorkspace *self, const char *kind)
{
  const char *const *ids = qd_pack_get_form_ids (self->pack);

  for (guint i = 0; ids[i] != NULL; i++)
    {
      QdForm *form = qd_pack_get_form (self->pack, ids[i], NULL);
      if (form != NULL && g_strcmp0 (qd_form_get_info (form, "kind"), kind) == 0)
        return ids[i];
    }
  return NULL;
}

GStrv
qd_workspace_dup_declaration_forms (QdWorkspace *self)
{
  const char *const *ids = qd_pack_get_form_ids (self->pack);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; ids[i] != NULL; i++)
    {
      QdForm *form = qd_pack_get_form (self->pack, ids[i], NULL);
      const char *kind = form != NULL ? qd_form_get_info (form, "kind") : NULL;
      if (form != NULL && (kind == NULL || g_str_equal (kind, "declaration")))
        g_strv_builder_add (builder, ids[i]);
    }
  return g_strv_builder_end (builder);
}

QdForm *
qd_workspace_get_form (QdWorkspace *self, const char *form_id)
{
  return qd_pack_get_form (self->pack, form_id, NULL);
}

static void
remember (QdWorkspace *self, QdDraft *draft)
{
  gint64 *key = g_new (gint64, 1);

  *key = qd_draft_get_id (draft);
  g_hash_table_insert (self->drafts, key, draft);
  g_object_weak_ref (G_OBJECT (draft), draft_gone_cb, self);
}

QdDraft *
qd_workspace_open_draft (QdWorkspace *self, gint64 id, GError **error)
{
  QdDraft *draft = g_hash_table_lookup (self->drafts, &id);

  if (draft != NULL)
    return g_object_ref (draft);
  draft = qd_draft_open (self->store, self->pack, id, qd_look_get_language (), error);
  if (draft != NULL)
    remember (self, draft);
  return draft;
}

gboolean
qd_workspace_is_slow (QdWorkspace *self, gint64 id)
{
  return !g_hash_table_contains (self->drafts, &id) && qd_draft_is_large (self->store, self->pack, id);
}

static void
draft_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  QdWorkspace *self = g_task_get_source_object (task);
  QdDraft *draft = self->drafts != NULL ? g_hash_table_lookup (self->drafts, g_task_get_task_data (task)) : NULL;
  GError *error = NULL;

  /* Somebody else was faster: there is one draft of a declaration, and the other one is dropped with @result. */
  if (draft != NULL)
    {
      g_task_return_pointer (task, g_object_ref (draft), g_object_unref);
      return;
    }
  draft = qd_draft_open_finish (result, &error);
  if (draft == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (self->drafts != NULL)
    remember (self, draft);
  g_task_return_pointer (task, draft, g_object_unref);
}

void
qd_workspace_open_draft_async (QdWorkspace *self, gint64 id, QdEditProgress progress, gpointer progress_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, qd_workspace_open_draft_async);
  g_task_set_task_data (task, g_memdup2 (&id, sizeof id), g_free);
  qd_draft_open_async (self->store, self->pack, id, qd_look_get_language (), progress, progress_data, cancellable, draft_opened_cb, task);
}

QdDraft *
qd_workspace_open_draft_finish (QdWorkspace *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self) && g_async_result_is_tagged (result, qd_workspace_open_draft_async), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}

QdDraft *
qd_workspace_open_kind (QdWorkspace *self, const char *kind, GError **error)
{
  const char *form_id = qd_workspace_get_form_of_kind (self, kind);
  QdDraft *draft;
  gint64 id;

  if (form_id == NULL)
    {
      g_set_error (error, QD_PACK_ERROR, QD_PACK_ERROR_NOT_FOUND, _ ("The pack “%s” has no form of this kind; install a complete pack."), qd_pack_get_id (self->pack));
      return NULL;
    }
  id = qd_store_find_declaration (self->store, form_id);
  if (id != 0)
    return qd_workspace_open_draft (self, id, error);
  draft = qd_draft_create (self->store, self->pack, form_id, "", NULL, qd_look_get_language (), error);
  if (draft != NULL)
    remember (self, draft);
  return draft;
}

void
qd_workspace_touch (QdWorkspace *self)
{
  if (self->changed_timer == 0)
    self->changed_timer = g_timeout_add (100, emit_changed, self);
}
