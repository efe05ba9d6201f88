/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of check boxes: what screen readers hear, what is ticked, what typing finds. Keys are in table-scenarios.py. */
#include "config.h"

#include <adwaita.h>
#include <string.h>
#include "qd-check-list.h"
#include "qd-pinyin.h"

typedef struct
{
  GtkWidget *window;
  QdCheckList *checks;
  GtkWidget *list;
  GtkWidget *search;
  guint n_changed;
} Fixture;

static GtkWidget *
find_child (GtkWidget *widget, GType type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_child (child, type);

      if (found)
        return found;
    }
  return NULL;
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->checks = QD_CHECK_LIST (qd_check_list_new ());
  fixture->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->checks));
  fixture->list = find_child (GTK_WIDGET (fixture->checks), GTK_TYPE_LIST_BOX);
  fixture->search = find_child (GTK_WIDGET (fixture->checks), GTK_TYPE_SEARCH_ENTRY);
  g_signal_connect_swapped (fixture->checks, "changed", G_CALLBACK (count_cb), &fixture->n_changed);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_add_weak_pointer (G_OBJECT (fixture->checks), (gpointer *) &fixture->checks);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (fixture->checks);
}

static GPtrArray *
make_choices (guint n)
{
  static const char *const media[] = { "air", "废气", "water", "废水", "waste", "固体废物", "noise", "噪声" };
  GPtrArray *choices = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (media); i++)
    g_ptr_array_add (choices, g_strdup (media[i]));
  for (guint i = G_N_ELEMENTS (media) / 2; i < n; i++)
    {
      g_ptr_array_add (choices, g_strdup_printf ("c%u", i));
      g_ptr_array_add (choices, g_strdup_printf ("行业 %u", i));
    }
  return choices;
}

static void
set (Fixture *fixture, guint n, const char *ticked)
{
  g_autoptr (GPtrArray) choices = make_choices (n);
  g_auto (GStrv) values = g_strsplit (ticked, " ", -1);

  qd_check_list_set (fixture->checks, "介质", choices, (const char *const *) values);
}

static GtkListBoxRow *
row (Fixture *fixture, int index)
{
  return gtk_list_box_get_row_at_index (GTK_LIST_BOX (fixture->list), index);
}

static void
assert_row (Fixture *fixture, int index, const char *label, gboolean ticked)
{
  g_assert_nonnull (row (fixture, index));
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (row (fixture, index)), GTK_ACCESSIBLE_ROLE_CHECKBOX);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row (fixture, index)), GTK_ACCESSIBLE_PROPERTY_LABEL, label);
  gtk_test_accessible_assert_state (GTK_ACCESSIBLE (row (fixture, index)), GTK_ACCESSIBLE_STATE_CHECKED, ticked ? GTK_ACCESSIBLE_TRISTATE_TRUE : GTK_ACCESSIBLE_TRISTATE_FALSE);
}

static void
assert_value (Fixture *fixture, const char *value, const char *text)
{
  g_autofree char *got = qd_check_list_dup_value (fixture->checks);
  g_autofree char *shown = qd_check_list_dup_text (fixture->checks);

  g_assert_cmpstr (got, ==, value);
  g_assert_cmpstr (shown, ==, text);
}

static void
activate (Fixture *fixture, int index)
{
  g_signal_emit_by_name (fixture->list, "row-activated", row (fixture, index));
}

static void
test_ticking (Fixture *fixture, gconstpointer data)
{
  set (fixture, 4, "waste air");
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (fixture->list), GTK_ACCESSIBLE_PROPERTY_LABEL, "介质");
  assert_row (fixture, 0, "废气", TRUE);
  assert_row (fixture, 1, "废水", FALSE);
  assert_row (fixture, 2, "固体废物", TRUE);
  assert_value (fixture, "air waste", "废气, 固体废物");
  activate (fixture, 1);
  activate (fixture, 0);
  assert_row (fixture, 0, "废气", FALSE);
  assert_row (fixture, 1, "废水", TRUE);
  assert_value (fixture, "water waste", "废水, 固体废物");
  g_assert_cmpuint (fixture->n_changed, ==, 2);
  set (fixture, 4, "");
  assert_value (fixture, "", "");
}

/* What was pasted and is no choice stays until it is unticked. */
static void
test_foreign (Fixture *fixture, gconstpointer data)
{
  set (fixture, 4, "土壤 air");
  assert_row (fixture, 0, "土壤 (not among the choices)", TRUE);
  assert_row (fixture, 1, "废气", TRUE);
  assert_value (fixture, "土壤 air", "土壤, 废气");
  activate (fixture, 0);
  assert_value (fixture, "air", "废气");
}

static void
test_finding (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *typed, *first;
    guint n;
  } cases[] = { { "废水", "废水", 1 }, { "废", "废气", 3 }, { "NOISE", "噪声", 1 }, { "行业 1", "行业 10", 2 }, { "gtfw", "固体废物", 1 }, { "xy", "行业 4", 8 }, { "没有", NULL, 0 }, { "", "废气", 12 } };
  /* The tables load in a thread; this waits for them. */
  g_autofree char *initials = qd_pinyin_dup_initials ("废");

  set (fixture, 12, "waste");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint n = 0;

      gtk_editable_set_text (GTK_EDITABLE (fixture->search), cases[i].typed);
      while (row (fixture, (int) n))
        n++;
      g_test_message ("%s", cases[i].typed);
      g_assert_cmpuint (n, ==, cases[i].n);
      if (cases[i].first)
        assert_row (fixture, 0, cases[i].first, strcmp (cases[i].first, "固体废物") == 0);
    }
  gtk_editable_set_text (GTK_EDITABLE (fixture->search), "zs");
  activate (fixture, 0);
  assert_value (fixture, "waste noise", "固体废物, 噪声");
}

/* Of a long list a hundred rows; the ticked ones come first, the rest by typing. */
static void
test_long (Fixture *fixture, gconstpointer data)
{
  set (fixture, 1500, "c1400 air");
  assert_row (fixture, 0, "废气", TRUE);
  assert_row (fixture, 1, "行业 1400", TRUE);
  g_assert_nonnull (row (fixture, 99));
  g_assert_null (row (fixture, 100));
  gtk_editable_set_text (GTK_EDITABLE (fixture->search), "c1499");
  assert_row (fixture, 0, "行业 1499", FALSE);
  activate (fixture, 0);
  assert_value (fixture, "air c1400 c1499", "废气, 行业 1400, 行业 1499");
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add ("/check-list/ticking", Fixture, NULL, set_up, test_ticking, tear_down);
  g_test_add ("/check-list/foreign", Fixture, NULL, set_up, test_foreign, tear_down);
  g_test_add ("/check-list/finding", Fixture, NULL, set_up, test_finding, tear_down);
  g_test_add ("/check-list/long", Fixture, NULL, set_up, test_long, tear_down);
  return g_test_run ();
}
