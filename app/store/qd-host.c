/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-host"
#include "config.h"

#include "qd-host-private.h"

#include <stdio.h>
#include <string.h>

/* The form of that kind: by its usual id, else whichever of the pack says so. Forms are big, so not all are loaded for it. */
QdForm *
qd_host_find_form (QdPack *pack, const char *kind)
{
  g_autofree char *usual = g_strdup_printf ("%s.%s", qd_pack_get_id (pack), kind);
  const char *const *ids = qd_pack_get_form_ids (pack);
  QdForm *form = NULL;

  if (g_strv_contains (ids, usual))
    form = qd_pack_get_form (pack, usual, NULL);
  if (form && g_strcmp0 (qd_form_get_info (form, "kind"), kind) == 0)
    return form;
  for (guint i = 0; ids[i]; i++)
    {
      form = qd_pack_get_form (pack, ids[i], NULL);
      if (form && g_strcmp0 (qd_form_get_info (form, "kind"), kind) == 0)
        return form;
    }
  return NULL;
}

QdInstance *
qd_host_load (QdHost *host, QdForm *form, gint64 id, QdInstanceMode mode, const char *language, GCancellable *cancellable, int *share, guint *played_out, GError **error)
{
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GBytes) xml = qd_store_read_snapshot (host->store, id, &changes, error);
  g_autoptr (QdInstance) instance = NULL;
  QdInstanceOptions options = { .mode = mode, .xml = xml, .language = language, .resolver = qd_host_resolve, .resolver_data = host, .cancellable = cancellable, .share = share };

  if (!xml)
    return NULL;
  instance = qd_instance_new (form, &options, error);
  if (!instance || (changes->len > 0 && !qd_instance_apply (instance, changes, FALSE, error)))
    return NULL;
  if (played_out)
    *played_out = changes->len;
  return g_steal_pointer (&instance);
}

static GBytes *
resolve_newest (QdHost *host, const char *kind, GError **error)
{
  QdForm *form = host->nested ? NULL : qd_host_find_form (host->pack, kind);
  gint64 id = form ? qd_store_find_declaration (host->store, qd_form_get_id (form)) : 0;
  QdHost inner = { .store = host->store, .pack = host->pack, .nested = TRUE };
  g_autoptr (QdInstance) instance = NULL;

  if (id == 0)
    return NULL;
  instance = qd_host_load (&inner, form, id, QD_INSTANCE_RESTORE, NULL, NULL, NULL, NULL, error);
  return instance ? qd_instance_serialize (instance) : NULL;
}

/* "2026", "2026Q3", "2026-11" and "2026-11-24" as first and last day. */
static GBytes *
resolve_period (QdHost *host)
{
  const char *period = host->period ? host->period : "";
  g_autofree char *escaped = g_markup_escape_text (period, -1);
  g_autofree char *from = NULL, *to = NULL, *xml = NULL;
  const char *kind = "event";
  int year = 0, part = 0, n = 0;

  if (sscanf (period, "%4dQ%1d%n", &year, &part, &n) == 2 && period[n] == '\0' && part >= 1 && part <= 4 && year > 0)
    {
      kind = "quarter";
      from = g_strdup_printf ("%04d-%02d-01", year, part * 3 - 2);
      to = g_strdup_printf ("%04d-%02d-%02d", year, part * 3, g_date_get_days_in_month (part * 3, year));
    }
  else if (strlen (period) == 7 && sscanf (period, "%4d-%2d%n", &year, &part, &n) == 2 && period[n] == '\0' && part >= 1 && part <= 12 && year > 0)
    {
      kind = "month";
      from = g_strdup_printf ("%04d-%02d-01", year, part);
      to = g_strdup_printf ("%04d-%02d-%02d", year, part, g_date_get_days_in_month (part, year));
    }
  else if (strlen (period) == 4 && sscanf (period, "%4d%n", &year, &n) == 1 && period[n] == '\0' && year > 0)
    {
      kind = "year";
      from = g_strdup_printf ("%04d-01-01", year);
      to = g_strdup_printf ("%04d-12-31", year);
    }
  else
    {
      from = g_strdup (escaped);
      to = g_strdup (escaped);
    }
  xml = g_strdup_printf ("<period><id>%s</id><kind>%s</kind><year>%.*s</year><from>%s</from><to>%s</to></period>", escaped, kind, strspn (period, "0123456789") >= 4 ? 4 : 0, period, from, to);
  return g_bytes_new (xml, strlen (xml));
}

GBytes *
qd_host_resolve (const char *uri, char **media_type_out, gpointer user_data, GError **error)
{
  QdHost *host = user_data;
  GBytes *bytes;

  if (g_str_equal (uri, "jr://instance/profile"))
    bytes = resolve_newest (host, "profile", error);
  else if (g_str_equal (uri, "jr://instance/register"))
    bytes = resolve_newest (host, "register", error);
  else if (g_str_equal (uri, "jr://instance/last"))
    bytes = host->form_id ? qd_store_read_last (host->store, host->form_id, host->site, host->before_id, error) : NULL;
  else if (g_str_equal (uri, "jr://instance/period"))
    bytes = resolve_period (host);
  else
    return qd_pack_resolve (uri, media_type_out, host->pack, error);
  if (bytes && media_type_out)
    *media_type_out = g_strdup ("text/xml");
  return bytes;
}

/* Copies */

typedef struct
{
  QdHost host;
  QdDeclaration *row; /* (owned): the host borrows from it */
} Copy;

static void
copy_free (gpointer data)
{
  Copy *copy = data;

  g_object_unref (copy->host.store);
  qd_pack_unref (copy->host.pack);
  qd_declaration_free (copy->row);
  g_free (copy);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Copy, copy_free)

static Copy *
copy_new (QdStore *store, QdPack *pack, gint64 id, QdForm **form_out, GError **error)
{
  QdDeclaration *row = qd_store_get_declaration (store, id, error);
  Copy *copy;

  if (!row)
    return NULL;
  copy = g_new0 (Copy, 1);
  copy->row = row;
  copy->host = (QdHost){ .store = g_object_ref (store), .pack = qd_pack_ref (pack), .form_id = row->form_id, .period = row->period, .site = row->site, .before_id = id };
  *form_out = qd_pack_get_form (pack, row->form_id, error);
  if (!*form_out)
    g_clear_pointer (&copy, copy_free);
  return copy;
}

/* The host lives as long as the instance that asks it. */
static QdInstance *
keep_host (QdInstance *instance, Copy **copy)
{
  if (instance)
    g_object_set_data_full (G_OBJECT (instance), "qd-host", g_steal_pointer (copy), copy_free);
  return instance;
}

QdInstance *
qd_draft_load_copy (QdStore *store, QdPack *pack, gint64 id, const char *language, GError **error)
{
  QdForm *form = NULL;
  g_autoptr (Copy) copy = NULL;
  gboolean same;

  g_return_val_if_fail (QD_IS_STORE (store) && pack != NULL, NULL);
  copy = copy_new (store, pack, id, &form, error);
  if (!copy)
    return NULL;
  same = g_strcmp0 (copy->row->form_version, qd_form_get_version (form)) == 0;
  return keep_host (qd_host_load (&copy->host, form, id, same ? QD_INSTANCE_RESTORE : QD_INSTANCE_EDIT, language, NULL, NULL, NULL, error), &copy);
}

QdInstance *
qd_draft_load_first (QdStore *store, QdPack *pack, gint64 id, const char *language, GError **error)
{
  QdForm *form = NULL;
  g_autoptr (Copy) copy = NULL;
  g_autoptr (GBytes) xml = NULL;
  QdInstanceOptions options = { .mode = QD_INSTANCE_RESTORE, .language = language, .resolver = qd_host_resolve };

  g_return_val_if_fail (QD_IS_STORE (store) && pack != NULL, NULL);
  copy = copy_new (store, pack, id, &form, error);
  xml = copy ? qd_store_read_first (store, id, error) : NULL;
  if (!xml)
    return NULL;
  if (g_strcmp0 (copy->row->form_version, qd_form_get_version (form)) != 0)
    options.mode = QD_INSTANCE_EDIT;
  options.xml = xml;
  options.resolver_data = &copy->host;
  return keep_host (qd_instance_new (form, &options, error), &copy);
}

QdInstance *
qd_draft_load_fresh (QdStore *store, QdPack *pack, gint64 id, const char *language, GError **error)
{
  QdForm *form = NULL;
  g_autoptr (Copy) copy = NULL;
  QdInstanceOptions options = { .mode = QD_INSTANCE_CREATE, .language = language, .resolver = qd_host_resolve };

  g_return_val_if_fail (QD_IS_STORE (store) && pack != NULL, NULL);
  copy = copy_new (store, pack, id, &form, error);
  if (!copy)
    return NULL;
  options.resolver_data = &copy->host;
  return keep_host (qd_instance_new (form, &options, error), &copy);
}
