/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-verb-screen"
#include "config.h"

#include <glib/gi18n-lib.h>

#include "cli.h"
#include "qd-draft.h"
#include "qd-ident.h"
#include "qd-import.h"
#include "qd-inventory-import.h"
#include "qd-screening.h"

/*
 * qingdan-cli screen (CSV|XLSX|FILE.qingdan|REGISTER.xml) [--json] [--date D]
 *
 * With --json, one object:
 *   date, pack {id, version}, inventory null or {substances, source, imported}, caveat: what "not found" does not mean
 *   counts {rows, listed, check, none, empty}: rows = listed + check + none + empty; listed: on a list for certain
 *   substances [{row, nameZh, nameEn, cas, casValid, inventory {state, serial}, hits [...]}] for rows that are not empty; row counts from 1, in sheets
 *     as the spreadsheet shows it; state: listed, check, not-found, none (nothing was imported)
 *     hits: list, listId, title, status, entry, name, cas, match (cas, name, other-cas, alias, class), certain, reason, force (in-force, not-yet, ended,
 *       undated), from, to, measure, exemption, hsCode, source
 */

/* One row to be screened; all owned. */
typedef struct
{
  guint row;
  char *cas;
  char *serial;
  char *name_zh;
  char *name_en;
} Row;

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free (row->cas);
  g_free (row->serial);
  g_free (row->name_zh);
  g_free (row->name_en);
  g_free (row);
}

/* What a field is, by the form: qd:suggest. */
static char **
row_place (Row *row, const QdField *field)
{
  const char *role = qd_field_get_attribute (field, "suggest");

  if (g_strcmp0 (role, "cas") == 0)
    return &row->cas;
  if (g_strcmp0 (role, "serial") == 0)
    return &row->serial;
  if (g_strcmp0 (role, "name-zh") == 0)
    return &row->name_zh;
  return g_strcmp0 (role, "name-en") == 0 ? &row->name_en : NULL;
}

static void
add_row (GPtrArray *rows, Row *row)
{
  g_autofree char *cas = row->cas != NULL ? qd_cas_dup_clean (row->cas) : NULL;

  if (cas != NULL && qd_cas_is_valid (cas))
    {
      g_free (row->cas);
      row->cas = g_steal_pointer (&cas);
    }
  g_ptr_array_add (rows, row);
}

/* The table of substances of a form: the one with a field of CAS numbers. */
static QdNodeId
find_substances (QdInstance *instance, QdNodeId node)
{
  for (guint i = 0; i < qd_instance_get_n_children (instance, node); i++)
    {
      QdNodeId child = qd_instance_get_child (instance, node, i), found;
      const QdField *field = qd_instance_get_field (instance, child);

      if (qd_instance_get_node_type (instance, child) == QD_NODE_REPEAT_RANGE)
        {
          for (guint k = 0; k < qd_field_get_n_children (field); k++)
            if (g_strcmp0 (qd_field_get_attribute (qd_field_get_child (field, k), "suggest"), "cas") == 0)
              return child;
        }
      else if ((found = find_substances (instance, child)) != 0)
        return found;
    }
  return 0;
}

static gboolean
fail_without_table (const char *path, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("%s has no table of substances. Give a register, a workspace, or a sheet with a column of names or CAS numbers."), path);
  return FALSE;
}

static gboolean
read_instance (QdInstance *instance, const char *path, GPtrArray *rows, GError **error)
{
  QdNodeId range = find_substances (instance, qd_instance_get_root (instance));
  const QdField *field;

  if (range == 0)
    return fail_without_table (path, error);
  field = qd_instance_get_field (instance, range);
  for (guint i = 0; i < qd_instance_get_n_children (instance, range); i++)
    {
      QdNodeId node = qd_instance_get_child (instance, range, i);
      Row *row = g_new0 (Row, 1);

      row->row = i + 1;
      for (guint k = 0; k < qd_field_get_n_children (field); k++)
        {
          char **place = row_place (row, qd_field_get_child (field, k));
          QdNodeId cell = place != NULL ? qd_instance_find_in_row (instance, node, qd_field_get_child (field, k)) : 0;

          if (cell != 0)
            *place = g_strdup (qd_instance_get_value (instance, cell));
        }
      add_row (rows, row);
    }
  return TRUE;
}

/* The pack's form of substances, empty: it knows what heads mean. */
static QdInstance *
make_register (QdCliContext *context, GError **error)
{
  QdInstanceOptions options = qd_cli_context_get_options (context);
  const char *const *ids = qd_pack_get_form_ids (context->pack);

  for (guint i = 0; ids[i] != NULL; i++)
    {
      QdForm *form = qd_pack_get_form (context->pack, ids[i], NULL);

      if (form != NULL && g_strcmp0 (qd_form_get_info (form, "kind"), "register") == 0)
        return qd_instance_new (form, &options, error);
    }
  g_set_error (error, QD_PACK_ERROR, QD_PACK_ERROR_NOT_FOUND, _ ("The pack has no register of substances."));
  return NULL;
}

static gboolean
read_sheet (QdCliContext *context, const char *path, GPtrArray *rows, GError **error)
{
  g_autoptr (QdSheet) sheet = qd_sheet_read (path, NULL, NULL, NULL, NULL, error);
  g_autoptr (QdInstance) instance = sheet != NULL ? make_register (context, error) : NULL;
  g_autoptr (QdImport) import = NULL;
  QdNodeId range;
  gboolean any = FALSE;

  if (instance == NULL)
    return FALSE;
  range = find_substances (instance, qd_instance_get_root (instance));
  if (range == 0)
    return fail_without_table (path, error);
  import = qd_import_new (instance, range, sheet);
  for (guint i = qd_import_get_first_row (import); i < qd_sheet_get_n_rows (sheet); i++)
    {
      Row *row = g_new0 (Row, 1);

      row->row = i + 1;
      for (guint column = 0; column < qd_import_get_n_columns (import); column++)
        {
          int target = qd_import_get_column (import, column)->field;
          char **place = target >= 0 ? row_place (row, qd_import_get_field (import, (guint) target)) : NULL;

          if (place == NULL)
            continue;
          any = TRUE;
          *place = g_strdup (qd_sheet_get_text (sheet, i, column));
        }
      add_row (rows, row);
    }
  return any || fail_without_table (path, error);
}

static gboolean
read_workspace (QdCliContext *context, const char *path, GPtrArray *rows, GError **error)
{
  g_autoptr (QdInstance) blank = make_register (context, error);
  g_autoptr (QdStore) store = blank != NULL ? qd_store_open (path, TRUE, error) : NULL;
  g_autoptr (QdDraft) draft = NULL;
  gint64 id;

  if (store == NULL)
    return FALSE;
  id = qd_store_find_declaration (store, qd_form_get_id (qd_instance_get_form (blank)));
  if (id == 0)
    return TRUE; /* nothing was entered yet */
  draft = qd_draft_open (store, context->pack, id, context->language, error);
  return draft != NULL && read_instance (qd_draft_get_instance (draft), path, rows, error);
}

static gboolean
read_rows (QdCliContext *context, const char *path, GPtrArray *rows, GError **error)
{
  g_autoptr (QdInstance) instance = NULL;

  if (g_str_has_suffix (path, ".qingdan"))
    return read_workspace (context, path, rows, error);
  if (!g_str_has_suffix (path, ".xml"))
    return read_sheet (context, path, rows, error);
  instance = qd_cli_load (context, path, error);
  return instance != NULL && read_instance (instance, path, rows, error);
}

static gboolean
is_empty (const char *text)
{
  return text == NULL || *text == '\0';
}

static const char *const match_names[] = { "cas", "name", "other-cas", "alias", "class" };
static const char *const force_names[] = { "undated", "not-yet", "in-force", "ended" };
static const char *const state_names[] = { "none", "not-found", "check", "listed" };

typedef struct
{
  guint rows, listed, check, none, empty;
} Counts;

static void
add_text (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value != NULL ? value : "");
}

static void
add_number (JsonBuilder *builder, const char *name, guint n)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_int_value (builder, n);
}

static void
add_flag (JsonBuilder *builder, const char *name, gboolean flag)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_boolean_value (builder, flag);
}

static void
add_hit (JsonBuilder *builder, const QdHit *hit, const char *language)
{
  const QdCatalogEntry *entry = hit->entry;
  g_autofree char *reason = qd_hit_dup_reason (hit, language);

  json_builder_begin_object (builder);
  add_text (builder, "list", qd_pack_list_get_name (hit->list));
  add_text (builder, "listId", entry->list_id);
  add_text (builder, "title", qd_pack_list_get_title (hit->list, language));
  add_text (builder, "status", qd_pack_list_get_status_text (hit->list, language));
  add_text (builder, "entry", entry->entry_no);
  add_text (builder, "name", entry->name_zh);
  add_text (builder, "cas", entry->cas);
  add_text (builder, "match", match_names[hit->match.kind]);
  add_flag (builder, "certain", qd_hit_is_certain (hit));
  add_text (builder, "reason", reason);
  add_text (builder, "force", force_names[hit->force]);
  add_text (builder, "from", entry->from);
  add_text (builder, "to", entry->to);
  add_text (builder, "measure", entry->measure);
  add_text (builder, "exemption", entry->exemption);
  add_text (builder, "hsCode", entry->hs_code);
  add_text (builder, "source", entry->source);
  json_builder_end_object (builder);
}

static void
add_substance (JsonBuilder *builder, const Row *row, GArray *hits, QdInventoryState state, const QdCatalogEntry *entry, const char *language)
{
  json_builder_begin_object (builder);
  add_number (builder, "row", row->row);
  add_text (builder, "nameZh", row->name_zh);
  add_text (builder, "nameEn", row->name_en);
  add_text (builder, "cas", row->cas);
  add_flag (builder, "casValid", qd_cas_is_valid (row->cas));
  json_builder_set_member_name (builder, "inventory");
  json_builder_begin_object (builder);
  add_text (builder, "state", state_names[state]);
  add_text (builder, "serial", entry != NULL ? entry->entry_no : "");
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "hits");
  json_builder_begin_array (builder);
  for (guint i = 0; i < hits->len; i++)
    add_hit (builder, &g_array_index (hits, QdHit, i), language);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
print_substance (const Row *row, GArray *hits, const char *inventory, const char *language)
{
  g_print (_ ("Row %u: %s %s"), row->row, !is_empty (row->name_zh) ? row->name_zh : !is_empty (row->name_en) ? row->name_en
                                                                                                             : "",
           !is_empty (row->cas) ? row->cas : "");
  g_print ("\n");
  for (guint i = 0; i < hits->len; i++)
    {
      const QdHit *hit = &g_array_index (hits, QdHit, i);
      g_autofree char *reason = qd_hit_dup_reason (hit, language), *dates = qd_hit_dup_dates (hit);

      g_print ("  %s %s  %s, %s (%s)\n", hit->entry->list_id, hit->entry->entry_no, qd_pack_list_get_title (hit->list, language), dates, qd_pack_list_get_status_text (hit->list, language));
      if (reason != NULL)
        {
          g_print ("    ");
          g_print (_ ("Please check: %s"), reason);
          g_print ("\n");
          continue;
        }
      g_print ("    %s\n", hit->entry->measure);
      if (*hit->entry->exemption != '\0')
        {
          g_print ("    ");
          g_print (_ ("Exempt: %s"), hit->entry->exemption);
          g_print ("\n");
        }
    }
  if (inventory != NULL)
    g_print ("  %s\n", inventory);
}

/* @builder: (nullable): prints text when NULL */
static Counts
screen (QdScreening *screening, GPtrArray *rows, const char *date, const char *language, JsonBuilder *builder)
{
  g_autoptr (GArray) hits = g_array_new (FALSE, FALSE, sizeof (QdHit));
  Counts counts = { .rows = rows->len };

  for (guint i = 0; i < rows->len; i++)
    {
      const Row *row = g_ptr_array_index (rows, i);
      QdSubstance substance = { row->cas, row->serial, row->name_zh, row->name_en };
      const QdCatalogEntry *entry;
      QdInventoryState state;
      gboolean listed = FALSE;

      if (is_empty (row->cas) && is_empty (row->serial) && is_empty (row->name_zh) && is_empty (row->name_en))
        {
          counts.empty++;
          continue;
        }
      g_array_set_size (hits, 0);
      qd_screening_find (screening, &substance, date, hits);
      state = qd_screening_find_inventory (screening, &substance, &entry);
      for (guint k = 0; k < hits->len; k++)
        listed = listed || qd_match_is_certain (&g_array_index (hits, QdHit, k).match);
      counts.listed += listed;
      counts.check += !listed && hits->len > 0;
      counts.none += hits->len == 0;
      if (builder != NULL)
        add_substance (builder, row, hits, state, entry, language);
      else if (hits->len > 0 || state > QD_INVENTORY_NOT_FOUND)
        {
          g_autofree char *inventory = state != QD_INVENTORY_NONE ? qd_screening_dup_inventory_text (screening, state, entry) : NULL;

          print_substance (row, hits, inventory, language);
        }
    }
  return counts;
}

static void
say_json (QdScreening *screening, GPtrArray *rows, const char *date, const char *language)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *caveat = qd_screening_dup_caveat (screening, language);
  QdInventory *inventory = qd_screening_get_inventory (screening);
  QdPack *pack = qd_screening_get_pack (screening);
  Counts counts;

  json_builder_begin_object (builder);
  add_text (builder, "date", date);
  json_builder_set_member_name (builder, "pack");
  json_builder_begin_object (builder);
  add_text (builder, "id", qd_pack_get_id (pack));
  add_text (builder, "version", qd_pack_get_version (pack));
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "inventory");
  if (inventory == NULL)
    json_builder_add_null_value (builder);
  else
    {
      json_builder_begin_object (builder);
      add_number (builder, "substances", qd_inventory_get_n_substances (inventory));
      add_text (builder, "source", qd_inventory_get_source (inventory));
      add_text (builder, "imported", qd_inventory_get_imported (inventory));
      json_builder_end_object (builder);
    }
  add_text (builder, "caveat", caveat);
  json_builder_set_member_name (builder, "substances");
  json_builder_begin_array (builder);
  counts = screen (screening, rows, date, language, builder);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "counts");
  json_builder_begin_object (builder);
  add_number (builder, "rows", counts.rows);
  add_number (builder, "listed", counts.listed);
  add_number (builder, "check", counts.check);
  add_number (builder, "none", counts.none);
  add_number (builder, "empty", counts.empty);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  qd_cli_print_json (json_builder_get_root (builder));
}

static void
say_text (QdScreening *screening, GPtrArray *rows, const char *date, const char *language)
{
  Counts counts = screen (screening, rows, date, language, NULL);
  g_autofree char *caveat = qd_screening_dup_caveat (screening, language);

  g_print (_ ("%u rows = %u on lists + %u to check + %u not found + %u empty."), counts.rows, counts.listed, counts.check, counts.none, counts.empty);
  g_print ("\n%s\n", caveat);
}

/* How the file of the inventory is to be read. */
typedef struct
{
  char *path, *sheet, *columns; /* (owned) (nullable) */
  int first_row;                /* from 1; 0: guessed */
} InventoryFile;

static void
inventory_file_clear (InventoryFile *self)
{
  g_free (self->path);
  g_free (self->sheet);
  g_free (self->columns);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (InventoryFile, inventory_file_clear)

static void
print_mapping (QdSheet *sheet, const QdInventoryMapping *mapping)
{
  for (guint i = 0; i < QD_INVENTORY_N_COLUMNS; i++)
    if (mapping->columns[i] >= 0)
      {
        g_autofree char *letters = qd_sheet_dup_column_letters ((guint) mapping->columns[i]);

        g_printerr ("%s: %s  %s\n", qd_inventory_column_title ((QdInventoryColumn) i), letters, mapping->first_row > 0 ? qd_sheet_get_text (sheet, mapping->first_row - 1, (guint) mapping->columns[i]) : "");
      }
}

/* A guess that nobody can confirm is no mapping. */
static gboolean
find_mapping (const InventoryFile *file, QdSheet *sheet, QdInventoryMapping *mapping, GError **error)
{
  qd_inventory_guess_mapping (sheet, mapping);
  if (file->first_row > 0)
    mapping->first_row = (guint) file->first_row - 1;
  if (file->columns != NULL && !qd_inventory_mapping_parse (mapping, sheet, file->columns, error))
    return FALSE;
  print_mapping (sheet, mapping);
  if (mapping->by_content == 0)
    return TRUE;
  g_set_error (error, QD_SHEET_ERROR, QD_SHEET_ERROR_FORMAT, _ ("%s: some columns were only guessed from what stands in them. Name them with --inventory-columns; nothing was imported."), file->path);
  return FALSE;
}

static gboolean
import_inventory (const InventoryFile *file, const char *date, GError **error)
{
  g_autoptr (QdSheet) sheet = qd_sheet_read (file->path, file->sheet, NULL, NULL, NULL, error);
  g_autoptr (QdInventory) inventory = NULL;
  g_autoptr (GPtrArray) refused = qd_inventory_refusals_new ();
  g_autofree char *shown = g_filename_display_basename (file->path);
  QdInventoryMapping mapping;
  QdInventoryCounts counts;

  if (sheet == NULL || !find_mapping (file, sheet, &mapping, error))
    return FALSE;
  inventory = qd_inventory_import (sheet, &mapping, shown, date, &counts, refused, NULL, NULL, NULL, error);
  for (guint i = 0; i < refused->len; i++)
    {
      const QdInventoryRefusal *refusal = g_ptr_array_index (refused, i);

      g_printerr (_ ("Row %u: %s"), refusal->row + 1, refusal->reason);
      g_printerr ("\n");
    }
  if (inventory == NULL || !qd_inventory_save (inventory, error))
    return FALSE;
  g_printerr (_ ("%u rows = %u substances of the inventory + %u repeated + %u without a valid number + %u empty."), counts.rows, counts.substances, counts.repeated, counts.bad, counts.empty);
  g_printerr ("\n");
  return TRUE;
}

int
qd_verb_screen (int argc, char **argv)
{
  g_auto (QdCliContext) context = { 0 };
  g_auto (InventoryFile) file = { 0 };
  g_autofree char *date = NULL;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "pack", 0, 0, G_OPTION_ARG_FILENAME, &context.pack_dir, N_ ("the pack, instead of the built-in one"), "DIR" },
    { "date", 0, 0, G_OPTION_ARG_STRING, &context.date, N_ ("the day that counts as today"), "YYYY-MM-DD" },
    { "language", 0, 0, G_OPTION_ARG_STRING, &context.language, N_ ("language of labels and messages: zh-CN or en"), "LANG" },
    { "import-inventory", 0, 0, G_OPTION_ARG_FILENAME, &file.path, N_ ("first imports the official file of the inventory (IECSC) for this user"), "XLSX" },
    { "inventory-columns", 0, 0, G_OPTION_ARG_STRING, &file.columns, N_ ("its columns by letters or heads, such as cas=C,name-zh=B; the others are left out"), "NAME=COLUMN,…" },
    { "inventory-first-row", 0, 0, G_OPTION_ARG_INT, &file.first_row, N_ ("its first row with data"), "ROW" },
    { "inventory-sheet", 0, 0, G_OPTION_ARG_STRING, &file.sheet, N_ ("its worksheet; the first one without it"), "NAME" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("print JSON"), NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (row_free);
  g_autoptr (QdInventory) inventory = NULL;
  g_autoptr (QdScreening) screening = NULL;
  const char *language;

  if (!qd_cli_parse (&argc, &argv, "CSV|XLSX|FILE.qingdan|REGISTER.xml", entries, 1))
    return QD_EXIT_USAGE;
  if (!qd_cli_context_open (&context, &error))
    return qd_cli_fail (error);
  date = g_date_time_format (context.now, "%Y-%m-%d");
  language = context.language != NULL ? context.language : g_str_has_prefix (g_get_language_names ()[0], "zh") ? "zh-CN"
                                                                                                               : "en";
  if (file.path != NULL && !import_inventory (&file, date, &error))
    return qd_cli_fail (error);
  inventory = qd_inventory_load (&error);
  if (inventory == NULL && !g_error_matches (error, QD_INVENTORY_ERROR, QD_INVENTORY_ERROR_MISSING))
    return qd_cli_fail (error);
  g_clear_error (&error);
  if (!read_rows (&context, argv[1], rows, &error))
    return qd_cli_fail (error);
  screening = qd_screening_new (context.pack, inventory);
  if (json)
    say_json (screening, rows, date, language);
  else
    say_text (screening, rows, date, language);
  return QD_EXIT_FINE;
}
