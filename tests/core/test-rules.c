/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "duty-kit.h"

/* Rule files, good and bad. Line 1 is the root of rules/a.xml, the text of a row begins in line 2. */

typedef struct
{
  const char *name;
  const char *rules;
  const char *region;   /* (nullable) */
  const char *calendar; /* (nullable) */
  const char *says;     /* "file:line: " and a part of the sentence, with "|" between; NULL: loads */
} Row;

#define RULE(inside) KIT_SOURCE "<rule id='R1' kind='duty' confidence='C'>" KIT_TITLES inside "</rule>"
#define WHEN "<when>true()</when>"
#define BASIS "<basis source='law'/>"
#define WITH_WHEN(when) RULE ("<when>" when "</when>" BASIS)
#define WITH_DUE(due) RULE (WHEN due BASIS)
#define REGION(inside) "<region xmlns='urn:qingdan:rules:1' id='r' prefix='6540'>" KIT_TITLES inside "</region>"

static const Row rows[] = {
  { "good", WITH_WHEN ("true()"), NULL, NULL, NULL },
  { "good-nothing", "", NULL, NULL, NULL },
  { "good-comments", "<!-- a --><source id='a' title='A'/>", NULL, NULL, NULL },
  { "good-soft-without-basis", "<rule id='R1' kind='soft'>" KIT_TITLES WHEN "</rule>", NULL, NULL, NULL },
  { "good-authority", "<rule id='R1' kind='authority' task='1'>" KIT_TITLES "</rule>", NULL, NULL, NULL },
  { "good-all-names", WITH_WHEN ("site/act = 'a' and profile/hw/waste[gen &gt; /facts/year][site = ../waste-any] and substance[emit &gt; 0]/list = 't-1' and done[rule = 'a'] and declaration/finished = date and catalogue[status = 'complete'] and region = 1"), NULL, NULL, NULL },
  { "good-declared-word", "<word id='w'>" KIT_TITLES "</word>" WITH_WHEN ("qd:catalogue('w') or qd:local('w') = 1 or substance[list = 'w']"), NULL, NULL, NULL },
  { "good-facts", "<fact id='a'><label lang='zh-CN'>a</label><label lang='en'>a</label><when>qd:fact('b') = 'x'</when></fact>"
                  "<fact id='b'><label lang='zh-CN'>a</label><label lang='en'>a</label><case value='x'>true()</case><case value=''>true()</case></fact>" WITH_WHEN ("qd:fact('a')"),
    NULL,
    NULL,
    NULL },
  { "good-succession", "<source id='a' title='A' to='2026-08-14'/><source id='b' title='B' from='2026-08-15' replaces='a'/><rule id='R1' kind='duty'>" KIT_TITLES WHEN "<basis source='a'/><basis source='b'/></rule>", NULL, NULL, NULL },
  { "good-two-lines-of-law", "<source id='a' title='A'/><source id='b' title='B'/><rule id='R1' kind='duty'>" KIT_TITLES WHEN "<basis source='a'/><basis source='b'/></rule>", NULL, NULL, NULL },
  { "good-region", WITH_WHEN ("true()"), REGION ("<local rule='R1' field='due' value='03-01'/><local name='a' value='b' from='2026-01-01'/>"), NULL, NULL },
  { "good-calendar", "", NULL, "date,kind,name,source\n2026-01-01,holiday,a,b\n", NULL },
  /* files */
  { "not-xml", "<rule", NULL, NULL, "rules/a.xml:2: |well-formed" },
  { "not-utf8", "<rule id='\xff'/>", NULL, NULL, "rules/a.xml:1: |UTF-8" },
  { "other-element", "<rule id='R1' kind='soft'>" KIT_TITLES WHEN "\n<dew/></rule>", NULL, NULL, "rules/a.xml:3: |“dew”" },
  { "other-root-element", "\n<rul/>", NULL, NULL, "rules/a.xml:3: |“rul”" },
  { "other-namespace", "<x:rule xmlns:x='urn:x'/>", NULL, NULL, "rules/a.xml:2: |cannot stand" },
  { "other-attribute", "<source id='a' titel='A'/>", NULL, NULL, "rules/a.xml:2: |“titel”" },
  /* ids */
  { "rule-twice", "<rule id='R1' kind='soft'>" KIT_TITLES WHEN "</rule>\n<rule id='R1' kind='soft'>" KIT_TITLES WHEN "</rule>", NULL, NULL, "rules/a.xml:3: |two entries “R1”" },
  { "source-twice", KIT_SOURCE "\n" KIT_SOURCE, NULL, NULL, "rules/a.xml:3: |two entries “law”" },
  { "form-twice", "<form code='F'>" KIT_TITLES "</form>\n<form code='F'>" KIT_TITLES "</form>", NULL, NULL, "rules/a.xml:3: |two entries “F”" },
  { "office-twice", "<office id='o'>" KIT_TITLES "</office>\n<office id='o'>" KIT_TITLES "</office>", NULL, NULL, "rules/a.xml:3: |two entries “o”" },
  { "no-id", "<rule kind='soft'>" KIT_TITLES WHEN "</rule>", NULL, NULL, "rules/a.xml:2: |attribute “id”" },
  { "bad-id", "<rule id='a b' kind='soft'>" KIT_TITLES WHEN "</rule>", NULL, NULL, "rules/a.xml:2: |“a b” is not an id" },
  /* words */
  { "title-in-one-language", "<rule id='R1' kind='soft'><title lang='en'>T</title>" WHEN "</rule>", NULL, NULL, "rules/a.xml:2: |both languages" },
  { "title-twice", "<rule id='R1' kind='soft'>" KIT_TITLES KIT_TITLES WHEN "</rule>", NULL, NULL, "rules/a.xml:2: |twice in one language" },
  { "other-language", "<rule id='R1' kind='soft'>" KIT_TITLES "<title lang='de'>T</title>" WHEN "</rule>", NULL, NULL, "rules/a.xml:2: |zh-CN or en" },
  { "short-is-long", "<rule id='R1' kind='soft'>" KIT_TITLES "<short lang='zh-CN'>一二三四五六七</short>" WHEN "</rule>", NULL, NULL, "rules/a.xml:2: |too long" },
  /* names */
  { "unknown-field", WITH_WHEN ("\nsite/atc = 'a'"), NULL, NULL, "rules/a.xml:2: |“atc”" },
  { "unknown-group", WITH_WHEN ("profile/hv/waste"), NULL, NULL, "“hv”" },
  { "unknown-in-predicate", WITH_WHEN ("profile/hw/waste[genn &gt; 1]"), NULL, NULL, "“genn”" },
  { "unknown-above", WITH_WHEN ("profile/hw/waste[../../hx = 1]"), NULL, NULL, "“hx”" },
  { "unknown-from-the-top", WITH_WHEN ("substance[emit &gt; /fact/year]"), NULL, NULL, "“fact”" },
  { "unknown-root", WITH_WHEN ("sites/act = 'a'"), NULL, NULL, "“sites”" },
  { "unknown-fact", WITH_WHEN ("qd:fact('x')"), NULL, NULL, "no fact “x”" },
  { "unknown-list", WITH_WHEN ("substance[list = 'x']"), NULL, NULL, "“x”" },
  { "unknown-catalogue", WITH_WHEN ("qd:catalogue('x')"), NULL, NULL, "“x”" },
  { "unknown-local", WITH_WHEN ("qd:local('x') = 1"), NULL, NULL, "“x”" },
  { "unknown-function", WITH_WHEN ("frobnicate(1)"), NULL, NULL, "frobnicate" },
  { "instances", WITH_WHEN ("instance('x')/root"), NULL, NULL, "qd:catalogue()" },
  { "syntax", WITH_WHEN ("site/act = "), NULL, NULL, "rules/a.xml:2: |site/act =" },
  { "unknown-in-why", RULE (WHEN "<why lang='zh-CN'><output value='site/atc'/></why>" BASIS), NULL, NULL, "“atc”" },
  { "unknown-in-event", WITH_DUE ("<due kind='cd' n='1' event='site/tp'/>"), NULL, NULL, "“tp”" },
  { "no-output-value", RULE (WHEN "<why lang='zh-CN'><output/></why>" BASIS), NULL, NULL, "“value”" },
  /* references */
  { "unknown-form", "<rule id='R1' kind='soft' form='X'>" KIT_TITLES WHEN "</rule>", NULL, NULL, "no form “X”" },
  { "unknown-pack-form", "<form code='F' pack-form='t.none'>" KIT_TITLES "</form>", NULL, NULL, "“t.none”" },
  { "unknown-office", "<rule id='R1' kind='soft' office='X'>" KIT_TITLES WHEN "</rule>", NULL, NULL, "no office “X”" },
  { "unknown-source", "<rule id='R1' kind='duty'>" KIT_TITLES WHEN "<basis source='x'/></rule>", NULL, NULL, "no source “x”" },
  { "unknown-replaced", "<source id='a' title='A' replaces='x'/>", NULL, NULL, "no source “x”" },
  { "unknown-last", WITH_DUE ("<due kind='every' last='X' months='1'/>"), NULL, NULL, "no form “X”" },
  /* rules */
  { "no-basis", "<rule id='R1' kind='duty'>" KIT_TITLES WHEN "</rule>", NULL, NULL, "no legal basis" },
  { "no-when", "<rule id='R1' kind='soft'>" KIT_TITLES "</rule>", NULL, NULL, "when it applies" },
  { "two-whens", "<rule id='R1' kind='soft'>" KIT_TITLES WHEN WHEN "</rule>", NULL, NULL, "“when” stands here twice" },
  { "bad-kind", "<rule id='R1' kind='law'>" KIT_TITLES WHEN "</rule>", NULL, NULL, "“law” is not a kind" },
  { "bad-task", "<rule id='R1' kind='soft' task='18'>" KIT_TITLES WHEN "</rule>", NULL, NULL, "“18”" },
  { "bad-confidence", "<rule id='R1' kind='soft' confidence='A'>" KIT_TITLES WHEN "</rule>", NULL, NULL, "“A”" },
  { "bad-date", "<source id='a' title='A' from='2026-13-01'/>", NULL, NULL, "“2026-13-01”" },
  { "bad-money", RULE (WHEN BASIS "<penalty source='law' min='1.5'/>"), NULL, NULL, "“1.5”" },
  { "money-upside-down", RULE (WHEN BASIS "<penalty source='law' min='5' max='4'/>"), NULL, NULL, "least penalty" },
  /* citations */
  { "overlap", "<source id='a' title='A'/><source id='b' title='B' replaces='a'/>\n<rule id='R1' kind='duty'>" KIT_TITLES WHEN "<basis source='a'/>\n<basis source='b' from='2026-08-15'/></rule>", NULL, NULL, "rules/a.xml:4: |“a” and “b”" },
  { "overlap-of-one-day", "<source id='a' title='A' to='2026-08-15'/><source id='b' title='B' from='2026-08-15' replaces='a'/><rule id='R1' kind='duty'>" KIT_TITLES WHEN "<basis source='a'/><basis source='b'/></rule>", NULL, NULL, "same days" },
  { "overlap-two-removes", "<source id='a' title='A'/><source id='b' title='B' replaces='a'/><source id='c' title='C' replaces='b'/><rule id='R1' kind='duty'>" KIT_TITLES WHEN "<basis source='a'/><basis source='c'/></rule>", NULL, NULL, "same days" },
  { "overlap-same-article", RULE (WHEN "<basis source='law' article='1'/><basis source='law' article='1'/>"), NULL, NULL, "same days" },
  { "never-in-force", "<source id='a' title='A' to='2026-08-14'/><rule id='R1' kind='duty'>" KIT_TITLES WHEN "<basis source='a' from='2026-08-15'/></rule>", NULL, NULL, "never in force" },
  { "succession-in-a-ring", "<source id='a' title='A' replaces='b'/><source id='b' title='B' replaces='a'/><rule id='R1' kind='duty'>" KIT_TITLES WHEN "<basis source='a'/><basis source='b'/></rule>", NULL, NULL, "same days" },
  /* facts */
  { "fact-cycle", "<fact id='a'><label lang='zh-CN'>a</label><label lang='en'>a</label><when>qd:fact('b')</when></fact>\n<fact id='b'><label lang='zh-CN'>a</label><label lang='en'>a</label><when>not(qd:fact('a'))</when></fact>", NULL, NULL, "depends on itself" },
  { "fact-of-itself", "<fact id='a'><label lang='zh-CN'>a</label><label lang='en'>a</label><case value='x'>qd:fact('a') = 'x'</case></fact>", NULL, NULL, "depends on itself" },
  { "fact-with-neither", "<fact id='a'><label lang='zh-CN'>a</label><label lang='en'>a</label></fact>", NULL, NULL, "either one" },
  { "fact-with-both", "<fact id='a'><label lang='zh-CN'>a</label><label lang='en'>a</label><when>true()</when><case value='x'>true()</case></fact>", NULL, NULL, "either one" },
  { "case-without-value", "<fact id='a'><label lang='zh-CN'>a</label><label lang='en'>a</label><case>true()</case></fact>", NULL, NULL, "“value”" },
  /* deadlines */
  { "due-kind", WITH_DUE ("<due kind='weekly'/>"), NULL, NULL, "“weekly”" },
  { "due-no-kind", WITH_DUE ("<due/>"), NULL, NULL, "“kind”" },
  { "due-other-attribute", WITH_DUE ("<due kind='monthly' day='1' months='2'/>"), NULL, NULL, "“months”" },
  { "due-date-without-day", WITH_DUE ("<due kind='date' month='3'/>"), NULL, NULL, "“day”" },
  { "due-date-no-such-day", WITH_DUE ("<due kind='date' month='2' day='30' year='Y'/>"), NULL, NULL, "no day 30" },
  { "due-year", WITH_DUE ("<due kind='date' month='2' day='3' year='2027'/>"), NULL, NULL, "“2027”" },
  { "due-month", WITH_DUE ("<due kind='date' month='13' day='3' year='Y'/>"), NULL, NULL, "“13”" },
  { "due-wd-without-event", WITH_DUE ("<due kind='wd' n='5'/>"), NULL, NULL, "“event”" },
  { "due-wd-without-n", WITH_DUE ("<due kind='wd' event='site/to'/>"), NULL, NULL, "“n”" },
  { "due-every-without-last", WITH_DUE ("<due kind='every' months='6'/>"), NULL, NULL, "“last”" },
  { "due-every-without-months", WITH_DUE ("<due kind='every' event='site/to'/>"), NULL, NULL, "“months”" },
  { "due-warn", WITH_DUE ("<due kind='every' event='site/to' months='6' warn='7'/>"), NULL, NULL, "warning comes after" },
  { "due-first", WITH_DUE ("<due kind='every' event='site/to' months='6' first-event='site/to'/>"), NULL, NULL, "“first-months”" },
  { "due-unit", WITH_DUE ("<due kind='before' event='site/to' n='6' unit='weeks'/>"), NULL, NULL, "“weeks”" },
  { "due-days", WITH_DUE ("<due kind='half-yearly' days='07-31'/>"), NULL, NULL, "07-31 01-31" },
  { "due-number", WITH_DUE ("<due kind='monthly' day='-1'/>"), NULL, NULL, "“-1”" },
  /* regions and calendars */
  { "region-root", "", "<region/>", NULL, "regions/r.xml:1: |“region”" },
  { "region-prefix", "", "<region xmlns='urn:qingdan:rules:1' id='r' prefix='65x'>" KIT_TITLES "</region>", NULL, "“65x”" },
  { "region-rule", "", REGION ("\n<local rule='R9' field='due' value='03-01'/>"), NULL, "regions/r.xml:2: |“R9”" },
  { "region-day", WITH_WHEN ("true()"), REGION ("<local rule='R1' field='due' value='31 March'/>"), NULL, "“31 March”" },
  { "region-field", WITH_WHEN ("true()"), REGION ("<local rule='R1' field='title' value='x'/>"), NULL, "“title”" },
  { "region-office", WITH_WHEN ("true()"), REGION ("<local rule='R1' field='office' value='x'/>"), NULL, "no office “x”" },
  { "region-both", WITH_WHEN ("true()"), REGION ("<local rule='R1' name='a' field='due' value='03-01'/>"), NULL, "either a name" },
  { "calendar", "", NULL, "date,kind,name,source\n2026-01-01,party,a,b\n", "calendars/work-2026.csv:2: |“party”" },
};

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  KitPack files = { row->rules, row->region, row->calendar };
  g_autoptr (QdPack) pack = kit_pack (&files);
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (QdRules) rules = qd_rules_new_checked (pack, &problems);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) parts = g_strsplit (row->says == NULL ? "" : row->says, "|", -1);
  QdRules *again;

  for (guint i = 0; i < problems->len; i++)
    {
      g_test_message ("%s", (char *) problems->pdata[i]);
      g_assert_true (g_utf8_validate (problems->pdata[i], -1, NULL));
    }
  g_assert_cmpint (rules != NULL, ==, row->says == NULL);
  g_assert_cmpuint (problems->len == 0, ==, row->says == NULL);
  if (rules != NULL)
    return;
  for (guint i = 0; parts[i] != NULL; i++)
    {
      gboolean found = FALSE;

      for (guint j = 0; j < problems->len; j++)
        found |= strstr (problems->pdata[j], parts[i]) != NULL;
      if (!found)
        g_error ("nothing says “%s”; the first says “%s”", parts[i], (char *) problems->pdata[0]);
    }
  again = qd_rules_new (pack, &error);
  g_assert_null (again);
  g_assert_error (error, QD_RULES_ERROR, QD_RULES_ERROR_INVALID);
  g_assert_true (g_str_has_prefix (error->message, problems->pdata[0]));
}

static void
test_tasks (void)
{
  g_autofree char *dir = g_dir_make_tmp ("qd-duty-XXXXXX", NULL);
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdPack) pack = NULL;
  QdRules *rules;

  kit_write (dir, "pack.xml", "<pack xmlns='urn:qingdan:pack:1' id='t' version='1' valid-from='2026-01-01'><rules><file file='a.xml'/><file file='b.xml'/></rules></pack>");
  kit_write (dir, "a.xml", "<rules xmlns='urn:qingdan:rules:1' tasks='1-3'><rule id='R2' task='2' kind='authority'>" KIT_TITLES "</rule></rules>");
  kit_write (dir, "b.xml", "<rules xmlns='urn:qingdan:rules:1'><rule id='R1' task='1' kind='soft' office='o'>" KIT_TITLES "<when>qd:fact('f')</when></rule>"
                           "<fact id='f'><label lang='zh-CN'>f</label><label lang='en'>f</label><when>true()</when></fact><office id='o'>" KIT_TITLES "</office></rules>");
  pack = qd_pack_load (dir, &error);
  g_assert_no_error (error);
  kit_remove (dir);
  rules = qd_rules_new_checked (pack, &problems);
  g_assert_null (rules);
  /* What is declared in one file is known in the others; the third task lacks a rule. */
  g_assert_cmpuint (problems->len, ==, 1);
  g_assert_nonnull (strstr (problems->pdata[0], "Task 3"));
}

static void
test_none (void)
{
  g_autofree char *dir = g_dir_make_tmp ("qd-duty-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdPack) pack = NULL;

  kit_write (dir, "pack.xml", "<pack xmlns='urn:qingdan:pack:1' id='t' version='1' valid-from='2026-01-01'/>");
  pack = qd_pack_load (dir, &error);
  g_assert_no_error (error);
  kit_remove (dir);
  g_assert_null (qd_rules_new (pack, &error));
  g_assert_error (error, QD_RULES_ERROR, QD_RULES_ERROR_NONE);
}

static void
test_builtin (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdPack) pack = qd_pack_load_builtin (&error);
  g_autoptr (QdRules) rules = qd_rules_new (pack, &error);
  const char *title = NULL, *pack_form = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (qd_rules_get_n_rules (rules), >=, 96);
  g_assert_true (qd_rules_find_form (rules, "RSK", "en", &title, &pack_form));
  g_assert_cmpstr (title, !=, "");
  g_assert_false (qd_rules_find_form (rules, "none", "en", NULL, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/rules/%s", rows[i].name);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/rules/tasks", test_tasks);
  g_test_add_func ("/rules/none", test_none);
  g_test_add_func ("/rules/builtin", test_builtin);
  return g_test_run ();
}
