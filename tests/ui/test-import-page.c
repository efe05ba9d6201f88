/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "qd-bar.h"
#include "qd-import-issues.h"
#include "qd-import-mappings.h"
#include "qd-import-page.h"
#include "qd-look.h"
#include "register-kit.h"

typedef struct
{
  Register reg;
  GtkWidget *page;
  int written; /* -1 until done */
} Fixture;

static void
done_cb (QdImportPage *page, guint written, Fixture *fixture)
{
  fixture->written = (int) written;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  register_open (&fixture->reg);
  fixture->written = -1;
}

static void
open_page (Fixture *fixture, const char *csv)
{
  g_autofree char *path = g_build_filename (fixture->reg.dir, "ledger.csv", NULL);

  g_assert_true (g_file_set_contents (path, csv, -1, NULL));
  fixture->page = qd_import_page_new (fixture->reg.draft, fixture->reg.range, path);
  g_signal_connect (fixture->page, "done", G_CALLBACK (done_cb), fixture);
  register_show (&fixture->reg, fixture->page, 1280);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  register_close (&fixture->reg);
}

static void
apply (Fixture *fixture)
{
  g_assert_true (gtk_widget_activate_action (fixture->page, "import.apply", NULL));
  while (fixture->written < 0)
    g_main_context_iteration (NULL, TRUE);
}

static GtkWidget *
find_button (GtkWidget *widget, const char *label)
{
  if (GTK_IS_BUTTON (widget) && gtk_widget_get_mapped (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, label);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
press (Fixture *fixture, const char *label)
{
  GtkWidget *button;

  while ((button = find_button (fixture->page, label)) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_signal_emit_by_name (button, "clicked");
}

/* Each refused row can be corrected, chosen, or looked at in the sheet. */
static void
test_issues (Fixture *fixture, gconstpointer data)
{
  QdInstance *instance = fixture->reg.instance;

  open_page (fixture, "品名,CAS号,年份,年用量(t),期末库存(t)\n"
                      "丙酮,67-64-1,2025,5,5\n" /* row 2 */
                      "丙酮,67-64-2,2024,6,5\n" /* another row says which number is right */
                      "乙酸,64-19-7,2025,about 7,1\n"
                      "丙酮,67-64-1,2025,8,5\n" /* the same as row 2 */
                      "甲醇,67-56-1,2025,many,2\n");
  wait_for_text (&fixture->reg, "5 rows = 1 new + 0 updated + 4 refused");
  wait_for_text (&fixture->reg, "67-64-2");
  press (fixture, "Correct");
  wait_for_text (&fixture->reg, "5 rows = 2 new + 0 updated + 3 refused");
  press (fixture, "Correct");
  wait_for_text (&fixture->reg, "5 rows = 3 new + 0 updated + 2 refused");
  press (fixture, "Choose");
  wait_for_text (&fixture->reg, "Row 5 was chosen in its place");
  press (fixture, "Go to");
  wait_for_text (&fixture->reg, "many");
  gtk_widget_activate_action (fixture->page, "import.confirm", NULL);
  apply (fixture);
  g_assert_cmpint (fixture->written, ==, 3);
  for (guint i = 1; i <= qd_instance_get_n_children (instance, fixture->reg.range); i++)
    {
      const char *text = register_get (&fixture->reg, i, "nameZh"), *amount = register_get (&fixture->reg, i, "use");

      if (g_str_equal (text, "乙酸"))
        g_assert_cmpstr (amount, ==, "7");
      else if (g_str_equal (text, "丙酮") && g_str_equal (register_get (&fixture->reg, i, "year"), "2025"))
        g_assert_cmpstr (amount, ==, "8");
    }
}

static GtkWidget *
find_marked (GtkWidget *widget)
{
  if (gtk_widget_has_css_class (widget, "qd-place"))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_marked (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static const char *
get_marked (Fixture *fixture)
{
  GtkWidget *place = find_marked (fixture->page);

  return place != NULL ? gtk_label_get_text (GTK_LABEL (gtk_widget_get_first_child (place))) : NULL;
}

/* The cell with the mark has the focus, and is inside of what the window shows. */
static gboolean
is_place_seen (gpointer data)
{
  Fixture *fixture = data;
  GtkWidget *place = find_marked (fixture->page), *viewport;
  graphene_rect_t cell;

  if (place == NULL || !gtk_widget_is_focus (place))
    return FALSE;
  viewport = gtk_widget_get_ancestor (place, GTK_TYPE_VIEWPORT);
  return gtk_widget_compute_bounds (place, viewport, &cell) && cell.size.height > 0 && cell.origin.x >= 0 && cell.origin.y >= 0 && cell.origin.x + cell.size.width <= gtk_widget_get_width (viewport) && cell.origin.y + cell.size.height <= gtk_widget_get_height (viewport);
}

/* Of a CAS number with 00 in the middle. */
static guint
check_digit (guint number)
{
  guint sum = 0;

  for (guint place = 3; number > 0; number /= 10)
    sum += place++ * (number % 10);
  return sum % 10;
}

/* A refused row far down, and in a column far to the right, comes into view, the first time and each further one. */
static void
test_go_to (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) csv = g_string_new ("品名,CAS号,年份");
  GtkWidget *list;

  for (guint i = 0; i < 30; i++)
    g_string_append_printf (csv, ",列%u", i);
  g_string_append (csv, ",年用量(t)\n");
  for (guint row = 0; row < 300; row++)
    {
      g_string_append_printf (csv, "物质%u,%u-00-%u,2025", row, 1000 + row, check_digit (1000 + row));
      for (guint i = 0; i < 30; i++)
        g_string_append (csv, ",x");
      g_string_append (csv, row == 150 ? ",许多\n" : row == 290 ? ",不少\n"
                                                 : row == 299   ? ",约 5\n"
                                                                : ",1\n");
    }
  open_page (fixture, csv->str);
  wait_for_text (&fixture->reg, "3 refused");
  list = find_of_type (find_of_type (fixture->page, QD_TYPE_IMPORT_ISSUES), GTK_TYPE_LIST_VIEW);
  for (guint i = 0; i < 3; i++)
    {
      static const char *const texts[] = { "许多", "不少", "约 5" };

      /* The line itself, whatever its button does. */
      g_signal_emit_by_name (list, "activate", i);
      wait_until (is_place_seen, fixture);
      g_assert_cmpstr (get_marked (fixture), ==, texts[i]);
    }
  press (fixture, "Go to");
  while (g_strcmp0 (get_marked (fixture), "许多") != 0)
    g_main_context_iteration (NULL, TRUE);
  wait_until (is_place_seen, fixture);
}

/* Of very many problems the first are listed, and it is said that there are more. */
static void
test_many_issues (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) csv = g_string_new ("品名,CAS号,年份,年用量(t)\n");
  GtkSelectionModel *model;

  for (guint row = 0; row < 2 * QD_IMPORT_MAX_ISSUES; row++)
    g_string_append_printf (csv, "物质%u,%u-00-%u,2025,%s\n", row, 1000 + row, check_digit (1000 + row), row % 3 == 0 ? "1" : "许多");
  open_page (fixture, csv->str);
  wait_for_text (&fixture->reg, "2666 rows refused, 0 read otherwise than written; the first 2000 are listed");
  model = gtk_list_view_get_model (GTK_LIST_VIEW (find_of_type (find_of_type (fixture->page, QD_TYPE_IMPORT_ISSUES), GTK_TYPE_LIST_VIEW)));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, QD_IMPORT_MAX_ISSUES);
}

static gboolean
is_folded (gpointer flap)
{
  return adw_flap_get_folded (flap);
}

/* In a small window counts and problems lie over the columns, and going to a row puts them away. */
static void
test_narrow (Fixture *fixture, gconstpointer data)
{
  GtkWidget *flap;

  open_page (fixture, "品名,CAS号,年份,年用量(t),期末库存(t)\n甲醇,67-56-1,2025,many,2\n");
  gtk_window_set_default_size (GTK_WINDOW (fixture->reg.window), 640, 480);
  wait_for_text (&fixture->reg, "1 rows = ");
  flap = find_of_type (fixture->page, ADW_TYPE_FLAP);
  wait_until (is_folded, flap);
  adw_flap_set_reveal_flap (ADW_FLAP (flap), TRUE);
  wait_for_text (&fixture->reg, "is no number");
  press (fixture, "Go to");
  g_assert_false (adw_flap_get_reveal_flap (ADW_FLAP (flap)));
  wait_until (is_place_seen, fixture);
  g_assert_cmpint (gtk_widget_get_width (fixture->page), <=, 720);
}

/* A kept mapping is known by its name, and comes first the next time. */
static void
test_mappings (void)
{
  g_autofree char *kind = qd_import_mappings_dup_kind ("cn.test", "/d/row");
  g_auto (GStrv) none = qd_import_mappings_list (kind);
  g_auto (GStrv) names = NULL;
  g_autofree char *text = NULL, *last = NULL;
  static const char *const given[] = { "仓库台账", "a/b ../c", "~last", "" };
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (g_strv_length (none), ==, 0);
  g_assert_null (qd_import_mappings_dup_last (kind));
  for (gsize i = 0; i < G_N_ELEMENTS (given); i++)
    {
      g_autofree char *back = NULL, *now = NULL;

      g_assert_true (qd_import_mappings_write (kind, given[i], given[i], &error));
      g_assert_no_error (error);
      back = qd_import_mappings_read (kind, given[i]);
      g_assert_cmpstr (back, ==, given[i]);
      now = qd_import_mappings_dup_last (kind);
      g_assert_cmpstr (now, ==, given[i]);
    }
  names = qd_import_mappings_list (kind);
  g_assert_cmpuint (g_strv_length (names), ==, 3);
  g_assert_true (g_strv_contains ((const char *const *) names, "仓库台账") && g_strv_contains ((const char *const *) names, "a/b ../c"));
  qd_import_mappings_set_last (kind, "仓库台账");
  last = qd_import_mappings_dup_last (kind);
  g_assert_cmpstr (last, ==, "仓库台账");
  text = qd_import_mappings_read (kind, "nobody");
  g_assert_null (text);
}

/* Nothing before the button, then one step; taken back, everything is as it was. */
static void
test_import (Fixture *fixture, gconstpointer data)
{
  QdInstance *instance = fixture->reg.instance;
  guint before = qd_instance_get_n_children (instance, fixture->reg.range);
  g_autoptr (GBytes) saved = qd_instance_save (instance);
  g_autoptr (GBytes) back = NULL;
  g_autoptr (GError) error = NULL;

  open_page (fixture, "品名,CAS号,年份,年用量(kg),领用量,期末库存\n丙酮,67-64-1,2025,1200,,5\n乙酸,64-19-7,2025,20,,1\n甲醇,67-56-2,2025,3,,2\n");
  wait_for_text (&fixture->reg, "3 rows = 2 new + 0 updated + 1 refused");
  wait_for_text (&fixture->reg, "67-56-2");
  g_assert_cmpuint (qd_instance_get_n_children (instance, fixture->reg.range), ==, before);
  /* The stock has no unit in its head: guessed, so not to be imported unseen. */
  g_assert_false (gtk_widget_activate_action (fixture->page, "import.apply", NULL) && fixture->written >= 0);
  g_assert_true (gtk_widget_activate_action (fixture->page, "import.confirm", NULL));
  apply (fixture);
  g_assert_cmpint (fixture->written, ==, 2);
  g_assert_cmpuint (qd_instance_get_n_children (instance, fixture->reg.range), ==, before + 2);
  g_assert_true (qd_draft_undo (fixture->reg.draft, &error));
  g_assert_no_error (error);
  back = qd_instance_save (instance);
  g_assert_true (g_bytes_equal (saved, back));
  g_assert_false (qd_draft_can_undo (fixture->reg.draft));
}

static const char *
find_bar_text (GtkWidget *widget)
{
  if (QD_IS_BAR (widget))
    return qd_bar_get_text (QD_BAR (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      const char *found = find_bar_text (child);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* What cannot be read is said in the page, and there is nothing to import. */
static void
test_bad_file (Fixture *fixture, gconstpointer data)
{
  open_page (fixture, "PK\x03\x04 this is no workbook");
  while (find_bar_text (fixture->page) == NULL || *find_bar_text (fixture->page) == '\0')
    g_main_context_iteration (NULL, TRUE);
  g_test_message ("%s", find_bar_text (fixture->page));
  gtk_widget_activate_action (fixture->page, "import.apply", NULL);
  g_assert_cmpint (fixture->written, ==, -1);
}

int
main (int argc, char **argv)
{
  qd_test_isolate_dirs ();
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  qd_look_init ();
  g_test_add ("/import-page/import", Fixture, NULL, set_up, test_import, tear_down);
  g_test_add ("/import-page/issues", Fixture, NULL, set_up, test_issues, tear_down);
  g_test_add ("/import-page/go-to", Fixture, NULL, set_up, test_go_to, tear_down);
  g_test_add ("/import-page/many-issues", Fixture, NULL, set_up, test_many_issues, tear_down);
  g_test_add ("/import-page/narrow", Fixture, NULL, set_up, test_narrow, tear_down);
  g_test_add_func ("/import-page/mappings", test_mappings);
  g_test_add ("/import-page/bad-file", Fixture, NULL, set_up, test_bad_file, tear_down);
  return g_test_run ();
}
