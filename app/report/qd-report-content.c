/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-report-content"
#include "config.h"

#include <string.h>

#include "qd-report-private.h"

/* Where in the declaration we are. The form's structure is all that is known here: no form has code of its own. */
typedef struct
{
  QdFlow *flow;
  QdInstance *instance;
  QdForm *form;
  const char *language;
  guint section;     /* number of the current one, 0 before the first */
  guint table;       /* within the section */
  GPtrArray *fields; /* (owned) (element-type QdRow): a run of fields, not printed yet */
} Composer;

static QdRow *
row_new (guint n)
{
  QdRow *row = g_new0 (QdRow, 1);

  row->cells = g_new0 (char *, n + 1);
  row->nodes = g_new0 (QdNodeId, n);
  return row;
}

static void
row_free (gpointer data)
{
  QdRow *row = data;

  for (guint i = 0; row->cells[i]; i++)
    g_ref_string_release (row->cells[i]);
  g_free (row->cells);
  g_free (row->nodes);
  g_free (row);
}

static GPtrArray *
rows_new (void)
{
  return g_ptr_array_new_with_free_func (row_free);
}

static char *
ref_or_dash (const char *text, const char *language)
{
  return text && *text ? qd_clean_text (text) : g_ref_string_new_intern (qd_word (QD_WORD_EMPTY, language));
}

static gboolean
is_leaf (QdNodeType type)
{
  switch (type)
    {
    case QD_NODE_INPUT:
    case QD_NODE_SELECT:
    case QD_NODE_RANGE:
    case QD_NODE_RANK:
    case QD_NODE_TRIGGER:
    case QD_NODE_UPLOAD:
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
is_number (const QdField *field)
{
  return qd_field_get_node_type (field) == QD_NODE_INPUT &&
         (qd_field_get_value_type (field) == QD_VALUE_INT || qd_field_get_value_type (field) == QD_VALUE_DECIMAL);
}

/* What is printed for a field: its value as people read it, or why there is none, and what was noted to it. */
static char *
dup_content (Composer *self, QdNodeId node)
{
  const char *reason = qd_instance_get_annotation (self->instance, node, "na");
  const char *note = qd_instance_get_annotation (self->instance, node, "note");
  g_autofree char *display = NULL;
  g_autofree char *text = NULL;

  if (reason && *reason)
    text = qd_word_printf (QD_WORD_NOT_APPLICABLE, self->language, reason);
  else
    {
      display = qd_instance_dup_display (self->instance, node);
      text = g_strdup (display && *display ? display : qd_word (QD_WORD_EMPTY, self->language));
    }
  if (note && *note)
    {
      g_autofree char *second = qd_word_printf (QD_WORD_NOTE, self->language, note);
      g_autofree char *both = g_strconcat (text, "\n", second, NULL);
      return qd_clean_text (both);
    }
  return qd_clean_text (text);
}

static char *
dup_label (Composer *self, QdNodeId node)
{
  g_autofree char *label = qd_instance_dup_label (self->instance, node);
  g_autofree char *clean = label ? g_strstrip (g_strdup (label)) : NULL;

  return clean && *clean ? g_steal_pointer (&clean) : NULL;
}

static void
set_columns (QdColumn *columns, Composer *self, guint n, const QdWord *titles)
{
  for (guint i = 0; i < n; i++)
    columns[i] = (QdColumn){ .title = g_ref_string_new_intern (qd_word (titles[i], self->language)), .narrow = titles[i] == QD_WORD_NUMBER };
}

static void
clear_columns (QdColumn *columns, guint n)
{
  for (guint i = 0; i < n; i++)
    g_ref_string_release (columns[i].title);
}

/* A table of fixed columns. */
static void
put_plain_table (Composer *self, guint n, const QdWord *titles, const double *shares, GPtrArray *rows)
{
  QdColumn columns[5];

  g_assert (n <= G_N_ELEMENTS (columns));
  set_columns (columns, self, n, titles);
  for (guint i = 0; shares && i < n; i++)
    columns[i].share = shares[i];
  qd_flow_table (self->flow, NULL, qd_word (QD_WORD_CONTINUED, self->language), columns, n, 1, rows);
  clear_columns (columns, n);
}

static void
flush_fields (Composer *self)
{
  static const QdWord titles[] = { QD_WORD_ITEM, QD_WORD_CONTENT, QD_WORD_UNIT };
  static const double with_units[] = { 0.36, 0.46, 0.18 }, without[] = { 0.36, 0.64 };
  gboolean units = FALSE;

  if (self->fields->len == 0)
    return;
  for (guint i = 0; i < self->fields->len; i++)
    units |= *((QdRow *) self->fields->pdata[i])->cells[2] != '\0';
  put_plain_table (self, units ? 3 : 2, titles, units ? with_units : without, self->fields);
  g_ptr_array_set_size (self->fields, 0);
}

static void
add_field (Composer *self, QdNodeId node)
{
  const QdField *field = qd_instance_get_field (self->instance, node);
  const char *unit = qd_field_get_attribute (field, "unit");
  g_autofree char *label = dup_label (self, node);
  QdRow *row = row_new (3);

  row->cells[0] = qd_clean_text (label ? label : qd_field_get_name (field));
  row->cells[1] = dup_content (self, node);
  row->cells[2] = qd_clean_text (unit);
  row->nodes[0] = node;
  /* A number stands beside its unit. */
  if (unit && *unit && is_number (field) && *qd_instance_get_value (self->instance, node))
    row->right = 1 << 1;
  g_ptr_array_add (self->fields, row);
}

static char *
next_caption (Composer *self, const char *label)
{
  self->table++;
  if (self->section == 0)
    return qd_word_printf (QD_WORD_TABLE_PLAIN, self->language, self->table, label);
  return qd_word_printf (QD_WORD_TABLE, self->language, self->section, self->table, label);
}

/* Fields that make the columns of a repeat, in document order. */
static void
collect_columns (const QdField *field, GPtrArray *columns)
{
  for (guint i = 0; i < qd_field_get_n_children (field); i++)
    {
      const QdField *child = qd_field_get_child (field, i);
      QdNodeType type = qd_field_get_node_type (child);

      if (is_leaf (type))
        g_ptr_array_add (columns, (gpointer) child);
      else if (type == QD_NODE_GROUP || type == QD_NODE_REPEAT_INSTANCE)
        collect_columns (child, columns);
    }
}

static void
fill_row (Composer *self, QdNodeId node, GHashTable *positions, QdRow *row, gboolean *used, GArray *inner)
{
  for (guint i = 0; i < qd_instance_get_n_children (self->instance, node); i++)
    {
      QdNodeId child = qd_instance_get_child (self->instance, node, i);
      QdNodeType type = qd_instance_get_node_type (self->instance, child);
      gpointer position;

      if (!qd_instance_is_relevant (self->instance, child))
        continue;
      if (type == QD_NODE_GROUP)
        fill_row (self, child, positions, row, used, inner);
      else if (type == QD_NODE_REPEAT_RANGE)
        g_array_append_val (inner, child);
      else if (g_hash_table_lookup_extended (positions, qd_instance_get_field (self->instance, child), NULL, &position))
        {
          guint c = GPOINTER_TO_UINT (position);
          row->cells[c] = dup_content (self, child);
          row->nodes[c] = child;
          used[c] = TRUE;
        }
    }
}

/* The columns that some row uses, with heads, after the row numbers. */
static void
put_grid (Composer *self, const char *caption, GPtrArray *fields, const gboolean *used, GPtrArray *rows)
{
  g_autofree QdColumn *columns = g_new0 (QdColumn, fields->len + 1);
  g_autoptr (GPtrArray) kept = rows_new ();
  guint n = 1;

  columns[0] = (QdColumn){ .title = g_ref_string_new_intern (qd_word (QD_WORD_NUMBER, self->language)), .narrow = TRUE };
  for (guint c = 0; c < fields->len; c++)
    {
      const QdField *field = fields->pdata[c];
      const char *unit = qd_field_get_attribute (field, "unit");
      g_autofree char *label = NULL, *title = NULL;

      if (!used[c])
        continue;
      label = qd_instance_dup_field_label (self->instance, field);
      title = g_strdup_printf (unit && *unit ? "%s\n（%s）" : "%s", label && *label ? label : qd_field_get_name (field), unit);
      columns[n++] = (QdColumn){ .title = qd_clean_text (title), .align = is_number (field) ? QD_ALIGN_RIGHT : QD_ALIGN_LEFT };
    }
  for (guint r = 0; r < rows->len; r++)
    {
      QdRow *row = rows->pdata[r], *out = row_new (n);
      guint k = 1;
      g_autofree char *number = g_strdup_printf ("%u", r + 1);

      out->cells[0] = g_ref_string_new (number);
      out->nodes[0] = row->nodes[fields->len];
      for (guint c = 0; c < fields->len; c++)
        if (used[c])
          {
            out->cells[k] = row->cells[c] ? g_ref_string_acquire (row->cells[c]) : g_ref_string_new_intern ("/");
            out->nodes[k++] = row->nodes[c];
          }
      g_ptr_array_add (kept, out);
    }
  qd_flow_table (self->flow, caption, qd_word (QD_WORD_CONTINUED, self->language), columns, n, MIN (n, 2), kept);
  clear_columns (columns, n);
}

static void walk (Composer *self, QdNodeId node);

static void
put_caption_only (Composer *self, const char *caption)
{
  qd_flow_need (self->flow, 40);
  qd_flow_text (self->flow, QD_TEXT_CAPTION, QD_ALIGN_CENTER, caption);
  qd_flow_text (self->flow, QD_TEXT_SMALL, QD_ALIGN_CENTER, qd_word (QD_WORD_NO_ROWS, self->language));
  qd_flow_space (self->flow, 10);
}

static void
put_table (Composer *self, QdNodeId range, const char *caption, const char *label)
{
  const QdField *field = qd_instance_get_field (self->instance, range);
  guint n = qd_instance_get_n_children (self->instance, range);
  g_autoptr (GPtrArray) fields = g_ptr_array_new ();
  g_autoptr (GHashTable) positions = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) rows = rows_new ();
  g_autoptr (GPtrArray) inner_of = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  g_autofree gboolean *used = NULL;

  collect_columns (field, fields);
  used = g_new0 (gboolean, fields->len + 1);
  for (guint c = 0; c < fields->len; c++)
    g_hash_table_insert (positions, fields->pdata[c], GUINT_TO_POINTER (c));
  for (guint r = 0; r < n; r++)
    {
      QdNodeId node = qd_instance_get_child (self->instance, range, r);
      QdRow *row = g_new0 (QdRow, 1);
      GArray *inner = g_array_new (FALSE, FALSE, sizeof (QdNodeId));

      row->cells = g_new0 (char *, fields->len + 1);
      row->nodes = g_new0 (QdNodeId, fields->len + 1);
      row->nodes[fields->len] = node;
      fill_row (self, node, positions, row, used, inner);
      g_ptr_array_add (rows, row);
      g_ptr_array_add (inner_of, inner);
    }
  put_grid (self, caption, fields, used, rows);
  /* Cells are released one by one: a row may have none in between. */
  for (guint r = 0; r < rows->len; r++)
    {
      QdRow *row = rows->pdata[r];
      for (guint c = 0; c < fields->len; c++)
        g_clear_pointer (&row->cells[c], g_ref_string_release);
    }
  for (guint r = 0; r < inner_of->len; r++)
    {
      GArray *inner = inner_of->pdata[r];

      for (guint i = 0; i < inner->len; i++)
        {
          QdNodeId node = g_array_index (inner, QdNodeId, i);
          g_autofree char *own = dup_label (self, node);
          g_autofree char *of = own ? g_strdup_printf ("%s · %s", label, own) : g_strdup (label);
          g_autofree char *title = qd_word_printf (QD_WORD_OF_ROW, self->language, of, r + 1);
          g_autofree char *inner_caption = next_caption (self, title);

          qd_flow_place (self->flow, node);
          if (qd_instance_get_n_children (self->instance, node) > 0)
            put_table (self, node, inner_caption, title);
        }
    }
}

static void
put_repeat (Composer *self, QdNodeId range)
{
  const QdField *field = qd_instance_get_field (self->instance, range);
  guint n = qd_instance_get_n_children (self->instance, range);
  g_autofree char *label = dup_label (self, range);
  g_autofree char *caption = NULL;

  if (!label)
    label = g_strdup (qd_field_get_name (field));
  qd_flow_place (self->flow, range);
  if (n == 0 || qd_field_has_appearance (field, "table"))
    {
      caption = next_caption (self, label);
      if (n == 0)
        put_caption_only (self, caption);
      else
        put_table (self, range, caption, label);
      return;
    }
  for (guint r = 0; r < n; r++)
    {
      QdNodeId row = qd_instance_get_child (self->instance, range, r);
      g_autofree char *title = qd_word_printf (QD_WORD_OF_ROW, self->language, label, r + 1);

      qd_flow_need (self->flow, 70);
      qd_flow_place (self->flow, row);
      qd_flow_text (self->flow, QD_TEXT_SUBHEADING, QD_ALIGN_LEFT, title);
      qd_flow_space (self->flow, 4);
      walk (self, row);
      flush_fields (self);
    }
}

static void
put_heading (Composer *self, const char *title)
{
  g_autofree char *text = NULL;

  self->section++;
  self->table = 0;
  text = g_strdup_printf ("%u　%s", self->section, title);
  qd_flow_space (self->flow, 10);
  qd_flow_need (self->flow, 170);
  qd_flow_text (self->flow, QD_TEXT_HEADING, QD_ALIGN_LEFT, text);
  qd_flow_space (self->flow, 8);
}

static void
put_group (Composer *self, QdNodeId group)
{
  const QdField *field = qd_instance_get_field (self->instance, group);
  g_autofree char *label = dup_label (self, group);

  if (qd_field_has_appearance (field, "section"))
    {
      flush_fields (self);
      put_heading (self, label ? label : qd_field_get_name (field));
      qd_flow_place (self->flow, group);
    }
  else if (label)
    {
      flush_fields (self);
      qd_flow_need (self->flow, 80);
      qd_flow_place (self->flow, group);
      qd_flow_text (self->flow, QD_TEXT_SUBHEADING, QD_ALIGN_LEFT, label);
      qd_flow_space (self->flow, 4);
    }
  walk (self, group);
  if (label)
    flush_fields (self);
}

static void
walk (Composer *self, QdNodeId node)
{
  for (guint i = 0; i < qd_instance_get_n_children (self->instance, node); i++)
    {
      QdNodeId child = qd_instance_get_child (self->instance, node, i);
      QdNodeType type = qd_instance_get_node_type (self->instance, child);

      if (!qd_instance_is_relevant (self->instance, child))
        continue;
      if (type == QD_NODE_GROUP)
        put_group (self, child);
      else if (type == QD_NODE_REPEAT_RANGE)
        {
          flush_fields (self);
          put_repeat (self, child);
        }
      else if (type == QD_NODE_NOTE)
        {
          g_autofree char *label = dup_label (self, child);

          flush_fields (self);
          qd_flow_place (self->flow, child);
          if (label)
            {
              qd_flow_text (self->flow, QD_TEXT_BODY, QD_ALIGN_LEFT, label);
              qd_flow_space (self->flow, 6);
            }
        }
      else if (is_leaf (type))
        add_field (self, child);
    }
}

/* What heads the page */

static char *
dup_value_at (Composer *self, const char *path)
{
  QdNodeId node = path ? qd_instance_find (self->instance, path) : 0;
  g_autofree char *text = node ? qd_instance_dup_display (self->instance, node) : NULL;

  return text && *text ? g_steal_pointer (&text) : NULL;
}

/* The first text field of the form: where a form does not say which field names the enterprise, it is the one people begin with. */
static char *
dup_first_text (Composer *self, QdNodeId node)
{
  for (guint i = 0; i < qd_instance_get_n_children (self->instance, node); i++)
    {
      QdNodeId child = qd_instance_get_child (self->instance, node, i);
      QdNodeType type = qd_instance_get_node_type (self->instance, child);

      if (!qd_instance_is_relevant (self->instance, child))
        continue;
      if (type == QD_NODE_INPUT && qd_field_get_value_type (qd_instance_get_field (self->instance, child)) == QD_VALUE_STRING)
        return qd_instance_dup_display (self->instance, child);
      if (type == QD_NODE_GROUP)
        {
          char *text = dup_first_text (self, child);
          if (text)
            return text;
        }
    }
  return NULL;
}

static gboolean
is_year (const char *text)
{
  return strlen (text) == 4 && strspn (text, "0123456789") == 4;
}

static void
add_block_row (Composer *self, GPtrArray *rows, QdWord word, const char *text)
{
  QdRow *row;

  if (!text || !*text)
    return;
  row = row_new (2);
  row->cells[0] = g_ref_string_new_intern (qd_word (word, self->language));
  row->cells[1] = qd_clean_text (text);
  g_ptr_array_add (rows, row);
}

static void
put_opening (Composer *self, QdReportFrame *frame, QdVerdict *verdict)
{
  g_autofree char *enterprise = dup_value_at (self, qd_form_get_info (self->form, "enterprise"));
  g_autofree char *period = dup_value_at (self, qd_form_get_info (self->form, "reporting-period"));
  g_autofree char *form = g_strdup_printf ("%s %s", qd_form_get_id (self->form), qd_form_get_version (self->form) ? qd_form_get_version (self->form) : "");
  g_autofree char *made = NULL;
  g_autoptr (GPtrArray) rows = rows_new ();
  QdColumn columns[2] = { { .title = g_ref_string_new_intern (""), .share = 0.22 }, { .title = g_ref_string_new_intern (""), .share = 0.78 } };

  if (!enterprise)
    enterprise = dup_first_text (self, qd_instance_get_root (self->instance));
  if (period && is_year (period))
    {
      g_autofree char *year = qd_word_printf (QD_WORD_YEAR, self->language, period);
      g_free (period);
      period = g_steal_pointer (&year);
    }
  frame->title = g_strdup (qd_form_get_title (self->form, self->language));
  frame->right = g_strdup_printf ("%s%s%s", enterprise ? enterprise : "", enterprise && *enterprise && period ? "　" : "", period ? period : "");

  qd_flow_text (self->flow, QD_TEXT_TITLE, QD_ALIGN_CENTER, frame->title ? frame->title : qd_form_get_id (self->form));
  qd_flow_space (self->flow, 10);
  made = g_date_time_format (verdict ? qd_verdict_get_moment (verdict) : qd_instance_get_now (self->instance), "%F %R");
  add_block_row (self, rows, QD_WORD_ENTERPRISE, enterprise);
  add_block_row (self, rows, QD_WORD_PERIOD, period);
  add_block_row (self, rows, QD_WORD_AUTHORITY, qd_form_get_info (self->form, "authority"));
  add_block_row (self, rows, QD_WORD_FORM, form);
  add_block_row (self, rows, QD_WORD_PACK, verdict ? qd_verdict_get_pack_label (verdict) : NULL);
  add_block_row (self, rows, QD_WORD_MADE, made);
  qd_flow_table (self->flow, NULL, "", columns, 2, 1, rows);
  clear_columns (columns, 2);
}

/* What closes the declaration */

static char *
dup_validity (Composer *self, const QdBasis *basis)
{
  if (basis->valid_from && basis->valid_to)
    return qd_word_printf (QD_WORD_FROM_TO, self->language, basis->valid_from, basis->valid_to);
  if (basis->valid_from)
    return qd_word_printf (QD_WORD_FROM, self->language, basis->valid_from);
  if (basis->valid_to)
    return qd_word_printf (QD_WORD_UNTIL, self->language, basis->valid_to);
  return g_strdup (qd_word (QD_WORD_EMPTY, self->language));
}

/* Both the law of today and that of before, each with its dates. What is not confirmed is counted and not cited. */
static void
put_legal (Composer *self)
{
  static const QdWord titles[] = { QD_WORD_INSTRUMENT, QD_WORD_ARTICLE, QD_WORD_VALIDITY, QD_WORD_STATUS };
  GPtrArray *bases = qd_form_get_bases (self->form);
  g_autofree char *today = g_date_time_format (qd_instance_get_now (self->instance), "%F");
  g_autoptr (GPtrArray) rows = rows_new ();
  guint unconfirmed = 0;

  if (!bases || bases->len == 0)
    return;
  for (guint i = 0; i < bases->len; i++)
    {
      const QdBasis *basis = bases->pdata[i];
      QdRow *row;
      g_autofree char *article = NULL, *validity = NULL;

      if (basis->confidence != QD_CONFIDENCE_CONFIRMED)
        {
          unconfirmed++;
          continue;
        }
      row = row_new (4);
      article = basis->article && g_ascii_isdigit (*basis->article) ? qd_word_printf (QD_WORD_ARTICLE_NUMBER, self->language, basis->article) : g_strdup (basis->article);
      validity = dup_validity (self, basis);
      row->cells[0] = ref_or_dash (basis->instrument, self->language);
      row->cells[1] = ref_or_dash (article, self->language);
      row->cells[2] = qd_clean_text (validity);
      row->cells[3] = g_ref_string_new_intern (qd_word (qd_basis_is_valid_on (basis, today) ? QD_WORD_IN_FORCE : QD_WORD_NOT_IN_FORCE, self->language));
      g_ptr_array_add (rows, row);
    }
  put_heading (self, qd_word (QD_WORD_LEGAL, self->language));
  if (rows->len > 0)
    put_plain_table (self, 4, titles, NULL, rows);
  if (unconfirmed > 0)
    {
      g_autofree char *text = qd_word_printf (QD_WORD_UNCONFIRMED, self->language, unconfirmed);
      qd_flow_text (self->flow, QD_TEXT_SMALL, QD_ALIGN_LEFT, text);
      qd_flow_space (self->flow, 8);
    }
}

static void
put_findings (Composer *self, QdVerdict *verdict)
{
  static const QdWord titles[] = { QD_WORD_NUMBER, QD_WORD_LEVEL, QD_WORD_PLACE, QD_WORD_FINDING, QD_WORD_REASON };
  static const QdWord levels[] = { [QD_SEVERITY_NOTICE] = QD_WORD_NOTICE, [QD_SEVERITY_POSSIBLE] = QD_WORD_POSSIBLE, [QD_SEVERITY_CRITICAL] = QD_WORD_CRITICAL };
  GPtrArray *findings = qd_verdict_get_findings (verdict);
  g_autoptr (GPtrArray) rows = rows_new ();

  put_heading (self, qd_word (QD_WORD_FINDINGS, self->language));
  for (guint i = 0; i < findings->len; i++)
    {
      const QdFinding *finding = findings->pdata[i];
      QdRow *row = row_new (5);
      g_autofree char *number = g_strdup_printf ("%u", i + 1);

      row->cells[0] = g_ref_string_new (number);
      row->cells[1] = g_ref_string_new_intern (qd_word (levels[qd_finding_get_severity (finding)], self->language));
      row->cells[2] = ref_or_dash (qd_finding_get_place (finding), self->language);
      row->cells[3] = ref_or_dash (qd_finding_get_message (finding), self->language);
      row->cells[4] = ref_or_dash (qd_finding_get_reason (finding), self->language);
      g_ptr_array_add (rows, row);
    }
  if (rows->len > 0)
    put_plain_table (self, 5, titles, NULL, rows);
  else
    qd_flow_text (self->flow, QD_TEXT_BODY, QD_ALIGN_LEFT, qd_word (QD_WORD_NO_FINDINGS, self->language));
}

static void
put_attachments (Composer *self)
{
  static const QdWord titles[] = { QD_WORD_NUMBER, QD_WORD_FILE };
  g_autoptr (GPtrArray) names = qd_instance_get_attachments (self->instance);
  g_autoptr (GPtrArray) rows = rows_new ();

  if (!names || names->len == 0)
    return;
  for (guint i = 0; i < names->len; i++)
    {
      QdRow *row = row_new (2);
      g_autofree char *number = g_strdup_printf ("%u", i + 1);

      row->cells[0] = g_ref_string_new (number);
      row->cells[1] = qd_clean_text (names->pdata[i]);
      g_ptr_array_add (rows, row);
    }
  put_heading (self, qd_word (QD_WORD_ATTACHMENTS, self->language));
  put_plain_table (self, 2, titles, NULL, rows);
}

static char *
dup_verdict_line (QdVerdict *verdict, const char *language)
{
  g_autofree char *counts = NULL, *versions = NULL;
  guint critical, possible, unexplained;

  if (!verdict)
    return qd_word_printf (QD_WORD_ENGINE, language, QD_ENGINE_VERSION);
  critical = qd_verdict_count (verdict, QD_SEVERITY_CRITICAL);
  possible = qd_verdict_count (verdict, QD_SEVERITY_POSSIBLE);
  unexplained = qd_verdict_count_unexplained (verdict);
  if (possible == 0)
    counts = qd_word_printf (QD_WORD_VERDICT, language, critical, possible);
  else if (unexplained == 0)
    counts = qd_word_printf (QD_WORD_VERDICT_EXPLAINED, language, critical, possible);
  else
    counts = qd_word_printf (QD_WORD_VERDICT_UNEXPLAINED, language, critical, possible, unexplained);
  versions = qd_word_printf (QD_WORD_VERSIONS, language, qd_verdict_get_pack_label (verdict), QD_ENGINE_VERSION);
  return g_strconcat (counts, versions, NULL);
}

void
qd_report_compose (QdFlow *flow, QdReportFrame *frame, QdInstance *instance, QdVerdict *verdict, const char *language)
{
  Composer self = { .flow = flow, .instance = instance, .form = qd_instance_get_form (instance), .language = language, .fields = rows_new () };

  put_opening (&self, frame, verdict);
  walk (&self, qd_instance_get_root (instance));
  flush_fields (&self);
  put_attachments (&self);
  if (verdict)
    put_findings (&self, verdict);
  put_legal (&self);
  frame->verdict_line = dup_verdict_line (verdict, language);
  g_ptr_array_unref (self.fields);
}
