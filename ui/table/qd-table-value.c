/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-table-value"
#include "config.h"
#include "qd-table-value.h"

#include <string.h>
#include "qd-pinyin.h"

char *
qd_table_value_normalise (const QdColumn *column, QdChoiceIndex *index, const char *text, gboolean *fits_out)
{
  char *value = NULL;
  gboolean fits = TRUE;

  if (!text || !*text || (column->type != QD_COLUMN_TEXT && qd_input_is_blank (text)))
    value = g_strdup ("");
  else
    switch (column->type)
      {
      case QD_COLUMN_NUMBER:
        value = qd_input_dup_number (text);
        break;
      case QD_COLUMN_DATE:
        value = qd_input_dup_date (text);
        break;
      case QD_COLUMN_YES_NO:
        value = g_strdup (qd_choice_index_find_yes_no (index, text));
        break;
      case QD_COLUMN_CHOICE:
        if (index)
          value = column->multiple ? qd_choice_index_find_all (index, text) : g_strdup (qd_choice_index_find (index, text));
        break;
      case QD_COLUMN_TEXT:
      default:
        value = g_strdup (text);
        break;
      }
  if (!value)
    {
      fits = FALSE;
      value = g_strdup (text);
    }
  if (fits_out)
    *fits_out = fits;
  return value;
}

const char *
qd_table_value_toggle (QdChoiceIndex *index, const char *text)
{
  return qd_choice_index_yes_no (index, g_strcmp0 (text, qd_choice_index_yes_no (index, TRUE)) != 0);
}

int
qd_table_value_rank (const char *label, const char *code, const char *needle)
{
  g_autofree char *folded = g_utf8_casefold (label, -1);

  if (!*needle)
    return 0;
  if (strcmp (folded, needle) == 0 || g_ascii_strcasecmp (code, needle) == 0)
    return 0;
  if (g_str_has_prefix (folded, needle))
    return 1;
  if (strstr (folded, needle) || strstr (code, needle))
    return 2;
  if (g_str_is_ascii (needle) && qd_pinyin_is_ready ())
    {
      g_autofree char *initials = qd_pinyin_dup_initials (label);

      if (strstr (initials, needle))
        return 2;
    }
  return -1;
}
