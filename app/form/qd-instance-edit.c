/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-instance"
#include "config.h"
#include "qd-instance-private.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

/* Edits and the record of what they did. */

void
qd_instance_record (QdInstance *self, QdChangeKind kind, QdCell *cell, const char *name, const char *old_text, const char *new_text)
{
  QdChange *change;

  if (self->is_loading || self->is_applying)
    return;
  change = g_new0 (QdChange, 1);
  change->kind = kind;
  change->path = qd_cell_dup_path (cell);
  change->name = g_strdup (name);
  change->old_text = g_strdup (old_text);
  change->new_text = g_strdup (new_text);
  g_ptr_array_add (self->changes, change);
}

void
qd_instance_begin (QdInstance *self)
{
  if (self->batch_depth++ == 0)
    self->batch_mark = self->changes->len;
}

void
qd_instance_commit (QdInstance *self)
{
  g_return_if_fail (self->batch_depth > 0);

  if (--self->batch_depth > 0)
    return;
  qd_instance_settle (self);
  qd_instance_emit (self);
}

static gboolean
set_value (QdInstance *self, QdNodeId node, const char *value, gboolean forced, GError **error)
{
  QdCell *cell = qd_instance_find_cell (self, node, NULL);
  const QdField *field = cell == NULL ? NULL : qd_cell_get_field (cell);
  g_autofree char *old = NULL;
  const char *text = value == NULL ? "" : value;

  if (field == NULL || field->is_group || field->is_repeat || field->is_attribute)
    {
      g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE, _ ("There is no such field any more; the row was perhaps removed."));
      return FALSE;
    }
  if (forced ? qd_instance_has_readonly_rule (self, cell) : qd_instance_is_readonly (self, node))
    {
      g_autofree char *path = qd_cell_dup_path (cell);

      g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE, field->calculate != NULL && !forced ? _ ("%s is computed and cannot be filled in.") : _ ("%s is read-only and cannot be filled in."), path);
      return FALSE;
    }
  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE, _ ("The text is not valid UTF-8."));
      return FALSE;
    }
  old = g_strdup (qd_instance_get_raw (self, cell));
  if (!qd_instance_store (self, cell, text))
    return TRUE;
  qd_instance_record (self, QD_CHANGE_VALUE, cell, NULL, old, text);
  qd_instance_settle (self);
  qd_instance_emit (self);
  return TRUE;
}

gboolean
qd_instance_set_value (QdInstance *self, QdNodeId node, const char *value, GError **error)
{
  g_return_val_if_fail (QD_IS_INSTANCE (self), FALSE);

  return set_value (self, node, value, FALSE, error);
}

/* As ODK's engines do it: only readonly rules stand in the way, and a computed value holds until it is computed again. */
gboolean
qd_instance_set_value_forced (QdInstance *self, QdNodeId node, const char *value, GError **error)
{
  return set_value (self, node, value, TRUE, error);
}

static QdRange *
get_range (QdInstance *self, QdNodeId node, GError **error)
{
  QdCell *cell = qd_instance_find_cell (self, node, NULL);
  const QdField *field = cell == NULL ? NULL : qd_cell_get_field (cell);

  if (field == NULL || !qd_cell_is_range (cell, field))
    {
      g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE, _ ("There is no such table."));
      return NULL;
    }
  return cell->range;
}

static QdRange *
get_open_range (QdInstance *self, QdNodeId node, GError **error)
{
  QdRange *range = get_range (self, node, error);

  if (range != NULL && range->field->is_controlled)
    {
      g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE, _ ("The number of rows of %s is fixed by the form."), range->field->ref);
      return NULL;
    }
  return range;
}

/* Puts a row in and tells those who look. */
static QdRow *
insert_row (QdInstance *self, QdRange *range, guint index, const QdTreeNode *source)
{
  QdRow *row = qd_instance_insert_row (self, range, index, source);

  qd_instance_refresh_new (self, row);
  qd_instance_mark_all (self, row);
  qd_instance_note_rows (self, range, index, 0, 1);
  return row;
}

static void
delete_row (QdInstance *self, QdRange *range, guint index)
{
  qd_instance_delete_row (self, range, index);
  qd_instance_note_rows (self, range, index, 1, 0);
}

gboolean
qd_instance_add_rows (QdInstance *self, QdNodeId node, guint index, guint count, GError **error)
{
  QdRange *range = get_open_range (self, node, error);

  if (range == NULL)
    return FALSE;
  if (index > range->rows->len)
    {
      g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE, _ ("There are only %u rows."), range->rows->len);
      return FALSE;
    }
  if (count == 0)
    return TRUE;
  for (guint i = 0; i < count; i++)
    {
      QdRow *row = insert_row (self, range, index + i, NULL);
      g_autofree char *xml = qd_instance_write (self, &row->cells[0], QD_WRITE_DRAFT);

      qd_instance_record (self, QD_CHANGE_ADD, &row->cells[0], NULL, NULL, xml);
      for (guint j = 0; range->field->repeat_actions != NULL && j < range->field->repeat_actions->len; j++)
        {
          QdPendingAction pending = { g_ptr_array_index (range->field->repeat_actions, j), row };

          g_array_append_val (self->pending, pending);
        }
    }
  qd_instance_touch_rows (self, range, index);
  qd_instance_settle (self);
  qd_instance_emit (self);
  return TRUE;
}

gboolean
qd_instance_remove_rows (QdInstance *self, QdNodeId node, guint index, guint count, GError **error)
{
  QdRange *range = get_open_range (self, node, error);

  if (range == NULL)
    return FALSE;
  if (index > range->rows->len || count > range->rows->len - index)
    {
      g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE, _ ("There are only %u rows."), range->rows->len);
      return FALSE;
    }
  if (count == 0)
    return TRUE;
  /* From the last: the paths in the record then hold going back as well as forward. */
  for (guint i = count; i-- > 0;)
    {
      QdRow *row = g_ptr_array_index (range->rows, index + i);
      g_autofree char *xml = qd_instance_write (self, &row->cells[0], QD_WRITE_DRAFT);

      qd_instance_record (self, QD_CHANGE_REMOVE, &row->cells[0], NULL, xml, NULL);
      delete_row (self, range, index + i);
    }
  qd_instance_touch_rows (self, range, index);
  qd_instance_settle (self);
  qd_instance_emit (self);
  return TRUE;
}

static void
move_row (QdInstance *self, QdRange *range, guint from, guint to)
{
  guint first = MIN (from, to), last = MAX (from, to);

  qd_instance_shift_row (self, range, from, to);
  qd_instance_note_rows (self, range, first, last - first + 1, last - first + 1);
  qd_instance_touch_rows (self, range, first);
}

gboolean
qd_instance_move_row (QdInstance *self, QdNodeId node, guint from, guint to, GError **error)
{
  QdRange *range = get_range (self, node, error);
  g_autofree char *old_text = g_strdup_printf ("%u", from), *new_text = g_strdup_printf ("%u", to);

  if (range == NULL)
    return FALSE;
  if (from >= range->rows->len || to >= range->rows->len)
    {
      g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE, _ ("There are only %u rows."), range->rows->len);
      return FALSE;
    }
  if (from == to)
    return TRUE;
  qd_instance_record (self, QD_CHANGE_MOVE, &((QdRow *) g_ptr_array_index (range->rows, from))->cells[0], NULL, old_text, new_text);
  move_row (self, range, from, to);
  qd_instance_settle (self);
  qd_instance_emit (self);
  return TRUE;
}

/* Annotations. */

static gboolean
is_annotation_name (const char *name)
{
  if (!g_ascii_isalpha (*name) && *name != '_' && (guchar) *name < 0x80)
    return FALSE;
  for (const char *p = name; *p != '\0'; p++)
    if (!g_ascii_isalnum (*p) && *p != '-' && *p != '_' && *p != '.' && (guchar) *p < 0x80)
      return FALSE;
  return TRUE;
}

static gboolean
annotate (QdInstance *self, QdCell *cell, const char *name, const char *text)
{
  const QdField *field = qd_cell_get_field (cell);
  const char *old = qd_tree_node_get_attribute (cell->node, QD_NS_FORM, name);

  if (g_strcmp0 (old, text) == 0)
    return FALSE;
  qd_tree_set_attribute (self->tree, cell->node, QD_NS_FORM, "qd", name, text);
  if (field->comp[QD_PROP_CHECK] >= 0)
    qd_instance_mark (self, qd_cell_get_row (cell), (guint) field->comp[QD_PROP_CHECK]);
  qd_instance_note_changed (self, cell);
  return TRUE;
}

gboolean
qd_instance_set_annotation (QdInstance *self, QdNodeId node, const char *name, const char *text, GError **error)
{
  QdCell *cell = qd_instance_find_cell (self, node, NULL);
  g_autofree char *old = NULL;

  g_return_val_if_fail (name != NULL && is_annotation_name (name), FALSE);

  if (cell == NULL || qd_cell_is_range (cell, qd_cell_get_field (cell)) || qd_cell_get_field (cell)->is_attribute)
    {
      g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE, _ ("There is no such field any more; the row was perhaps removed."));
      return FALSE;
    }
  if (text != NULL && !g_utf8_validate (text, -1, NULL))
    {
      g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE, _ ("The text is not valid UTF-8."));
      return FALSE;
    }
  old = g_strdup (qd_tree_node_get_attribute (cell->node, QD_NS_FORM, name));
  if (!annotate (self, cell, name, text))
    return TRUE;
  qd_instance_record (self, QD_CHANGE_ANNOTATION, cell, name, old, text);
  qd_instance_settle (self);
  qd_instance_emit (self);
  return TRUE;
}

const char *
qd_instance_get_annotation (QdInstance *self, QdNodeId node, const char *name)
{
  QdCell *cell = qd_instance_find_cell (self, node, NULL);

  if (cell == NULL || qd_cell_is_range (cell, qd_cell_get_field (cell)))
    return NULL;
  return qd_tree_node_get_attribute (cell->node, QD_NS_FORM, name);
}

GPtrArray *
qd_instance_steal_changes (QdInstance *self)
{
  GPtrArray *changes = self->changes;

  if (changes->len == 0 || self->batch_depth > 0)
    return NULL;
  self->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_change_free);
  return changes;
}

/* Playing changes. */

static gboolean
fail_apply (GError **error, const char *path)
{
  g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_VALUE, _ ("The recorded change does not fit the data: %s."), path);
  return FALSE;
}

/* "/data/row[3]" → the range and 2 */
static QdRange *
find_row_place (QdInstance *self, const char *path, guint *index_out)
{
  const char *bracket = strrchr (path, '[');
  g_autofree char *head = bracket == NULL ? NULL : g_strndup (path, (gsize) (bracket - path));
  char *end;
  guint64 position = bracket == NULL ? 0 : g_ascii_strtoull (bracket + 1, &end, 10);

  if (position == 0 || position > G_MAXUINT || strcmp (end, "]") != 0)
    return NULL;
  *index_out = (guint) position - 1;
  return get_range (self, qd_instance_find (self, head), NULL);
}

static gboolean
play_add (QdInstance *self, const char *path, const char *xml, GError **error)
{
  guint index;
  QdRange *range = find_row_place (self, path, &index);
  g_autoptr (QdTree) tree = NULL;

  if (range == NULL || index > range->rows->len || xml == NULL)
    return fail_apply (error, path);
  tree = qd_tree_parse (xml, -1, QD_TREE_FOREIGN, error);
  if (tree == NULL)
    return FALSE;
  insert_row (self, range, index, qd_tree_get_root (tree));
  qd_instance_touch_rows (self, range, index);
  return TRUE;
}

static gboolean
play_remove (QdInstance *self, const char *path, GError **error)
{
  guint index;
  QdRange *range = find_row_place (self, path, &index);

  if (range == NULL || index >= range->rows->len)
    return fail_apply (error, path);
  delete_row (self, range, index);
  qd_instance_touch_rows (self, range, index);
  return TRUE;
}

static gboolean
play_move (QdInstance *self, const QdChange *change, gboolean inverse, GError **error)
{
  guint ignored;
  QdRange *range = find_row_place (self, change->path, &ignored);
  guint64 from = change->old_text == NULL ? G_MAXUINT : g_ascii_strtoull (change->old_text, NULL, 10);
  guint64 to = change->new_text == NULL ? G_MAXUINT : g_ascii_strtoull (change->new_text, NULL, 10);

  if (range == NULL || from >= range->rows->len || to >= range->rows->len)
    return fail_apply (error, change->path);
  if (inverse)
    move_row (self, range, (guint) to, (guint) from);
  else
    move_row (self, range, (guint) from, (guint) to);
  return TRUE;
}

static gboolean
play (QdInstance *self, const QdChange *change, gboolean inverse, GError **error)
{
  const char *text = inverse ? change->old_text : change->new_text;
  QdCell *cell;

  switch (change->kind)
    {
    case QD_CHANGE_ADD:
      return inverse ? play_remove (self, change->path, error) : play_add (self, change->path, change->new_text, error);
    case QD_CHANGE_REMOVE:
      return inverse ? play_add (self, change->path, change->old_text, error) : play_remove (self, change->path, error);
    case QD_CHANGE_MOVE:
      return play_move (self, change, inverse, error);
    case QD_CHANGE_VALUE:
    case QD_CHANGE_ANNOTATION:
      break;
    }
  cell = qd_instance_find_cell (self, qd_instance_find (self, change->path), NULL);
  if (cell == NULL || qd_cell_is_range (cell, qd_cell_get_field (cell)))
    return fail_apply (error, change->path);
  if (change->kind == QD_CHANGE_ANNOTATION)
    {
      if (change->name == NULL || !is_annotation_name (change->name))
        return fail_apply (error, change->path);
      annotate (self, cell, change->name, text);
      return TRUE;
    }
  if (qd_cell_get_field (cell)->is_group)
    return fail_apply (error, change->path);
  qd_instance_store (self, cell, text == NULL ? "" : text);
  return TRUE;
}

gboolean
qd_instance_play_back (QdInstance *self, const QdChange *change)
{
  return play (self, change, TRUE, NULL);
}

gboolean
qd_instance_apply (QdInstance *self, GPtrArray *changes, gboolean inverse, GError **error)
{
  guint done = 0;
  gboolean is_fine = TRUE;

  g_return_val_if_fail (changes != NULL, FALSE);

  self->is_applying = TRUE;
  for (; done < changes->len && is_fine; done++)
    is_fine = play (self, g_ptr_array_index (changes, inverse ? changes->len - 1 - done : done), inverse, error);
  if (!is_fine)
    /* Back the way that was come: these have just been played, so they fit. */
    for (done--; done-- > 0;)
      if (!play (self, g_ptr_array_index (changes, inverse ? changes->len - 1 - done : done), !inverse, NULL))
        g_critical ("a change could not be taken back");
  qd_instance_settle (self);
  self->is_applying = FALSE;
  qd_instance_emit (self);
  return is_fine;
}

gboolean
qd_instance_apply_some (QdInstance *self, GPtrArray *changes, gboolean inverse, guint *done, gint64 microseconds, gboolean *over_out, GError **error)
{
  gint64 deadline = microseconds < G_MAXINT64 ? g_get_monotonic_time () + microseconds : G_MAXINT64;
  gboolean is_fine = TRUE;

  g_return_val_if_fail (changes != NULL && self->batch_depth > 0, FALSE);

  self->is_applying = TRUE;
  for (guint i = 0; *done < changes->len && (i == 0 || g_get_monotonic_time () < deadline); i++)
    {
      const QdChange *change = g_ptr_array_index (changes, inverse ? changes->len - 1 - *done : *done);

      is_fine = play (self, change, inverse, error);
      if (!is_fine)
        break;
      g_ptr_array_add (self->changes, inverse ? qd_change_invert (change) : qd_change_new (change->kind, change->path, change->name, change->old_text, change->new_text));
      (*done)++;
    }
  *over_out = is_fine && *done == changes->len && qd_instance_settle_some (self, deadline == G_MAXINT64 ? deadline : MAX (0, deadline - g_get_monotonic_time ()));
  self->is_applying = FALSE;
  return is_fine;
}
