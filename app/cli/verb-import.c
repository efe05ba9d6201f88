/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-verb-import"
#include "config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "cli.h"
#include "qd-book.h"
#include "qd-draft.h"

typedef struct
{
  QdCliContext context;
  char *form;    /* --form */
  char *table;   /* --table */
  char *sheet;   /* --sheet */
  char *mapping; /* --mapping */
  char *mode;    /* --mode */
  char *refused; /* --refused */
  char *out;     /* -o */
  gboolean dry_run;
  gboolean json;
} Options;

static void
options_clear (Options *self)
{
  qd_cli_context_clear (&self->context);
  g_free (self->form);
  g_free (self->table);
  g_free (self->sheet);
  g_free (self->mapping);
  g_free (self->mode);
  g_free (self->refused);
  g_free (self->out);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

static gboolean
parse_mode (const char *word, QdImport *import, QdImportMode *mode_out, GError **error)
{
  if (word == NULL)
    *mode_out = qd_import_is_own_workbook (import) ? QD_IMPORT_REPLACE : qd_import_has_key (import) ? QD_IMPORT_UPDATE
                                                                                                    : QD_IMPORT_APPEND;
  else if (g_str_equal (word, "append"))
    *mode_out = QD_IMPORT_APPEND;
  else if (g_str_equal (word, "update"))
    *mode_out = QD_IMPORT_UPDATE;
  else if (g_str_equal (word, "replace"))
    *mode_out = QD_IMPORT_REPLACE;
  else
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("“%s” is no way to import; choose append, update or replace."), word);
      return FALSE;
    }
  return TRUE;
}

static void
add_count (JsonBuilder *builder, const char *name, guint n)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, n);
}

static void
print_json (const QdImportCounts *counts, GPtrArray *rows, gboolean written)
{
  static const char *const fates[] = { "added", "updated", "refused", "empty" };
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_count (builder, "rows", counts->rows);
  add_count (builder, "added", counts->added);
  add_count (builder, "updated", counts->updated);
  add_count (builder, "refused", counts->refused);
  add_count (builder, "empty", counts->empty);
  json_builder_set_member_name (builder, "written");
  json_builder_add_boolean_value (builder, written);
  json_builder_set_member_name (builder, "remarks");
  json_builder_begin_array (builder);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      const QdImportRow *row = g_ptr_array_index (rows, i);

      if (row->reason == NULL && row->notice == NULL)
        continue;
      json_builder_begin_object (builder);
      add_count (builder, "row", row->sheet_row + 1);
      json_builder_set_member_name (builder, "fate");
      json_builder_add_string_value (builder, fates[row->fate]);
      json_builder_set_member_name (builder, "text");
      json_builder_add_string_value (builder, row->reason != NULL ? row->reason : row->notice);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  qd_cli_print_json (json_builder_get_root (builder));
}

static void
print_text (const QdImportCounts *counts, GPtrArray *rows, gboolean written)
{
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      const QdImportRow *row = g_ptr_array_index (rows, i);

      if (row->reason == NULL && row->notice == NULL)
        continue;
      g_print (_ ("Row %u: %s"), row->sheet_row + 1, row->reason != NULL ? row->reason : row->notice);
      g_print ("\n");
    }
  g_print (_ ("%u rows = %u new + %u updated + %u refused + %u empty."), counts->rows, counts->added, counts->updated, counts->refused, counts->empty);
  g_print (" %s\n", written ? _ ("Written.") : _ ("Dry run: nothing was written."));
}

static void
say (Options *options, const QdImportCounts *counts, GPtrArray *rows)
{
  if (options->json)
    print_json (counts, rows, !options->dry_run);
  else
    print_text (counts, rows, !options->dry_run);
}

static gboolean
import_table (Options *options, QdInstance *instance, const char *path, GError **error)
{
  g_autoptr (QdSheet) sheet = NULL;
  g_autoptr (QdImport) import = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  QdImportCounts counts;
  QdImportMode mode;
  QdNodeId range = qd_cli_find_table (instance, options->table, error);

  if (range == 0)
    return FALSE;
  sheet = qd_sheet_read (path, options->sheet, NULL, NULL, NULL, error);
  if (sheet == NULL)
    return FALSE;
  import = qd_import_new (instance, range, sheet);
  qd_import_set_catalog (import, qd_pack_get_substances (options->context.pack));
  if (options->mapping != NULL)
    {
      g_autoptr (GBytes) bytes = qd_cli_read_file (options->mapping, error);
      g_autofree char *text = bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;

      if (text == NULL)
        return FALSE;
      qd_import_load_mapping (import, text);
    }
  if (!parse_mode (options->mode, import, &mode, error))
    return FALSE;
  rows = qd_import_check (import, mode, &counts);
  if (options->refused != NULL && counts.refused > 0 && !qd_import_write_refused (import, rows, options->refused, error))
    return FALSE;
  if (!options->dry_run && !qd_import_apply (import, mode, NULL, error))
    return FALSE;
  say (options, &counts, rows);
  return TRUE;
}

static gboolean
import_into (Options *options, QdInstance *instance, const char *path, GError **error)
{
  QdImportCounts counts = { 0 };
  g_autoptr (QdBook) book = NULL;

  if (options->table != NULL)
    return import_table (options, instance, path, error);
  book = qd_book_read (path, NULL, NULL, NULL, error);
  if (book == NULL || !qd_book_apply (book, instance, &counts, error))
    return FALSE;
  say (options, &counts, NULL);
  return TRUE;
}

static gboolean
import_into_file (Options *options, const char *target, const char *path, GError **error)
{
  g_autoptr (QdInstance) instance = qd_cli_load (&options->context, target, error);
  g_autoptr (GBytes) xml = NULL;

  if (instance == NULL || !import_into (options, instance, path, error))
    return FALSE;
  if (options->dry_run)
    return TRUE;
  xml = qd_instance_save (instance);
  return qd_cli_write_file (options->out, xml, error);
}

static gboolean
import_into_workspace (Options *options, const char *target, const char *path, GError **error)
{
  g_autoptr (QdStore) store = qd_store_open (target, options->dry_run, error);
  g_autoptr (QdDraft) draft = NULL;
  gint64 id;
  gboolean good;

  if (store == NULL)
    return FALSE;
  id = qd_store_find_declaration (store, options->form);
  if (id == 0)
    {
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_NOT_FOUND, _ ("%s has no declaration of the form %s yet."), target, options->form);
      return FALSE;
    }
  draft = qd_draft_open (store, options->context.pack, id, options->context.language, error);
  if (draft == NULL)
    return FALSE;
  if (qd_draft_is_read_only (draft) && !options->dry_run)
    {
      g_set_error (error, QD_STORE_ERROR, QD_STORE_ERROR_SEALED, _ ("The newest declaration of the form %s is sealed; amend it first."), options->form);
      return FALSE;
    }
  qd_draft_begin_step (draft, "imported");
  good = import_into (options, qd_draft_get_instance (draft), path, error);
  qd_draft_end_step (draft);
  g_clear_object (&draft);
  return good && (options->dry_run || qd_store_flush (store, error)) && qd_store_close (store, error);
}

int
qd_verb_import (int argc, char **argv)
{
  g_auto (Options) options = { 0 };
  const GOptionEntry entries[] = {
    QD_CLI_CONTEXT_ENTRIES (&options.context),
    { "form", 0, 0, G_OPTION_ARG_STRING, &options.form, N_ ("in a workspace: the form whose newest declaration is meant"), "FORM" },
    { "table", 0, 0, G_OPTION_ARG_STRING, &options.table, N_ ("the table to import into; without it a workbook made by export"), "PATH" },
    { "sheet", 0, 0, G_OPTION_ARG_STRING, &options.sheet, N_ ("the worksheet; the first one without it"), "NAME" },
    { "mapping", 0, 0, G_OPTION_ARG_FILENAME, &options.mapping, N_ ("which column goes where, as saved by the window"), "FILE" },
    { "mode", 0, 0, G_OPTION_ARG_STRING, &options.mode, N_ ("append, update (rows with the same key) or replace"), "MODE" },
    { "refused", 0, 0, G_OPTION_ARG_FILENAME, &options.refused, N_ ("writes refused rows with the reasons to a workbook"), "XLSX" },
    { "dry-run", 0, 0, G_OPTION_ARG_NONE, &options.dry_run, N_ ("only say what would happen"), NULL },
    { "json", 0, 0, G_OPTION_ARG_NONE, &options.json, N_ ("print JSON"), NULL },
    { "out", 'o', 0, G_OPTION_ARG_FILENAME, &options.out, N_ ("where the declaration goes"), "XML" },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  gboolean workspace;
  gboolean good;

  if (!qd_cli_parse (&argc, &argv, "FILE.qingdan|INSTANCE.xml SHEET.xlsx|SHEET.xls|SHEET.csv", entries, 2))
    return QD_EXIT_USAGE;
  workspace = g_str_has_suffix (argv[1], ".qingdan");
  if (workspace ? options.form == NULL : options.out == NULL && !options.dry_run)
    {
      g_printerr ("%s\n", workspace ? _ ("Say which declaration is meant: --form FORM") : _ ("Say where the declaration goes: -o XML"));
      return QD_EXIT_USAGE;
    }
  if (!qd_cli_context_open (&options.context, &error))
    return qd_cli_fail (error);
  good = workspace ? import_into_workspace (&options, argv[1], argv[2], &error) : import_into_file (&options, argv[1], argv[2], &error);
  return good ? QD_EXIT_FINE : qd_cli_fail (error);
}
