/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-pack-list"
#include "config.h"
#include "qd-pack-list-private.h"

#include <string.h>

#include "qd-csv.h"

/* A text in two languages. */
typedef struct
{
  char *zh;  /* (owned) (nullable) */
  char *any; /* (owned) (nullable): in English, or in no language */
} Text;

struct _QdPackList
{
  char *name;       /* (owned) */
  char *id;         /* (owned) */
  char *source;     /* (owned) (nullable) */
  char *valid_from; /* (owned) (nullable) */
  char *valid_to;   /* (owned) (nullable) */
  Text title;
  Text note;
  Text tag;
  QdListStatus status;
  gboolean is_substances;
};

static const struct
{
  const char *word;
  const char *zh;
  const char *en;
} statuses[] = {
  [QD_LIST_AS_FOUND] = { "as-found", "只见一份，没有全文核对", "one source, not compared in full" },
  [QD_LIST_COMPLETE] = { "complete", "完整", "complete" },
  [QD_LIST_PARTIAL] = { "partial", "不完整", "incomplete" },
  [QD_LIST_HISTORICAL] = { "historical", "历史名录", "historical" },
  [QD_LIST_SUPERSEDED] = { "superseded", "已被新版取代", "superseded" },
};

static const char *const columns[] = { "list_id", "entry_no", "name_zh", "name_en", "cas", "group", "measure_zh", "exemption_zh", "effective_from", "effective_to", "source", "hs_code" };

static gboolean
is_chinese (const char *language)
{
  return language != NULL && g_str_has_prefix (language, "zh");
}

static char *
dup_attribute (xmlNode *node, const char *name)
{
  xmlChar *value = xmlGetNoNsProp (node, (const xmlChar *) name);
  char *copy = value != NULL && *value != '\0' ? g_strdup ((const char *) value) : NULL;

  xmlFree (value);
  return copy;
}

static void
take_text (Text *text, xmlNode *node, const char *content)
{
  g_autofree char *language = dup_attribute (node, "lang");
  char **place = is_chinese (language) ? &text->zh : &text->any;

  g_free (*place);
  *place = g_strdup (content);
}

QdPackList *
qd_pack_list_new (xmlNode *node, const char *name)
{
  QdPackList *self = g_new0 (QdPackList, 1);
  g_autofree char *status = dup_attribute (node, "status");

  self->name = g_strdup (name);
  self->id = g_strdup ("");
  self->valid_from = dup_attribute (node, "valid-from");
  self->valid_to = dup_attribute (node, "valid-to");
  self->tag.zh = dup_attribute (node, "tag-zh");
  self->tag.any = dup_attribute (node, "tag-en");
  for (guint i = 0; status != NULL && i < G_N_ELEMENTS (statuses); i++)
    if (g_str_equal (status, statuses[i].word))
      self->status = (QdListStatus) i;
  for (xmlNode *child = node->children; child != NULL; child = child->next)
    {
      xmlChar *content = child->type == XML_ELEMENT_NODE ? xmlNodeGetContent (child) : NULL;
      const char *text = (const char *) content;

      if (content == NULL)
        continue;
      if (g_str_equal (child->name, "title"))
        take_text (&self->title, child, text);
      else if (g_str_equal (child->name, "note"))
        take_text (&self->note, child, text);
      else if (g_str_equal (child->name, "source") && self->source == NULL)
        self->source = g_strdup (text);
      xmlFree (content);
    }
  return self;
}

void
qd_pack_list_free (QdPackList *self)
{
  g_free (self->name);
  g_free (self->id);
  g_free (self->source);
  g_free (self->valid_from);
  g_free (self->valid_to);
  g_free (self->title.zh);
  g_free (self->title.any);
  g_free (self->note.zh);
  g_free (self->note.any);
  g_free (self->tag.zh);
  g_free (self->tag.any);
  g_free (self);
}

static int
find_column (GPtrArray *heads, const char *name)
{
  for (guint i = 0; i < heads->len; i++)
    if (g_str_equal (g_strstrip (g_ptr_array_index (heads, i)), name))
      return (int) i;
  return -1;
}

void
qd_pack_list_read (QdPackList *self, GBytes *csv)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  QdCsvReader reader;
  gsize length;
  const char *text = g_bytes_get_data (csv, &length);
  int id;

  qd_csv_reader_init (&reader, text, length);
  if (!qd_csv_reader_next (&reader, cells))
    return;
  id = find_column (cells, "list_id");
  self->is_substances = id >= 0 && find_column (cells, "cas") >= 0 && find_column (cells, "entry_no") >= 0;
  if (!self->is_substances || !qd_csv_reader_next (&reader, cells) || (guint) id >= cells->len)
    return;
  g_free (self->id);
  self->id = g_utf8_make_valid (g_ptr_array_index (cells, id), -1);
}

void
qd_pack_list_append_rows (const QdPackList *self, GBytes *csv, GString *out)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);
  int places[G_N_ELEMENTS (columns)];
  QdCsvReader reader;
  gsize length;
  const char *text = g_bytes_get_data (csv, &length);

  if (out->len == 0)
    {
      g_string_append (out, "list");
      for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
        g_string_append_printf (out, ",%s", columns[i]);
      g_string_append_c (out, '\n');
    }
  qd_csv_reader_init (&reader, text, length);
  if (!g_utf8_validate_len (text, length, NULL) || !qd_csv_reader_next (&reader, cells))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    places[i] = find_column (cells, columns[i]);
  while (qd_csv_reader_next (&reader, cells))
    {
      if (cells->len == 1)
        continue;
      g_string_append (out, self->name);
      for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
        {
          g_string_append_c (out, ',');
          if (places[i] >= 0 && (guint) places[i] < cells->len)
            qd_csv_append_cell (out, g_ptr_array_index (cells, places[i]));
        }
      g_string_append_c (out, '\n');
    }
}

const char *
qd_pack_list_get_name (const QdPackList *self)
{
  return self->name;
}

const char *
qd_pack_list_get_id (const QdPackList *self)
{
  return self->id;
}

static const char *
choose (const Text *text, const char *language)
{
  if (is_chinese (language))
    return text->zh != NULL ? text->zh : text->any;
  return text->any != NULL ? text->any : text->zh;
}

const char *
qd_pack_list_get_title (const QdPackList *self, const char *language)
{
  const char *title = choose (&self->title, language);

  return title != NULL ? title : self->name;
}

const char *
qd_pack_list_get_note (const QdPackList *self, const char *language)
{
  return choose (&self->note, language);
}

const char *
qd_pack_list_get_tag (const QdPackList *self, const char *language)
{
  return choose (&self->tag, language);
}

const char *
qd_pack_list_get_source (const QdPackList *self)
{
  return self->source;
}

QdListStatus
qd_pack_list_get_status (const QdPackList *self)
{
  return self->status;
}

const char *
qd_pack_list_get_status_text (const QdPackList *self, const char *language)
{
  return is_chinese (language) ? statuses[self->status].zh : statuses[self->status].en;
}

const char *
qd_pack_list_get_valid_from (const QdPackList *self)
{
  return self->valid_from;
}

const char *
qd_pack_list_get_valid_to (const QdPackList *self)
{
  return self->valid_to;
}

gboolean
qd_pack_list_is_substances (const QdPackList *self)
{
  return self->is_substances;
}
