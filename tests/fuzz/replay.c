/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

/* Runs a fuzzer's entry point on each file of its corpus, so that what was once found stays fixed; then for a few seconds on what comes of
 * mixing and spoiling these files. ./dev fuzz searches with the coverage to guide it; this is the search that every run of the tests affords.
 * QD_FUZZ_SECONDS sets the time, QD_FUZZ_FIRST the number of the first input: each input follows from its number alone. */

#define DEFAULT_SECONDS 4
#define MAX_SIZE 65536

typedef struct
{
  char *data;
  gsize size;
} Input;

static volatile guint current;
static volatile gboolean mixing;

/* Of the sanitizers, where there are some. */
extern void __sanitizer_set_death_callback (void (*callback) (void)) __attribute__ ((weak));

static void
tell_current (void)
{
  char text[64];

  if (mixing && write (2, text, (size_t) g_snprintf (text, sizeof text, "QD_FUZZ_FIRST=%u\n", current)) < 0)
    _exit (1);
}

static void
died_cb (int number)
{
  tell_current ();
  signal (number, SIG_DFL);
  raise (number);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GArray *
read_corpus (void)
{
  const char *folder = g_test_get_filename (G_TEST_DIST, "fuzz", "corpus", CORPUS, NULL);
  GArray *inputs = g_array_new (FALSE, FALSE, sizeof (Input));
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &error);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_build_filename (folder, name, NULL));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++)
    {
      Input input;

      g_file_get_contents (g_ptr_array_index (names, i), &input.data, &input.size, &error);
      g_assert_no_error (error);
      g_array_append_val (inputs, input);
    }
  g_assert_cmpuint (inputs->len, >, 0);
  return inputs;
}

static void
free_corpus (GArray *inputs)
{
  for (guint i = 0; i < inputs->len; i++)
    g_free (g_array_index (inputs, Input, i).data);
  g_array_unref (inputs);
}

static gsize
place (GRand *random, gsize size)
{
  return size == 0 ? 0 : (gsize) g_rand_int (random) % size;
}

/* Puts a piece of @from into @text, in place of a piece of it. */
static void
splice (GRand *random, GString *text, const char *from, gsize size)
{
  /* One at a time: MIN() would draw twice. */
  gsize start = place (random, size);
  gsize length = place (random, 64) + 1;
  gsize at = place (random, text->len + 1);
  gsize gone = place (random, MIN (64, text->len - at) + 1);

  length = MIN (length, size - start);
  g_string_erase (text, (gssize) at, (gssize) gone);
  if (length > 0 && text->len + length < MAX_SIZE)
    g_string_insert_len (text, (gssize) at, from + start, (gssize) length);
}

static void
spoil (GRand *random, GString *text, const Input *other)
{
  static const char *const words[] = { "0", "-1", "4294967296", "99999999999999999999", "1e308", "<", ">", "/>", "</", "&#0;", "&amp;", "]]>", "'", "\"", "(", ")", "[", "]", "//", "::", "*", "\\", "\xff", "\xe4\xb8", "中", "\t", "\n", "%s%n", "../", "\xef\xbb\xbf" };
  const char *word = words[place (random, G_N_ELEMENTS (words))];
  gsize at;

  switch (g_rand_int_range (random, 0, 6))
    {
    case 0:
      if (text->len > 0)
        text->str[place (random, text->len)] ^= (char) (1 << place (random, 8));
      break;
    case 1:
      if (text->len > 0)
        text->str[place (random, text->len)] = (char) g_rand_int (random);
      break;
    case 2:
      g_string_insert (text, (gssize) place (random, text->len + 1), word);
      break;
    case 3:
      at = place (random, text->len);
      g_string_erase (text, (gssize) at, (gssize) place (random, MIN (256, text->len - at) + 1));
      break;
    case 4:
      splice (random, text, other->data, other->size);
      break;
    default:
      if (text->len > 0)
        {
          g_autofree char *own = g_memdup2 (text->str, text->len);

          splice (random, text, own, text->len);
        }
    }
}

static void
test_corpus (void)
{
  GArray *inputs = read_corpus ();

  for (guint i = 0; i < inputs->len; i++)
    {
      const Input *input = &g_array_index (inputs, Input, i);

      LLVMFuzzerTestOneInput ((const uint8_t *) input->data, input->size);
    }
  free_corpus (inputs);
}

static void
test_mixed (void)
{
  const char *seconds = g_getenv ("QD_FUZZ_SECONDS"), *first = g_getenv ("QD_FUZZ_FIRST");
  gint64 end = g_get_monotonic_time () + (seconds != NULL ? g_ascii_strtoll (seconds, NULL, 10) : DEFAULT_SECONDS) * G_USEC_PER_SEC;
  GArray *inputs = read_corpus ();
  GRand *random = g_rand_new ();
  guint n = 0;

  current = first != NULL ? (guint) g_ascii_strtoull (first, NULL, 10) : 0;
  signal (SIGABRT, died_cb);
  signal (SIGTRAP, died_cb);
  if (__sanitizer_set_death_callback != NULL)
    __sanitizer_set_death_callback (tell_current);
  mixing = TRUE;
  for (; n == 0 || g_get_monotonic_time () < end; current++, n++)
    {
      const Input *base, *other;
      g_autoptr (GString) text = NULL;
      guint steps;

      g_rand_set_seed (random, current);
      base = &g_array_index (inputs, Input, place (random, inputs->len));
      other = &g_array_index (inputs, Input, place (random, inputs->len));
      text = g_string_new_len (base->data, (gssize) base->size);
      steps = 1 + (guint) place (random, 6);
      for (guint i = 0; i < steps; i++)
        spoil (random, text, other);
      LLVMFuzzerTestOneInput ((const uint8_t *) text->str, text->len);
    }
  mixing = FALSE;
  signal (SIGABRT, SIG_DFL);
  signal (SIGTRAP, SIG_DFL);
  g_test_message ("%u inputs", n);
  g_rand_free (random);
  free_corpus (inputs);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fuzz/" CORPUS, test_corpus);
  g_test_add_func ("/fuzz/" CORPUS "/mixed", test_mixed);
  return g_test_run ();
}
