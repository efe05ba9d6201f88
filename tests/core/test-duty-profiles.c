/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "../../app/duty/qd-rules-private.h"

#include <stdio.h>
#include <string.h>

/* Enterprises and what they have to file: tests/data/profiles/NAME.expected, as app/duty/README.md says. A new one needs no C. */

typedef struct
{
  char *name;
  char *profile; /* whose files */
  char *date;
  char *site;
  GPtrArray *lines;        /* (element-type utf8): + ? - */
  GPtrArray *declarations; /* (element-type QdFactDeclaration) */
  GPtrArray *done;         /* (element-type QdFactDone) */
  GStringChunk *texts;
} Case;

static QdPack *pack;
static QdRules *rules;
static guint n_turned; /* answers taken back that made something maybe */
static guint n_less;   /* cases that were looked at for that */

static char *
profiles_dir (void)
{
  return g_test_build_filename (G_TEST_DIST, "data", "profiles", NULL);
}

static void
read_declaration (Case *self, char **words, guint n)
{
  QdFactDeclaration *declaration = g_new0 (QdFactDeclaration, 1);

  g_assert_cmpuint (n, >=, 4);
  declaration->form = g_string_chunk_insert (self->texts, words[1]);
  declaration->period = g_string_chunk_insert (self->texts, words[2]);
  declaration->state = g_string_chunk_insert (self->texts, words[3]);
  declaration->finished = n > 4 ? g_string_chunk_insert (self->texts, words[4]) : NULL;
  g_ptr_array_add (self->declarations, declaration);
}

static void
read_done (Case *self, char **words, guint n)
{
  QdFactDone *done = g_new0 (QdFactDone, 1);

  g_assert_cmpuint (n, ==, 4);
  done->rule = g_string_chunk_insert (self->texts, words[1]);
  done->period = g_string_chunk_insert (self->texts, strcmp (words[2], "-") == 0 ? "" : words[2]);
  done->date = g_string_chunk_insert (self->texts, words[3]);
  g_ptr_array_add (self->done, done);
}

static Case *
read_case (const char *dir, const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.expected", dir, name), *text = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) lines = NULL;
  Case *self = g_new0 (Case, 1);

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  self->name = g_strdup (name);
  self->profile = g_strdup (name);
  self->texts = g_string_chunk_new (256);
  self->lines = g_ptr_array_new_with_free_func (g_free);
  self->declarations = g_ptr_array_new_with_free_func (g_free);
  self->done = g_ptr_array_new_with_free_func (g_free);
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit_set (g_strstrip (lines[i]), " \t", -1);
      guint n = g_strv_length (words);

      if (n == 0 || *words[0] == '\0' || *words[0] == '#')
        continue;
      if (strlen (words[0]) == 1 && strchr ("+?-", *words[0]) != NULL)
        g_ptr_array_add (self->lines, g_strdup (lines[i]));
      else if (strcmp (words[0], "date") == 0)
        self->date = g_strdup (words[1]);
      else if (strcmp (words[0], "site") == 0)
        self->site = g_strdup (words[1]);
      else if (strcmp (words[0], "profile") == 0)
        {
          g_free (self->profile);
          self->profile = g_strdup (words[1]);
        }
      else if (strcmp (words[0], "declaration") == 0)
        read_declaration (self, words, n);
      else if (strcmp (words[0], "done") == 0)
        read_done (self, words, n);
      else
        g_error ("%s: what is “%s”?", path, lines[i]);
    }
  g_assert_nonnull (self->date);
  g_assert_cmpuint (self->lines->len, >, 0);
  return self;
}

static void
case_free (gpointer data)
{
  Case *self = data;

  g_free (self->name);
  g_free (self->profile);
  g_free (self->date);
  g_free (self->site);
  g_ptr_array_unref (self->lines);
  g_ptr_array_unref (self->declarations);
  g_ptr_array_unref (self->done);
  g_string_chunk_free (self->texts);
  g_free (self);
}

static QdInstance *
load (const char *dir, const char *name, const char *kind)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.%s.xml", dir, name, kind), *id = g_strconcat ("cn.", kind, NULL), *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  QdInstanceOptions options = { .mode = QD_INSTANCE_RESTORE, .language = "zh-CN", .resolver = qd_pack_resolve, .resolver_data = pack };
  QdInstance *instance;
  QdForm *form;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return NULL;
  form = qd_pack_get_form (pack, id, &error);
  g_assert_no_error (error);
  bytes = g_bytes_new_take (g_steal_pointer (&text), length);
  options.xml = bytes;
  options.xml_name = path;
  instance = qd_instance_new (form, &options, &error);
  g_assert_no_error (error);
  return instance;
}

static char *
day_text (const GDate *date)
{
  return g_date_valid (date) ? g_strdup_printf ("%04d-%02d-%02d", g_date_get_year (date), g_date_get_month (date), g_date_get_day (date)) : g_strdup ("no date");
}

static char *
missing_text (const QdDuty *duty)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < duty->missing->len; i++)
    {
      const QdDutyInput *input = duty->missing->pdata[i];

      g_string_append_printf (text, " %s (%s)", input->path, input->label);
    }
  return g_string_free (text, FALSE);
}

static gboolean
is_missing (const QdDuty *duty, const char *end)
{
  for (guint i = 0; i < duty->missing->len; i++)
    {
      const char *path = ((const QdDutyInput *) duty->missing->pdata[i])->path;
      g_autofree char *question = g_strconcat (end, "-any", NULL);

      if (g_str_has_suffix (path, end) || g_str_has_suffix (path, question))
        return TRUE;
    }
  return FALSE;
}

/* "basis A B": exactly these sources are in force. */
static char *
check_bases (const QdDuty *duty, char **wanted)
{
  for (guint i = 0; wanted[i] != NULL; i++)
    {
      gboolean found = FALSE;

      for (guint j = 0; j < duty->bases->len; j++)
        found |= ((const QdDutyBasis *) duty->bases->pdata[j])->in_force && strcmp (((const QdDutyBasis *) duty->bases->pdata[j])->source, wanted[i]) == 0;
      if (!found)
        return g_strdup_printf ("does not cite %s", wanted[i]);
    }
  for (guint j = 0; j < duty->bases->len; j++)
    {
      const QdDutyBasis *basis = duty->bases->pdata[j];

      if (basis->in_force && !g_strv_contains ((const char *const *) wanted, basis->source))
        return g_strdup_printf ("cites %s", basis->source);
    }
  return NULL;
}

/* (nullable): what is wrong with a line */
static char *
check_line (QdAssessment *assessment, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  QdTruth wanted = *line == '+' ? QD_TRUTH_YES : *line == '?' ? QD_TRUTH_MAYBE
                                                              : QD_TRUTH_NO;
  const QdDuty *duty = words[1] == NULL ? NULL : qd_assessment_find (assessment, words[1]);
  const QdDue *next;

  if (duty == NULL)
    return g_strdup ("there is no such rule");
  if (duty->truth != wanted)
    {
      g_autofree char *missing = missing_text (duty);

      return g_strdup_printf ("is %s: %s%s", qd_truth_to_nick (duty->truth), duty->why, missing);
    }
  next = duty->next;
  for (guint i = 2; words[i] != NULL; i++)
    {
      g_autofree char *day = NULL;

      if (*words[i] == '[')
        {
          g_autofree char *end = g_strndup (words[i] + 1, strlen (words[i]) - 2), *missing = missing_text (duty);

          if (!is_missing (duty, end))
            return g_strdup_printf ("does not miss that, but%s", missing);
          continue;
        }
      if (strcmp (words[i], "basis") == 0)
        return check_bases (duty, words + i + 1);
      if (next == NULL)
        return g_strdup ("has no deadline");
      if (strcmp (words[i], "warn") == 0)
        day = day_text (&next->warn);
      else if (strcmp (words[i], "plan") == 0)
        day = day_text (&next->plan);
      else
        day = day_text (&next->date);
      if (g_ascii_isalpha (*words[i]))
        i++;
      if (g_strcmp0 (day, words[i]) != 0)
        return g_strdup_printf ("%s, not %s (%s, %s)", day, words[i], qd_due_state_to_nick (next->state), next->period);
    }
  return NULL;
}

static void
test_case (gconstpointer data)
{
  const Case *self = data;
  g_autofree char *dir = profiles_dir ();
  g_autoptr (QdInstance) profile = load (dir, self->profile, "profile"), substances = load (dir, self->profile, "register");
  QdFactsOptions options = { .date = self->date, .profile = profile, .substances = substances, .declarations = self->declarations, .done = self->done };
  g_autoptr (GError) error = NULL;
  g_autoptr (QdFacts) facts = NULL;
  g_autoptr (QdAssessment) assessment = NULL;
  guint wrong = 0;

  g_assert_nonnull (profile);
  facts = qd_facts_new (rules, &options, &error);
  g_assert_no_error (error);
  assessment = qd_duty_assess (rules, facts, self->site, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < self->lines->len; i++)
    {
      g_autofree char *problem = check_line (assessment, self->lines->pdata[i]);

      if (problem == NULL)
        continue;
      g_test_message ("%s: %s: %s", self->name, (char *) self->lines->pdata[i], problem);
      wrong++;
    }
  if (wrong > 0)
    g_test_fail ();
}

/* What every assessment owes: each duty that is yes says why, by when or that it has no day, and on what basis; each maybe what is missing. */
static void
test_all_explain (gconstpointer data)
{
  const Case *self = data;
  g_autofree char *dir = profiles_dir ();
  g_autoptr (QdInstance) profile = load (dir, self->profile, "profile"), substances = load (dir, self->profile, "register");
  guint wrong = 0;

  for (guint language = 0; language < 2; language++)
    {
      QdFactsOptions options = { .date = self->date, .language = language == 0 ? "zh-CN" : "en", .profile = profile, .substances = substances };
      g_autoptr (GError) error = NULL;
      g_autoptr (QdFacts) facts = qd_facts_new (rules, &options, &error);
      g_autoptr (QdAssessment) assessment = NULL;

      g_assert_no_error (error);
      assessment = qd_duty_assess (rules, facts, NULL, &error);
      g_assert_no_error (error);
      for (guint i = 0; i < assessment->duties->len; i++)
        {
          const QdDuty *duty = assessment->duties->pdata[i];
          const char *problem = NULL;

          if (duty->kind == QD_DUTY_AUTHORITY)
            continue;
          if (*duty->title == '\0' || *duty->why == '\0')
            problem = "no title or no reason";
          else if (duty->truth == QD_TRUTH_MAYBE && duty->missing->len == 0)
            problem = "maybe, but nothing is missing";
          else if (duty->truth == QD_TRUTH_YES && duty->kind == QD_DUTY_DUTY && (duty->bases->len == 0 || duty->next == NULL))
            problem = "no basis or no deadline";
          if (problem == NULL)
            continue;
          g_test_message ("%s: %s: %s (%s)", self->name, duty->rule, problem, duty->why);
          wrong++;
        }
    }
  if (wrong > 0)
    g_test_fail ();
}

/* Does the rule ask whether something is known? Then an answer may turn it around, and is meant to. */
static gboolean
asks_about_knowing (const QdExpr *expr)
{
  g_autoptr (GPtrArray) facts = NULL;

  if (expr == NULL)
    return FALSE;
  if (qd_expr_calls (expr, "qd:known") || qd_expr_calls (expr, "qd:certain"))
    return TRUE;
  facts = qd_expr_list_names (expr, "qd:fact");
  for (guint i = 0; i < facts->len; i++)
    {
      const QdRuleFact *fact = g_hash_table_lookup (rules->facts_by_id, facts->pdata[i]);

      if (asks_about_knowing (fact->when))
        return TRUE;
      for (guint j = 0; j < fact->cases->len; j++)
        if (asks_about_knowing (((const QdRuleCase *) fact->cases->pdata[j])->expr))
          return TRUE;
    }
  return FALSE;
}

/* Answers that people give. Which site a row is of, and what a substance is called, decide what there is, not what is known of it. */
static void
collect_answers (QdInstance *instance, QdNodeId node, GArray *answers)
{
  static const char *const names[] = { "site", "code", "cas", "nameZh", "nameEn", "serial", "name", NULL };
  guint n = qd_instance_get_n_children (instance, node);

  for (guint i = 0; i < n; i++)
    {
      QdNodeId child = qd_instance_get_child (instance, node, i);
      const QdField *field = qd_instance_get_field (instance, child);

      if (qd_instance_get_node_type (instance, child) >= QD_NODE_INPUT && *qd_instance_get_value (instance, child) != '\0' && !qd_instance_is_readonly (instance, child) && !g_strv_contains (names, qd_field_get_name (field)))
        g_array_append_val (answers, child);
      collect_answers (instance, child, answers);
    }
}

static QdAssessment *
assess (const Case *self, QdInstance *profile, QdInstance *substances)
{
  QdFactsOptions options = { .date = self->date, .profile = profile, .substances = substances, .declarations = self->declarations, .done = self->done };
  g_autoptr (GError) error = NULL;
  g_autoptr (QdFacts) facts = qd_facts_new (rules, &options, &error);
  QdAssessment *assessment;

  g_assert_no_error (error);
  assessment = qd_duty_assess (rules, facts, self->site, &error);
  g_assert_no_error (error);
  return assessment;
}

/* An answer taken back: what was yes or no stays so or is maybe, for every rule of the pack. */
static void
test_less_is_known (gconstpointer data)
{
  const Case *self = data;
  g_autofree char *dir = profiles_dir ();
  g_autoptr (QdInstance) profile = load (dir, self->profile, "profile"), substances = load (dir, self->profile, "register");
  QdInstance *instances[2] = { profile, substances };
  g_autoptr (QdAssessment) whole = assess (self, profile, substances);
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_str_hash (self->name));
  guint wrong = 0;

  for (guint round = 0; round < 2 * 10; round++)
    {
      QdInstance *instance = instances[round % 2];
      g_autoptr (GArray) answers = g_array_new (FALSE, FALSE, sizeof (QdNodeId));
      g_autoptr (QdAssessment) less = NULL;
      g_autofree char *before = NULL, *path = NULL;
      QdNodeId node;

      if (instance == NULL)
        continue;
      collect_answers (instance, qd_instance_get_root (instance), answers);
      if (answers->len == 0)
        continue;
      node = g_array_index (answers, QdNodeId, g_rand_int_range (rand, 0, (gint32) answers->len));
      before = g_strdup (qd_instance_get_value (instance, node));
      path = qd_instance_dup_path (instance, node);
      g_assert_true (qd_instance_set_value (instance, node, "", NULL));
      less = assess (self, profile, substances);
      g_assert_true (qd_instance_set_value (instance, node, before, NULL));
      for (guint i = 0; i < whole->duties->len; i++)
        {
          const QdDuty *was = whole->duties->pdata[i], *is = less->duties->pdata[i];

          n_turned += is->truth != was->truth;
          if (is->truth == QD_TRUTH_MAYBE || is->truth == was->truth || asks_about_knowing (((const QdRule *) rules->rules->pdata[i])->when))
            continue;
          g_test_message ("%s without %s (%s): %s was %s, is %s: %s", self->name, path, before, is->rule, qd_truth_to_nick (was->truth), qd_truth_to_nick (is->truth), is->why);
          wrong++;
        }
    }
  n_less++;
  if (wrong > 0)
    g_test_fail ();
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) cases = g_ptr_array_new_with_free_func (case_free), names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *dir_name = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *file;
  int result;

  g_test_init (&argc, &argv, NULL);
  pack = qd_pack_load_builtin (&error);
  g_assert_no_error (error);
  rules = qd_rules_new (pack, &error);
  g_assert_no_error (error);
  dir_name = profiles_dir ();
  dir = g_dir_open (dir_name, 0, &error);
  g_assert_no_error (error);
  while ((file = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (file, ".expected"))
      g_ptr_array_add (names, g_strndup (file, strlen (file) - strlen (".expected")));
  g_assert_cmpuint (names->len, >=, 6);
  for (guint i = 0; i < names->len; i++)
    {
      Case *one = read_case (dir_name, names->pdata[i]);
      g_autofree char *path = g_strdup_printf ("/duty-profiles/%s", one->name), *explain = g_strdup_printf ("/duty-profiles-explain/%s", one->name);
      g_autofree char *less = g_strdup_printf ("/duty-profiles-less/%s", one->name);

      g_ptr_array_add (cases, one);
      g_test_add_data_func (path, one, test_case);
      g_test_add_data_func (explain, one, test_all_explain);
      g_test_add_data_func (less, one, test_less_is_known);
    }
  result = g_test_run ();
  /* The test means something only when answers matter. */
  if (n_less == cases->len)
    g_assert_cmpuint (n_turned, >, cases->len);
  qd_rules_unref (rules);
  qd_pack_unref (pack);
  return result;
}
