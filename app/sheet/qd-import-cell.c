/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-import-cell"
#include "config.h"

#include "qd-import-cell-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "qd-ident.h"
#include "qd-unit.h"

/* Texts. */

/* Digits with one point at most, and a digit before and after it: the form in which workbooks give their numbers. */
static gboolean
is_plain_number (const char *text)
{
  gsize whole;

  if (*text == '-')
    text++;
  whole = strspn (text, "0123456789");
  text += whole;
  if (whole > 0 && *text == '.' && g_ascii_isdigit (text[1]))
    text += 1 + strspn (text + 1, "0123456789");
  return whole > 0 && *text == '\0';
}

/* 9003/5/8 was 9003-05-8. NULL when no valid number is behind it. */
static char *
undo_date (const char *cas)
{
  g_auto (GStrv) parts = g_strsplit_set (cas, "/-", -1);
  g_autofree char *number = NULL;

  if (g_strv_length (parts) != 3)
    return NULL;
  number = g_strdup_printf ("%s-%s%s-%s", parts[0], strlen (parts[1]) == 1 ? "0" : "", parts[1], parts[2][0] == '0' && parts[2][1] != '\0' ? parts[2] + 1 : parts[2]);
  return qd_cas_is_valid (number) ? g_steal_pointer (&number) : NULL;
}

static char *
read_cas (const char *text, QdCellType type, char **reason_out)
{
  g_autofree char *cas = qd_cas_dup_clean (text);
  g_autofree char *date = qd_input_dup_date (cas);

  if (qd_cas_is_valid (cas) && type != QD_CELL_DATE)
    return g_steal_pointer (&cas);
  if (type == QD_CELL_DATE || date != NULL || (strchr (cas, '/') != NULL && strspn (cas, "0123456789/") == strlen (cas)))
    {
      g_autofree char *number = undo_date (cas);

      if (number != NULL)
        *reason_out = g_strdup_printf (_ ("“%s” is a date that the spreadsheet made of a CAS number, maybe of %s. Take the number from the safety data sheet."), text, number);
      else
        *reason_out = g_strdup_printf (_ ("“%s” is a date that the spreadsheet made of a CAS number. Take the number from the safety data sheet."), text);
    }
  else if (g_ascii_isdigit (*cas) && strspn (cas, "0123456789-") == strlen (cas))
    *reason_out = g_strdup_printf (_ ("The check digit of the CAS number “%s” is wrong. Compare the safety data sheet."), text);
  else
    *reason_out = g_strdup_printf (_ ("“%s” is no CAS number, such as 75-09-2."), text);
  return NULL;
}

/* "310 kg": the number and the unit after it. */
char *
qd_import_split_unit (const char *text, char **unit_out)
{
  g_autofree char *half = g_utf8_normalize (text, -1, G_NORMALIZE_NFKC);
  gsize n;
  g_autofree char *number = NULL;

  if (half == NULL)
    return NULL;
  g_strstrip (half);
  n = strspn (half, "+-0123456789.,' ");
  if (n == 0 || half[n] == '\0' || !qd_unit_is_known (half + n))
    return NULL;
  *unit_out = g_strdup (half + n);
  number = g_strndup (half, n);
  g_strchomp (number);
  return qd_input_dup_number (number);
}

static char *
convert (const char *value, const char *from, const char *to, char **reason_out)
{
  QdDecimal number;
  QdDecimal factor;
  gboolean limit = g_str_has_suffix (value, "L");
  g_autofree char *digits = g_strndup (value, strlen (value) - (limit ? 1 : 0));
  g_autofree char *result = NULL;

  if (from == NULL || to == NULL || g_str_equal (from, to))
    return g_strdup (value);
  /* Declared decimals stay where nothing is converted. */
  if (qd_unit_convert (from, to, &factor) && qd_decimal_compare (factor, qd_decimal_from_int (1)) == 0)
    return g_strdup (value);
  if (!qd_decimal_parse (digits, &number) || !qd_unit_convert (from, to, &factor) || !qd_decimal_multiply (number, factor, &number))
    {
      *reason_out = g_strdup_printf (_ ("%s %s cannot be converted to %s."), value, from, to);
      return NULL;
    }
  result = qd_decimal_to_string (number);
  return g_strconcat (result, limit ? "L" : "", NULL);
}

/* Takes @notice. A row may have several. */
static void
add_notice (char **notices, char *notice)
{
  char *both;

  if (*notices == NULL)
    {
      *notices = notice;
      return;
    }
  both = g_strconcat (*notices, " ", notice, NULL);
  g_free (*notices);
  g_free (notice);
  *notices = both;
}

/* @unit: (nullable): that of the head; @to: (nullable): that in which the value is kept */
static char *
read_number (const QdImportTarget *target, const char *text, const char *unit, const char *to, char **notice_out, char **reason_out)
{
  g_autofree char *own_unit = NULL;
  g_autofree char *number = is_plain_number (text) ? g_strdup (text) : qd_input_dup_number (text);
  char *value;

  if (number == NULL && to != NULL)
    number = qd_import_split_unit (text, &own_unit);
  if (number == NULL || (qd_field_get_value_type (target->field) == QD_VALUE_INT && strchr (number, '.') != NULL && strspn (strchr (number, '.') + 1, "0") != strlen (strchr (number, '.') + 1)))
    {
      *reason_out = g_strdup_printf (number == NULL ? _ ("“%s” is no number.") : _ ("“%s” is no whole number."), text);
      return NULL;
    }
  value = convert (number, own_unit != NULL ? own_unit : unit, to, reason_out);
  if (value != NULL && own_unit != NULL)
    add_notice (notice_out, g_strdup_printf (_ ("%s: “%s” was read as %s %s."), target->title, text, value, to));
  else if (value != NULL && !g_str_equal (number, text))
    add_notice (notice_out, g_strdup_printf (_ ("%s: “%s” was read as %s."), target->title, text, number));
  return value;
}

char *
qd_import_read_choice (QdChoiceIndex *choices, gboolean multiple, const char *text)
{
  if (choices == NULL) /* they depend on the row: the form says later whether the value is among them */
    return g_strdup (text);
  return multiple ? qd_choice_index_find_all (choices, text) : g_strdup (qd_choice_index_find (choices, text));
}

/* @unit: (nullable): of the head; @row_unit: (nullable): of the row */
char *
qd_import_read_cell (const QdImportTarget *target, QdChoiceIndex *choices, const char *unit, const char *row_unit, const char *text, QdCellType type, char **notice_out, char **reason_out)
{
  QdNodeType node = qd_field_get_node_type (target->field);
  char *value = NULL;

  if (type == QD_CELL_ERROR)
    {
      *reason_out = g_strdup_printf (_ ("The cell holds the error %s. Correct the formula in the sheet."), text);
      return NULL;
    }
  if (text[0] == '\0')
    return g_strdup ("");
  if (node == QD_NODE_SELECT || node == QD_NODE_RANK)
    {
      value = qd_field_get_value_type (target->field) == QD_VALUE_BOOLEAN ? g_strdup (qd_choice_index_find_yes_no (choices, text)) : qd_import_read_choice (choices, qd_field_is_multiple (target->field), text);
      if (value == NULL)
        *reason_out = g_strdup_printf (_ ("“%s” is none of the choices."), text);
      return value;
    }
  if (target->is_cas && !qd_input_is_blank (text))
    {
      value = read_cas (text, type, reason_out);
      if (value != NULL && !g_str_equal (value, text))
        add_notice (notice_out, g_strdup_printf (_ ("%s: “%s” was read as %s."), target->title, text, value));
      return value;
    }
  switch (qd_field_get_value_type (target->field))
    {
    case QD_VALUE_INT:
    case QD_VALUE_DECIMAL:
      if (qd_input_is_blank (text))
        return g_strdup ("");
      return read_number (target, text, unit, target->unit != NULL ? target->unit : row_unit, notice_out, reason_out);
    case QD_VALUE_DATE:
      value = qd_input_is_blank (text) ? g_strdup ("") : qd_input_dup_date (text);
      if (value == NULL)
        *reason_out = g_strdup_printf (_ ("“%s” is no date, such as 2026-11-24."), text);
      return value;
    case QD_VALUE_BOOLEAN:
      value = qd_input_is_blank (text) ? g_strdup ("") : g_strdup (qd_choice_index_find_yes_no (choices, text));
      if (value == NULL)
        *reason_out = g_strdup_printf (_ ("“%s” is neither yes nor no."), text);
      return value;
    case QD_VALUE_STRING:
    case QD_VALUE_TIME:
    case QD_VALUE_DATE_TIME:
    case QD_VALUE_GEOPOINT:
    case QD_VALUE_GEOTRACE:
    case QD_VALUE_GEOSHAPE:
    case QD_VALUE_BINARY:
    case QD_VALUE_BARCODE:
    case QD_VALUE_INTENT:
    default:
      return g_strdup (text);
    }
}

/* Ledgers are written in any language of the form, whatever the screen shows. */
QdChoiceIndex *
qd_import_read_choices (QdInstance *instance, const QdField *field)
{
  const char *const *languages = qd_form_get_languages (qd_instance_get_form (instance));
  g_autoptr (GPtrArray) choices = qd_instance_get_field_choices (instance, field);
  g_autoptr (GPtrArray) flat = NULL;

  if (choices == NULL)
    return NULL;
  flat = g_ptr_array_new_with_free_func (g_free);
  qd_choices_add_texts (choices, flat);
  for (guint i = 0; languages[i] != NULL; i++)
    if (!g_str_equal (languages[i], qd_instance_get_language (instance)))
      {
        g_autoptr (GPtrArray) others = qd_instance_get_field_choices_in (instance, field, languages[i]);

        qd_choices_add_texts (others, flat);
      }
  return qd_choice_index_new (flat);
}

char *
qd_import_read_value (QdInstance *instance, const QdField *field, const char *text, QdCellType type, char **reason_out)
{
  g_autoptr (QdChoiceIndex) choices = qd_import_read_choices (instance, field);
  g_autofree char *notice = NULL;
  QdImportTarget target = { .field = field, .title = (char *) qd_field_get_name (field), .unit = qd_field_get_attribute (field, "unit"), .unit_target = -1, .split_target = -1 };

  return qd_import_read_cell (&target, choices, NULL, NULL, text, type, &notice, reason_out);
}
