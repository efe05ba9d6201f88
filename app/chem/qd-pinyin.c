/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-pinyin"
#include "config.h"
#include "qd-pinyin.h"

#include <unicode/ustring.h>
#include <unicode/utrans.h>

static GMutex lock; /* guards what follows */
static UTransliterator *transform;
static GHashTable *known; /* character → letter + 1 */
static int ready;         /* atomic */

/* Called with the lock held. Kept for the life of the program. */
static void
load (void)
{
  static const char rules[] = "Han-Latin; NFD; [:Nonspacing Mark:] Remove; Lower";
  UChar id[sizeof rules];
  UErrorCode status = U_ZERO_ERROR;

  if (known != NULL)
    return;
  known = g_hash_table_new (NULL, NULL);
  u_charsToUChars (rules, id, sizeof rules);
  transform = utrans_openU (id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
  if (U_FAILURE (status))
    {
      g_warning ("ICU has no pinyin: %s", u_errorName (status));
      transform = NULL;
    }
  g_atomic_int_set (&ready, 1);
}

static gpointer
load_in_thread (gpointer data)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);

  load ();
  return NULL;
}

void
qd_pinyin_prepare (void)
{
  static gsize once;

  if (g_once_init_enter (&once))
    {
      g_thread_unref (g_thread_new ("qd-pinyin", load_in_thread, NULL));
      g_once_init_leave (&once, 1);
    }
}

gboolean
qd_pinyin_is_ready (void)
{
  return g_atomic_int_get (&ready) != 0;
}

/* Called with the lock held. 0: none. */
static char
get_letter (gunichar c)
{
  gpointer found = g_hash_table_lookup (known, GUINT_TO_POINTER (c));
  UChar text[32] = { 0 };
  int32_t length = 0, limit;
  UErrorCode status = U_ZERO_ERROR;
  char letter = 0;

  if (found != NULL)
    return (char) (GPOINTER_TO_INT (found) - 1);
  if (c < 0x10000)
    text[length++] = (UChar) c;
  else
    {
      text[length++] = (UChar) (0xd7c0 + (c >> 10));
      text[length++] = (UChar) (0xdc00 + (c & 0x3ff));
    }
  limit = length;
  if (transform != NULL)
    utrans_transUChars (transform, text, &length, G_N_ELEMENTS (text), 0, &limit, &status);
  if (U_SUCCESS (status) && length > 0 && text[0] < 0x80 && g_ascii_isalpha ((char) text[0]))
    letter = g_ascii_tolower ((char) text[0]);
  g_hash_table_insert (known, GUINT_TO_POINTER (c), GINT_TO_POINTER (letter + 1));
  return letter;
}

char *
qd_pinyin_dup_initials (const char *text)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GMutexLocker) locker = NULL;

  if (!g_utf8_validate (text, -1, NULL))
    return g_string_free (out, FALSE);
  locker = g_mutex_locker_new (&lock);
  load ();
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);
      char letter = c < 0x80 ? (g_ascii_isalnum ((char) c) ? g_ascii_tolower ((char) c) : 0) : g_unichar_get_script (c) == G_UNICODE_SCRIPT_HAN ? get_letter (c)
                                                                                                                                                : 0;

      if (letter != 0)
        g_string_append_c (out, letter);
    }
  return g_string_free (out, FALSE);
}
