/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-list-tags"
#include "config.h"
#include "qd-list-tags.h"

#include <string.h>

/* (nullable): the word of the class by which @list has the substance, as far as names tell; NULL when the list names it itself. */
static const char *
find_class_tag (GArray *matches, const char *list, const char *language)
{
  const char *found = NULL;

  for (guint i = 0; i < matches->len; i++)
    {
      const QdMatch *match = &g_array_index (matches, QdMatch, i);

      if (strcmp (match->entry->list_id, list) != 0 && strcmp (match->entry->list, list) != 0)
        continue;
      if (qd_match_is_certain (match))
        return NULL;
      if (match->klass != NULL && found == NULL)
        {
          const char *tag = strncmp (language, "zh", 2) == 0 ? match->klass->tag_zh : match->klass->tag_en;

          found = *tag != '\0' ? tag : NULL;
        }
    }
  return found;
}

char *
qd_list_tags_dup (QdPack *pack, const char *ids, const char *cas, const char *name_zh, const char *name_en, const char *language)
{
  g_autoptr (GArray) matches = g_array_new (FALSE, FALSE, sizeof (QdMatch));
  g_auto (GStrv) words = g_strsplit (ids, " ", -1);
  g_autoptr (GPtrArray) tags = g_ptr_array_new ();

  if (words[0] != NULL && (cas != NULL || name_zh != NULL || name_en != NULL))
    qd_catalog_match (qd_pack_get_substances (pack), cas, name_zh, name_en, matches);
  for (guint i = 0; words[i] != NULL; i++)
    {
      const QdPackList *list = *words[i] != '\0' ? qd_pack_find_list (pack, words[i]) : NULL;
      const char *tag = list != NULL ? find_class_tag (matches, words[i], language) : NULL;

      if (tag == NULL && list != NULL)
        tag = qd_pack_list_get_tag (list, language);
      if (tag == NULL)
        tag = words[i];
      if (*tag != '\0' && !g_ptr_array_find_with_equal_func (tags, tag, g_str_equal, NULL))
        g_ptr_array_add (tags, (gpointer) tag);
    }
  g_ptr_array_add (tags, NULL);
  return g_strjoinv (" ", (GStrv) tags->pdata);
}

char *
qd_list_tags_dup_titles (QdPack *pack, const char *ids, const char *language)
{
  g_auto (GStrv) words = g_strsplit (ids, " ", -1);
  GString *out = g_string_new (NULL);
  const char *separator = strncmp (language, "zh", 2) == 0 ? "；" : "; ";

  for (guint i = 0; words[i] != NULL; i++)
    {
      const QdPackList *list = *words[i] != '\0' ? qd_pack_find_list (pack, words[i]) : NULL;

      if (list == NULL)
        continue;
      g_string_append_printf (out, "%s%s", out->len > 0 ? separator : "", qd_pack_list_get_title (list, language));
      if (qd_pack_list_get_status (list) != QD_LIST_COMPLETE)
        g_string_append_printf (out, " (%s)", qd_pack_list_get_status_text (list, language));
    }
  return g_string_free (out, FALSE);
}
