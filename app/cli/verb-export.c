/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-verb-export"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "cli.h"
#include "qd-draft.h"
#include "qd-sheet-export.h"

static gboolean
write_out (QdInstance *instance, const char *table, const char *out, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  QdNodeId range = table != NULL ? qd_cli_find_table (instance, table, error) : 0;

  if (table != NULL && range == 0)
    return FALSE;
  if (g_str_has_suffix (out, ".xlsx"))
    return table != NULL ? qd_sheet_export_table (instance, range, out, error) : qd_sheet_export_declaration (instance, out, error);
  if (g_str_has_suffix (out, ".csv") && table != NULL)
    bytes = qd_sheet_export_csv (instance, range);
  else if (g_str_has_suffix (out, ".xml") && table == NULL)
    bytes = qd_instance_save (instance);
  else
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("A declaration goes to .xlsx or .xml, a table (--table) to .xlsx or .csv; %s is neither."), out);
      return FALSE;
    }
  return qd_cli_write_file (out, bytes, error);
}

static QdInstance *
open_workspace (QdCliContext *context, const char *path, const char *form, GError **error)
{
  g_autoptr (QdStore) store = qd_store_open (path, TRUE, error);
  g_autoptr (QdDraft) draft = NULL;
  gint64 id;

  if (store == NULL)
    return NULL;
  id = qd_store_find_declaration (store, form);
  if (id == 0)
    {
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND, _ ("%s has no declaration of the form %s yet."), path, form);
      return NULL;
    }
  draft = qd_draft_open (store, context->pack, id, context->language, error);
  return draft != NULL ? g_object_ref (qd_draft_get_instance (draft)) : NULL;
}

int
qd_verb_export (int argc, char **argv)
{
  g_auto (QdCliContext) context = { 0 };
  g_autofree char *form = NULL;
  g_autofree char *table = NULL;
  g_autofree char *out = NULL;
  const GOptionEntry entries[] = {
    QD_CLI_CONTEXT_ENTRIES (&context),
    { "form", 0, 0, G_OPTION_ARG_STRING, &form, N_ ("in a workspace: the form whose newest declaration is meant"), "FORM" },
    { "table", 0, 0, G_OPTION_ARG_STRING, &table, N_ ("only this table"), "PATH" },
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &out, N_ ("the workbook, text or XML file to write"), "FILE" },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (QdInstance) instance = NULL;
  gboolean workspace;

  if (!qd_cli_parse (&argc, &argv, "FILE.qingdan|INSTANCE.xml", entries, 1))
    return QD_EXIT_USAGE;
  workspace = g_str_has_suffix (argv[1], ".qingdan");
  if (out == NULL || (workspace && form == NULL))
    {
      g_printerr ("%s\n", out == NULL ? _ ("Say where the declaration goes: -o XML") : _ ("Say which declaration is meant: --form FORM"));
      return QD_EXIT_USAGE;
    }
  if (!qd_cli_context_open (&context, &error))
    return qd_cli_fail (error);
  instance = workspace ? open_workspace (&context, argv[1], form, &error) : qd_cli_load (&context, argv[1], &error);
  if (instance == NULL || !write_out (instance, table, out, &error))
    return qd_cli_fail (error);
  return QD_EXIT_FINE;
}
