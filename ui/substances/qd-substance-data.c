/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-substance-data"
#include "config.h"
#include "qd-substance-data.h"

struct _QdSubstanceData
{
  GObject parent_instance;
  QdPack *pack;              /* (owned) */
  QdScreening *screening;    /* (owned) (nullable) */
  QdNameIndex *names;        /* (owned) (nullable) */
  char *problem;             /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned) */
};

G_DEFINE_FINAL_TYPE (QdSubstanceData, qd_substance_data, G_TYPE_OBJECT)

static guint changed_signal;

/* What a thread loads. */
typedef struct
{
  QdScreening *screening;
  QdNameIndex *names;
  char *problem;
} Loaded;

static void
loaded_free (gpointer data)
{
  Loaded *loaded = data;

  g_clear_pointer (&loaded->screening, qd_screening_unref);
  g_clear_pointer (&loaded->names, qd_name_index_unref);
  g_free (loaded->problem);
  g_free (loaded);
}

static void
load_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  QdPack *pack = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdInventory) inventory = qd_inventory_load (&error);
  Loaded *loaded = g_new0 (Loaded, 1);

  if (inventory == NULL && !g_error_matches (error, QD_INVENTORY_ERROR, QD_INVENTORY_ERROR_MISSING))
    loaded->problem = g_strdup (error->message);
  loaded->screening = qd_screening_new (pack, inventory);
  loaded->names = qd_name_index_new_substances (qd_pack_get_substances (pack), inventory != NULL ? qd_inventory_get_catalog (inventory) : NULL);
  g_task_return_pointer (task, loaded, loaded_free);
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QdSubstanceData *self = QD_SUBSTANCE_DATA (source);
  Loaded *loaded = g_task_propagate_pointer (G_TASK (result), NULL);

  if (loaded == NULL) /* cancelled: we are going away */
    return;
  g_clear_pointer (&self->screening, qd_screening_unref);
  g_clear_pointer (&self->names, qd_name_index_unref);
  g_free (self->problem);
  self->screening = g_steal_pointer (&loaded->screening);
  self->names = g_steal_pointer (&loaded->names);
  self->problem = g_steal_pointer (&loaded->problem);
  loaded_free (loaded);
  g_signal_emit (self, changed_signal, 0);
}

static void
load (QdSubstanceData *self)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, loaded_cb, NULL);

  g_task_set_source_tag (task, load);
  g_task_set_task_data (task, qd_pack_ref (self->pack), (GDestroyNotify) qd_pack_unref);
  g_task_run_in_thread (task, load_in_thread);
}

static void
qd_substance_data_dispose (GObject *object)
{
  QdSubstanceData *self = QD_SUBSTANCE_DATA (object);

  g_cancellable_cancel (self->cancellable);
  G_OBJECT_CLASS (qd_substance_data_parent_class)->dispose (object);
}

static void
qd_substance_data_finalize (GObject *object)
{
  QdSubstanceData *self = QD_SUBSTANCE_DATA (object);

  g_clear_pointer (&self->screening, qd_screening_unref);
  g_clear_pointer (&self->names, qd_name_index_unref);
  g_clear_pointer (&self->pack, qd_pack_unref);
  g_clear_object (&self->cancellable);
  g_free (self->problem);
  G_OBJECT_CLASS (qd_substance_data_parent_class)->finalize (object);
}

static void
qd_substance_data_class_init (QdSubstanceDataClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_substance_data_dispose;
  G_OBJECT_CLASS (klass)->finalize = qd_substance_data_finalize;
  changed_signal = g_signal_new ("changed", QD_TYPE_SUBSTANCE_DATA, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
qd_substance_data_init (QdSubstanceData *self)
{
  self->cancellable = g_cancellable_new ();
}

QdSubstanceData *
qd_substance_data_new (QdPack *pack)
{
  QdSubstanceData *self = g_object_new (QD_TYPE_SUBSTANCE_DATA, NULL);

  self->pack = qd_pack_ref (pack);
  load (self);
  return self;
}

QdScreening *
qd_substance_data_get_screening (QdSubstanceData *self)
{
  return self->screening;
}

QdNameIndex *
qd_substance_data_get_names (QdSubstanceData *self)
{
  return self->names;
}

const char *
qd_substance_data_get_problem (QdSubstanceData *self)
{
  return self->problem;
}

static void
keep_in_thread (GTask *task, gpointer source, gpointer inventory, GCancellable *cancellable)
{
  GError *error = NULL;

  if (qd_inventory_save (inventory, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
qd_substance_data_keep_inventory_async (QdSubstanceData *self, QdInventory *inventory, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, qd_substance_data_keep_inventory_async);
  g_task_set_task_data (task, qd_inventory_ref (inventory), (GDestroyNotify) qd_inventory_unref);
  g_task_run_in_thread (task, keep_in_thread);
}

gboolean
qd_substance_data_keep_inventory_finish (QdSubstanceData *self, GAsyncResult *result, GError **error)
{
  gboolean good;

  g_return_val_if_fail (g_task_is_valid (result, self) && g_async_result_is_tagged (result, qd_substance_data_keep_inventory_async), FALSE);
  good = g_task_propagate_boolean (G_TASK (result), error);
  if (good)
    load (self);
  return good;
}
