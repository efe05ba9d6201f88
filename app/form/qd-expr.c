/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-expr"
#include "config.h"
#include "qd-expr.h"
#include "qd-expr-private.h"

#include <string.h>

/* Most expressions are short, and a form has thousands of them; the blocks of a long one grow. */
#define FIRST_BLOCK_BYTES 496
#define MAX_BLOCK_BYTES 8176

struct _QdExprBlock
{
  QdExprBlock *before; /* (owned) (nullable) */
  guint64 padding;     /* what follows is aligned as malloc() does it */
};

G_DEFINE_QUARK (qd - expr - error - quark, qd_expr_error)

gpointer
qd_expr_allocate (QdExpr *self, gsize size)
{
  gpointer memory;

  size = (size + 15) & ~(gsize) 15;
  if (self->blocks == NULL || self->block_used + size > self->block_size)
    {
      gsize wanted = self->blocks == NULL ? FIRST_BLOCK_BYTES : MIN (2 * self->block_size, MAX_BLOCK_BYTES);
      QdExprBlock *block;

      self->block_size = MAX (size, wanted);
      self->block_used = 0;
      block = g_malloc0 (sizeof (QdExprBlock) + self->block_size);
      block->before = self->blocks;
      self->blocks = block;
    }
  memory = (char *) (self->blocks + 1) + self->block_used;
  self->block_used += size;
  return memory;
}

guint
qd_expr_position_of (const QdExpr *self, guint offset)
{
  if (self->is_ascii)
    return offset + 1;
  return (guint) g_utf8_pointer_to_offset (self->text, self->text + offset) + 1;
}

QdExpr *
qd_expr_ref (QdExpr *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
qd_expr_unref (QdExpr *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (QdExprNode *node = self->caches; node != NULL; node = node->call.next_cache)
    g_clear_pointer ((GRegex **) &node->call.cache, g_regex_unref);
  while (self->blocks != NULL)
    {
      QdExprBlock *block = self->blocks;

      self->blocks = block->before;
      g_free (block);
    }
  g_array_unref (self->paths);
  g_free (self->text);
  g_free (self);
}

const char *
qd_expr_get_text (const QdExpr *self)
{
  return self->text;
}

guint
qd_expr_get_n_paths (const QdExpr *self)
{
  return self->paths->len;
}

const QdPath *
qd_expr_get_path (const QdExpr *self, guint i)
{
  g_return_val_if_fail (i < self->paths->len, NULL);

  return &g_array_index (self->paths, QdPath, i);
}

QdExprUses
qd_expr_get_uses (const QdExpr *self)
{
  return self->uses;
}

gboolean
qd_expr_is_ordered_result (const QdExpr *self)
{
  const QdExprNode *node = self->root;

  /* A filter keeps the order of what it filters. */
  while (node->kind == QD_NODE_PATH && node->path->base != NULL && node->path->n_steps == 0)
    node = node->path->base;
  return node->kind == QD_NODE_CALL && strcmp (node->call.function->name, "randomize") == 0;
}

const QdExprFunction *
qd_expr_find_function (const char *name)
{
  static GHashTable *functions;

  if (g_once_init_enter (&functions))
    {
      const QdExprFunction *const tables[] = { qd_expr_core_functions, qd_expr_odk_functions, qd_expr_math_functions, qd_expr_date_functions, qd_expr_geo_functions, qd_expr_own_functions };
      GHashTable *all = g_hash_table_new (g_str_hash, g_str_equal);

      for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
        for (const QdExprFunction *function = tables[i]; function->name != NULL; function++)
          g_hash_table_insert (all, (gpointer) function->name, (gpointer) function);
      g_once_init_leave (&functions, all);
    }
  return g_hash_table_lookup (functions, name);
}
