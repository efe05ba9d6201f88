/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "qd-pack.h"
#include "file-kit.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#define HEAD "<?xml version='1.0'?>\n<pack xmlns='urn:qingdan:pack:1' id='t' version='1' valid-from='2026-11-01'>\n"
#define MANY_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void
write_file (const char *dir, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static char *
make_dir (const char *pack_xml)
{
  g_autoptr (GError) error = NULL;
  char *dir = g_dir_make_tmp ("qd-pack-XXXXXX", &error);

  g_assert_no_error (error);
  if (pack_xml)
    write_file (dir, "pack.xml", pack_xml);
  write_file (dir, "lists/a.csv", "code,name\n1,one\n");
  write_file (dir, "forms/f.xml", "<f/>");
  return dir;
}

typedef struct
{
  const char *name;
  const char *pack_xml; /* NULL: no such file */
  int code;             /* QdPackError; -1: loads */
  const char *says;     /* part of the message */
} LoadRow;

static const LoadRow load_rows[] = {
  { "good", HEAD "<lists><list name='a' file='lists/a.csv'/></lists></pack>", -1, NULL },
  { "good-kinds", HEAD "<rules><file file='forms/f.xml'/></rules><calendars><file file='lists/a.csv'/></calendars></pack>", -1, NULL },
  { "good-empty", HEAD "</pack>", -1, NULL },
  { "good-digest", HEAD "<lists><list name='a' file='lists/a.csv' sha256='c2f0956063eb230d697a96d39b1fa1643859e3e02ae9b0773c4e0e90d31cd0b8'/></lists></pack>", -1, NULL },
  { "other-elements", HEAD "<title lang='en'>T</title><more><x/></more></pack>", -1, NULL },
  { "missing", NULL, QD_PACK_ERROR_INVALID, "pack.xml" },
  { "empty", "", QD_PACK_ERROR_INVALID, "pack.xml" },
  { "not-xml", "PK\003\004", QD_PACK_ERROR_INVALID, "pack.xml:1" },
  { "not-closed", HEAD "<lists>\n", QD_PACK_ERROR_INVALID, "pack.xml:" },
  { "wrong-root", "<packs xmlns='urn:qingdan:pack:1'/>", QD_PACK_ERROR_INVALID, "pack.xml:1" },
  { "wrong-namespace", "<pack id='a' version='1' valid-from='2026-11-01'/>", QD_PACK_ERROR_INVALID, "urn:qingdan:pack:1" },
  { "no-id", "<pack xmlns='urn:qingdan:pack:1' version='1' valid-from='2026-11-01'/>", QD_PACK_ERROR_INVALID, "“id”" },
  { "no-version", "<pack xmlns='urn:qingdan:pack:1' id='t' valid-from='2026-11-01'/>", QD_PACK_ERROR_INVALID, "“version”" },
  { "bad-date", "<pack xmlns='urn:qingdan:pack:1' id='t' version='1' valid-from='2026-13-01'/>", QD_PACK_ERROR_INVALID, "2026-13-01" },
  { "doctype", "<!DOCTYPE pack [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>\n<pack xmlns='urn:qingdan:pack:1' id='t' version='1' valid-from='2026-11-01'><title>&e;</title></pack>", QD_PACK_ERROR_INVALID, "DOCTYPE" },
  { "no-file", HEAD "<lists>\n<list name='b'/></lists></pack>", QD_PACK_ERROR_INVALID, "pack.xml:4" },
  { "absent-file", HEAD "<lists>\n<list name='b' file='lists/b.csv'/></lists></pack>", QD_PACK_ERROR_INVALID, "pack.xml:4" },
  { "directory", HEAD "<lists><list name='b' file='lists'/></lists></pack>", QD_PACK_ERROR_INVALID, "is not a file" },
  { "twice-file", HEAD "<lists><list name='a' file='lists/a.csv'/><list name='b' file='lists/a.csv'/></lists></pack>", QD_PACK_ERROR_INVALID, "twice" },
  { "twice-name", HEAD "<lists><list name='a' file='lists/a.csv'/><list name='a' file='forms/f.xml'/></lists></pack>", QD_PACK_ERROR_INVALID, "“a”" },
  { "itself", HEAD "<files><file file='pack.xml'/></files></pack>", QD_PACK_ERROR_INVALID, "twice" },
  { "wrong-entry", HEAD "<lists><form id='a' file='lists/a.csv'/></lists></pack>", QD_PACK_ERROR_INVALID, "“form”" },
  { "list-name", HEAD "<lists><list name='../a' file='lists/a.csv'/></lists></pack>", QD_PACK_ERROR_INVALID, "../a" },
  { "digest-form", HEAD "<lists><list name='a' file='lists/a.csv' sha256='12'/></lists></pack>", QD_PACK_ERROR_INVALID, "SHA-256" },
  { "digest-other", HEAD "<lists><list name='a' file='lists/a.csv' sha256='" MANY_A "'/></lists></pack>", QD_PACK_ERROR_CHANGED, "lists/a.csv" },
  { "traversal", HEAD "<lists><list name='a' file='../../etc/passwd'/></lists></pack>", QD_PACK_ERROR_INVALID, "../../etc/passwd" },
  { "traversal-inside", HEAD "<lists><list name='a' file='lists/../../x'/></lists></pack>", QD_PACK_ERROR_INVALID, "lists/../../x" },
  { "absolute", HEAD "<lists><list name='a' file='/etc/passwd'/></lists></pack>", QD_PACK_ERROR_INVALID, "/etc/passwd" },
  { "backslash", HEAD "<lists><list name='a' file='lists\\a.csv'/></lists></pack>", QD_PACK_ERROR_INVALID, "lists\\a.csv" },
  { "double-slash", HEAD "<lists><list name='a' file='lists//a.csv'/></lists></pack>", QD_PACK_ERROR_INVALID, "lists//a.csv" },
  { "hidden", HEAD "<lists><list name='a' file='lists/.a.csv'/></lists></pack>", QD_PACK_ERROR_INVALID, "lists/.a.csv" },
  { "slash-end", HEAD "<lists><list name='a' file='lists/'/></lists></pack>", QD_PACK_ERROR_INVALID, "lists/" },
};

static void
test_load (gconstpointer data)
{
  const LoadRow *row = data;
  g_autofree char *dir = make_dir (row->pack_xml);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdPack) pack = qd_pack_load (dir, &error);

  if (row->code < 0)
    {
      g_assert_no_error (error);
      g_assert_cmpstr (qd_pack_get_id (pack), ==, "t");
      g_assert_cmpstr (qd_pack_get_version (pack), ==, "1");
      g_assert_cmpstr (qd_pack_get_valid_from (pack), ==, "2026-11-01");
      g_assert_cmpstr (qd_pack_get_dir (pack), ==, dir);
    }
  else
    {
      g_assert_error (error, QD_PACK_ERROR, row->code);
      g_assert_null (pack);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      if (!strstr (error->message, row->says))
        g_error ("“%s” does not say “%s”", error->message, row->says);
    }
  qd_test_remove_tree (dir);
}

/* What lies behind a link is not in the pack, whether the link is the file or a folder above it. */
static void
test_links (void)
{
  static const struct
  {
    const char *link;
    const char *target;
    const char *file;
  } rows[] = {
    { "lists/b.csv", "/etc/hostname", "lists/b.csv" },
    { "lists/b.csv", "a.csv", "lists/b.csv" },
    { "other", "/etc", "other/hostname" },
    { "other", "lists", "other/a.csv" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *xml = g_strdup_printf (HEAD "<lists><list name='b' file='%s'/></lists></pack>", rows[i].file);
      g_autofree char *dir = make_dir (xml);
      g_autofree char *path = g_build_filename (dir, rows[i].link, NULL);
      g_autoptr (GFile) link = g_file_new_for_path (path);
      g_autoptr (GError) error = NULL;
      g_autoptr (QdPack) pack = NULL;

      g_assert_true (g_file_make_symbolic_link (link, rows[i].target, NULL, NULL));
      pack = qd_pack_load (dir, &error);
      g_assert_error (error, QD_PACK_ERROR, QD_PACK_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, "link"));
      g_assert_null (pack);
      qd_test_remove_tree (dir);
    }
}

static void
test_digest (void)
{
  static const char xml[] = HEAD "<lists><list name='a' file='lists/a.csv'/></lists></pack>";
  g_autofree char *dir = make_dir (xml);
  g_autofree char *own = g_compute_checksum_for_string (G_CHECKSUM_SHA256, xml, -1);
  g_autofree char *list = g_compute_checksum_for_string (G_CHECKSUM_SHA256, "code,name\n1,one\n", -1);
  g_autofree char *lines = g_strdup_printf ("lists/a.csv %s\npack.xml %s\n", list, own);
  g_autofree char *expected = g_compute_checksum_for_string (G_CHECKSUM_SHA256, lines, -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdPack) pack = qd_pack_load (dir, &error);
  g_autoptr (QdPack) changed = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (qd_pack_get_digest (pack), ==, expected);

  /* A loaded pack does not change with the directory; what is loaded later has another digest. */
  write_file (dir, "lists/a.csv", "code,name\n2,two\n");
  bytes = qd_pack_read (pack, "lists/a.csv", &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "code,name\n1,one\n", strlen ("code,name\n1,one\n"));
  changed = qd_pack_load (dir, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (qd_pack_get_digest (changed), !=, expected);
  qd_test_remove_tree (dir);
}

static void
test_resolve (void)
{
  static const struct
  {
    const char *uri;
    int code; /* -1: the list; -2: nothing, no error */
  } rows[] = {
    { "jr://instance/catalog/a", -1 },
    { "jr://file-csv/a.csv", -1 },
    { "jr://instance/catalog/b", QD_PACK_ERROR_NOT_FOUND },
    { "jr://instance/catalog/", QD_PACK_ERROR_NOT_FOUND },
    { "jr://instance/catalog/../pack.xml", QD_PACK_ERROR_NOT_FOUND },
    { "jr://file-csv/../lists/a.csv", QD_PACK_ERROR_NOT_FOUND },
    { "jr://file-csv/a", -2 },
    { "jr://instance/profile", -2 },
    { "http://example.org/a.csv", -2 },
    { "", -2 },
  };
  g_autofree char *dir = make_dir (HEAD "<lists><list name='a' file='lists/a.csv'/></lists></pack>");
  g_autoptr (GError) load_error = NULL;
  g_autoptr (QdPack) pack = qd_pack_load (dir, &load_error);

  g_assert_no_error (load_error);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *type = NULL;
      g_autoptr (GBytes) bytes = qd_pack_resolve (rows[i].uri, &type, pack, &error);

      if (rows[i].code == -1)
        {
          g_assert_no_error (error);
          g_assert_cmpstr (type, ==, "text/csv");
          g_assert_cmpuint (g_bytes_get_size (bytes), ==, strlen ("code,name\n1,one\n"));
        }
      else
        {
          g_assert_null (bytes);
          g_assert_null (type);
          if (rows[i].code >= 0)
            g_assert_error (error, QD_PACK_ERROR, rows[i].code);
          else
            g_assert_no_error (error);
        }
    }
  qd_test_remove_tree (dir);
}

/* Only what pack.xml names can be read. */
static void
test_read (void)
{
  static const char *const refused[] = { "lists/b.csv", "../pack.xml", "/etc/passwd", "lists", "", "pack.xml", "forms/f.xml", "\xff" };
  g_autofree char *dir = make_dir (HEAD "<lists><list name='a' file='lists/a.csv'/></lists></pack>");
  g_autoptr (GError) load_error = NULL;
  g_autoptr (QdPack) pack = qd_pack_load (dir, &load_error);

  g_assert_no_error (load_error);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = qd_pack_read (pack, refused[i], &error);

      g_assert_error (error, QD_PACK_ERROR, QD_PACK_ERROR_NOT_FOUND);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_null (bytes);
    }
  qd_test_remove_tree (dir);
}

#define FORM(id)                                                                                                      \
  "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml'><h:head><h:title>T</h:title>" \
  "<model><instance><d id='" id "'><a/></d></instance><bind nodeset='/d/a' type='string'/></model></h:head>"          \
  "<h:body><input ref='/d/a'><label>A</label></input></h:body></h:html>"

static void
test_forms (void)
{
  g_autofree char *dir = make_dir (HEAD "<forms><form id='x' file='forms/x.xml'/><form id='y' file='forms/y.xml'/><form id='z' file='forms/f.xml'/></forms></pack>");
  g_autoptr (GError) error = NULL;
  g_autoptr (QdPack) pack = NULL;
  const char *const *ids;
  QdForm *form;

  write_file (dir, "forms/x.xml", FORM ("x"));
  write_file (dir, "forms/y.xml", FORM ("other"));
  pack = qd_pack_load (dir, &error);
  g_assert_no_error (error);
  ids = qd_pack_get_form_ids (pack);
  g_assert_cmpuint (g_strv_length ((char **) ids), ==, 3);
  g_assert_cmpstr (ids[0], ==, "x");

  form = qd_pack_get_form (pack, "x", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (qd_form_get_id (form), ==, "x");
  g_assert_true (form == qd_pack_get_form (pack, "x", NULL));

  g_assert_null (qd_pack_get_form (pack, "none", &error));
  g_assert_error (error, QD_PACK_ERROR, QD_PACK_ERROR_NOT_FOUND);
  g_clear_error (&error);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_null (qd_pack_get_form (pack, "y", &error));
      g_assert_error (error, QD_PACK_ERROR, QD_PACK_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, "other"));
      g_clear_error (&error);
      g_assert_null (qd_pack_get_form (pack, "z", &error));
      g_assert_nonnull (error);
      g_assert_nonnull (strstr (error->message, "f.xml"));
      g_clear_error (&error);
    }
  qd_test_remove_tree (dir);
}

/* What pack.xml names by kind, in its order; each counts in the digest like all files. */
static void
test_kinds (void)
{
  g_autofree char *dir = make_dir (HEAD "<rules><file file='rules/b.xml'/><file file='rules/a.xml'/></rules><regions><file file='r.xml'/></regions>"
                                        "<lists><list name='a' file='lists/a.csv' status='partial'/><list name='f' file='forms/f.xml'/></lists></pack>");
  g_autoptr (GError) error = NULL;
  g_autoptr (QdPack) pack = NULL, changed = NULL;
  const char *const *files;

  write_file (dir, "rules/a.xml", "<a/>");
  write_file (dir, "rules/b.xml", "<b/>");
  write_file (dir, "r.xml", "<r/>");
  pack = qd_pack_load (dir, &error);
  g_assert_no_error (error);
  files = qd_pack_get_files (pack, QD_PACK_RULES);
  g_assert_cmpstr (files[0], ==, "rules/b.xml");
  g_assert_cmpstr (files[1], ==, "rules/a.xml");
  g_assert_null (files[2]);
  g_assert_cmpstr (qd_pack_get_files (pack, QD_PACK_REGIONS)[0], ==, "r.xml");
  g_assert_null (qd_pack_get_files (pack, QD_PACK_CALENDARS)[0]);
  write_file (dir, "rules/a.xml", "<a> </a>");
  changed = qd_pack_load (dir, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (qd_pack_get_digest (changed), !=, qd_pack_get_digest (pack));
  qd_test_remove_tree (dir);
}

static void
test_builtin (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdPack) pack = qd_pack_load_builtin (&error);
  const char *const *ids;

  g_assert_no_error (error);
  g_assert_cmpstr (qd_pack_get_id (pack), ==, "cn");
  g_assert_cmpuint (strlen (qd_pack_get_digest (pack)), ==, 64);
  ids = qd_pack_get_form_ids (pack);
  g_assert_true (g_strv_contains (ids, "cn.profile"));
  g_assert_true (g_strv_contains (ids, "cn.register"));
  g_assert_true (g_strv_contains (ids, "cn.cpa-disclosure"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (load_rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/pack/load/%s", load_rows[i].name);

      g_test_add_data_func (path, &load_rows[i], test_load);
    }
  g_test_add_func ("/pack/links", test_links);
  g_test_add_func ("/pack/digest", test_digest);
  g_test_add_func ("/pack/resolve", test_resolve);
  g_test_add_func ("/pack/read", test_read);
  g_test_add_func ("/pack/forms", test_forms);
  g_test_add_func ("/pack/kinds", test_kinds);
  g_test_add_func ("/pack/builtin", test_builtin);
  return g_test_run ();
}
