/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "form-kit.h"
#include "qd-verdict.h"

/* Properties that hold after any sequence of edits: what was computed step by step is what a fresh load computes; undoing everything gives the
 * instance as it was, and redoing as it became; a verdict depends on nothing but the data. */

#define DATA                                                                                                                                                 \
  "<data id=\"t\"><a/><b/><c/><g><x/><y/></g><row jr:template=\"\"><k/><q/><p/><t/><pos/><run/><share/><sub jr:template=\"\"><s/><st/></sub><subsum/></row>" \
  "<n>2</n><fix jr:template=\"\"><f/></fix><sum/><cnt/><max/><city/><name/><meta><instanceID>i</instanceID></meta></data>"
#define MODEL                                                                                                                                                                                                                                 \
  "<instance id=\"list\"><root><item><name>u</name><label>U</label><k>1</k></item><item><name>v</name><label>V</label><k>2</k></item><item><name>w</name><label>W</label><k>1</k></item></root></instance>"                                   \
  "<bind nodeset=\"/data/a\" type=\"int\" required=\"true()\" constraint=\". &lt; 50\"/><bind nodeset=\"/data/b\" type=\"decimal\" readonly=\"/data/a &gt; 90\"/>"                                                                            \
  "<bind nodeset=\"/data/c\" type=\"decimal\" calculate=\"/data/a + /data/g/y\"/><bind nodeset=\"/data/g\" relevant=\"/data/a &gt; 10\"/><bind nodeset=\"/data/g/y\" type=\"decimal\" calculate=\"../x * /data/b\"/>"                         \
  "<bind nodeset=\"/data/row\" relevant=\"/data/a != 13\"/><bind nodeset=\"/data/row/q\" type=\"decimal\" required=\"../k = 1\"/><bind nodeset=\"/data/row/p\" type=\"decimal\" relevant=\"../k != 2\"/>"                                     \
  "<bind nodeset=\"/data/row/t\" type=\"decimal\" calculate=\"coalesce(../q, 0) * coalesce(../p, 1)\"/><bind nodeset=\"/data/row/pos\" calculate=\"position(..)\"/>"                                                                          \
  "<bind nodeset=\"/data/row/run\" type=\"decimal\" calculate=\"../t + coalesce(../preceding-sibling::row[1]/run, 0)\"/><bind nodeset=\"/data/row/share\" type=\"decimal\" calculate=\"../t div sum(/data/row/t)\"/>"                         \
  "<bind nodeset=\"/data/row/sub/st\" calculate=\"concat(../s, '/', ../../k, '/', position(..))\"/><bind nodeset=\"/data/row/subsum\" calculate=\"concat(count(../sub), ':', string-length(join(',', ../sub/s)))\"/>"                         \
  "<bind nodeset=\"/data/fix/f\" type=\"int\" constraint=\". &gt; /data/a\"/><bind nodeset=\"/data/sum\" type=\"decimal\" calculate=\"sum(/data/row/t)\"/><bind nodeset=\"/data/cnt\" calculate=\"count(/data/row[k = 1]) + count(//sub)\"/>" \
  "<bind nodeset=\"/data/max\" calculate=\"max(/data/row/q)\"/><bind nodeset=\"/data/name\" calculate=\"concat(/data/city, instance('list')/root/item[name = /data/city]/label)\"/>"                                                          \
  "<qd:check id=\"big\" ref=\"/data/row/t\" test=\". &lt; /data/a\" severity=\"possible\"><qd:message>too big: <output value=\"../pos\"/></qd:message></qd:check>"                                                                            \
  "<qd:check id=\"total\" ref=\"/data/sum\" when=\"/data/b != ''\" test=\". = /data/b\" severity=\"notice\"><qd:message>sum <output value=\".\"/></qd:message></qd:check>"
#define BODY                                                                                                                                                               \
  "<input ref=\"/data/a\"/><repeat nodeset=\"/data/row\"><input ref=\"/data/row/k\"/><repeat nodeset=\"/data/row/sub\"><input ref=\"/data/row/sub/s\"/></repeat></repeat>" \
  "<repeat nodeset=\"/data/fix\" jr:count=\"/data/n\"><input ref=\"/data/fix/f\"/></repeat>"                                                                               \
  "<select1 ref=\"/data/city\"><itemset nodeset=\"instance('list')/root/item[k = /data/a or k = current()/../n]\"><value ref=\"name\"/><label ref=\"label\"/></itemset></select1>"

/* Any node, by a walk that goes down until it has had enough. */
static QdNodeId
pick_node (QdInstance *instance, GRand *random)
{
  QdNodeId node = qd_instance_get_root (instance);

  for (;;)
    {
      guint n = qd_instance_get_n_children (instance, node);

      if (n == 0 || g_rand_int_range (random, 0, 12) == 0)
        return node;
      node = qd_instance_get_child (instance, node, (guint) g_rand_int_range (random, 0, (gint32) n));
    }
}

static void
edit_at_random (QdInstance *instance, GRand *random)
{
  static const char *const values[] = { "", "1", "2", "3", "12", "13", "60", "95", "0.5", "-4", "x", "u", "v", "0.05L" };
  QdNodeId node = pick_node (instance, random);
  guint n = qd_instance_get_n_children (instance, node);
  const char *value = values[g_rand_int_range (random, 0, G_N_ELEMENTS (values))];

  switch (qd_instance_get_node_type (instance, node))
    {
    case QD_NODE_REPEAT_RANGE:
      switch (g_rand_int_range (random, 0, 4))
        {
        case 0:
        case 1:
          if (n < 12)
            qd_instance_add_rows (instance, node, (guint) g_rand_int_range (random, 0, (gint32) n + 1), (guint) g_rand_int_range (random, 1, 4), NULL);
          break;
        case 2:
          if (n > 0)
            qd_instance_move_row (instance, node, (guint) g_rand_int_range (random, 0, (gint32) n), (guint) g_rand_int_range (random, 0, (gint32) n), NULL);
          break;
        default:
          if (n > 0)
            qd_instance_remove_rows (instance, node, (guint) g_rand_int_range (random, 0, (gint32) n), 1, NULL);
        }
      break;
    case QD_NODE_ROOT:
    case QD_NODE_GROUP:
    case QD_NODE_REPEAT_INSTANCE:
      break;
    default:
      if (g_rand_int_range (random, 0, 8) == 0)
        qd_instance_set_annotation (instance, node, g_rand_boolean (random) ? "na" : "why-big", *value == '\0' ? NULL : value, NULL);
      /* The number of counted rows stays small. */
      else if (strcmp (qd_field_get_name (qd_instance_get_field (instance, node)), "n") != 0 || strlen (value) < 2)
        qd_instance_set_value (instance, node, value, NULL);
    }
}

static char *
verdict_of (QdInstance *instance)
{
  g_autoptr (QdVerdict) verdict = qd_verdict_new (instance, "cn", "1", "00");
  g_autoptr (GBytes) xml = qd_verdict_to_xml (verdict);

  return g_strndup (g_bytes_get_data (xml, NULL), g_bytes_get_size (xml));
}

/* What is counted as findings come and go, and the lists of the first few, against all findings. */
static void
check_counts (QdInstance *instance, QdNodeId node)
{
  g_autoptr (GPtrArray) all = qd_instance_get_findings (instance);
  QdFindingCounts counts, expected = { 0 };

  for (guint i = 0; i < all->len; i++)
    {
      const QdFinding *finding = g_ptr_array_index (all, i);
      QdNodeId at = qd_finding_get_node (finding);

      while (at != 0 && at != node)
        at = qd_instance_get_parent (instance, at);
      if (at == 0)
        continue;
      expected.critical += qd_finding_get_severity (finding) == QD_SEVERITY_CRITICAL;
      expected.possible += qd_finding_get_severity (finding) == QD_SEVERITY_POSSIBLE;
      expected.notice += qd_finding_get_severity (finding) == QD_SEVERITY_NOTICE;
      expected.required += strcmp (qd_finding_get_rule (finding), "required") == 0;
      expected.explained += qd_finding_get_severity (finding) == QD_SEVERITY_POSSIBLE && !qd_finding_blocks (finding);
    }
  qd_instance_count_findings (instance, node, &counts);
  g_assert_cmpmem (&counts, sizeof counts, &expected, sizeof expected);
  for (guint severity = QD_SEVERITY_NOTICE; severity <= QD_SEVERITY_CRITICAL; severity++)
    for (guint pass = 0; pass < 4; pass++)
      {
        guint max = pass % 2 == 0 ? 3 : G_MAXUINT, n = 0;
        g_autoptr (GPtrArray) list = qd_instance_list_findings (instance, node, (QdSeverity) severity, pass < 2, max);

        for (guint i = 0; i < all->len; i++)
          {
            QdFinding *finding = g_ptr_array_index (all, i);
            QdNodeId at = qd_finding_get_node (finding);

            while (at != 0 && at != node)
              at = qd_instance_get_parent (instance, at);
            if (at == 0 || (guint) qd_finding_get_severity (finding) != severity || (pass >= 2 && strcmp (qd_finding_get_rule (finding), "required") == 0))
              continue;
            if (n < max)
              g_assert_true (g_ptr_array_index (list, n) == finding);
            n++;
          }
        g_assert_cmpuint (list->len, ==, MIN (n, max));
      }
  for (guint i = 0; i < qd_instance_get_n_children (instance, node); i++)
    if (i < 3 || qd_instance_get_n_children (instance, qd_instance_get_child (instance, node, i)) > 0)
      check_counts (instance, qd_instance_get_child (instance, node, i));
}

static void
check_against_fresh (QdInstance *instance)
{
  g_autoptr (GBytes) saved = qd_instance_save (instance);
  g_autoptr (QdInstance) fresh = kit_instance_full (qd_instance_get_form (instance), QD_INSTANCE_RESTORE, saved);
  g_autofree char *old_save = kit_save (instance), *new_save = kit_save (fresh), *old_xml = kit_serialize (instance), *new_xml = kit_serialize (fresh), *old_verdict = NULL, *new_verdict = NULL;
  QdNodeId root = qd_instance_get_root (instance), fresh_root = qd_instance_get_root (fresh);
  guint filled, total, fresh_filled, fresh_total;

  g_assert_cmpstr (old_save, ==, new_save);
  g_assert_cmpstr (old_xml, ==, new_xml);
  qd_instance_set_language (fresh, qd_instance_get_language (instance));
  old_verdict = verdict_of (instance);
  new_verdict = verdict_of (fresh);
  g_assert_cmpstr (old_verdict, ==, new_verdict);
  g_assert_cmpint (qd_instance_get_worst (instance, root), ==, qd_instance_get_worst (fresh, fresh_root));
  qd_instance_count_required (instance, root, &filled, &total);
  qd_instance_count_required (fresh, fresh_root, &fresh_filled, &fresh_total);
  g_assert_cmpuint (filled, ==, fresh_filled);
  g_assert_cmpuint (total, ==, fresh_total);
  check_counts (instance, root);
}

/* Looks at all tables in a row, as a view does that sees it for the first time. */
static void
learn (QdInstance *instance, QdNodeId node, GHashTable *counts)
{
  guint n = qd_instance_get_n_children (instance, node);

  if (qd_instance_get_node_type (instance, node) == QD_NODE_REPEAT_RANGE)
    g_hash_table_insert (counts, GUINT_TO_POINTER (node), GUINT_TO_POINTER (n));
  for (guint i = 0; i < n; i++)
    learn (instance, qd_instance_get_child (instance, node, i), counts);
}

/* A model of the rows kept by the signals alone, as a table view keeps one. */
static void
rows_changed_cb (QdInstance *instance, guint range, guint position, guint removed, guint added, GHashTable *counts)
{
  guint before = GPOINTER_TO_UINT (g_hash_table_lookup (counts, GUINT_TO_POINTER (range)));

  g_assert_true (g_hash_table_contains (counts, GUINT_TO_POINTER (range)));
  g_assert_cmpuint (position + removed, <=, before);
  g_hash_table_insert (counts, GUINT_TO_POINTER (range), GUINT_TO_POINTER (before - removed + added));
  g_assert_cmpuint (before - removed + added, ==, qd_instance_get_n_children (instance, range));
  for (guint i = 0; i < added; i++)
    {
      QdNodeId row = qd_instance_get_child (instance, range, position + i);

      if (!g_hash_table_contains (counts, GUINT_TO_POINTER (row)))
        learn (instance, row, counts);
      g_hash_table_add (counts, GUINT_TO_POINTER (row));
    }
}

static void
test_random (gconstpointer data)
{
  g_autoptr (QdForm) form = kit_form (DATA, MODEL, BODY);
  g_autoptr (QdInstance) instance = kit_instance_full (form, QD_INSTANCE_CREATE, NULL);
  g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  g_autofree char *before = kit_save (instance), *after = NULL, *undone = NULL, *redone = NULL, *verdict = NULL, *verdict_again = NULL;
  GRand *random = g_rand_new_with_seed (GPOINTER_TO_UINT (data));
  g_autoptr (GError) error = NULL;

  learn (instance, qd_instance_get_root (instance), counts);
  g_signal_connect (instance, "rows-changed", G_CALLBACK (rows_changed_cb), counts);
  for (guint i = 0; i < 120; i++)
    {
      guint n = g_rand_int_range (random, 0, 4) == 0 ? (guint) g_rand_int_range (random, 2, 8) : 1;
      GPtrArray *changes;

      qd_instance_begin (instance);
      for (guint j = 0; j < n; j++)
        edit_at_random (instance, random);
      qd_instance_commit (instance);
      changes = qd_instance_steal_changes (instance);
      if (changes != NULL)
        g_ptr_array_add (steps, changes);
      if (i % 10 == 9)
        check_against_fresh (instance);
    }
  after = kit_save (instance);
  verdict = verdict_of (instance);
  for (guint i = steps->len; i-- > 0;)
    {
      g_assert_true (qd_instance_apply (instance, steps->pdata[i], TRUE, &error));
      g_assert_no_error (error);
    }
  undone = kit_save (instance);
  g_assert_cmpstr (undone, ==, before);
  check_against_fresh (instance);
  for (guint i = 0; i < steps->len; i++)
    g_assert_true (qd_instance_apply (instance, steps->pdata[i], FALSE, &error));
  redone = kit_save (instance);
  g_assert_cmpstr (redone, ==, after);
  verdict_again = verdict_of (instance);
  g_assert_cmpstr (verdict_again, ==, verdict);
  g_rand_free (random);
}

/* Brackets whose work is done in pieces, in the midst of which more is edited; half of them are taken back, in pieces, too. */
static void
test_pieces (gconstpointer data)
{
  g_autoptr (QdForm) form = kit_form (DATA, MODEL, BODY);
  g_autoptr (QdInstance) instance = kit_instance_full (form, QD_INSTANCE_CREATE, NULL);
  g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);
  GRand *random = g_rand_new_with_seed (GPOINTER_TO_UINT (data));

  learn (instance, qd_instance_get_root (instance), counts);
  g_signal_connect (instance, "rows-changed", G_CALLBACK (rows_changed_cb), counts);
  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *before = kit_save (instance);
      g_autoptr (GPtrArray) changes = NULL;
      guint n = (guint) g_rand_int_range (random, 1, 12);

      qd_instance_begin (instance);
      for (guint j = 0; j < n; j++)
        {
          edit_at_random (instance, random);
          if (g_rand_int_range (random, 0, 3) == 0)
            qd_instance_settle_some (instance, 0);
        }
      g_assert_true (qd_instance_is_open (instance));
      g_assert_null (qd_instance_steal_changes (instance));
      if (g_rand_boolean (random))
        {
          while (!qd_instance_settle_some (instance, 0))
            ;
          qd_instance_commit (instance);
          changes = qd_instance_steal_changes (instance);
        }
      else
        {
          g_autofree char *after = NULL;

          while (!qd_instance_rollback_some (instance, 0))
            ;
          after = kit_save (instance);
          g_assert_cmpstr (after, ==, before);
          g_assert_null (qd_instance_steal_changes (instance));
        }
      g_assert_false (qd_instance_is_open (instance));
      check_against_fresh (instance);
    }
  g_rand_free (random);
}

static void
nodes_changed_cb (QdInstance *instance, GArray *nodes, guint *n)
{
  *n += nodes->len;
}

/* More rows than are computed in one piece; what comes out is what comes out at once. */
static void
test_many_rows (void)
{
  g_autoptr (QdForm) form = kit_form (DATA, MODEL, BODY);
  g_autoptr (QdInstance) pieces = kit_instance_full (form, QD_INSTANCE_CREATE, NULL);
  g_autoptr (QdInstance) whole = kit_instance_full (form, QD_INSTANCE_CREATE, NULL);
  g_autofree char *before = kit_save (pieces), *one = NULL, *other = NULL, *back = NULL;
  QdNodeId range = qd_instance_get_parent (pieces, qd_instance_find (pieces, "/data/row[1]"));
  guint n_pieces = 1, n_told = 0;

  if (range == 0)
    range = qd_instance_find (pieces, "/data/row");
  g_signal_connect (pieces, "nodes-changed", G_CALLBACK (nodes_changed_cb), &n_told);
  for (guint pass = 0; pass < 2; pass++)
    {
      QdInstance *instance = pass == 0 ? pieces : whole;

      qd_instance_begin (instance);
      g_assert_true (qd_instance_add_rows (instance, range, 0, 300, NULL));
      for (guint i = 1; i <= 300; i++)
        {
          g_autofree char *path = g_strdup_printf ("/data/row[%u]/q", i);

          g_assert_true (qd_instance_set_value (instance, qd_instance_find (instance, path), "2", NULL));
        }
      for (; pass == 0 && !qd_instance_settle_some (instance, 0); n_pieces++)
        g_assert_cmpuint (n_told, ==, 0);
      if (pass == 0)
        {
          one = kit_save (instance);
          while (!qd_instance_rollback_some (instance, 0))
            n_pieces++;
          back = kit_save (instance);
          g_assert_cmpstr (back, ==, before);
        }
      else
        qd_instance_commit (instance);
    }
  other = kit_save (whole);
  g_assert_cmpstr (one, ==, other);
  g_assert_cmpuint (n_pieces, >, 20);
  check_against_fresh (pieces);
}

/* Rows that look for each other by what they hold: an index answers, and must be right after whatever happens to the rows. */

#define KEYED_DATA "<data id=\"t\"><off/><row jr:template=\"\"><k/><site/><q/><same/><both/><sum/><first/></row></data>"
#define KEYED_MODEL                                                                                                                      \
  "<bind nodeset=\"/data/row/k\" constraint=\"count(../../row[k = current()]) = 1\"/>"                                                   \
  "<bind nodeset=\"/data/row/site\" relevant=\"../k != /data/off\"/>"                                                                    \
  "<bind nodeset=\"/data/row/same\" type=\"int\" calculate=\"count(../../row[k = current()/../k])\"/>"                                   \
  "<bind nodeset=\"/data/row/both\" type=\"int\" calculate=\"count(/data/row[k = current()/../k and site = current()/../site])\"/>"      \
  "<bind nodeset=\"/data/row/sum\" type=\"int\" calculate=\"sum(../../row[k = current()/../k][site = current()/../site]/q[. != ''])\"/>" \
  "<bind nodeset=\"/data/row/first\" calculate=\"position(../../row[k = current()/../k][1])\"/>"                                         \
  "<qd:check id=\"twice\" ref=\"/data/row\" test=\"count(../row[k = current()/k][site = current()/site]) = 1\" severity=\"possible\"><qd:message>twice</qd:message></qd:check>"
#define KEYED_BODY "<input ref=\"/data/off\"/><repeat nodeset=\"/data/row\"><input ref=\"/data/row/k\"/><input ref=\"/data/row/site\"/><input ref=\"/data/row/q\"/></repeat>"

static const char *
get_in_row (QdInstance *instance, QdNodeId row, guint child)
{
  QdNodeId node = qd_instance_get_child (instance, row, child);

  return qd_instance_is_relevant (instance, node) ? qd_instance_get_value (instance, node) : "";
}

/* What the form computes, found by comparing all rows with each other. */
static void
check_keyed (QdInstance *instance, QdNodeId range)
{
  guint n = qd_instance_get_n_children (instance, range);

  for (guint i = 0; i < n; i++)
    {
      QdNodeId row = qd_instance_get_child (instance, range, i);
      guint same = 0, both = 0, first = 0;
      gint64 sum = 0;

      for (guint j = 0; j < n; j++)
        {
          QdNodeId other = qd_instance_get_child (instance, range, j);

          if (strcmp (get_in_row (instance, row, 0), get_in_row (instance, other, 0)) != 0)
            continue;
          same++;
          first = first == 0 ? j + 1 : first;
          if (strcmp (get_in_row (instance, row, 1), get_in_row (instance, other, 1)) != 0)
            continue;
          both++;
          sum += g_ascii_strtoll (get_in_row (instance, other, 2), NULL, 10);
        }
      g_assert_cmpint (g_ascii_strtoll (get_in_row (instance, row, 3), NULL, 10), ==, same);
      g_assert_cmpint (g_ascii_strtoll (get_in_row (instance, row, 4), NULL, 10), ==, both);
      g_assert_cmpint (g_ascii_strtoll (get_in_row (instance, row, 5), NULL, 10), ==, sum);
      g_assert_cmpint (g_ascii_strtoll (get_in_row (instance, row, 6), NULL, 10), ==, first);
      g_assert_cmpint (qd_instance_get_worst (instance, qd_instance_get_child (instance, row, 0)), ==, same > 1 && *get_in_row (instance, row, 0) != '\0' ? QD_SEVERITY_CRITICAL : -1);
    }
}

static void
edit_keyed (QdInstance *instance, QdNodeId range, GRand *random)
{
  static const char *const values[] = { "", "a", "b", "c", "1", "10", "1:1", "中" }, *const numbers[] = { "", "1", "20" };
  guint n = qd_instance_get_n_children (instance, range), place = (guint) g_rand_int_range (random, 0, (gint32) n + 1);
  const char *value = values[g_rand_int_range (random, 0, G_N_ELEMENTS (values))];

  switch (g_rand_int_range (random, 0, 12))
    {
    case 0:
      if (n < 60)
        qd_instance_add_rows (instance, range, place, (guint) g_rand_int_range (random, 1, 8), NULL);
      break;
    case 1:
      if (place < n)
        qd_instance_remove_rows (instance, range, place, MIN (n - place, (guint) g_rand_int_range (random, 1, 4)), NULL);
      break;
    case 2:
      if (place < n)
        qd_instance_move_row (instance, range, place, (guint) g_rand_int_range (random, 0, (gint32) n), NULL);
      break;
    case 3:
      qd_instance_set_value (instance, qd_instance_find (instance, "/data/off"), value, NULL);
      break;
    default:
      if (place < n)
        {
          guint child = (guint) g_rand_int_range (random, 0, 3);

          if (child == 2)
            value = numbers[g_rand_int_range (random, 0, G_N_ELEMENTS (numbers))];
          qd_instance_set_value (instance, qd_instance_get_child (instance, qd_instance_get_child (instance, range, place), child), value, NULL);
        }
    }
}

static void
test_keyed (gconstpointer data)
{
  g_autoptr (QdForm) form = kit_form (KEYED_DATA, KEYED_MODEL, KEYED_BODY);
  g_autoptr (QdInstance) instance = kit_instance_full (form, QD_INSTANCE_CREATE, NULL);
  g_autoptr (GPtrArray) steps = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  g_autofree char *before = kit_save (instance), *after = NULL, *undone = NULL, *redone = NULL;
  GRand *random = g_rand_new_with_seed (GPOINTER_TO_UINT (data));
  QdNodeId range = qd_instance_get_child (instance, qd_instance_get_root (instance), 1);
  g_autoptr (GError) error = NULL;

  g_assert_true (qd_instance_add_rows (instance, range, 0, 30, NULL));
  g_ptr_array_add (steps, qd_instance_steal_changes (instance));
  for (guint i = 0; i < 80; i++)
    {
      /* Now and then more than an index puts right one by one. */
      guint n = g_rand_int_range (random, 0, 8) == 0 ? 90 : (guint) g_rand_int_range (random, 1, 6);
      gboolean is_kept = g_rand_int_range (random, 0, 4) > 0;
      GPtrArray *changes;

      qd_instance_begin (instance);
      for (guint j = 0; j < n; j++)
        {
          edit_keyed (instance, range, random);
          if (g_rand_int_range (random, 0, 6) == 0)
            qd_instance_settle_some (instance, 0);
        }
      if (is_kept)
        qd_instance_commit (instance);
      else
        while (!qd_instance_rollback_some (instance, 0))
          ;
      changes = qd_instance_steal_changes (instance);
      if (changes != NULL)
        g_ptr_array_add (steps, changes);
      check_keyed (instance, range);
      if (i % 10 == 9)
        check_against_fresh (instance);
    }
  after = kit_save (instance);
  for (guint i = steps->len; i-- > 0;)
    {
      g_assert_true (qd_instance_apply (instance, steps->pdata[i], TRUE, &error));
      check_keyed (instance, range);
    }
  undone = kit_save (instance);
  g_assert_cmpstr (undone, ==, before);
  for (guint i = 0; i < steps->len; i++)
    {
      g_assert_true (qd_instance_apply (instance, steps->pdata[i], FALSE, &error));
      check_keyed (instance, range);
    }
  redone = kit_save (instance);
  g_assert_cmpstr (redone, ==, after);
  g_rand_free (random);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint seed = 1; seed <= 12; seed++)
    {
      g_autofree char *path = g_strdup_printf ("/instance/random/%u", seed);

      g_test_add_data_func (path, GUINT_TO_POINTER (seed), test_random);
    }
  for (guint seed = 1; seed <= 12; seed++)
    {
      g_autofree char *path = g_strdup_printf ("/instance/pieces/%u", seed);

      g_test_add_data_func (path, GUINT_TO_POINTER (seed), test_pieces);
    }
  for (guint seed = 1; seed <= 12; seed++)
    {
      g_autofree char *path = g_strdup_printf ("/instance/keyed/%u", seed);

      g_test_add_data_func (path, GUINT_TO_POINTER (seed), test_keyed);
    }
  g_test_add_func ("/instance/many-rows", test_many_rows);
  return g_test_run ();
}
