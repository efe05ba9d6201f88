/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-list-tags"
#include "config.h"
#include "qd-list-tags.h"

#include <string.h>

char *
qd_list_tags_dup (QdPack *pack, const char *ids, const char *language)
{
  g_auto (GStrv) words = g_strsplit (ids, " ", -1);
  g_autoptr (GPtrArray) tags = g_ptr_array_new ();

  for (guint i = 0; words[i] != NULL; i++)
    {
      const QdPackList *list = *words[i] != '\0' ? qd_pack_find_list (pack, words[i]) : NULL;
      const char *tag = list != NULL ? qd_pack_list_get_tag (list, language) : NULL;

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
