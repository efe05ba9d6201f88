/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-input"
#include "config.h"
#include "qd-input.h"

#include <string.h>

#define MAX_DIGITS 38 /* of QdDecimal */
#define MAX_LENGTH 256

/* Half-width text without spaces around it. */
static char *
to_half_width (const char *text)
{
  GString *out;

  if (g_str_is_ascii (text))
    return g_strstrip (g_strdup (text));
  out = g_string_new (NULL);
  for (const char *at = text; *at; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c >= 0xff01 && c <= 0xff5e)
        c -= 0xff01 - '!';
      else if (c == 0x3000 || c == 0xa0 || c == 0x202f || (c >= 0x2000 && c <= 0x200a))
        c = ' ';
      else if (c == 0x2212)
        c = '-';
      else if (c == 0x3002)
        c = '.';
      g_string_append_unichar (out, c);
    }
  g_strstrip (out->str);
  return g_string_free (out, FALSE);
}

static gboolean
is_plain_number (const char *text)
{
  gsize whole, n;

  if (*text == '-')
    text++;
  whole = strspn (text, "0123456789");
  if (whole == 0)
    return FALSE;
  text += whole;
  if (*text != '.')
    return *text == '\0';
  n = strspn (text + 1, "0123456789");
  return n > 0 && text[1 + n] == '\0';
}

/* Digits on the stack: texts are pasted by the hundred thousand. */
typedef struct
{
  char text[MAX_LENGTH + 3 * MAX_DIGITS];
  gsize length;
} Digits;

static void
add_digit (Digits *digits, char digit)
{
  digits->text[digits->length++] = digit;
}

static void
insert_digit (Digits *digits, char digit)
{
  memmove (digits->text + 1, digits->text, digits->length++);
  digits->text[0] = digit;
}

static void
remove_first (Digits *digits)
{
  memmove (digits->text, digits->text + 1, --digits->length);
}

/* Digits of the whole part without separators: "1,460,000" and "1 460 000"; NULL for "1,5" and "12,34,567". */
static const char *
read_whole (const char *at, Digits *digits)
{
  char separator;
  guint group = 0;

  for (; g_ascii_isdigit (*at); at++, group++)
    add_digit (digits, *at);
  if ((*at != ',' && *at != ' ' && *at != '\'') || group == 0 || group > 3)
    return at;
  separator = *at;
  while (*at == separator)
    {
      if (!g_ascii_isdigit (at[1]) || !g_ascii_isdigit (at[2]) || !g_ascii_isdigit (at[3]) || g_ascii_isdigit (at[4]))
        return NULL;
      for (at++; g_ascii_isdigit (*at); at++)
        add_digit (digits, *at);
    }
  return at;
}

char *
qd_input_dup_number (const char *text)
{
  g_autofree char *half = NULL;
  Digits whole = { .length = 0 }, fraction = { .length = 0 };
  char *out, *end;
  const char *at;
  gboolean negative = FALSE, limit = FALSE, zero = TRUE;
  gint64 exponent = 0;

  if (!text || strlen (text) > MAX_LENGTH)
    return NULL;
  half = to_half_width (text);
  at = half;
  if (*at == '-' || *at == '+')
    negative = *at++ == '-';
  at = read_whole (at, &whole);
  if (!at)
    return NULL;
  if (*at == '.')
    for (at++; g_ascii_isdigit (*at); at++)
      add_digit (&fraction, *at);
  if (whole.length + fraction.length == 0)
    return NULL;
  if (*at == 'e' || *at == 'E')
    {
      if (!g_ascii_isdigit (at[1]) && !((at[1] == '-' || at[1] == '+') && g_ascii_isdigit (at[2])))
        return NULL;
      exponent = g_ascii_strtoll (at + 1, &end, 10);
      at = end;
      if (exponent > 2 * MAX_DIGITS || exponent < -2 * MAX_DIGITS)
        return NULL;
    }
  else if (*at == 'L' || *at == 'l')
    {
      limit = TRUE;
      at++;
    }
  if (*at)
    return NULL;
  for (; exponent > 0; exponent--)
    {
      add_digit (&whole, fraction.length > 0 ? fraction.text[0] : '0');
      if (fraction.length > 0)
        remove_first (&fraction);
    }
  for (; exponent < 0; exponent++)
    {
      insert_digit (&fraction, whole.length > 0 ? whole.text[whole.length - 1] : '0');
      if (whole.length > 0)
        whole.length--;
    }
  while (whole.length > 0 && whole.text[0] == '0')
    remove_first (&whole);
  if (whole.length + fraction.length > MAX_DIGITS)
    return NULL;
  for (gsize i = 0; i < fraction.length; i++)
    zero = zero && fraction.text[i] == '0';
  if (whole.length == 0)
    add_digit (&whole, '0');
  else
    zero = FALSE;
  out = end = g_malloc (whole.length + fraction.length + 4);
  if (negative && !zero)
    *end++ = '-';
  memcpy (end, whole.text, whole.length);
  end += whole.length;
  if (fraction.length > 0)
    {
      *end++ = '.';
      memcpy (end, fraction.text, fraction.length);
      end += fraction.length;
    }
  if (limit)
    *end++ = 'L';
  *end = '\0';
  return out;
}

static const char *
read_digits (const char *at, guint min, guint max, int *out)
{
  guint n = 0;

  for (*out = 0; n < max && g_ascii_isdigit (*at); at++, n++)
    *out = *out * 10 + (*at - '0');
  return n >= min ? at : NULL;
}

/* Spreadsheets write a day as "2026/11/24 0:00:00" when its cell is formatted so. */
static gboolean
is_midnight (const char *at)
{
  if (*at != ' ' && *at != 'T')
    return *at == '\0';
  at++;
  return strcmp (at, "0:00") == 0 || strcmp (at, "00:00") == 0 || strcmp (at, "0:00:00") == 0 || strcmp (at, "00:00:00") == 0;
}

char *
qd_input_dup_number_inside (const char *text)
{
  const char *start = strpbrk (text, "0123456789"), *end;

  if (start == NULL)
    return NULL;
  end = start + strspn (start, "0123456789.");
  if (strpbrk (end, "0123456789.,-") != NULL || memchr (text, '-', (gsize) (start - text)) != NULL || memchr (text, ',', (gsize) (start - text)) != NULL)
    return NULL;
  return g_strndup (start, (gsize) (end - start));
}

char *
qd_input_dup_date (const char *text)
{
  g_autofree char *half = NULL;
  const char *at;
  int year, month, day;

  if (!text || strlen (text) > 64)
    return NULL;
  half = to_half_width (text);
  at = read_digits (half, 4, 4, &year);
  if (!at)
    return NULL;
  if (g_ascii_isdigit (*at))
    {
      at = read_digits (at, 2, 2, &month);
      at = at ? read_digits (at, 2, 2, &day) : NULL;
    }
  else if (g_str_has_prefix (at, "年"))
    {
      at = read_digits (at + strlen ("年"), 1, 2, &month);
      at = at && g_str_has_prefix (at, "月") ? read_digits (at + strlen ("月"), 1, 2, &day) : NULL;
      at = at && g_str_has_prefix (at, "日") ? at + strlen ("日") : NULL;
    }
  else if (*at == '-' || *at == '.' || *at == '/')
    {
      char separator = *at;

      at = read_digits (at + 1, 1, 2, &month);
      at = at && *at == separator ? read_digits (at + 1, 1, 2, &day) : NULL;
    }
  else
    return NULL;
  if (!at || !is_midnight (at) || year == 0 || !g_date_valid_dmy ((GDateDay) day, (GDateMonth) month, (GDateYear) year))
    return NULL;
  return g_strdup_printf ("%04d-%02d-%02d", year, month, day);
}

char *
qd_input_dup_grouped (const char *number)
{
  GString *out;
  gsize whole;

  if (!is_plain_number (number))
    return g_strdup (number);
  out = g_string_new (NULL);
  if (*number == '-')
    {
      g_string_append (out, "−");
      number++;
    }
  whole = strspn (number, "0123456789");
  for (gsize i = 0; i < whole; i++)
    {
      if (i > 0 && (whole - i) % 3 == 0)
        g_string_append_c (out, ',');
      g_string_append_c (out, number[i]);
    }
  g_string_append (out, number + whole);
  return g_string_free (out, FALSE);
}

guint
qd_input_count_decimals (const char *number)
{
  const char *point = strchr (number, '.');

  return point && is_plain_number (number) ? (guint) strlen (point + 1) : 0;
}

/* Choices. */

struct _QdChoiceIndex
{
  GPtrArray *choices;   /* (owned) (nullable) */
  GHashTable *values;   /* (owned): code → code */
  GHashTable *labels;   /* (owned): label → code, or NULL when two have it */
  GHashTable *squeezed; /* (owned): label without spaces, folded → code or NULL */
};

/* Without any white space, half-width, lower case: how labels survive the way through spreadsheets. */
static char *
squeeze (const char *text)
{
  g_autofree char *normal = g_utf8_normalize (text, -1, G_NORMALIZE_ALL_COMPOSE);
  g_autofree char *folded = g_utf8_casefold (normal ? normal : text, -1);
  GString *out = g_string_new (NULL);

  for (const char *at = folded; *at; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (!g_unichar_isspace (c) && c != 0x200b && c != 0xfeff)
        g_string_append_unichar (out, c);
    }
  return g_string_free (out, FALSE);
}

static void
add_key (GHashTable *table, char *key, const char *code)
{
  gpointer known;

  if (g_hash_table_lookup_extended (table, key, NULL, &known))
    {
      if (g_strcmp0 (known, code) != 0)
        code = NULL;
      g_hash_table_replace (table, key, (gpointer) code);
    }
  else
    g_hash_table_insert (table, key, (gpointer) code);
}

QdChoiceIndex *
qd_choice_index_new (GPtrArray *choices)
{
  QdChoiceIndex *self = g_new0 (QdChoiceIndex, 1);

  self->choices = choices ? g_ptr_array_ref (choices) : NULL;
  self->values = g_hash_table_new (g_str_hash, g_str_equal);
  self->labels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->squeezed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; choices && i + 1 < choices->len; i += 2)
    {
      char *code = g_ptr_array_index (choices, i);
      const char *label = g_ptr_array_index (choices, i + 1);

      g_hash_table_insert (self->values, code, code);
      add_key (self->labels, g_strdup (label), code);
      add_key (self->squeezed, squeeze (label), code);
    }
  return self;
}

void
qd_choice_index_free (QdChoiceIndex *self)
{
  if (!self)
    return;
  g_clear_pointer (&self->choices, g_ptr_array_unref);
  g_hash_table_unref (self->values);
  g_hash_table_unref (self->labels);
  g_hash_table_unref (self->squeezed);
  g_free (self);
}

GPtrArray *
qd_choice_index_get_choices (QdChoiceIndex *self)
{
  return self->choices;
}

const char *
qd_choice_index_find (QdChoiceIndex *self, const char *text)
{
  g_autofree char *key = NULL;
  const char *code = g_hash_table_lookup (self->values, text);

  if (code)
    return code;
  if (g_hash_table_contains (self->labels, text))
    return g_hash_table_lookup (self->labels, text);
  key = squeeze (text);
  code = g_hash_table_lookup (self->values, key);
  return code ? code : g_hash_table_lookup (self->squeezed, key);
}

char **
qd_input_split_choices (const char *text)
{
  g_autoptr (GStrvBuilder) parts = g_strv_builder_new ();

  for (const char *start = text, *at = text;; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c != 0 && !strchr (",;\n", (int) MIN (c, 0x7f)) && c != 0x3001 && c != 0xff0c && c != 0xff1b)
        continue;
      if (at > start)
        {
          g_autofree char *part = g_strndup (start, (gsize) (at - start));

          if (*g_strstrip (part))
            g_strv_builder_add (parts, part);
        }
      if (c == 0)
        break;
      start = g_utf8_next_char (at);
    }
  return g_strv_builder_end (parts);
}

char *
qd_choice_index_find_all (QdChoiceIndex *self, const char *text)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GString) out = g_string_new (NULL);
  g_auto (GStrv) words = NULL;
  g_auto (GStrv) parts = NULL;

  /* As stored: codes with spaces between. */
  words = g_strsplit (text, " ", -1);
  for (guint i = 0; words[i]; i++)
    if (!g_hash_table_contains (self->values, words[i]))
      break;
    else if (!words[i + 1])
      return g_strdup (text);
  parts = qd_input_split_choices (text);
  for (guint i = 0; parts[i]; i++)
    {
      const char *code = qd_choice_index_find (self, parts[i]);

      if (!code)
        return NULL;
      if (g_hash_table_add (seen, (gpointer) code))
        g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", code);
    }
  return g_strdup (out->str);
}

const char *
qd_choice_index_yes_no (QdChoiceIndex *self, gboolean yes)
{
  static const char *const plain[] = { "true", "false" };
  GPtrArray *choices = self ? self->choices : NULL;
  guint i = yes ? 0 : 1;

  return choices && choices->len >= 4 ? g_ptr_array_index (choices, i * 2) : plain[i];
}

const char *
qd_choice_index_find_yes_no (QdChoiceIndex *self, const char *text)
{
  static const char *const words[2][9] = {
    { "是", "有", "yes", "y", "true", "1", "√", "✓", "✔" },
    { "否", "无", "no", "n", "false", "0", "×", "✗", "✘" },
  };
  g_autofree char *key = squeeze (text);
  const char *code = self && self->choices ? qd_choice_index_find (self, text) : NULL;

  if (code)
    return code;
  for (guint i = 0; i < 2; i++)
    for (guint j = 0; j < G_N_ELEMENTS (words[i]); j++)
      if (strcmp (key, words[i][j]) == 0)
        return qd_choice_index_yes_no (self, i == 0);
  return NULL;
}

gboolean
qd_input_is_blank (const char *text)
{
  g_autofree char *half = to_half_width (text);

  return *half == '\0';
}
