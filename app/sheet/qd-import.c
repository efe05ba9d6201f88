/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-import"
#include "config.h"

#include "qd-import-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "qd-ident.h"
#include "qd-input.h"
#include "qd-unit.h"

/* Heads are looked for in this many rows from the top. */
#define MAX_HEAD_ROWS 20
/* Rows whose content tells what a column holds. */
#define SAMPLE_ROWS 200

G_DEFINE_FINAL_TYPE (QdImport, qd_import, G_TYPE_OBJECT)

static void
free_target (gpointer data)
{
  QdImportTarget *target = data;

  g_free (target->title);
  g_free (target->key);
  g_strfreev (target->synonyms);
  g_free (target);
}

static void
free_column (gpointer data)
{
  QdImportColumn *column = data;

  g_free (column->head);
  g_free (column->unit);
  g_free (column);
}

static void
free_key_part (gpointer data)
{
  QdImportKeyPart *part = data;

  g_array_unref (part->targets);
  g_free (part);
}

static void
qd_import_finalize (GObject *object)
{
  QdImport *self = QD_IMPORT (object);

  g_clear_object (&self->instance);
  g_clear_pointer (&self->sheet, qd_sheet_unref);
  g_clear_pointer (&self->catalog, qd_catalog_unref);
  g_clear_pointer (&self->targets, g_ptr_array_unref);
  g_clear_pointer (&self->keys, g_ptr_array_unref);
  g_clear_pointer (&self->columns, g_ptr_array_unref);
  g_clear_pointer (&self->corrections, g_hash_table_unref);
  g_clear_pointer (&self->left_out, g_hash_table_unref);
  G_OBJECT_CLASS (qd_import_parent_class)->finalize (object);
}

static void
qd_import_class_init (QdImportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qd_import_finalize;
}

static void
qd_import_init (QdImport *self)
{
  self->targets = g_ptr_array_new_with_free_func (free_target);
  self->keys = g_ptr_array_new_with_free_func (free_key_part);
  self->columns = g_ptr_array_new_with_free_func (free_column);
  self->corrections = qd_import_corrections_new ();
  self->left_out = g_hash_table_new (NULL, NULL);
}

/* Heads and names are compared without spaces, punctuation, what stands in brackets, and case. */
static char *
comparable (const char *text)
{
  g_autofree char *half = g_utf8_normalize (text, -1, G_NORMALIZE_NFKC);
  g_autofree char *folded = g_utf8_casefold (half != NULL ? half : "", -1);
  GString *out = g_string_new (NULL);
  int depth = 0;

  for (const char *p = folded; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (c == '(' || c == '[' || c == 0x3010)
        depth++;
      else if ((c == ')' || c == ']' || c == 0x3011) && depth > 0)
        depth--;
      else if (depth == 0 && g_unichar_isalnum (c))
        g_string_append_unichar (out, c);
    }
  return g_string_free (out, FALSE);
}

/* The unit in a head, and the head without it: 数量(kg), 年用量（t/a）, 浓度[mg/L], 用量/吨, quantity_t, 用量 单位：kg. */
static char *
find_unit (const char *head,
           char **name_out)
{
  static const char *const patterns[] = { "[(（\\[]\\s*(?:单位\\s*[:：]\\s*)?([^()（）\\[\\]]+?)\\s*[)）\\]]", "单位\\s*[:：]\\s*(\\S+)", "[/／_,，]\\s*([^/／_,，\\s]+(?:/[^/\\s]+)?)$" };

  for (gsize i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      g_autoptr (GRegex) regex = g_regex_new (patterns[i], 0, 0, NULL);
      g_autoptr (GMatchInfo) match = NULL;

      for (g_regex_match (regex, head, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL))
        {
          g_autofree char *unit = g_match_info_fetch (match, 1);
          int from;
          int to;

          if (!qd_unit_is_known (unit) || !g_match_info_fetch_pos (match, 0, &from, &to))
            continue;
          if (name_out != NULL)
            *name_out = g_strdup_printf ("%.*s%s", from, head, head + to);
          return g_steal_pointer (&unit);
        }
    }
  if (name_out != NULL)
    *name_out = g_strdup (head);
  return NULL;
}

static void
add_target (QdImport *self,
            const QdField *field)
{
  QdNodeType type = qd_field_get_node_type (field);
  const char *synonyms = qd_field_get_attribute (field, "synonyms");
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autofree char *name = comparable (qd_field_get_name (field));
  g_auto (GStrv) words = g_strsplit (synonyms != NULL ? synonyms : "", "|", -1);
  QdImportTarget *target = g_new0 (QdImportTarget, 1);

  target->field = field;
  target->title = qd_instance_dup_field_label (self->instance, field);
  if (target->title == NULL)
    target->title = g_strdup (qd_field_get_name (field));
  target->key = comparable (target->title);
  target->unit = qd_field_get_attribute (field, "unit");
  target->unit_target = -1;
  target->split_target = -1;
  target->is_cas = g_strcmp0 (qd_field_get_attribute (field, "format"), "cas") == 0;
  target->is_name = g_strcmp0 (qd_field_get_attribute (field, "format"), "substance-name") == 0;
  target->is_hidden = (type == QD_NODE_MODEL_VALUE && qd_field_get_attribute (field, "split-by") == NULL) || type == QD_NODE_UPLOAD;
  g_strv_builder_add (names, name);
  for (guint i = 0; words[i] != NULL; i++)
    {
      g_autofree char *word = comparable (words[i]);

      if (word[0] != '\0')
        g_strv_builder_add (names, word);
    }
  target->synonyms = g_strv_builder_end (names);
  g_ptr_array_add (self->targets, target);
}

static void
add_targets (QdImport *self,
             const QdField *parent)
{
  for (guint i = 0; i < qd_field_get_n_children (parent); i++)
    {
      const QdField *field = qd_field_get_child (parent, i);
      QdNodeType type = qd_field_get_node_type (field);

      if (type == QD_NODE_GROUP)
        add_targets (self, field);
      else if (type != QD_NODE_REPEAT_RANGE && type != QD_NODE_NOTE && type != QD_NODE_TRIGGER && !qd_field_is_calculated (field))
        add_target (self, field);
    }
}

static int
find_target (QdImport *self,
             const char *name)
{
  for (guint i = 0; i < self->targets->len; i++)
    if (g_str_equal (qd_field_get_name (qd_import_target (self, (int) i)->field), name))
      return (int) i;
  return -1;
}

static void
add_keys (QdImport *self,
          const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : "", " ", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_auto (GStrv) names = g_strsplit (parts[i], "|", -1);
      QdImportKeyPart *part = g_new0 (QdImportKeyPart, 1);

      part->targets = g_array_new (FALSE, FALSE, sizeof (int));
      for (guint k = 0; names[k] != NULL; k++)
        {
          int target = find_target (self, names[k]);

          if (target >= 0)
            g_array_append_val (part->targets, target);
        }
      if (part->targets->len > 0)
        g_ptr_array_add (self->keys, part);
      else
        free_key_part (part);
    }
}

static QdGuess
compare_head (const QdImportTarget *target,
              const char *head)
{
  if (head[0] == '\0' || target->is_hidden)
    return QD_GUESS_NONE;
  if (g_str_equal (head, target->key) || g_strv_contains ((const char *const *) target->synonyms, head))
    return QD_GUESS_NAME;
  /* One Han character matches half of all labels. */
  if (g_utf8_strlen (head, -1) >= 2 && g_utf8_strlen (target->key, -1) >= 2 && (strstr (target->key, head) != NULL || strstr (head, target->key) != NULL))
    return QD_GUESS_PART;
  return QD_GUESS_NONE;
}

/* How many cells of a row are names of fields. */
static guint
count_names (QdImport *self,
             guint row)
{
  guint n = 0;

  for (guint column = 0; column < qd_sheet_get_n_columns (self->sheet); column++)
    {
      g_autofree char *unit = NULL;
      g_autofree char *name = NULL;
      g_autofree char *head = NULL;

      unit = find_unit (qd_sheet_get_text (self->sheet, row, column), &name);
      head = comparable (name);
      for (guint i = 0; i < self->targets->len; i++)
        if (compare_head (g_ptr_array_index (self->targets, i), head) == QD_GUESS_NAME)
          {
            n++;
            break;
          }
    }
  return n;
}

/* A row of data has a cell that no head has: a number, a date, a CAS number. */
static gboolean
looks_like_data (QdImport *self,
                 guint row)
{
  for (guint column = 0; column < qd_sheet_get_n_columns (self->sheet); column++)
    {
      const char *text = qd_sheet_get_text (self->sheet, row, column);
      QdCellType type = qd_sheet_get_cell_type (self->sheet, row, column);
      g_autofree char *number = qd_input_dup_number (text);

      if (type == QD_CELL_DATE || type == QD_CELL_NUMBER || type == QD_CELL_ERROR || number != NULL || qd_cas_is_valid (text))
        return TRUE;
    }
  return FALSE;
}

/* The row after the last row that names fields; with merged or stacked heads, after the rows without data below it. */
static guint
guess_first_row (QdImport *self)
{
  guint n_rows = MIN (qd_sheet_get_n_rows (self->sheet), MAX_HEAD_ROWS);
  guint best = 0;
  guint best_names = 0;
  guint row;

  for (row = 0; row < n_rows; row++)
    for (guint column = 0; column < qd_sheet_get_n_columns (self->sheet); column++)
      if (g_str_has_prefix (qd_sheet_get_text (self->sheet, row, column), QD_IMPORT_MARK "/"))
        return MIN (row + 2, qd_sheet_get_n_rows (self->sheet));
  for (row = 0; row < n_rows; row++)
    {
      guint names = count_names (self, row);

      if (names > best_names)
        {
          best = row;
          best_names = names;
        }
    }
  if (best_names == 0)
    {
      for (row = 0; row < n_rows && !looks_like_data (self, row); row++)
        ;
      return row < n_rows ? row : MIN (1, n_rows);
    }
  for (row = best + 1; row < n_rows && !looks_like_data (self, row); row++)
    if (count_names (self, row) == 0)
      {
        /* The second row of a merged head repeats what stands above it somewhere. */
        gboolean repeats = FALSE;

        for (guint column = 0; column < qd_sheet_get_n_columns (self->sheet); column++)
          {
            const char *above = qd_sheet_get_text (self->sheet, row - 1, column);

            repeats = repeats || (above[0] != '\0' && g_str_equal (above, qd_sheet_get_text (self->sheet, row, column)));
          }
        if (!repeats)
          break;
      }
  return row;
}

/* One text over the whole table heads nothing: a title, or the unit of all amounts. */
static gboolean
is_title_row (QdImport *self,
              guint row)
{
  const char *only = NULL;
  guint n = 0;

  for (guint column = 0; column < qd_sheet_get_n_columns (self->sheet); column++)
    {
      const char *text = qd_sheet_get_text (self->sheet, row, column);

      if (text[0] == '\0')
        continue;
      if (only != NULL && !g_str_equal (only, text))
        return FALSE;
      only = text;
      n++;
    }
  return n > 0 && qd_sheet_get_n_columns (self->sheet) > 1 && row + 1 < self->first_row;
}

static char *
join_heads (QdImport *self,
            guint column)
{
  GString *out = g_string_new (NULL);
  guint from = self->first_row > 3 ? self->first_row - 3 : 0;

  for (guint row = from; row < self->first_row; row++)
    {
      const char *text = qd_sheet_get_text (self->sheet, row, column);

      if (text[0] == '\0' || is_title_row (self, row) || (out->len > 0 && g_str_has_suffix (out->str, text)))
        continue;
      if (out->len > 0)
        g_string_append_c (out, ' ');
      g_string_append (out, text);
    }
  return g_string_free (out, FALSE);
}

/* At least four of five filled cells hold what the field takes. Names are no content: two columns of text look alike. */
static gboolean
holds_content (QdImport *self,
               guint column,
               const QdImportTarget *target)
{
  gboolean is_date = qd_field_get_value_type (target->field) == QD_VALUE_DATE;
  guint filled = 0;
  guint valid = 0;

  if (!target->is_cas && !is_date)
    return FALSE;
  for (guint row = self->first_row; row < qd_sheet_get_n_rows (self->sheet) && row < self->first_row + SAMPLE_ROWS; row++)
    {
      const char *text = qd_sheet_get_text (self->sheet, row, column);
      g_autofree char *date = is_date ? qd_input_dup_date (text) : NULL;

      filled += text[0] != '\0';
      valid += is_date ? date != NULL : qd_cas_is_valid (text);
    }
  return filled > 0 && 5 * valid >= 4 * filled;
}

/* A head that names an amount stands over words in a ledger that calls its purposes "use". */
static gboolean
holds_words (QdImport *self,
             guint column,
             const QdImportTarget *target)
{
  QdValueType type = qd_field_get_value_type (target->field);
  guint filled = 0;
  guint words = 0;

  if (type != QD_VALUE_DECIMAL && type != QD_VALUE_INT)
    return FALSE;
  for (guint row = self->first_row; row < qd_sheet_get_n_rows (self->sheet) && row < self->first_row + SAMPLE_ROWS; row++)
    {
      const char *text = qd_sheet_get_text (self->sheet, row, column);

      filled += text[0] != '\0';
      words += text[0] != '\0' && strpbrk (text, "0123456789") == NULL && text[1] != '\0';
    }
  return filled > 1 && 2 * words > filled;
}

static int
find_column_of (QdImport *self,
                int field)
{
  for (guint i = 0; i < self->columns->len; i++)
    if (((QdImportColumn *) g_ptr_array_index (self->columns, i))->field == field)
      return (int) i;
  return -1;
}

static void
update_unit (QdImport *self,
             QdImportColumn *column)
{
  QdDecimal factor;
  const QdImportTarget *target = qd_import_target (self, column->field);

  column->converts = target == NULL || column->unit == NULL || target->unit == NULL || qd_unit_convert (column->unit, target->unit, &factor);
}

/* "单位：kg" over the whole table. */
static char *
find_sheet_unit (QdImport *self)
{
  for (guint row = 0; row + 1 < self->first_row; row++)
    for (guint column = 0; column < qd_sheet_get_n_columns (self->sheet); column++)
      {
        const char *text = qd_sheet_get_text (self->sheet, row, column);
        char *unit = strstr (text, "单位") != NULL ? find_unit (text, NULL) : NULL;

        if (unit != NULL)
          return unit;
      }
  return NULL;
}

/* An amount whose head has no unit is meant as the one to the left of it; somebody has to agree. */
static void
guess_units (QdImport *self)
{
  g_autofree char *last = find_sheet_unit (self);

  for (guint i = 0; i < self->columns->len; i++)
    {
      QdImportColumn *column = g_ptr_array_index (self->columns, i);
      const QdImportTarget *target = qd_import_target (self, column->field);
      QdDecimal factor;
      gboolean fits;

      if (target == NULL || (target->unit == NULL && target->unit_target < 0))
        continue;
      if (column->unit != NULL)
        {
          g_free (last);
          last = g_strdup (column->unit);
          continue;
        }
      /* Where a column gives the unit of each row, heads need none. */
      fits = last != NULL && (target->unit != NULL ? !g_str_equal (last, target->unit) && qd_unit_convert (last, target->unit, &factor) : find_column_of (self, target->unit_target) < 0);
      if (!fits)
        continue;
      column->unit = g_strdup (last);
      column->unit_guessed = TRUE;
      update_unit (self, column);
    }
}

/* A workbook that we wrote has the path of its field over each column. */
static gboolean
read_marks (QdImport *self,
            guint row)
{
  guint found = 0;

  for (guint i = 0; i < self->columns->len; i++)
    {
      QdImportColumn *column = g_ptr_array_index (self->columns, i);
      const char *text = qd_sheet_get_text (self->sheet, row, i);

      if (!g_str_has_prefix (text, QD_IMPORT_MARK))
        continue;
      for (guint k = 0; k < self->targets->len; k++)
        /* Of a column that was copied, the first counts; the other is for people to decide. */
        if (g_str_equal (qd_field_get_ref (qd_import_target (self, (int) k)->field), text + strlen (QD_IMPORT_MARK)) && find_column_of (self, (int) k) < 0)
          {
            column->field = (int) k;
            column->guess = QD_GUESS_SAVED;
            found++;
          }
    }
  return found > 0;
}

static void
guess_fields (QdImport *self)
{
  /* Sure guesses first, so that a vague one never takes their field. */
  for (int pass = QD_GUESS_NAME; pass <= QD_GUESS_CONTENT; pass++)
    for (guint i = 0; i < self->columns->len; i++)
      {
        QdImportColumn *column = g_ptr_array_index (self->columns, i);
        const char *last_word = strrchr (column->head, ' ');
        g_autofree char *unit = NULL;
        g_autofree char *name = NULL;
        g_autofree char *head = NULL;
        g_autofree char *last = comparable (last_word != NULL ? last_word : "");

        unit = find_unit (column->head, &name);
        head = comparable (name);
        for (guint k = 0; column->field < 0 && k < self->targets->len; k++)
          {
            const QdImportTarget *target = qd_import_target (self, (int) k);
            gboolean fits = pass == QD_GUESS_CONTENT ? holds_content (self, i, target)
                                                     : compare_head (target, head) == (QdGuess) pass || (pass == QD_GUESS_NAME && compare_head (target, last) == QD_GUESS_NAME);

            if (!fits || find_column_of (self, (int) k) >= 0 || holds_words (self, i, target))
              continue;
            column->field = (int) k;
            column->guess = (QdGuess) pass;
          }
      }
}

static void
guess_columns (QdImport *self)
{
  g_ptr_array_set_size (self->columns, 0);
  for (guint i = 0; i < qd_sheet_get_n_columns (self->sheet); i++)
    {
      QdImportColumn *column = g_new0 (QdImportColumn, 1);

      column->field = -1;
      column->head = join_heads (self, i);
      g_ptr_array_add (self->columns, column);
    }
  self->is_ours = self->first_row >= 2 && read_marks (self, self->first_row - 2);
  if (!self->is_ours)
    {
      for (guint i = 0; i < self->columns->len; i++)
        {
          QdImportColumn *column = g_ptr_array_index (self->columns, i);

          column->unit = find_unit (column->head, NULL);
        }
      guess_fields (self);
      guess_units (self);
    }
  for (guint i = 0; i < self->columns->len; i++)
    update_unit (self, g_ptr_array_index (self->columns, i));
}

QdImport *
qd_import_new (QdInstance *instance,
               QdNodeId range,
               QdSheet *sheet)
{
  QdImport *self;
  const QdField *field;

  g_return_val_if_fail (QD_IS_INSTANCE (instance), NULL);
  g_return_val_if_fail (qd_instance_get_node_type (instance, range) == QD_NODE_REPEAT_RANGE, NULL);
  g_return_val_if_fail (sheet != NULL, NULL);

  self = g_object_new (QD_TYPE_IMPORT, NULL);
  self->instance = g_object_ref (instance);
  self->range = range;
  self->sheet = qd_sheet_ref (sheet);
  field = qd_instance_get_field (instance, range);
  add_targets (self, field);
  for (guint i = 0; i < self->targets->len; i++)
    {
      QdImportTarget *target = g_ptr_array_index (self->targets, i);
      const char *unit_field = qd_field_get_attribute (target->field, "unit-field");
      const char *split_by = qd_field_get_attribute (target->field, "split-by");

      if (unit_field != NULL)
        target->unit_target = find_target (self, unit_field);
      if (split_by != NULL)
        target->split_target = find_target (self, split_by);
    }
  add_keys (self, qd_field_get_attribute (field, "key"));
  self->first_row = guess_first_row (self);
  guess_columns (self);
  return self;
}

void
qd_import_set_catalog (QdImport *self, QdCatalog *catalog)
{
  g_clear_pointer (&self->catalog, qd_catalog_unref);
  self->catalog = catalog != NULL ? qd_catalog_ref (catalog) : NULL;
}

QdSheet *
qd_import_get_sheet (QdImport *self)
{
  return self->sheet;
}

gboolean
qd_import_has_key (QdImport *self)
{
  return self->keys->len > 0;
}

gboolean
qd_import_is_own_workbook (QdImport *self)
{
  return self->is_ours;
}

gboolean
qd_import_is_field_offered (QdImport *self,
                            guint i)
{
  return !qd_import_target (self, (int) i)->is_hidden;
}

guint
qd_import_get_n_fields (QdImport *self)
{
  return self->targets->len;
}

const QdField *
qd_import_get_field (QdImport *self,
                     guint i)
{
  return qd_import_target (self, (int) i)->field;
}

const char *
qd_import_get_field_title (QdImport *self,
                           guint i)
{
  return qd_import_target (self, (int) i)->title;
}

guint
qd_import_get_first_row (QdImport *self)
{
  return self->first_row;
}

void
qd_import_set_first_row (QdImport *self,
                         guint row)
{
  g_return_if_fail (row <= qd_sheet_get_n_rows (self->sheet));
  self->first_row = row;
  guess_columns (self);
}

guint
qd_import_get_n_columns (QdImport *self)
{
  return self->columns->len;
}

const QdImportColumn *
qd_import_get_column (QdImport *self,
                      guint column)
{
  g_return_val_if_fail (column < self->columns->len, NULL);
  return g_ptr_array_index (self->columns, column);
}

void
qd_import_set_column (QdImport *self,
                      guint column,
                      int field,
                      const char *unit)
{
  QdImportColumn *c;
  int other;

  g_return_if_fail (column < self->columns->len);
  g_return_if_fail (field < (int) self->targets->len);

  other = field >= 0 ? find_column_of (self, field) : -1;
  if (other >= 0 && other != (int) column)
    {
      QdImportColumn *loser = g_ptr_array_index (self->columns, other);

      loser->field = -1;
      loser->guess = QD_GUESS_NONE;
      update_unit (self, loser);
    }
  c = g_ptr_array_index (self->columns, column);
  c->field = field;
  c->guess = field >= 0 ? QD_GUESS_SAVED : QD_GUESS_NONE;
  c->unit_guessed = FALSE;
  if (unit != c->unit)
    {
      g_free (c->unit);
      c->unit = g_strdup (unit);
    }
  update_unit (self, c);
}

void
qd_import_confirm (QdImport *self,
                   guint column)
{
  QdImportColumn *c;

  g_return_if_fail (column < self->columns->len);
  c = g_ptr_array_index (self->columns, column);
  if (c->field >= 0)
    c->guess = QD_GUESS_SAVED;
  c->unit_guessed = FALSE;
}

guint
qd_import_count_unconfirmed (QdImport *self)
{
  guint n = 0;

  for (guint i = 0; i < self->columns->len; i++)
    {
      const QdImportColumn *column = g_ptr_array_index (self->columns, i);

      n += column->field >= 0 && (column->guess == QD_GUESS_PART || column->guess == QD_GUESS_CONTENT || column->unit_guessed);
    }
  return n;
}

#define MAPPING_GROUP "columns"

char *
qd_import_dup_mapping (QdImport *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  for (guint i = 0; i < self->columns->len; i++)
    {
      const QdImportColumn *column = g_ptr_array_index (self->columns, i);
      const QdImportTarget *target = qd_import_target (self, column->field);
      const char *const values[] = { target != NULL ? qd_field_get_ref (target->field) : "", column->unit != NULL ? column->unit : "", column->head };
      g_autofree char *key = g_strdup_printf ("%u", i);

      if (column->head[0] != '\0')
        g_key_file_set_string_list (file, MAPPING_GROUP, key, values, G_N_ELEMENTS (values));
    }
  return g_key_file_to_data (file, NULL, NULL);
}

void
qd_import_load_mapping (QdImport *self,
                        const char *mapping)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_auto (GStrv) keys = NULL;

  if (!g_key_file_load_from_data (file, mapping, (gsize) -1, G_KEY_FILE_NONE, NULL))
    return;
  keys = g_key_file_get_keys (file, MAPPING_GROUP, NULL, NULL);
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++)
    {
      gsize n = 0;
      g_auto (GStrv) values = g_key_file_get_string_list (file, MAPPING_GROUP, keys[i], &n, NULL);

      if (values == NULL || n != 3)
        continue;
      for (guint column = 0; column < self->columns->len; column++)
        {
          const QdImportColumn *c = g_ptr_array_index (self->columns, column);
          int field = -1;

          if (!g_str_equal (c->head, values[2]))
            continue;
          for (guint k = 0; k < self->targets->len; k++)
            if (g_str_equal (qd_field_get_ref (qd_import_target (self, (int) k)->field), values[0]))
              field = (int) k;
          if (field >= 0 || values[0][0] == '\0')
            qd_import_set_column (self, column, field, values[1][0] != '\0' ? values[1] : NULL);
        }
    }
}
