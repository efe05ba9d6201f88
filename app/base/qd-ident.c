/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-ident"
#include "config.h"
#include "qd-ident.h"

#include <string.h>

#define USCC_LENGTH 18

static gboolean
are_digits (const char *text, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_isdigit (text[i]))
      return FALSE;
  return TRUE;
}

/* Value of a character of GB 32100 (digits, then letters without I, O, S, V, Z), or -1. */
static int
uscc_value (char c)
{
  static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  const char *at = c == '\0' ? NULL : strchr (alphabet, c);

  return at == NULL ? -1 : (int) (at - alphabet);
}

gboolean
qd_cas_is_valid (const char *text)
{
  gsize length = text == NULL ? 0 : strlen (text);
  guint sum = 0, weight = 1;

  /* 2-7 digits, hyphen, 2 digits, hyphen, check digit */
  if (length < 7 || length > 12 || text[length - 2] != '-' || text[length - 5] != '-')
    return FALSE;
  if (!are_digits (text, length - 5) || !are_digits (text + length - 4, 2) || !g_ascii_isdigit (text[length - 1]))
    return FALSE;
  if (text[0] == '0')
    return FALSE;
  for (gsize i = length - 2; i-- > 0;)
    if (text[i] != '-')
      sum += weight++ * (guint) (text[i] - '0');
  return sum % 10 == (guint) (text[length - 1] - '0');
}

char *
qd_cas_dup_clean (const char *text)
{
  g_autofree char *half = g_utf8_normalize (text, -1, G_NORMALIZE_NFKC);
  g_autofree char *upper = g_utf8_strup (half != NULL ? half : text, -1);
  GString *out = g_string_new (NULL);
  const char *at = upper;

  if (g_str_has_prefix (at, "CAS"))
    {
      at += strlen ("CAS");
      while (*at != '\0' && !g_ascii_isdigit (*at))
        at = g_utf8_next_char (at);
    }
  for (; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (g_unichar_type (c) == G_UNICODE_DASH_PUNCTUATION || c == 0x2212)
        g_string_append_c (out, '-');
      else if (!g_unichar_isspace (c) && c != 0x200b && c != 0xfeff)
        g_string_append_unichar (out, c);
    }
  return g_string_free (out, FALSE);
}

gboolean
qd_uscc_is_valid (const char *text)
{
  static const guint8 weights[] = { 1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28 };
  guint sum = 0;

  if (text == NULL || strlen (text) != USCC_LENGTH)
    return FALSE;
  for (gsize i = 0; i < USCC_LENGTH; i++)
    if (uscc_value (text[i]) < 0)
      return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (weights); i++)
    sum += weights[i] * (guint) uscc_value (text[i]);
  return (guint) uscc_value (text[USCC_LENGTH - 1]) == (31 - sum % 31) % 31;
}

/* The form for those without a USCC: "H9", division (6), then "0000" and a serial (5) or an organisation code (9), then a letter. */
static gboolean
is_trial_permit_no (const char *text, gsize length)
{
  char last;

  if (length != 18 || text[0] != 'H' || text[1] != '9' || !are_digits (text + 2, 6))
    return FALSE;
  last = text[17];
  if (g_str_has_prefix (text + 8, "0000") && are_digits (text + 12, 5) && g_ascii_islower (last) && last != 'i' && last != 'o')
    return TRUE;
  for (gsize i = 8; i < 17; i++)
    if (!g_ascii_isdigit (text[i]) && !g_ascii_isupper (text[i]))
      return FALSE;
  return g_ascii_isalpha (last);
}

gboolean
qd_permit_no_is_valid (const char *text)
{
  gsize length = text == NULL ? 0 : strlen (text);

  if (length != 22)
    return is_trial_permit_no (text, length);
  for (gsize i = 0; i < USCC_LENGTH; i++)
    if (uscc_value (text[i]) < 0)
      return FALSE;
  return are_digits (text + USCC_LENGTH, 3) && (g_ascii_isdigit (text[21]) || g_ascii_isupper (text[21]));
}

gboolean
qd_ec_is_valid (const char *text)
{
  static const guint8 places[] = { 0, 1, 2, 4, 5, 6 };
  guint sum = 0;

  if (text == NULL || strlen (text) != 9 || text[3] != '-' || text[7] != '-' || !g_ascii_isdigit (text[8]))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      if (!g_ascii_isdigit (text[places[i]]))
        return FALSE;
      sum += (i + 1) * (guint) (text[places[i]] - '0');
    }
  return sum % 11 == (guint) (text[8] - '0');
}
