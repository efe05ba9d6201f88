/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-rules-read"
#include "config.h"
#include "qd-rules-loader-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

void
qd_rules_problem (QdRulesLoader *self, const char *file, long line, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (self->problems, g_strdup_printf ("%s:%ld: %s", file, line, text));
}

/* Elements and attributes. */

const char *
qd_rules_name_of (const xmlNode *node)
{
  return (const char *) node->name;
}

gboolean
qd_rules_is_named (const xmlNode *node, const char *name)
{
  return node->type == XML_ELEMENT_NODE && node->ns != NULL && strcmp ((const char *) node->ns->href, QD_RULES_NS) == 0 && strcmp (qd_rules_name_of (node), name) == 0;
}

/* (nullable) */
char *
qd_rules_dup_attribute (const xmlNode *node, const char *name)
{
  xmlChar *value = xmlGetNoNsProp ((xmlNode *) node, (const xmlChar *) name);
  char *copy = g_strdup ((const char *) value);

  xmlFree (value);
  return copy;
}

/* Never NULL; told when it is missing or empty. */
char *
qd_rules_require_attribute (QdRulesLoader *self, xmlNode *node, const char *name)
{
  char *value = qd_rules_dup_attribute (node, name);

  if (value == NULL || *value == '\0')
    PROBLEM (self, node, _ ("The element “%s” has no attribute “%s”. Add it."), qd_rules_name_of (node), name);
  return value == NULL ? g_strdup ("") : value;
}

char *
qd_rules_dup_text (xmlNode *node)
{
  xmlChar *content = xmlNodeGetContent (node);
  char *text = g_strstrip (g_strdup ((const char *) content));

  xmlFree (content);
  return text;
}

/* @attributes, @children: names with spaces around each that may be there. */
void
qd_rules_check_names (QdRulesLoader *self, xmlNode *node, const char *attributes, const char *children)
{
  for (const xmlAttr *attribute = node->properties; attribute != NULL; attribute = attribute->next)
    {
      g_autofree char *padded = g_strdup_printf (" %s ", (const char *) attribute->name);

      if (strstr (attributes, padded) == NULL)
        PROBLEM (self, node, _ ("The element “%s” has no attribute “%s”. Remove it or correct its name."), qd_rules_name_of (node), (const char *) attribute->name);
    }
  for (xmlNode *child = node->children; child != NULL; child = child->next)
    {
      g_autofree char *padded = child->type == XML_ELEMENT_NODE ? g_strdup_printf (" %s ", qd_rules_name_of (child)) : NULL;

      if (padded != NULL && (strstr (children, padded) == NULL || !qd_rules_is_named (child, qd_rules_name_of (child))))
        PROBLEM (self, child, _ ("The element “%s” cannot stand in “%s”. Remove it or correct its name."), qd_rules_name_of (child), qd_rules_name_of (node));
    }
}

guint
qd_rules_get_number (QdRulesLoader *self, xmlNode *node, const char *name, guint low, guint high, guint otherwise)
{
  g_autofree char *value = qd_rules_dup_attribute (node, name);
  guint64 number;

  if (value == NULL)
    return otherwise;
  if (g_ascii_string_to_unsigned (value, 10, low, high, &number, NULL))
    return (guint) number;
  PROBLEM (self, node, _ ("“%s” is no value for “%s”: it must be a number from %u to %u."), value, name, low, high);
  return otherwise;
}

QdConfidence
qd_rules_get_confidence (QdRulesLoader *self, xmlNode *node, QdConfidence otherwise)
{
  g_autofree char *value = qd_rules_dup_attribute (node, "confidence");

  if (value == NULL)
    return otherwise;
  if (strcmp (value, "C") == 0)
    return QD_CONFIDENCE_CONFIRMED;
  if (strcmp (value, "P") == 0)
    return QD_CONFIDENCE_PARTLY;
  if (strcmp (value, "U") != 0)
    PROBLEM (self, node, _ ("“%s” is no mark of confidence; write C, P or U."), value);
  return QD_CONFIDENCE_UNCONFIRMED;
}

char *
qd_rules_dup_date (QdRulesLoader *self, xmlNode *node, const char *name)
{
  char *value = qd_rules_dup_attribute (node, name);

  if (value != NULL && qd_day_parse (value) == 0)
    {
      PROBLEM (self, node, _ ("“%s” is not a date. Write it as 2026-11-24."), value);
      g_clear_pointer (&value, g_free);
    }
  return value;
}

QdWords
qd_rules_read_words (QdRulesLoader *self, xmlNode *node, const char *name, gboolean required)
{
  QdWords words = { NULL };

  for (xmlNode *child = node->children; child != NULL; child = child->next)
    {
      g_autofree char *language = NULL;
      char **slot;

      if (!qd_rules_is_named (child, name))
        continue;
      language = qd_rules_dup_attribute (child, "lang");
      slot = g_strcmp0 (language, "zh-CN") == 0 ? &words.zh : g_strcmp0 (language, "en") == 0 ? &words.en
                                                                                              : NULL;
      if (slot == NULL)
        PROBLEM (self, child, _ ("The language of “%s” must be zh-CN or en."), name);
      else if (*slot != NULL)
        PROBLEM (self, child, _ ("“%s” stands here twice in one language. Keep one of the two."), name);
      else
        *slot = qd_rules_dup_text (child);
    }
  if (required && (words.zh == NULL || words.en == NULL))
    PROBLEM (self, node, _ ("“%s” needs a “%s” in both languages, zh-CN and en."), qd_rules_name_of (node), name);
  return words;
}

/* Takes no expression with an error: NULL, and told. */
QdExpr *
qd_rules_read_expr (QdRulesLoader *self, xmlNode *node, const char *text)
{
  g_autoptr (GError) error = NULL;
  QdExpr *expr = qd_expr_parse (text, NULL, NULL, &error);
  QdRulePlace place = { expr, self->file, xmlGetLineNo (node) };

  if (expr == NULL)
    {
      PROBLEM (self, node, _ ("“%s”: %s"), text, error->message);
      return NULL;
    }
  g_array_append_val (self->places, place);
  return expr;
}

QdExpr *
qd_rules_read_expr_attribute (QdRulesLoader *self, xmlNode *node, const char *name)
{
  g_autofree char *text = qd_rules_dup_attribute (node, name);

  return text == NULL ? NULL : qd_rules_read_expr (self, node, text);
}

xmlNode *
qd_rules_find_child (xmlNode *node, const char *name)
{
  for (xmlNode *child = node->children; child != NULL; child = child->next)
    if (qd_rules_is_named (child, name))
      return child;
  return NULL;
}

char *
qd_rules_read_id (QdRulesLoader *self, xmlNode *node)
{
  char *id = qd_rules_require_attribute (self, node, "id");

  if (!g_utf8_validate (id, -1, NULL) || strpbrk (id, " \t\n#|\"<>&") != NULL)
    PROBLEM (self, node, _ ("“%s” is not an id: use letters, digits, “-”, “_” and “.”."), id);
  return id;
}
