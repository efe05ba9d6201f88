/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "test-input-method.h"

#include <stdio.h>
#include <string.h>
#include <gtk/gtkimmodule.h>

#define TEST_TYPE_INPUT_METHOD (test_input_method_get_type ())
G_DECLARE_FINAL_TYPE (TestInputMethod, test_input_method, TEST, INPUT_METHOD, GtkIMContext)

struct _TestInputMethod
{
  GtkIMContext parent_instance;
  GString *letters;
};

G_DEFINE_FINAL_TYPE (TestInputMethod, test_input_method, GTK_TYPE_IM_CONTEXT)

static void
set_letters (TestInputMethod *self, const char *letters)
{
  gboolean before = self->letters->len > 0;
  g_autofree char *copy = g_strdup (letters);

  if (!before && *copy)
    g_signal_emit_by_name (self, "preedit-start");
  g_string_assign (self->letters, copy);
  g_signal_emit_by_name (self, "preedit-changed");
  if (before && !*copy)
    g_signal_emit_by_name (self, "preedit-end");
}

static const char *
to_han (const char *letters)
{
  static const char *const words[] = { "ni", "你", "hao", "好", "fei", "废", "shui", "水", "jiachun", "甲醇", NULL };

  for (guint i = 0; words[i]; i += 2)
    if (strcmp (letters, words[i]) == 0)
      return words[i + 1];
  return letters;
}

static gboolean
filter_keypress (GtkIMContext *context, GdkEvent *event)
{
  TestInputMethod *self = TEST_INPUT_METHOD (context);
  guint key;
  GdkModifierType state;
  gunichar c;
  char text[8];

  if (gdk_event_get_event_type (event) != GDK_KEY_PRESS)
    return FALSE;
  key = gdk_key_event_get_keyval (event);
  state = gdk_event_get_modifier_state (event);
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK))
    return FALSE;
  if (key >= GDK_KEY_a && key <= GDK_KEY_z)
    {
      g_autofree char *letters = g_strdup_printf ("%s%c", self->letters->str, (char) key);

      set_letters (self, letters);
      return TRUE;
    }
  if (self->letters->len > 0)
    {
      g_autofree char *letters = g_strdup (self->letters->str);

      if (key == GDK_KEY_space || key == GDK_KEY_1 || key == GDK_KEY_Return)
        {
          set_letters (self, "");
          g_signal_emit_by_name (self, "commit", key == GDK_KEY_Return ? letters : to_han (letters));
        }
      else if (key == GDK_KEY_Escape)
        set_letters (self, "");
      else if (key == GDK_KEY_BackSpace)
        {
          letters[strlen (letters) - 1] = '\0';
          set_letters (self, letters);
        }
      return TRUE;
    }
  c = gdk_keyval_to_unicode (key);
  if (c == 0 || g_unichar_iscntrl (c))
    return FALSE;
  text[g_unichar_to_utf8 (c, text)] = '\0';
  g_signal_emit_by_name (self, "commit", text);
  return TRUE;
}

static void
get_preedit_string (GtkIMContext *context, char **text, PangoAttrList **attributes, int *cursor)
{
  TestInputMethod *self = TEST_INPUT_METHOD (context);

  if (text)
    *text = g_strdup (self->letters->str);
  if (attributes)
    *attributes = pango_attr_list_new ();
  if (cursor)
    *cursor = (int) self->letters->len;
}

static void
reset (GtkIMContext *context)
{
  if (TEST_INPUT_METHOD (context)->letters->len > 0)
    set_letters (TEST_INPUT_METHOD (context), "");
}

static void
set_cursor_location (GtkIMContext *context, GdkRectangle *area)
{
  printf ("location\n");
  fflush (stdout);
}

static void
test_input_method_finalize (GObject *object)
{
  g_string_free (TEST_INPUT_METHOD (object)->letters, TRUE);
  G_OBJECT_CLASS (test_input_method_parent_class)->finalize (object);
}

static void
test_input_method_class_init (TestInputMethodClass *klass)
{
  GtkIMContextClass *context_class = GTK_IM_CONTEXT_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = test_input_method_finalize;
  context_class->filter_keypress = filter_keypress;
  context_class->get_preedit_string = get_preedit_string;
  context_class->reset = reset;
  context_class->set_cursor_location = set_cursor_location;
}

static void
test_input_method_init (TestInputMethod *self)
{
  self->letters = g_string_new (NULL);
}

void
test_input_method_prepare (void)
{
  g_setenv ("GTK_IM_MODULE", "qd-test", TRUE);
}

void
test_input_method_register (void)
{
  g_io_extension_point_implement (GTK_IM_MODULE_EXTENSION_POINT_NAME, TEST_TYPE_INPUT_METHOD, "qd-test", 10);
}
