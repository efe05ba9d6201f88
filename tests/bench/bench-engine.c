/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The form engine over growing forms: what loading, one change, adding and removing a row, a full check and writing cost, and how much memory the instance
 * takes; times are those of the CPU. With each family the slope between its sizes: 1.0 is linear. Each case runs in a process of its own, so that the memory is its own.
 * With a family and a size: this one alone, in this process, for a profiler. */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "qd-pack.h"
#include "qd-verdict.h"

typedef struct
{
  double load, settle, add, remove, check, write, batch, memory;
} Figures;

static GString *
begin_form (void)
{
  return g_string_new ("<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\" xmlns:jr=\"http://openrosa.org/javarosa\">"
                       "<h:head><h:title>bench</h:title><model><instance><data id=\"bench\" version=\"1\">");
}

/* Questions of four kinds: free, required with a constraint, relevant by another, computed from another. */
static GString *
flat_form (guint n)
{
  GString *form = begin_form ();

  for (guint i = 0; i < n; i++)
    g_string_append_printf (form, i % 4 == 1 ? "<q%u>5</q%u>" : "<q%u/>", i, i);
  g_string_append (form, "</data></instance>");
  for (guint i = 0; i < n; i++)
    switch (i % 4)
      {
      case 0:
        g_string_append_printf (form, "<bind nodeset=\"/data/q%u\" type=\"string\"/>", i);
        break;
      case 1:
        g_string_append_printf (form, "<bind nodeset=\"/data/q%u\" type=\"decimal\" required=\"true()\" constraint=\". &gt;= 0 and . &lt; 1000\"/>", i);
        break;
      case 2:
        g_string_append_printf (form, "<bind nodeset=\"/data/q%u\" type=\"string\" relevant=\"/data/q%u &gt; 3\"/>", i, i - 1);
        break;
      default:
        g_string_append_printf (form, "<bind nodeset=\"/data/q%u\" type=\"decimal\" calculate=\"/data/q%u * 2\"/>", i, i - 2);
      }
  g_string_append (form, "</model></h:head><h:body>");
  for (guint i = 0; i < n; i++)
    if (i % 4 != 3)
      g_string_append_printf (form, "<input ref=\"/data/q%u\"><label>Question %u</label></input>", i, i);
  g_string_append (form, "</h:body></h:html>");
  return form;
}

static GString *
chain_form (guint n)
{
  GString *form = begin_form ();

  g_string_append (form, "<q0>1</q0>");
  for (guint i = 1; i <= n; i++)
    g_string_append_printf (form, "<q%u/>", i);
  g_string_append (form, "</data></instance><bind nodeset=\"/data/q0\" type=\"decimal\"/>");
  for (guint i = 1; i <= n; i++)
    g_string_append_printf (form, "<bind nodeset=\"/data/q%u\" type=\"decimal\" calculate=\"/data/q%u + 1\"/>", i, i - 1);
  g_string_append (form, "</model></h:head><h:body><input ref=\"/data/q0\"/></h:body></h:html>");
  return form;
}

/* Rows of eight fields, three of them computed; a sum and a count outside. */
static GString *
repeat_form (guint n)
{
  GString *form = begin_form ();

  g_string_append (form, "<row jr:template=\"\"><name/><qty/><price/><rate/><note/><net/><tax/><total/></row>");
  for (guint i = 0; i < n; i++)
    g_string_append_printf (form, "<row><name>substance %u</name><qty>%u</qty><price>%u.5</price><rate>0.13</rate><note/><net/><tax/><total/></row>", i, i % 100, i % 10);
  g_string_append (form, "<sum/><n/></data></instance>"
                         "<bind nodeset=\"/data/row/name\" type=\"string\" required=\"true()\"/>"
                         "<bind nodeset=\"/data/row/qty\" type=\"decimal\" constraint=\". &gt;= 0\"/>"
                         "<bind nodeset=\"/data/row/price\" type=\"decimal\"/>"
                         "<bind nodeset=\"/data/row/rate\" type=\"decimal\"/>"
                         "<bind nodeset=\"/data/row/net\" type=\"decimal\" calculate=\"../qty * ../price\"/>"
                         "<bind nodeset=\"/data/row/tax\" type=\"decimal\" calculate=\"../net * ../rate\"/>"
                         "<bind nodeset=\"/data/row/total\" type=\"decimal\" calculate=\"../net + ../tax\"/>"
                         "<bind nodeset=\"/data/sum\" type=\"decimal\" calculate=\"sum(/data/row/total)\"/>"
                         "<bind nodeset=\"/data/n\" type=\"int\" calculate=\"count(/data/row)\"/>"
                         "</model></h:head><h:body><group ref=\"/data/row\"><label>Rows</label><repeat nodeset=\"/data/row\">"
                         "<input ref=\"/data/row/name\"/><input ref=\"/data/row/qty\"/><input ref=\"/data/row/price\"/><input ref=\"/data/row/rate\"/><input ref=\"/data/row/note\"/>"
                         "</repeat></group></h:body></h:html>");
  return form;
}

/* Rows that must not have the same code, and share sites: every row is compared with all others. */
static GString *
keyed_form (guint n)
{
  GString *form = begin_form ();

  for (guint i = 0; i < n; i++)
    g_string_append_printf (form, "<row><code>c%u</code><site>s%u</site><qty>%u</qty><all/></row>", i, i % 50, i % 100);
  g_string_append (form, "</data></instance>"
                         "<bind nodeset=\"/data/row/code\" constraint=\"count(../../row[code = current()]) = 1\"/>"
                         "<bind nodeset=\"/data/row/qty\" type=\"decimal\" constraint=\"count(../../row[code = current()/../code][site = current()/../site]) = 1\"/>"
                         "<bind nodeset=\"/data/row/all\" type=\"decimal\" calculate=\"sum(../../row[code = current()/../code]/qty)\"/>"
                         "</model></h:head><h:body><group ref=\"/data/row\"><label>Rows</label><repeat nodeset=\"/data/row\">"
                         "<input ref=\"/data/row/code\"/><input ref=\"/data/row/site\"/><input ref=\"/data/row/qty\"/></repeat></group></h:body></h:html>");
  return form;
}

static void
set_value (QdInstance *instance, QdNodeId node, const char *value)
{
  if (!qd_instance_set_value (instance, node, value, NULL))
    abort ();
}

static double
time_changes (QdInstance *instance, QdNodeId node)
{
  double start = bench_cpu ();

  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *value = g_strdup_printf ("%u", 10 + i);

      set_value (instance, node, value);
    }
  return (bench_cpu () - start) / 50;
}

static void
measure_rows (QdInstance *instance, guint n, Figures *out)
{
  QdNodeId range = qd_instance_find (instance, "/data/row");
  double start = bench_cpu ();

  for (guint i = 0; i < 20; i++)
    if (!qd_instance_add_rows (instance, range, qd_instance_get_n_children (instance, range), 1, NULL))
      abort ();
  out->add = (bench_cpu () - start) / 20;
  start = bench_cpu ();
  for (guint i = 0; i < 20; i++)
    if (!qd_instance_remove_rows (instance, range, n, 1, NULL))
      abort ();
  out->remove = (bench_cpu () - start) / 20;
  start = bench_cpu ();
  qd_instance_begin (instance);
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < 4; j++)
      {
        g_autofree char *value = g_strdup_printf ("%u", i + j + 7);

        set_value (instance, qd_instance_get_child (instance, qd_instance_get_child (instance, range, i), j), value);
      }
  qd_instance_commit (instance);
  out->batch = (bench_cpu () - start) / (4.0 * n) * 100000;
}

/* 2,000 fields and @n rows together: what a full check looks through. */
static GString *
mixed_form (guint n)
{
  g_autoptr (GString) flat = flat_form (2000);
  GString *form = repeat_form (n);
  const char *from = strstr (flat->str, "<q0"), *data_end = strstr (flat->str, "</data>"), *binds = strstr (flat->str, "<bind"), *binds_end = strstr (flat->str, "</model>");

  g_string_insert_len (form, strstr (form->str, "<sum/>") - form->str, from, data_end - from);
  g_string_insert_len (form, strstr (form->str, "<bind") - form->str, binds, binds_end - binds);
  return form;
}

/* A list of @n items in the form, and a question that looks one of them up. */
static GString *
list_form (guint n)
{
  GString *form = begin_form ();

  g_string_append (form, "<cas/><name/></data></instance><instance id=\"list\"><root>");
  for (guint i = 0; i < n; i++)
    g_string_append_printf (form, "<item><cas>c%u</cas><name>substance %u</name></item>", i, i);
  g_string_append (form, "</root></instance><bind nodeset=\"/data/cas\" type=\"string\"/><bind nodeset=\"/data/name\" calculate=\"instance('list')/root/item[cas = /data/cas]/name\"/>"
                         "</model></h:head><h:body><input ref=\"/data/cas\"/></h:body></h:html>");
  return form;
}

static double
time_lookups (QdInstance *instance, guint n)
{
  QdNodeId cas = qd_instance_find (instance, "/data/cas");
  double start;

  set_value (instance, cas, "c0"); /* makes the index */
  start = bench_cpu ();
  for (guint i = 0; i < 50; i++)
    {
      g_autofree char *value = g_strdup_printf ("c%u", n - 1 - i);

      set_value (instance, cas, value);
    }
  return (bench_cpu () - start) / 50;
}

static Figures
measure (const char *family, guint n)
{
  GString *text = strcmp (family, "flat") == 0 ? flat_form (n) : strcmp (family, "chain") == 0 ? chain_form (n)
                                                             : strcmp (family, "mixed") == 0   ? mixed_form (n)
                                                             : strcmp (family, "list") == 0    ? list_form (n)
                                                             : strcmp (family, "keyed") == 0   ? keyed_form (n)
                                                                                               : repeat_form (n);
  g_autoptr (GBytes) bytes = g_string_free_to_bytes (text);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdForm) form = NULL;
  g_autoptr (QdInstance) instance = NULL;
  g_autoptr (QdVerdict) verdict = NULL;
  g_autoptr (GBytes) xml = NULL;
  Figures out = { 0 };
  double before = bench_resident (), start = bench_cpu ();

  form = qd_form_new (bytes, "bench.xml", &error);
  instance = form == NULL ? NULL : qd_instance_new (form, NULL, &error);
  if (instance == NULL)
    {
      fprintf (stderr, "%s\n", error->message);
      exit (1);
    }
  out.load = bench_cpu () - start;
  out.memory = bench_resident () - before;
  if (strcmp (family, "list") == 0)
    out.settle = time_lookups (instance, n);
  else
    out.settle = time_changes (instance, qd_instance_find (instance, strcmp (family, "flat") == 0 ? "/data/q1" : strcmp (family, "chain") == 0 ? "/data/q0"
                                                                                                             : strcmp (family, "keyed") == 0   ? "/data/row[7]/code"
                                                                                                                                               : "/data/row[1]/qty"));
  start = bench_cpu ();
  verdict = qd_verdict_new (instance, "bench", "1", "");
  out.check = bench_cpu () - start;
  start = bench_cpu ();
  xml = qd_instance_serialize (instance);
  out.write = bench_cpu () - start;
  if (strcmp (family, "repeat") == 0)
    measure_rows (instance, n, &out);
  return out;
}

static GBytes *
resolve_in_pack (const char *uri, char **media_type_out, gpointer pack, GError **error)
{
  return g_str_has_prefix (uri, "jr://instance/catalog/") ? qd_pack_resolve (uri, media_type_out, pack, error) : NULL;
}

static Figures
measure_register (guint n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdPack) pack = qd_pack_load_builtin (&error);
  QdForm *form = pack == NULL ? NULL : qd_pack_get_form (pack, "cn.register", &error);
  g_autoptr (GBytes) data = bench_make_register (n);
  QdInstanceOptions options = { .mode = QD_INSTANCE_RESTORE, .resolver = resolve_in_pack, .resolver_data = pack };
  g_autoptr (QdInstance) few = NULL;
  g_autoptr (QdInstance) instance = NULL;
  g_autoptr (QdInstance) again = NULL;
  g_autoptr (GBytes) first = bench_make_register (1);
  g_autoptr (GBytes) saved = NULL;
  QdNodeId range;
  Figures out = { 0 };
  double before, start;

  /* The lists of the pack are read once a program. */
  options.xml = first;
  few = form == NULL ? NULL : qd_instance_new (form, &options, &error);
  before = bench_resident ();
  start = bench_cpu ();
  options.xml = data;
  instance = few == NULL ? NULL : qd_instance_new (form, &options, &error);
  if (instance == NULL)
    {
      fprintf (stderr, "%s\n", error->message);
      exit (1);
    }
  out.load = bench_cpu () - start;
  out.memory = bench_resident () - before;
  out.settle = time_changes (instance, qd_instance_find (instance, "/register/table/substance[1]/use"));
  range = qd_instance_find (instance, "/register/table/substance");
  start = bench_cpu ();
  for (guint i = 0; i < 20; i++)
    if (!qd_instance_add_rows (instance, range, 0, 1, NULL))
      abort ();
  out.add = (bench_cpu () - start) / 20;
  start = bench_cpu ();
  for (guint i = 0; i < 20; i++)
    if (!qd_instance_remove_rows (instance, range, 0, 1, NULL))
      abort ();
  out.remove = (bench_cpu () - start) / 20;
  start = bench_cpu ();
  saved = qd_instance_save (instance);
  out.write = bench_cpu () - start;
  start = bench_cpu ();
  options.xml = saved;
  again = qd_instance_new (form, &options, &error);
  out.check = bench_cpu () - start;
  if (again == NULL)
    fprintf (stderr, "%s\n", error->message);
  return out;
}

static gboolean
measure_apart (const char *family, guint n, Figures *out)
{
  int ends[2];
  pid_t child;
  gboolean ok;

  if (pipe (ends) != 0)
    return FALSE;
  child = fork ();
  if (child == 0)
    {
      Figures figures = strcmp (family, "register") == 0 ? measure_register (n) : measure (family, n);

      _exit (write (ends[1], &figures, sizeof figures) == sizeof figures ? 0 : 1);
    }
  close (ends[1]);
  ok = child > 0 && read (ends[0], out, sizeof *out) == sizeof *out;
  close (ends[0]);
  if (child > 0)
    waitpid (child, NULL, 0);
  return ok;
}

static double
slope (double before, double after, guint small, guint large)
{
  return before <= 0 || after <= 0 ? 0 : log (after / before) / log ((double) large / small);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *family;
    guint sizes[5];
  } cases[] = {
    { "flat", { 1000, 10000 } },
    { "chain", { 1000, 10000 } },
    { "repeat", { 100, 1000, 5000, 50000 } },
    { "keyed", { 1000, 10000 } },            /* rows that look for each other by equality; settle: a code is changed */
    { "mixed", { 10000 } },                  /* the budget of a full check: 2,000 fields and so many rows */
    { "register", { 1000, 10000, 100000 } }, /* the register of substances; verdict: loading what was written */
    { "list", { 1000, 50000 } },             /* settle: one look-up by equality in so many items */
  };

  if (argc == 3)
    {
      guint n = (guint) g_ascii_strtoull (argv[2], NULL, 10);
      Figures it = strcmp (argv[1], "register") == 0 ? measure_register (n) : measure (argv[1], n);

      printf ("load %.2f ms, settle %.3f, add %.3f, remove %.3f, verdict %.2f, write %.2f ms, %.1f MiB\n", it.load, it.settle, it.add, it.remove, it.check, it.write, it.memory);
      return 0;
    }
  printf ("%-8s %6s %9s %9s %9s %9s %9s %9s %9s %9s   slopes load/settle/add\n", "form", "n", "load ms", "settle", "add row", "remove", "verdict", "write", "100k set", "MiB");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Figures last = { 0 };

      for (guint j = 0; cases[i].sizes[j] != 0; j++)
        {
          guint n = cases[i].sizes[j];
          Figures it;

          if (!measure_apart (cases[i].family, n, &it))
            return 1;
          printf ("%-8s %6u %9.2f %9.3f %9.3f %9.3f %9.2f %9.2f %9.1f %9.1f", cases[i].family, n, it.load, it.settle, it.add, it.remove, it.check, it.write, it.batch, it.memory);
          if (j > 0)
            printf ("   %.2f / %.2f / %.2f", slope (last.load, it.load, cases[i].sizes[j - 1], n), slope (last.settle, it.settle, cases[i].sizes[j - 1], n), slope (last.add, it.add, cases[i].sizes[j - 1], n));
          printf ("\n");
          fflush (stdout);
          last = it;
        }
    }
  return 0;
}
