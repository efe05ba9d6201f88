/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "qd-expr-truth.h"

#include <string.h>

/* Three-valued logic: tables of what app/duty/README.md says, and two properties over random documents and expressions. */

static const char facts[] =
    "<facts><date>2026-11-24</date><year>2026</year>"
    "<site><class>key</class><no/><to>2027-05-31</to><many>a b</many><some>a unknown</some><unsure>unknown</unsure><n>5</n>"
    "<hw><gen>12</gen><dest>own</dest></hw><hw><gen/><dest>out</dest></hw><hw-any>yes</hw-any>"
    "<sw-any>no</sw-any><tank-any/><done-any>yes</done-any></site>"
    "<substance><name>A</name><list>TW1</list><emit>0.5</emit></substance>"
    "<substance><name>B</name><list>TW1</list><list>TA</list><emit/></substance>"
    "<substance><name>C</name><list maybe='class'>PCC</list><emit>3</emit></substance>"
    "<substance><name>D</name><emit>0</emit></substance>"
    "</facts>";

typedef struct
{
  const char *expr;
  QdTruth truth;
  const char *trail; /* what made it so, or NULL */
} Row;

#define YES QD_TRUTH_YES
#define MAYBE QD_TRUTH_MAYBE
#define NO QD_TRUTH_NO

static const Row rows[] = {
  /* literals and comparisons */
  { "true()", YES, "" },
  { "false()", NO, "" },
  { "1 < 2", YES, "" },
  { "site/class = 'key'", YES, "class" },
  { "site/class = 'none'", NO, "class" },
  { "site/class != 'none'", YES, "class" },
  { "site/no = 'x'", MAYBE, "no?" },
  { "site/no != 'x'", MAYBE, "no?" },
  { "site/no = ''", MAYBE, "no?" },
  { "site/unsure = 'x'", MAYBE, "unsure?" },
  { "'x' = site/unsure", MAYBE, "unsure?" },
  { "site/absent > 3", MAYBE, "site/absent?" },
  { "site/n > 3", YES, "n" },
  { "3 < site/n", YES, "n" },
  { "3 > site/n", NO, "n" },
  { "site/n > site/no", MAYBE, "no?" },
  { "site/n = site/n", YES, NULL },
  { "site/to >= '2027-01-01'", YES, "to" },
  { "site/to > date('2028-01-01')", NO, "to" },
  /* Kleene */
  { "site/no = 'x' and site/class = 'none'", NO, "class" },
  { "site/no = 'x' and site/class = 'key'", MAYBE, "no?" },
  { "site/class = 'key' and site/n = 5", YES, "class n" },
  { "site/no = 'x' or site/class = 'key'", YES, "class" },
  { "site/no = 'x' or site/class = 'none'", MAYBE, "no?" },
  { "site/class = 'none' or site/n = 4", NO, "class n" },
  { "site/no = 'x' or site/absent = 1", MAYBE, "no? site/absent?" },
  { "not(site/no = 'x')", MAYBE, "no?" },
  { "not(site/class = 'none')", YES, "class" },
  { "not(not(site/class = 'none'))", NO, "class" },
  { "if(site/class = 'key', site/n = 5, site/no = 1)", YES, "class n" },
  { "if(site/no = 1, true(), false())", MAYBE, "no?" },
  { "if(site/no = 1, site/n = 5, site/class = 'key')", YES, NULL },
  /* any() */
  { "site/hw", YES, "hw" },
  { "site/hw[gen > 10]", YES, "gen hw" },
  { "site/hw[gen > 20]", MAYBE, "gen? hw" },
  { "site/hw[dest = 'abroad']", NO, "site/hw!" },
  { "site/hw[dest = 'own'][gen > 20]", NO, "site/hw!" },
  { "site/hw[dest = 'out'][gen > 20]", MAYBE, NULL },
  { "site/hw[gen > 20 and dest = 'own']", NO, "site/hw!" },
  { "site/sw", NO, "sw-any" },
  { "site/sw[gen > 0]", NO, "sw-any" },
  { "site/tank", MAYBE, "site/tank0" },
  { "site/done", MAYBE, "site/done0" },
  { "site/barrel", MAYBE, "site/barrel?" },
  { "site/no", MAYBE, "no?" },
  { "site/hw/gen > 10", YES, "gen" },
  { "site/hw/gen > 20", MAYBE, NULL },
  { "site/sw/gen > 20", NO, "sw-any" },
  { "site/tank/volume > 20", MAYBE, "site/tank0" },
  { "site/hw | site/sw", YES, NULL },
  /* lists */
  { "substance[list = 'TW1']", YES, NULL },
  { "substance[list = 'TW1'][emit > 0]", YES, "list emit substance" },
  { "substance[list = 'TA'][emit > 0]", MAYBE, "list emit? substance" },
  { "substance[list = 'PCC']", MAYBE, "list~ list substance" },
  { "substance[list = 'PCC'][emit > 5]", NO, "/substance!" },
  { "substance[list = 'POPs']", NO, "/substance!" },
  { "substance[list = 'NONE']", MAYBE, NULL },
  { "substance[name = 'D'][list = 'TW1']", NO, NULL },
  { "substance[name = 'D' and list = 'NONE']", MAYBE, "NONE@ substance" },
  { "qd:catalogue('TW1')", YES, "" },
  { "qd:catalogue('NONE')", MAYBE, "NONE@" },
  { "qd:catalogue('NONE') and substance[list = 'POPs']", NO, NULL },
  /* selected */
  { "selected(site/many, 'a')", YES, "many" },
  { "selected(site/many, 'c')", NO, "many" },
  { "selected(site/some, 'a')", YES, "some" },
  { "selected(site/some, 'c')", MAYBE, "some" },
  { "selected(site/no, 'c')", MAYBE, "no?" },
  { "selected(site/unsure, 'c')", MAYBE, "unsure?" },
  { "not(selected(site/many, 'c'))", YES, "many" },
  /* scalars */
  { "sum(site/hw/gen) > 10", MAYBE, NULL },
  { "count(site/hw) = 2", YES, NULL },
  { "count(site/hw[gen > 20]) = 0", MAYBE, NULL },
  { "count(site/sw) = 0", YES, NULL },
  { "count(site/tank) = 0", MAYBE, NULL },
  { "sum(site/sw/gen) = 0", YES, NULL },
  { "site/n + 1 = 6", YES, "n" },
  { "site/n + site/no = 6", MAYBE, NULL },
  { "starts-with(site/class, 'k')", YES, "class" },
  { "starts-with(site/no, 'k')", MAYBE, "no?" },
  { "string-length(site/class) = 3", YES, NULL },
  { "qd:add-months(site/to, 1) > date('2027-06-01')", YES, NULL },
  { "qd:add-months(site/no, 1) > date('2027-06-01')", MAYBE, NULL },
  { "site/hw[1]/gen > 10", YES, NULL },
  { "site/hw[2]/gen > 10", MAYBE, NULL },
  { "site/hw[last()]/dest = 'out'", YES, NULL },
  { "site/hw[dest = 'own']/gen = 12", YES, NULL },
  { "/facts/year = 2026", YES, "year" },
  { "substance[emit > /facts/site/n]", MAYBE, NULL },
  { "qd:known(site/class)", YES, NULL },
  { "qd:known(site/no)", NO, NULL },
  { "qd:known(site/unsure)", NO, NULL },
  { "not(qd:known(site/absent))", YES, NULL },
  { "qd:certain(site/class = 'key')", YES, NULL },
  { "qd:certain(site/absent = 'x')", NO, NULL },
  { "not(qd:certain(site/absent))", YES, NULL },
  { "qd:local('round') = 2026", YES, NULL },
  { "qd:local('other') = 2026", MAYBE, "other$" },
  /* facts */
  { "qd:fact('yes')", YES, "yes#" },
  { "qd:fact('no')", NO, "no#" },
  { "qd:fact('maybe')", MAYBE, "maybe#" },
  { "qd:fact('maybe') or qd:fact('yes')", YES, "yes#" },
  { "qd:fact('class') = 'key'", YES, "class#" },
  { "qd:fact('class') = 'simple'", NO, "class#" },
  { "qd:fact('dark') = 'simple'", MAYBE, "dark#" },
  { "concat(qd:fact('class'), '!') = 'key!'", YES, NULL },
  { "if(qd:fact('yes'), 1, 2) = 1", YES, NULL },
};

static gboolean
world_fact (QdTruthWorld *world, const char *name, GArray *trail, QdTruth *truth_out, GError **error)
{
  QdTrailItem item = { NULL, g_intern_string (name), QD_TRAIL_FACT };

  g_array_append_val (trail, item);
  *truth_out = strcmp (name, "yes") == 0 ? YES : strcmp (name, "no") == 0 ? NO
                                                                          : MAYBE;
  return TRUE;
}

static gboolean
world_fact_text (QdTruthWorld *world, const char *name, GArray *trail, char **text_out, GError **error)
{
  QdTrailItem item = { NULL, g_intern_string (name), QD_TRAIL_FACT };

  *text_out = strcmp (name, "class") == 0 ? g_strdup ("key") : NULL;
  if (strcmp (name, "class") == 0 || strcmp (name, "dark") == 0)
    g_array_append_val (trail, item);
  return TRUE;
}

static QdTruth
world_catalogue (QdTruthWorld *world, const char *name)
{
  return strcmp (name, "NONE") == 0 ? MAYBE : YES;
}

static const char *
world_local (QdTruthWorld *world, const char *name)
{
  return strcmp (name, "round") == 0 ? "2026" : NULL;
}

static gboolean
world_is_list (QdTruthWorld *world, const char *name)
{
  return strcmp (name, "list") == 0;
}

static QdTruthWorld world = {
  .fact = world_fact,
  .fact_text = world_fact_text,
  .catalogue = world_catalogue,
  .local = world_local,
  .is_list_element = world_is_list,
};

/* "class" read, "no?" empty, "site/x?" not there, "site/x!" rows that do not fit, "site/x0" unconfirmed, "x~" unsure, "x#" fact, "x@" list, "x$" local */
static char *
describe (GArray *trail)
{
  static const char marks[] = { 0, '?', '!', '0', '~', '#', '@', '$' };
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < trail->len; i++)
    {
      const QdTrailItem *item = &g_array_index (trail, QdTrailItem, i);

      g_string_append_printf (out, "%s", out->len > 0 ? " " : "");
      if (item->node != NULL && item->name == NULL)
        g_string_append (out, item->node->name);
      else if (item->node != NULL)
        g_string_append_printf (out, "%s/%s", item->node->parent == NULL || item->node->parent->parent == NULL ? "" : item->node->name, item->name);
      else
        g_string_append (out, item->name);
      if (marks[item->kind] != 0)
        g_string_append_c (out, marks[item->kind]);
    }
  return g_string_free (out, FALSE);
}

static QdTruth
evaluate (const char *text, QdTree *tree, GArray *trail)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdExpr) expr = qd_expr_parse (text, NULL, NULL, &error);
  QdContext context = { .node = qd_tree_get_root (tree), .current = qd_tree_get_root (tree), .position = 1, .size = 1 };
  QdTruth truth = MAYBE;

  g_assert_no_error (error);
  g_assert_true (qd_expr_eval_truth (expr, &context, &world, trail, &truth, &error));
  g_assert_no_error (error);
  return truth;
}

static void
test_table (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdTree) tree = qd_tree_parse (facts, -1, QD_TREE_COMPACT, &error);
  guint wrong = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GArray) trail = g_array_new (FALSE, FALSE, sizeof (QdTrailItem));
      QdTruth truth = evaluate (rows[i].expr, tree, trail);
      g_autofree char *why = describe (trail);

      if (truth == rows[i].truth && (rows[i].trail == NULL || strcmp (why, rows[i].trail) == 0))
        continue;
      g_test_message ("%s: is %s because of “%s”, not %s because of “%s”", rows[i].expr, qd_truth_to_nick (truth), why, qd_truth_to_nick (rows[i].truth), rows[i].trail);
      wrong++;
    }
  g_assert_cmpuint (wrong, ==, 0);
}

/* Random documents whose leaves may be unknown, and random expressions over them. */

static const char *const leaf_names[] = { "a", "b", "c" };
static const char *const row_leaves[] = { "x", "y" };

static const char *
random_value (GRand *rand)
{
  static const char *const values[] = { "1", "2", "3", "5 1" };

  return values[g_rand_int_range (rand, 0, G_N_ELEMENTS (values))];
}

/* An element for a leaf: known, empty or “unknown”. @knowledge: percent of known ones. */
static void
append_leaf (GString *xml, GRand *rand, const char *name, int knowledge, const char *known)
{
  g_string_append_printf (xml, "<%s>%s</%s>", name, g_rand_int_range (rand, 0, 100) < knowledge ? known : g_rand_boolean (rand) ? ""
                                                                                                                                : "unknown",
                          name);
}

/* The same document with some leaves unknown (first), and with all known (second). */
static void
make_documents (GRand *rand, char **partly_out, char **wholly_out)
{
  GString *partly = g_string_new ("<f>"), *wholly = g_string_new ("<f>");

  for (guint i = 0; i < G_N_ELEMENTS (leaf_names); i++)
    {
      const char *value = random_value (rand);

      append_leaf (partly, rand, leaf_names[i], 50, value);
      append_leaf (wholly, rand, leaf_names[i], 100, value);
    }
  for (char table = 't'; table <= 'u'; table++)
    {
      guint n = (guint) g_rand_int_range (rand, 0, 4);

      for (guint i = 0; i < n; i++)
        {
          g_string_append_printf (partly, "<%c>", table);
          g_string_append_printf (wholly, "<%c>", table);
          for (guint j = 0; j < G_N_ELEMENTS (row_leaves); j++)
            {
              const char *value = random_value (rand);

              append_leaf (partly, rand, row_leaves[j], 60, value);
              append_leaf (wholly, rand, row_leaves[j], 100, value);
            }
          g_string_append_printf (partly, "</%c>", table);
          g_string_append_printf (wholly, "</%c>", table);
        }
      if (n == 0)
        {
          g_string_append_printf (wholly, "<%c-any>no</%c-any>", table, table);
          g_string_append_printf (partly, "<%c-any>%s</%c-any>", table, g_rand_boolean (rand) ? "no" : "", table);
        }
    }
  *partly_out = g_string_free (g_string_append (partly, "</f>"), FALSE);
  *wholly_out = g_string_free (g_string_append (wholly, "</f>"), FALSE);
}

static void
append_condition (GString *out, GRand *rand, int depth, gboolean in_row)
{
  static const char *const operators[] = { "=", "!=", "<", "<=", ">", ">=" };
  static const char *const positions[] = { "", "", "", "[1]", "[2]", "[last()]", "[position() != 1]" };
  const char *leaf = in_row ? row_leaves[g_rand_int_range (rand, 0, 2)] : leaf_names[g_rand_int_range (rand, 0, 3)];
  const char *operator= operators[g_rand_int_range (rand, 0, 6)];
  const char *value = random_value (rand);
  char table = (char) g_rand_int_range (rand, 't', 'v');

  switch (g_rand_int_range (rand, depth > 0 ? 0 : 4, in_row ? 9 : 13))
    {
    case 0:
    case 1:
      g_string_append_c (out, '(');
      append_condition (out, rand, depth - 1, in_row);
      g_string_append (out, g_rand_boolean (rand) ? " and " : " or ");
      append_condition (out, rand, depth - 1, in_row);
      g_string_append_c (out, ')');
      return;
    case 2:
      g_string_append (out, "not(");
      append_condition (out, rand, depth - 1, in_row);
      g_string_append_c (out, ')');
      return;
    case 3:
      g_string_append (out, "if(");
      append_condition (out, rand, depth - 1, in_row);
      g_string_append (out, ", ");
      append_condition (out, rand, depth - 1, in_row);
      g_string_append (out, ", ");
      append_condition (out, rand, depth - 1, in_row);
      g_string_append_c (out, ')');
      return;
    case 4:
      g_string_append_printf (out, "selected(%s, '%.1s')", leaf, value);
      return;
    case 5:
      g_string_append_printf (out, "%s %s '%s'", leaf, operator, value);
      return;
    case 6:
      g_string_append_printf (out, "%.1s %s %s", value, operator, leaf);
      return;
    case 7:
      g_string_append_printf (out, "%s + 1 %s /f/a", leaf, operator);
      return;
    case 8:
      g_string_append_printf (out, "starts-with(%s, '%.1s')", leaf, value);
      return;
    case 9:
    case 10:
      /* Positions count what is left of the conditions before them. */
      g_string_append_printf (out, "%c%s[", table, positions[g_rand_int_range (rand, 0, G_N_ELEMENTS (positions))]);
      append_condition (out, rand, depth - 1, TRUE);
      g_string_append_printf (out, "]%s", g_rand_boolean (rand) ? "[1]" : g_rand_boolean (rand) ? "[position() < 3]"
                                                                                                : "");
      return;
    case 11:
      g_string_append_printf (out, "%c/x %s %c%s/y", table, operator, table, positions[g_rand_int_range (rand, 0, G_N_ELEMENTS (positions))]);
      return;
    default:
      g_string_append_printf (out, "%s(%c/%s) %s %.1s", g_rand_boolean (rand) ? "count" : "sum", table, row_leaves[g_rand_int_range (rand, 0, 2)], operator, value);
      return;
    }
}

static void
test_properties (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261124);
  guint counts[3] = { 0 };

  for (guint round = 0; round < 20000; round++)
    {
      g_autofree char *partly = NULL, *wholly = NULL;
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (QdTree) open = NULL, closed = NULL;
      g_autoptr (QdExpr) expr = NULL;
      QdContext context = { .position = 1, .size = 1 };
      gboolean holds = FALSE;
      QdTruth before, after;

      make_documents (rand, &partly, &wholly);
      append_condition (text, rand, 4, FALSE);
      open = qd_tree_parse (partly, -1, QD_TREE_COMPACT, &error);
      closed = qd_tree_parse (wholly, -1, QD_TREE_COMPACT, &error);
      expr = qd_expr_parse (text->str, NULL, NULL, &error);
      g_assert_no_error (error);
      before = evaluate (text->str, open, NULL);
      after = evaluate (text->str, closed, NULL);
      context.node = context.current = qd_tree_get_root (closed);
      g_assert_true (qd_expr_eval_boolean (expr, &context, &holds, &error));
      counts[before]++;
      if (after != (holds ? YES : NO) || (before != MAYBE && before != after))
        g_error ("%s\nover %s is %s,\nover %s is %s, and %d without unknowns", text->str, partly, qd_truth_to_nick (before), wholly, qd_truth_to_nick (after), holds);
    }
  /* The test means something only when all three values come up. */
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (counts[i], >, 1000);
}

static void
test_text (void)
{
  static const struct
  {
    const char *expr, *text;
  } cases[] = {
    { "site/class", "key" },
    { "site/no", NULL },
    { "concat(site/class, '/', site/n)", "key/5" },
    { "concat(site/class, '/', site/no)", NULL },
    { "sum(site/sw/gen)", "0" },
    { "qd:add-months(site/to, 1)", "2027-06-30" },
    { "qd:fact('class')", "key" },
    { "qd:fact('dark')", NULL },
    { "qd:local('round')", "2026" },
    { "qd:local('other')", NULL },
  };
  g_autoptr (QdTree) tree = qd_tree_parse (facts, -1, QD_TREE_COMPACT, NULL);
  QdContext context = { .node = qd_tree_get_root (tree), .current = qd_tree_get_root (tree), .position = 1, .size = 1 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QdExpr) expr = qd_expr_parse (cases[i].expr, NULL, NULL, &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      g_assert_true (qd_expr_eval_known_string (expr, &context, &world, NULL, &text, &error));
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_names (void)
{
  g_autoptr (QdExpr) expr = qd_expr_parse ("qd:fact('a') and substance[list = 'X' or list = 'Y'][qd:fact('b')]/z[qd:known(c)] and not('Z' = list)", NULL, NULL, NULL);
  g_autoptr (GPtrArray) names = qd_expr_list_names (expr, "qd:fact"), literals = qd_expr_list_literals (expr, "list");

  g_assert_cmpuint (names->len, ==, 2);
  g_assert_cmpstr (names->pdata[0], ==, "a");
  g_assert_cmpstr (names->pdata[1], ==, "b");
  g_assert_cmpuint (literals->len, ==, 3);
  g_assert_cmpstr (literals->pdata[2], ==, "Z");
  g_assert_true (qd_expr_get_uses (expr) & QD_EXPR_USES_FACTS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expr-truth/table", test_table);
  g_test_add_func ("/expr-truth/properties", test_properties);
  g_test_add_func ("/expr-truth/text", test_text);
  g_test_add_func ("/expr-truth/names", test_names);
  return g_test_run ();
}
