/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-form"
#include "config.h"
#include "qd-form-parser-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Texts of forms: itext, labels, hints, messages. */

static gboolean
append_chunks (QdFormParser *self, GArray *chunks, QdXml *parent, QdField *field, int prop, GError **error)
{
  for (QdXml *node = parent->children; node != NULL; node = node->next)
    {
      QdChunk chunk = { NULL, NULL };

      if (!qd_xml_is_element (node))
        {
          QdChunk *last = chunks->len == 0 ? NULL : &g_array_index (chunks, QdChunk, chunks->len - 1);

          if (last != NULL && last->literal != NULL)
            {
              char *joined = g_strconcat (last->literal, node->text, NULL);

              g_free (last->literal);
              last->literal = joined;
            }
          else
            {
              chunk.literal = g_strdup (node->text);
              g_array_append_val (chunks, chunk);
            }
        }
      else if (qd_xml_is (node, NULL, "output"))
        {
          const char *attribute = qd_xml_peek_attribute (node, NULL, "value") != NULL ? "value" : "ref";
          g_autofree char *value = qd_xml_attribute (node, NULL, attribute);

          if (value == NULL)
            return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, NULL, 0, _ ("An output needs the attribute “value”."));
          chunk.expr = qd_form_parser_expr (self, node, attribute, value, field, prop, error);
          if (chunk.expr == NULL)
            return FALSE;
          g_array_append_val (chunks, chunk);
        }
      else if (!append_chunks (self, chunks, node, field, prop, error))
        /* Other markup gives its text. */
        return FALSE;
    }
  return TRUE;
}

/* "jr:itext('id')" → id */
static char *
constant_itext (const char *text)
{
  g_autofree char *copy = g_strstrip (g_strdup (text));
  gsize length = strlen (copy);
  char *start;

  if (!g_str_has_prefix (copy, "jr:itext(") || copy[length - 1] != ')')
    return NULL;
  copy[length - 1] = '\0';
  start = g_strstrip (copy + strlen ("jr:itext("));
  length = strlen (start);
  if (length < 2 || (*start != '\'' && *start != '"') || start[length - 1] != *start || memchr (start + 1, *start, length - 2) != NULL)
    return NULL;
  return g_strndup (start + 1, length - 2);
}

void
qd_form_add_itext_sites (QdFormParser *self, const QdXml *node, const QdText *text, QdField *field, int prop)
{
  if (text->itext_id == NULL)
    return;
  for (guint i = 0; i < self->form->translations->len; i++)
    {
      const QdLanguage *language = g_ptr_array_index (self->form->translations, i);
      const QdItext *itext = g_hash_table_lookup (language->texts, text->itext_id);

      if (itext == NULL)
        {
          qd_form_parser_warn (self, node, _ ("The text “%s” has no entry in the language “%s”."), text->itext_id, language->name);
          continue;
        }
      for (guint j = 0; j < itext->forms->len; j++)
        {
          const QdTextForm *form = g_ptr_array_index (itext->forms, j);

          for (guint k = 0; k < form->chunks->len; k++)
            {
              QdChunk *chunk = &g_array_index (form->chunks, QdChunk, k);
              QdSite site = { chunk->expr, field, prop, node, NULL };

              if (chunk->expr != NULL)
                g_array_append_val (self->sites, site);
            }
        }
    }
}

QdText *
qd_form_parse_text (QdFormParser *self, QdXml *node, QdField *field, int prop, GError **error)
{
  g_autoptr (QdText) text = qd_text_new ();
  g_autofree char *ref = qd_xml_attribute (node, NULL, "ref");

  text->language = qd_xml_attribute (node, NULL, "lang");
  if (ref != NULL && *ref != '\0')
    {
      text->itext_id = constant_itext (ref);
      if (text->itext_id != NULL)
        qd_form_add_itext_sites (self, node, text, field, prop);
      else
        {
          g_autofree char *inner = NULL;
          g_autofree char *copy = g_strstrip (g_strdup (ref));

          /* The text inside jr:itext(…), so that other forms (image, guidance) can be had, too. */
          if (g_str_has_prefix (copy, "jr:itext(") && g_str_has_suffix (copy, ")"))
            {
              copy[strlen (copy) - 1] = '\0';
              inner = g_strdup (copy + strlen ("jr:itext("));
              text->ref_is_itext = TRUE;
            }
          text->ref = qd_form_parser_expr (self, node, "ref", inner == NULL ? ref : inner, field, prop, error);
          if (text->ref == NULL)
            return NULL;
        }
    }
  /* Text beside a ref is the fallback for a missing itext entry. */
  text->chunks = qd_chunk_array_new ();
  if (!append_chunks (self, text->chunks, node, field, prop, error))
    return NULL;
  return g_steal_pointer (&text);
}

QdText *
qd_form_parse_attribute_text (QdFormParser *self, const QdXml *node, const char *attribute, const char *value, QdField *field, GError **error)
{
  g_autoptr (QdText) text = qd_text_new ();

  text->itext_id = constant_itext (value);
  if (text->itext_id != NULL)
    qd_form_add_itext_sites (self, node, text, field, QD_PROP_CHECK);
  else
    {
      QdChunk chunk = { g_strdup (value), NULL };

      text->chunks = qd_chunk_array_new ();
      g_array_append_val (text->chunks, chunk);
    }
  return g_steal_pointer (&text);
}

static gboolean
parse_itext_entry (QdFormParser *self, QdItext *itext, QdXml *entry, GError **error)
{
  for (QdXml *node = entry->children; node != NULL; node = node->next)
    {
      QdTextForm *form;

      if (!qd_xml_is (node, NULL, "value"))
        continue;
      form = g_new0 (QdTextForm, 1);
      form->form = qd_xml_attribute (node, NULL, "form");
      form->chunks = qd_chunk_array_new ();
      g_ptr_array_add (itext->forms, form);
      if (form->form != NULL && (strcmp (form->form, "long") == 0 || *form->form == '\0'))
        g_clear_pointer (&form->form, g_free);
      if (!append_chunks (self, form->chunks, node, NULL, -1, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
qd_form_parse_itext (QdFormParser *self, GError **error)
{
  QdForm *form = self->form;
  QdXml *block = qd_xml_first (self->model, NULL, "itext");
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (QdXml *node = block == NULL ? NULL : block->children; node != NULL; node = node->next)
    {
      g_autofree char *name = NULL, *is_default = NULL;
      QdLanguage *language;

      if (!qd_xml_is (node, NULL, "translation"))
        continue;
      name = qd_xml_attribute (node, NULL, "lang");
      if (name == NULL)
        return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, NULL, 0, _ ("A translation needs the attribute “lang”."));
      for (guint i = 0; i < form->translations->len; i++)
        if (strcmp (((QdLanguage *) g_ptr_array_index (form->translations, i))->name, name) == 0)
          return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, node, "lang", 0, _ ("The language “%s” is there twice. Join the two translations."), name);
      is_default = qd_xml_attribute (node, NULL, "default");
      language = qd_language_new (name);
      language->is_default = is_default != NULL && strcmp (is_default, "false") != 0 && strcmp (is_default, "false()") != 0;
      language->order = form->translations->len;
      g_ptr_array_add (form->translations, language);
      for (QdXml *entry = node->children; entry != NULL; entry = entry->next)
        {
          g_autofree char *id = NULL;
          QdItext *itext;

          if (!qd_xml_is (entry, NULL, "text"))
            continue;
          id = qd_xml_attribute (entry, NULL, "id");
          if (id == NULL)
            return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, entry, NULL, 0, _ ("A text of a translation needs the attribute “id”."));
          if (g_hash_table_contains (language->texts, id))
            return qd_form_parser_fail (self, error, QD_FORM_ERROR_INVALID, entry, "id", 0, _ ("The text id “%s” is there twice in the language “%s”. Give one of them another id."), id, name);
          itext = qd_itext_new ();
          g_hash_table_insert (language->texts, g_strdup (id), itext);
          if (!parse_itext_entry (self, itext, entry, error))
            return FALSE;
        }
    }
  for (guint i = 0; i < form->translations->len; i++)
    {
      QdLanguage *language = g_ptr_array_index (form->translations, i);

      if (language->is_default)
        {
          /* The default comes first; the others keep their order. */
          g_ptr_array_steal_index (form->translations, i);
          g_ptr_array_insert (form->translations, 0, language);
          break;
        }
    }
  for (guint i = 0; i < form->translations->len; i++)
    g_ptr_array_add (names, g_strdup (((QdLanguage *) g_ptr_array_index (form->translations, i))->name));
  g_ptr_array_add (names, NULL);
  form->languages = (char **) g_ptr_array_steal (names, NULL);
  return TRUE;
}
