/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-instance"
#include "config.h"
#include "qd-instance-private.h"

#include <string.h>

#include "qd-input.h"

/* Findings. A check of a cell gives a mask of what fails; sentences are made only when somebody asks.
 *
 * The sentences of the engine itself stand here in both languages and not in gettext: a verdict must come out byte for byte the same on a
 * machine with another locale, so the language is that of the instance, never that of the process. */

typedef enum
{
  SAY_NOT_INT,
  SAY_NOT_NUMBER,
  SAY_NOT_BOOLEAN,
  SAY_NO_MONTH,
  SAY_NOT_DATE,
  SAY_NOT_TIME,
  SAY_NOT_DATE_TIME,
  SAY_NOT_PLACE,
  SAY_NO_CHOICE,
  SAY_OUT_OF_RANGE,
  SAY_REQUIRED_NUMBER,
  SAY_REQUIRED,
  SAY_CONSTRAINT,
} Sentence;

static const char *const sentences[][2] = {
  [SAY_NOT_INT] = { "“%s” is not a whole number; enter digits only.", "“%s”不是整数，请只填整数。" },
  [SAY_NOT_NUMBER] = { "“%s” is not a number; enter the value only.", "“%s”不是数字，请只填数值。" },
  [SAY_NOT_BOOLEAN] = { "“%s” is neither true nor false.", "“%s”不是“true”或“false”。" },
  [SAY_NO_MONTH] = { "There is no month %s; write 2026-11-24.", "没有 %s 月，请按 2026-11-24 的格式填写。" },
  [SAY_NOT_DATE] = { "“%s” is not a date; write 2026-11-24.", "“%s”不是日期，请按 2026-11-24 的格式填写。" },
  [SAY_NOT_TIME] = { "“%s” is not a time; write 10:42.", "“%s”不是时间，请按 10:42 的格式填写。" },
  [SAY_NOT_DATE_TIME] = { "“%s” is not a date with time; write 2026-11-24T10:42:00.", "“%s”不是日期时间，请按 2026-11-24T10:42:00 的格式填写。" },
  [SAY_NOT_PLACE] = { "“%s” is not a place; write latitude and longitude in degrees, with a space between.", "“%s”不是经纬度，请按“纬度 经度”填写，单位为度。" },
  [SAY_NO_CHOICE] = { "“%s” is not among the choices; choose again.", "“%s”不在可选项中，请重新选择。" },
  [SAY_OUT_OF_RANGE] = { "“%s” is outside the range of this field.", "“%s”超出可填范围。" },
  [SAY_REQUIRED_NUMBER] = { "Required. Enter 0 if none, or choose Not applicable.", "必填，还没有填。没有请填 0，不涉及请选“不适用”。" },
  [SAY_REQUIRED] = { "Required. Fill in, or choose Not applicable.", "必填，还没有填。不涉及请选“不适用”。" },
  [SAY_CONSTRAINT] = { "“%s” does not meet the rule for this field; please check.", "“%s”不符合本项的填写要求，请核对。" },
};

static char *
say (QdInstance *self, Sentence sentence, const char *value)
{
  return g_strdup_printf (sentences[sentence][qd_language_is_chinese (self->language)], value);
}

static gboolean
eval_test (QdInstance *self, QdCell *cell, const QdExpr *expr, gboolean fallback)
{
  QdContext context = qd_instance_context (self, cell);
  g_autoptr (GError) error = NULL;
  gboolean result = fallback;

  if (!qd_expr_eval_boolean (expr, &context, &result, &error))
    {
      g_debug ("%s: %s", qd_expr_get_text (expr), error->message);
      return fallback;
    }
  return result;
}

static gboolean
in_bounds (const QdField *field, const char *text)
{
  QdDecimal value, start, end;

  if (field->control != QD_NODE_RANGE || !field->has_control || !qd_decimal_parse (text, &value))
    return TRUE;
  if (!qd_decimal_parse (qd_field_get_attribute (field, "start"), &start) || !qd_decimal_parse (qd_field_get_attribute (field, "end"), &end))
    return TRUE;
  return (qd_decimal_compare (value, start) >= 0 && qd_decimal_compare (value, end) <= 0) || (qd_decimal_compare (value, end) >= 0 && qd_decimal_compare (value, start) <= 0);
}

static gboolean
is_choice (QdInstance *self, QdCell *cell, const QdField *field, const char *raw)
{
  const QdChoiceList *list;

  if ((cell->flags & QD_CELL_HAS_RAW) != 0)
    return FALSE;
  if (field->itemset->is_dynamic || field->itemset->is_open)
    return TRUE;
  list = qd_instance_get_choice_list (self, cell);
  if (!field->is_multiple)
    return g_hash_table_contains (list->index, raw);
  {
    g_auto (GStrv) words = g_strsplit (raw, " ", -1);

    for (guint i = 0; words[i] != NULL; i++)
      if (*words[i] != '\0' && !g_hash_table_contains (list->index, words[i]))
        return FALSE;
  }
  return TRUE;
}

static guint64
find_failures (QdInstance *self, QdCell *cell, const QdField *field)
{
  const char *raw = qd_instance_get_raw (self, cell);
  guint64 mask = 0;

  if ((cell->flags & QD_CELL_RELEVANT) == 0)
    return 0;
  if (cell->node->n_attributes > 0 && qd_tree_node_get_attribute (cell->node, QD_NS_FORM, "na") != NULL)
    return 0;
  if (field->children->len == 0)
    {
      if (*raw != '\0')
        {
          if (!qd_value_fits (field, raw) || !in_bounds (field, raw))
            mask |= 1 << QD_FAIL_TYPE;
          else if (field->itemset != NULL && !is_choice (self, cell, field, raw))
            mask |= 1 << QD_FAIL_CHOICE;
          /* A limit of detection is no number that a constraint could compare; checks can, with qd:amount(). */
          else if (field->constraint.kind == QD_RULE_FALSE || (field->constraint.kind == QD_RULE_EXPR && !(field->value_type != QD_VALUE_STRING && qd_value_is_limit (raw)) && !eval_test (self, cell, field->constraint.expr, TRUE)))
            mask |= 1 << QD_FAIL_CONSTRAINT;
        }
      if ((cell->flags & QD_CELL_REQUIRED) != 0 && (cell->node->value == NULL))
        {
          if ((mask & (1 << QD_FAIL_CHOICE)) == 0)
            mask |= 1 << QD_FAIL_REQUIRED;
        }
    }
  for (guint i = 0; field->checks != NULL && i < field->checks->len; i++)
    {
      const QdCheck *check = g_ptr_array_index (field->checks, i);

      if (check->when.kind == QD_RULE_FALSE || (check->when.kind == QD_RULE_EXPR && !eval_test (self, cell, check->when.expr, FALSE)))
        continue;
      if (!eval_test (self, cell, check->test, TRUE))
        mask |= (guint64) 1 << (QD_FAIL_CHECKS + i);
    }
  return mask;
}

/* Tallies. */

static void
add_to_tallies (QdCell *cell, const int *change)
{
  for (QdRow *row = qd_cell_get_row (cell); row != NULL; row = row->owner)
    for (guint i = 0; i < QD_N_TALLIES; i++)
      {
        row->tallies[i] += (guint32) change[i];
        if (row->range != NULL)
          row->range->tallies[i] += (guint32) change[i];
      }
}

static void
tally_mask (const QdField *field, guint64 mask, guint explained, int sign, int *out)
{
  out[QD_SEVERITY_CRITICAL] += sign * __builtin_popcountll (mask & ((1 << QD_FAIL_CHECKS) - 1));
  out[QD_TALLY_REQUIRED] += (mask & (1 << QD_FAIL_REQUIRED)) != 0 ? sign : 0;
  out[QD_TALLY_EXPLAINED] += sign * (int) explained;
  for (guint i = 0; field->checks != NULL && i < field->checks->len; i++)
    if ((mask & ((guint64) 1 << (QD_FAIL_CHECKS + i))) != 0)
      out[((QdCheck *) g_ptr_array_index (field->checks, i))->severity] += sign;
}

static guint
count_explained (const QdCell *cell, const QdField *field, guint64 mask)
{
  guint n = 0;

  if (cell->node->n_attributes == 0)
    return 0;
  for (guint i = 0; field->checks != NULL && i < field->checks->len; i++)
    {
      const QdCheck *check = g_ptr_array_index (field->checks, i);

      if ((mask & ((guint64) 1 << (QD_FAIL_CHECKS + i))) != 0 && check->severity == QD_SEVERITY_POSSIBLE)
        {
          g_autofree char *name = g_strconcat ("why-", check->id, NULL);
          const char *reason = qd_tree_node_get_attribute (cell->node, QD_NS_FORM, name);

          n += reason != NULL && *reason != '\0';
        }
    }
  return n;
}

static void
set_tallied (QdCell *cell, guint32 flags)
{
  int change[QD_N_TALLIES] = { 0 };
  guint32 old = cell->flags & (QD_CELL_WANTED | QD_CELL_FILLED);

  if (flags == old)
    return;
  change[QD_TALLY_WANTED] = ((flags & QD_CELL_WANTED) != 0) - ((old & QD_CELL_WANTED) != 0);
  change[QD_TALLY_FILLED] = ((flags & QD_CELL_FILLED) != 0) - ((old & QD_CELL_FILLED) != 0);
  cell->flags ^= old ^ flags;
  add_to_tallies (cell, change);
}

void
qd_instance_tally_cell (QdInstance *self, QdCell *cell)
{
  const QdField *field;
  guint32 flags = 0;

  if ((cell->flags & (QD_CELL_REQUIRED | QD_CELL_RELEVANT)) == (QD_CELL_REQUIRED | QD_CELL_RELEVANT) && cell->node != NULL)
    {
      field = qd_cell_get_field (cell);
      if (!qd_cell_is_range (cell, field) && field->children->len == 0)
        flags = cell->node->value != NULL || (cell->node->n_attributes > 0 && qd_tree_node_get_attribute (cell->node, QD_NS_FORM, "na") != NULL) ? QD_CELL_WANTED | QD_CELL_FILLED : QD_CELL_WANTED;
    }
  set_tallied (cell, flags);
}

void
qd_instance_untally_cell (QdInstance *self, QdCell *cell)
{
  set_tallied (cell, 0);
}

guint64
qd_instance_get_failures (QdInstance *self, QdCell *cell)
{
  const QdFailure *failure = (cell->flags & QD_CELL_FAILS) == 0 ? NULL : g_hash_table_lookup (self->failures, cell);

  return failure == NULL ? 0 : failure->mask;
}

void
qd_instance_drop_failure (QdInstance *self, QdCell *cell)
{
  const QdFailure *failure = g_hash_table_lookup (self->failures, cell);
  int change[QD_N_TALLIES] = { 0 };

  if (failure == NULL)
    return;
  tally_mask (qd_cell_get_field (cell), failure->mask, failure->explained, -1, change);
  add_to_tallies (cell, change);
  g_hash_table_remove (self->failures, cell);
  cell->flags &= ~(guint32) QD_CELL_FAILS;
  self->findings_changed = TRUE;
  g_clear_pointer (&self->all_findings, g_ptr_array_unref);
}

void
qd_instance_check_cell (QdInstance *self, QdCell *cell)
{
  const QdField *field = qd_cell_get_field (cell);
  guint64 mask = find_failures (self, cell, field);
  QdFailure *failure = (cell->flags & QD_CELL_FAILS) != 0 ? g_hash_table_lookup (self->failures, cell) : NULL;
  guint explained;

  if (mask == 0)
    {
      if (failure != NULL)
        {
          qd_instance_drop_failure (self, cell);
          qd_instance_note_changed (self, cell);
        }
      return;
    }
  if (failure == NULL)
    {
      failure = g_new0 (QdFailure, 1);
      g_hash_table_insert (self->failures, cell, failure);
      cell->flags |= QD_CELL_FAILS;
    }
  explained = count_explained (cell, field, mask);
  if (failure->mask != mask || failure->explained != explained)
    {
      int change[QD_N_TALLIES] = { 0 };

      tally_mask (field, failure->mask, failure->explained, -1, change);
      tally_mask (field, mask, explained, 1, change);
      add_to_tallies (cell, change);
      failure->mask = mask;
      failure->explained = explained;
      qd_instance_note_changed (self, cell);
    }
  /* The same checks may fail with other numbers in their sentences. */
  g_clear_pointer (&failure->findings, g_ptr_array_unref);
  self->findings_changed = TRUE;
  g_clear_pointer (&self->all_findings, g_ptr_array_unref);
}

/* Sentences. */

static char *
dup_plain_label (QdInstance *self, const QdText *text, QdTreeNode *node)
{
  char *label = text == NULL ? NULL : qd_instance_eval_text (self, text, node, NULL);

  if (label != NULL && *label == '\0')
    g_clear_pointer (&label, g_free);
  return label;
}

/* "4 排放口与排放量，第 2 行 数量": the section, the rows, the field. */
static char *
describe_place (QdInstance *self, QdCell *cell)
{
  gboolean is_chinese = qd_language_is_chinese (self->language);
  const QdField *field = qd_cell_get_field (cell), *section = NULL;
  g_autofree char *label = dup_plain_label (self, field->label, cell->node), *head = NULL;
  g_autoptr (GString) rows = g_string_new (NULL);
  GString *out = g_string_new (NULL);

  for (const QdField *outer = cell->slot == 0 && field->is_repeat ? field : field->parent; outer != NULL; outer = outer->parent)
    if (outer->label != NULL && outer->parent != NULL)
      {
        section = outer;
        if (qd_field_has_appearance (outer, "section"))
          break;
      }
  if (section != NULL)
    {
      QdCell *around = qd_row_get_cell (qd_cell_get_row (cell), section);

      head = dup_plain_label (self, section->label, around == NULL ? NULL : around->node);
    }
  for (QdRow *row = qd_cell_get_row (cell); row->range != NULL; row = row->owner)
    {
      g_autofree char *part = g_strdup_printf (is_chinese ? "第 %u 行" : "row %u", row->index + 1);

      if (rows->len > 0)
        g_string_prepend (rows, is_chinese ? "，" : ", ");
      g_string_prepend (rows, part);
    }
  if (head != NULL && section != field)
    g_string_append (out, head);
  if (rows->len > 0)
    g_string_append_printf (out, "%s%s", out->len == 0 ? "" : is_chinese ? "，"
                                                                         : ", ",
                            rows->str);
  if (cell->slot != 0 || !field->is_repeat)
    g_string_append_printf (out, "%s%s", out->len == 0 ? "" : rows->len > 0 ? " "
                                                          : is_chinese      ? "，"
                                                                            : ", ",
                            label == NULL ? field->local : label);
  return g_string_free (out, FALSE);
}

static char *
type_message (QdInstance *self, const QdField *field, const char *raw)
{
  switch ((QdValueType) field->value_type)
    {
    case QD_VALUE_INT:
      return say (self, qd_value_fits (field, raw) ? SAY_OUT_OF_RANGE : SAY_NOT_INT, raw);
    case QD_VALUE_DECIMAL:
      return say (self, qd_value_fits (field, raw) ? SAY_OUT_OF_RANGE : SAY_NOT_NUMBER, raw);
    case QD_VALUE_BOOLEAN:
      return say (self, SAY_NOT_BOOLEAN, raw);
    case QD_VALUE_TIME:
      return say (self, SAY_NOT_TIME, raw);
    case QD_VALUE_DATE_TIME:
      return say (self, SAY_NOT_DATE_TIME, raw);
    case QD_VALUE_DATE:
      if (strlen (raw) == 10 && raw[4] == '-' && raw[7] == '-' && g_ascii_isdigit (raw[5]) && g_ascii_isdigit (raw[6]))
        {
          guint month = (guint) g_ascii_strtoull (raw + 5, NULL, 10);
          g_autofree char *number = g_strdup_printf ("%u", month);

          if (month == 0 || month > 12)
            return say (self, SAY_NO_MONTH, number);
        }
      return say (self, SAY_NOT_DATE, raw);
    default:
      return say (self, SAY_NOT_PLACE, raw);
    }
}

static char *
number_inside (const QdField *field, const char *raw)
{
  gboolean is_number = field->value_type == QD_VALUE_INT || field->value_type == QD_VALUE_DECIMAL;
  g_autofree char *number = is_number ? qd_input_dup_number_inside (raw) : NULL;

  return number != NULL && qd_value_fits (field, number) ? g_steal_pointer (&number) : NULL;
}

static char *
check_message (QdInstance *self, QdCell *cell, const QdCheck *check)
{
  const QdText *best = NULL;
  char *text;

  for (guint i = 0; i < check->messages->len; i++)
    {
      const QdText *message = g_ptr_array_index (check->messages, i);

      if (best == NULL || g_strcmp0 (message->language, self->language) == 0)
        best = message;
    }
  text = qd_instance_eval_text (self, best, cell->node, NULL);
  return text == NULL ? g_strdup (check->id) : text;
}

static void
add_finding (QdInstance *self, GPtrArray *out, QdCell *cell, const QdField *field, guint bit)
{
  const char *raw = qd_instance_get_raw (self, cell);
  const QdCheck *check = bit >= QD_FAIL_CHECKS ? g_ptr_array_index (field->checks, bit - QD_FAIL_CHECKS) : NULL;
  const char *rule = NULL, *reason, *basis = field->basis;
  char *message = NULL, *fix = NULL;
  QdSeverity severity = QD_SEVERITY_CRITICAL;
  QdConfidence confidence = (QdConfidence) field->confidence;
  gboolean facts = FALSE;
  g_autofree char *annotation = NULL;

  switch (bit)
    {
    case QD_FAIL_TYPE:
      rule = "type";
      message = type_message (self, field, raw);
      fix = number_inside (field, raw);
      break;
    case QD_FAIL_CHOICE:
      rule = "choice";
      message = say (self, SAY_NO_CHOICE, raw);
      break;
    case QD_FAIL_REQUIRED:
      rule = "required";
      message = field->required_message == NULL ? NULL : qd_instance_eval_text (self, field->required_message, cell->node, NULL);
      if (message == NULL)
        message = say (self, field->value_type == QD_VALUE_INT || field->value_type == QD_VALUE_DECIMAL ? SAY_REQUIRED_NUMBER : SAY_REQUIRED, "");
      break;
    case QD_FAIL_CONSTRAINT:
      rule = "constraint";
      facts = qd_form_reads_facts (self->form, field->constraint.expr);
      message = field->constraint_message == NULL ? NULL : qd_instance_eval_text (self, field->constraint_message, cell->node, NULL);
      if (message == NULL)
        message = say (self, SAY_CONSTRAINT, raw);
      break;
    default:
      rule = check->id;
      facts = qd_form_reads_facts (self->form, check->test) || qd_form_reads_facts (self->form, check->when.expr);
      severity = check->severity;
      basis = check->basis == NULL ? field->basis : check->basis;
      confidence = check->confidence;
      message = check_message (self, cell, check);
      if (check->fix != NULL)
        {
          QdContext context = qd_instance_context (self, cell);

          fix = qd_instance_eval_string (check->fix, &context);
          if (fix != NULL)
            fix = qd_value_coerce (field, fix);
          if (fix != NULL && *fix == '\0')
            g_clear_pointer (&fix, g_free);
        }
      break;
    }
  annotation = g_strconcat ("why-", rule, NULL);
  reason = qd_tree_node_get_attribute (cell->node, QD_NS_FORM, annotation);
  g_ptr_array_add (out, qd_finding_new (rule, severity, qd_cell_get_id (cell), qd_cell_dup_path (cell), message, describe_place (self, cell), reason, fix, basis, confidence, facts));
}

static void
unref_finding (gpointer data)
{
  qd_finding_unref (data);
}

static const GPtrArray *
get_cell_findings (QdInstance *self, QdCell *cell, QdFailure *failure)
{
  if (failure->findings == NULL || failure->stamp != self->findings_stamp)
    {
      const QdField *field = qd_cell_get_field (cell);

      g_clear_pointer (&failure->findings, g_ptr_array_unref);
      failure->findings = g_ptr_array_new_with_free_func (unref_finding);
      failure->stamp = self->findings_stamp;
      for (guint bit = 0; bit < 64; bit++)
        if ((failure->mask & ((guint64) 1 << bit)) != 0)
          add_finding (self, failure->findings, cell, field, bit);
    }
  return failure->findings;
}

void
qd_instance_drop_findings (QdInstance *self)
{
  self->findings_stamp++;
  g_clear_pointer (&self->all_findings, g_ptr_array_unref);
}

static int
compare_cells (gconstpointer a, gconstpointer b)
{
  return qd_cell_compare (*(QdCell *const *) a, *(QdCell *const *) b);
}

static void
collect_findings (QdInstance *self)
{
  guint n;
  gpointer *keys;
  GPtrArray *all = g_ptr_array_new_with_free_func (unref_finding);

  keys = g_hash_table_get_keys_as_array (self->failures, &n);
  qsort (keys, n, sizeof (gpointer), compare_cells);
  for (int severity = QD_SEVERITY_CRITICAL; severity >= QD_SEVERITY_NOTICE; severity--)
    {
      if (self->root->tallies[severity] == 0)
        continue;
      for (guint i = 0; i < n; i++)
        {
          const GPtrArray *findings = get_cell_findings (self, keys[i], g_hash_table_lookup (self->failures, keys[i]));

          for (guint j = 0; j < findings->len; j++)
            if (qd_finding_get_severity (g_ptr_array_index (findings, j)) == (QdSeverity) severity)
              g_ptr_array_add (all, qd_finding_ref (g_ptr_array_index (findings, j)));
        }
    }
  g_free (keys);
  self->all_findings = all;
}

GPtrArray *
qd_instance_get_findings (QdInstance *self)
{
  if (self->all_findings == NULL)
    collect_findings (self);
  return g_ptr_array_ref (self->all_findings);
}

GPtrArray *
qd_instance_get_node_findings (QdInstance *self, QdNodeId node)
{
  QdCell *cell = qd_instance_find_cell (self, node, NULL);
  GPtrArray *out = g_ptr_array_new_with_free_func (unref_finding);
  QdFailure *failure = cell == NULL || (cell->flags & QD_CELL_FAILS) == 0 ? NULL : g_hash_table_lookup (self->failures, cell);
  const GPtrArray *findings = failure == NULL ? NULL : get_cell_findings (self, cell, failure);

  for (guint i = 0; findings != NULL && i < findings->len; i++)
    g_ptr_array_add (out, qd_finding_ref (g_ptr_array_index (findings, i)));
  return out;
}

static int
worst_of (const guint32 *counts)
{
  for (int severity = QD_SEVERITY_CRITICAL; severity >= 0; severity--)
    if (counts[severity] > 0)
      return severity;
  return -1;
}

static int
worst_of_mask (const QdField *field, guint64 mask)
{
  int worst = (mask & ((1 << QD_FAIL_CHECKS) - 1)) != 0 ? QD_SEVERITY_CRITICAL : -1;

  for (guint i = 0; field->checks != NULL && i < field->checks->len; i++)
    if ((mask & ((guint64) 1 << (QD_FAIL_CHECKS + i))) != 0)
      worst = MAX (worst, (int) ((QdCheck *) g_ptr_array_index (field->checks, i))->severity);
  return worst;
}

int
qd_instance_get_worst (QdInstance *self, QdNodeId node)
{
  QdRow *row;
  QdCell *cell = qd_instance_find_cell (self, node, &row);
  const QdField *field;
  guint end;
  int worst = -1;

  if (cell == NULL || g_hash_table_size (self->failures) == 0)
    return -1;
  if (cell->slot == 0)
    return worst_of (row->tallies);
  field = qd_row_get_field (row, cell->slot);
  if (qd_cell_is_range (cell, field))
    return worst_of (cell->range->tallies);
  end = MAX (field->slot_end, field->slot + 1);
  for (guint i = field->slot; i < end && worst < QD_SEVERITY_CRITICAL; i++)
    {
      QdCell *below = &row->cells[i];
      const QdField *below_field = qd_row_get_field (row, i);

      if (qd_cell_is_range (below, below_field))
        worst = MAX (worst, worst_of (below->range->tallies));
      else if ((below->flags & QD_CELL_FAILS) != 0)
        worst = MAX (worst, worst_of_mask (below_field, ((QdFailure *) g_hash_table_lookup (self->failures, below))->mask));
    }
  return worst;
}

/* The slots of @node and of what is below it, in its row. */
static QdRow *
find_slots (QdInstance *self, QdNodeId node, guint *first, guint *end)
{
  QdRow *row;
  QdCell *cell = qd_instance_find_cell (self, node, &row);
  const QdField *field;

  if (cell == NULL)
    return NULL;
  field = qd_row_get_field (row, cell->slot);
  *first = cell->slot;
  if (cell->slot == 0)
    *end = row->scope->fields->len;
  else
    *end = qd_cell_is_range (cell, field) ? cell->slot + 1 : MAX (field->slot_end, field->slot + 1);
  return row;
}

static void
sum_tallies (QdInstance *self, QdNodeId node, int *out)
{
  guint first, end;
  QdRow *row = find_slots (self, node, &first, &end);

  if (row == NULL)
    return;
  if (first == 0)
    {
      for (guint i = 0; i < QD_N_TALLIES; i++)
        out[i] = (int) row->tallies[i];
      return;
    }
  for (guint slot = first; slot < end; slot++)
    {
      QdCell *cell = &row->cells[slot];
      const QdField *field = qd_row_get_field (row, slot);

      if (qd_cell_is_range (cell, field))
        {
          for (guint i = 0; i < QD_N_TALLIES; i++)
            out[i] += (int) cell->range->tallies[i];
          continue;
        }
      out[QD_TALLY_WANTED] += (cell->flags & QD_CELL_WANTED) != 0;
      out[QD_TALLY_FILLED] += (cell->flags & QD_CELL_FILLED) != 0;
      if ((cell->flags & QD_CELL_FAILS) != 0)
        {
          const QdFailure *failure = g_hash_table_lookup (self->failures, cell);

          tally_mask (field, failure->mask, failure->explained, 1, out);
        }
    }
}

void
qd_instance_count_required (QdInstance *self, QdNodeId node, guint *filled_out, guint *total_out)
{
  int sums[QD_N_TALLIES] = { 0 };

  sum_tallies (self, node, sums);
  *filled_out = (guint) sums[QD_TALLY_FILLED];
  *total_out = (guint) sums[QD_TALLY_WANTED];
}

void
qd_instance_count_findings (QdInstance *self, QdNodeId node, QdFindingCounts *out)
{
  int sums[QD_N_TALLIES] = { 0 };

  sum_tallies (self, node, sums);
  *out = (QdFindingCounts){
    .critical = (guint) sums[QD_SEVERITY_CRITICAL],
    .possible = (guint) sums[QD_SEVERITY_POSSIBLE],
    .notice = (guint) sums[QD_SEVERITY_NOTICE],
    .required = (guint) sums[QD_TALLY_REQUIRED],
    .explained = (guint) sums[QD_TALLY_EXPLAINED],
  };
}

typedef struct
{
  QdInstance *instance;
  QdSeverity severity;
  gboolean with_required;
  guint max;
  GPtrArray *found;
} Listing;

static void
list_in_row (Listing *self, QdRow *row, guint first, guint end)
{
  for (guint slot = first; slot < end && self->found->len < self->max; slot++)
    {
      QdCell *cell = &row->cells[slot];
      const QdField *field = qd_row_get_field (row, slot);
      QdFailure *failure;
      const GPtrArray *findings;

      if (qd_cell_is_range (cell, field))
        {
          const GPtrArray *rows = cell->range->rows;
          const guint32 *all = cell->range->tallies;

          for (guint i = 0; all[self->severity] > 0 && i < rows->len && self->found->len < self->max; i++)
            {
              QdRow *below = g_ptr_array_index (rows, i);

              if (below->tallies[self->severity] > 0)
                list_in_row (self, below, 0, below->scope->fields->len);
            }
          continue;
        }
      if ((cell->flags & QD_CELL_FAILS) == 0)
        continue;
      failure = g_hash_table_lookup (self->instance->failures, cell);
      /* Most of them in a form that is being filled, and their sentences are wanted by nobody. */
      if (!self->with_required && failure->mask == 1 << QD_FAIL_REQUIRED)
        continue;
      findings = get_cell_findings (self->instance, cell, failure);
      for (guint i = 0; i < findings->len && self->found->len < self->max; i++)
        {
          QdFinding *finding = g_ptr_array_index (findings, i);

          if (qd_finding_get_severity (finding) == self->severity && (self->with_required || strcmp (qd_finding_get_rule (finding), "required") != 0))
            g_ptr_array_add (self->found, qd_finding_ref (finding));
        }
    }
}

GPtrArray *
qd_instance_list_findings (QdInstance *self, QdNodeId node, QdSeverity severity, gboolean with_required, guint max)
{
  Listing listing = { self, severity, with_required, max, g_ptr_array_new_with_free_func (unref_finding) };
  guint first, end;
  QdRow *row = find_slots (self, node, &first, &end);

  if (row != NULL)
    list_in_row (&listing, row, first, end);
  return listing.found;
}
