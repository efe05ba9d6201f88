/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every pack must keep to, checked on the built-in one: sources, citations, languages, lists. */
#include "config.h"
#include "qd-ident.h"
#include "qd-pack.h"

#include <gio/gio.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlXPathObject, xmlXPathFreeObject)

static QdPack *pack;

/* One document with its XPath context, and the name that failures are reported with. */
typedef struct
{
  const char *name;
  xmlDoc *doc;
  xmlXPathContext *context;
} Document;

static Document *
open_file (const char *name)
{
  static const char *const prefixes[][2] = {
    { "f", "http://www.w3.org/2002/xforms" },
    { "h", "http://www.w3.org/1999/xhtml" },
    { "qd", "urn:qingdan:form:1" },
    { "p", "urn:qingdan:pack:1" },
    { "r", "urn:qingdan:rules:1" },
  };
  g_autofree char *path = g_build_filename (qd_pack_get_dir (pack), name, NULL);
  Document *self = g_new0 (Document, 1);

  self->name = name;
  self->doc = xmlReadFile (path, NULL, XML_PARSE_NONET);
  g_assert_nonnull (self->doc);
  self->context = xmlXPathNewContext (self->doc);
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    xmlXPathRegisterNs (self->context, (const xmlChar *) prefixes[i][0], (const xmlChar *) prefixes[i][1]);
  return self;
}

static void
close_document (Document *self)
{
  xmlXPathFreeContext (self->context);
  xmlFreeDoc (self->doc);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Document, close_document)

/* (element-type xmlNode) (transfer container) */
static GPtrArray *
select_nodes (Document *self, const char *path)
{
  g_autoptr (xmlXPathObject) result = xmlXPathEvalExpression ((const xmlChar *) path, self->context);
  GPtrArray *nodes = g_ptr_array_new ();

  g_assert_nonnull (result);
  for (int i = 0; result->nodesetval && i < result->nodesetval->nodeNr; i++)
    g_ptr_array_add (nodes, result->nodesetval->nodeTab[i]);
  return nodes;
}

static char *
get_attribute (xmlNode *node, const char *name)
{
  gboolean is_ours = g_str_has_prefix (name, "qd:");
  xmlChar *value = is_ours ? xmlGetNsProp (node, (const xmlChar *) name + 3, (const xmlChar *) "urn:qingdan:form:1")
                           : xmlGetNoNsProp (node, (const xmlChar *) name);
  char *copy = g_strdup ((const char *) value);

  xmlFree (value);
  return copy;
}

static char *
get_text (xmlNode *node)
{
  xmlChar *content = xmlNodeGetContent (node);
  char *copy = g_strdup ((const char *) content);

  xmlFree (content);
  return copy;
}

static void
fail (Document *document, xmlNode *node, const char *format, ...) G_GNUC_PRINTF (3, 4);

static void
fail (Document *document, xmlNode *node, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_test_message ("%s:%ld: %s", document->name, node ? (long) xmlGetLineNo (node) : 0L, text);
  g_test_fail ();
}

static gboolean
is_date (const char *text)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autofree char *full = g_strconcat (text, "T00:00:00", NULL);
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (full, utc);

  return strlen (text) == 10 && time;
}

static gboolean
is_confidence (const char *text)
{
  return text && strlen (text) == 1 && strchr ("CPU", *text);
}

/* Legal records: id → confidence letter. */
static GHashTable *
collect_bases (Document *form)
{
  g_autoptr (GPtrArray) nodes = select_nodes (form, "//qd:legal");
  GHashTable *bases = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < nodes->len; i++)
    {
      xmlNode *node = g_ptr_array_index (nodes, i);
      g_autofree char *id = get_attribute (node, "id");
      g_autofree char *instrument = get_attribute (node, "instrument");
      g_autofree char *from = get_attribute (node, "valid-from");
      g_autofree char *to = get_attribute (node, "valid-to");
      g_autofree char *confidence = get_attribute (node, "confidence");

      if (!id || !instrument || !*instrument)
        fail (form, node, "a legal record without id or instrument");
      if (!from || !is_date (from) || (to && (!is_date (to) || strcmp (from, to) > 0)))
        fail (form, node, "the dates of “%s” are missing or wrong", id);
      if (!is_confidence (confidence))
        fail (form, node, "the confidence of “%s” is none of C, P, U", id);
      if (!g_hash_table_insert (bases, g_strdup (id), g_strdup (confidence ? confidence : "")))
        fail (form, node, "“%s” is there twice", id);
    }
  return bases;
}

/* What is marked C may cite only what is confirmed itself, so that nothing unconfirmed is ever shown as law. */
static void
check_basis (Document *form, xmlNode *node, GHashTable *bases, GHashTable *used, const char *basis, const char *confidence)
{
  g_auto (GStrv) ids = g_strsplit (basis, " ", -1);

  for (guint i = 0; ids[i]; i++)
    {
      const char *cited = g_hash_table_lookup (bases, ids[i]);

      g_hash_table_add (used, g_strdup (ids[i]));
      if (!cited)
        fail (form, node, "no legal record “%s”", ids[i]);
      else if (g_strcmp0 (confidence, "C") == 0 && !g_str_equal (cited, "C"))
        fail (form, node, "marked C, but “%s” is %s", ids[i], cited);
    }
}

static void
test_citations (gconstpointer data)
{
  g_autoptr (Document) form = open_file (data);
  g_autoptr (GHashTable) bases = collect_bases (form);
  g_autoptr (GHashTable) used = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) checks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) nodes = select_nodes (form, "//f:bind[@type] | //qd:check");
  GHashTableIter iter;
  gpointer id;

  for (guint i = 0; i < nodes->len; i++)
    {
      xmlNode *node = g_ptr_array_index (nodes, i);
      gboolean is_check = g_str_equal ((const char *) node->name, "check");
      g_autofree char *basis = get_attribute (node, is_check ? "basis" : "qd:basis");
      g_autofree char *confidence = get_attribute (node, is_check ? "confidence" : "qd:confidence");
      g_autofree char *check = is_check ? get_attribute (node, "id") : NULL;
      g_autofree char *severity = is_check ? get_attribute (node, "severity") : NULL;
      QdSeverity parsed;

      if (!is_confidence (confidence))
        fail (form, node, "no confidence mark C, P or U");
      if (!basis && (is_check || g_strcmp0 (confidence, "C") == 0))
        fail (form, node, is_check ? "a check without a basis" : "confirmed, but by what?");
      if (!is_check && basis && g_strcmp0 (confidence, "C") != 0)
        fail (form, node, "not confirmed, yet it cites “%s”", basis);
      if (basis)
        check_basis (form, node, bases, used, basis, confidence);
      if (is_check && (!check || !g_hash_table_add (checks, g_strdup (check))))
        fail (form, node, "a check without an id of its own");
      if (is_check && (!severity || !qd_severity_from_nick (severity, &parsed)))
        fail (form, node, "no severity");
    }
  g_hash_table_iter_init (&iter, bases);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!g_hash_table_contains (used, id))
      fail (form, NULL, "nothing cites “%s”", (const char *) id);
}

/* Texts of a language: "id\nform" → text. */
static GHashTable *
collect_texts (Document *form, const char *language)
{
  g_autofree char *path = g_strdup_printf ("//f:translation[@lang='%s']/f:text/f:value", language);
  g_autoptr (GPtrArray) nodes = select_nodes (form, path);
  GHashTable *texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < nodes->len; i++)
    {
      xmlNode *node = g_ptr_array_index (nodes, i);
      g_autofree char *id = get_attribute (node->parent, "id");
      g_autofree char *kind = get_attribute (node, "form");
      char *content = get_text (node);

      if (!*content)
        fail (form, node, "“%s” has no text", id);
      if (!g_hash_table_insert (texts, g_strdup_printf ("%s\n%s", id, kind ? kind : ""), content))
        fail (form, node, "“%s” is there twice", id);
    }
  return texts;
}

static gboolean
has_han (const char *text)
{
  for (; *text; text = g_utf8_next_char (text))
    if (g_unichar_get_script (g_utf8_get_char (text)) == G_UNICODE_SCRIPT_HAN)
      return TRUE;
  return FALSE;
}

static void
check_same_ids (Document *form, GHashTable *a, GHashTable *b, const char *language)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!g_hash_table_contains (b, id))
      fail (form, NULL, "no %s for “%s”", language, (const char *) id);
}

/* Every field has a label and, in the hint, a help text. */
static void
check_control (Document *form, xmlNode *node, GHashTable *texts)
{
  gboolean has_label = FALSE, has_help = FALSE;

  for (xmlNode *child = node->children; child; child = child->next)
    {
      g_autofree char *ref = child->type == XML_ELEMENT_NODE ? get_attribute (child, "ref") : NULL;
      g_auto (GStrv) parts = ref ? g_strsplit (ref, "'", -1) : NULL;

      if (!parts || !parts[0] || !parts[1])
        continue;
      if (g_str_equal ((const char *) child->name, "label"))
        has_label = TRUE;
      if (g_str_equal ((const char *) child->name, "hint"))
        {
          g_autofree char *help = g_strconcat (parts[1], "\nguidance", NULL);

          has_help = g_hash_table_contains (texts, help);
        }
    }
  if (!has_label || !has_help)
    fail (form, node, "a field without label or help");
}

static void
check_messages (Document *form, xmlNode *check)
{
  guint n_chinese = 0, n_english = 0;

  for (xmlNode *child = check->children; child; child = child->next)
    {
      g_autofree char *language = child->type == XML_ELEMENT_NODE ? get_attribute (child, "lang") : NULL;
      g_autofree char *text = language ? get_text (child) : NULL;

      n_chinese += language && g_str_equal (language, "zh-CN") && has_han (text);
      n_english += language && g_str_equal (language, "en") && !has_han (text);
    }
  if (n_chinese != 1 || n_english != 1)
    fail (form, check, "a check needs one message in zh-CN and one in en");
}

static void
test_languages (gconstpointer data)
{
  g_autoptr (Document) form = open_file (data);
  g_autoptr (GHashTable) chinese = collect_texts (form, "zh-CN");
  g_autoptr (GHashTable) english = collect_texts (form, "en");
  g_autoptr (GHashTable) used = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) references = select_nodes (form, "//@*[contains(., \"jr:itext('\")]");
  g_autoptr (GPtrArray) controls = select_nodes (form, "//h:body//f:input | //h:body//f:select | //h:body//f:select1 | //h:body//f:upload");
  g_autoptr (GPtrArray) checks = select_nodes (form, "//qd:check");
  GHashTableIter iter;
  gpointer key, value;

  g_assert_cmpuint (g_hash_table_size (chinese), >, 10);
  g_assert_cmpuint (controls->len, >, 10);
  check_same_ids (form, chinese, english, "en");
  check_same_ids (form, english, chinese, "zh-CN");
  g_hash_table_iter_init (&iter, english);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (has_han (value) && !strstr (value, "“无”"))
      fail (form, NULL, "the English of “%s” has Chinese in it", (const char *) key);

  for (guint i = 0; i < references->len; i++)
    {
      xmlNode *node = g_ptr_array_index (references, i);
      g_autofree char *text = get_text (node);
      g_auto (GStrv) parts = g_strsplit (text, "'", -1);
      g_autofree char *plain = g_strconcat (parts[1], "\n", NULL);
      g_autofree char *help = g_strconcat (parts[1], "\nguidance", NULL);

      if (!g_hash_table_contains (chinese, plain) && !g_hash_table_contains (chinese, help))
        fail (form, node->parent, "no text “%s”", parts[1]);
      g_hash_table_add (used, g_strdup (parts[1]));
    }
  g_hash_table_iter_init (&iter, chinese);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      g_auto (GStrv) parts = g_strsplit (key, "\n", -1);

      if (!g_hash_table_contains (used, parts[0]))
        fail (form, NULL, "nothing uses the text “%s”", parts[0]);
    }
  for (guint i = 0; i < controls->len; i++)
    check_control (form, g_ptr_array_index (controls, i), chinese);
  for (guint i = 0; i < checks->len; i++)
    check_messages (form, g_ptr_array_index (checks, i));
}

/* Lists that expressions and instances name are in the pack. */
static void
test_references (gconstpointer data)
{
  g_autoptr (Document) form = open_file (data);
  g_autoptr (GPtrArray) nodes = select_nodes (form, "//@*[contains(., 'qd:listed(') or contains(., 'qd:lists') or contains(., 'jr://instance/catalog/')]");
  g_autoptr (GRegex) regex = g_regex_new ("jr://instance/catalog/([^'\"]+)|qd:listed\\([^']*'([^']+)'\\)", 0, 0, NULL);
  guint n = 0;

  for (guint i = 0; i < nodes->len; i++)
    {
      xmlNode *node = g_ptr_array_index (nodes, i);
      g_autofree char *text = get_text (node);
      g_autoptr (GMatchInfo) match = NULL;

      /* All lists of substances. */
      if (strstr (text, "qd:lists"))
        {
          g_autoptr (GBytes) all = qd_pack_resolve ("jr://instance/catalog/substances", NULL, pack, NULL);

          if (!all || g_bytes_get_size (all) == 0)
            fail (form, node->parent, "the pack has no list of substances");
          n++;
        }
      g_regex_match (regex, text, 0, &match);
      for (; g_match_info_matches (match); g_match_info_next (match, NULL))
        {
          g_autofree char *catalog = g_match_info_fetch (match, 1);
          g_autofree char *list = g_match_info_fetch (match, 2);
          g_autofree char *uri = g_strconcat ("jr://instance/catalog/", *catalog ? catalog : list, NULL);
          g_autoptr (GError) error = NULL;
          g_autoptr (GBytes) bytes = qd_pack_resolve (uri, NULL, pack, &error);

          if (!bytes)
            fail (form, node->parent, "%s", error->message);
          n++;
        }
    }
  g_assert_cmpuint (n, >, 0);
}

/* What the host gives stays with the enterprise: a computed value that read it would come out otherwise at the receiver. */
static void
test_facts (gconstpointer data)
{
  g_autoptr (Document) form = open_file (data);
  g_autoptr (GPtrArray) binds = select_nodes (form, "//f:bind[@calculate or @relevant or @required or @readonly]");
  g_autoptr (GPtrArray) instances = select_nodes (form, "//f:instance[starts-with(@src, 'jr://instance/') and not(starts-with(@src, 'jr://instance/catalog/'))]");

  for (guint i = 0; i < instances->len; i++)
    {
      g_autofree char *id = get_attribute (g_ptr_array_index (instances, i), "id");
      g_autofree char *call = g_strdup_printf ("instance('%s')", id);

      for (guint k = 0; k < binds->len; k++)
        for (xmlAttr *attribute = ((xmlNode *) g_ptr_array_index (binds, k))->properties; attribute; attribute = attribute->next)
          {
            g_autofree char *text = get_text ((xmlNode *) attribute);

            if (strstr (text, call))
              fail (form, g_ptr_array_index (binds, k), "%s reads %s", (const char *) attribute->name, call);
          }
    }
}

/* RFC 4180, without line breaks in fields, which our lists do not have. */
static GPtrArray *
split_line (const char *line)
{
  GPtrArray *fields = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) field = g_string_new (NULL);
  gboolean is_quoted = FALSE;

  for (; *line; line++)
    if (*line == '"' && is_quoted && line[1] == '"')
      g_string_append_c (field, *line++);
    else if (*line == '"')
      is_quoted = !is_quoted;
    else if (*line == ',' && !is_quoted)
      {
        g_ptr_array_add (fields, g_strdup (field->str));
        g_string_truncate (field, 0);
      }
    else
      g_string_append_c (field, *line);
  g_ptr_array_add (fields, g_strdup (field->str));
  return fields;
}

static gboolean
has_text (xmlNode *node, const char *name, const char *language)
{
  for (xmlNode *child = node->children; child; child = child->next)
    if (child->type == XML_ELEMENT_NODE && g_str_equal ((const char *) child->name, name))
      {
        g_autofree char *lang = get_attribute (child, "lang");
        g_autofree char *text = get_text (child);

        if (g_strcmp0 (lang, language) == 0 && *text)
          return TRUE;
      }
  return FALSE;
}

typedef struct
{
  Document *description;
  xmlNode *node;
  const char *name;
  guint line;
  GHashTable *codes;
} ListContext;

static void
check_cell (ListContext *list, const char *column, const char *text)
{
  static const char *const never_empty[] = { "code", "name_zh", "list_id", "entry_no", "source", NULL };

  if (g_str_equal (column, "cas") && *text && !qd_cas_is_valid (text))
    fail (list->description, list->node, "%s:%u: CAS number “%s” fails its check digit", list->name, list->line, text);
  if (g_str_has_prefix (column, "effective_") && *text && !is_date (text))
    fail (list->description, list->node, "%s:%u: “%s” is no date", list->name, list->line, text);
  if (g_strv_contains (never_empty, column) && !*text)
    fail (list->description, list->node, "%s:%u: %s is empty", list->name, list->line, column);
  if (g_str_equal (column, "code") && !g_hash_table_add (list->codes, g_strdup (text)))
    fail (list->description, list->node, "%s:%u: code “%s” is there twice", list->name, list->line, text);
  if (g_str_equal (column, "parent") && *text && !g_hash_table_contains (list->codes, text))
    fail (list->description, list->node, "%s:%u: no parent “%s” above", list->name, list->line, text);
  if (!g_utf8_validate (text, -1, NULL) || g_ascii_isspace (*text) || (*text && g_ascii_isspace (text[strlen (text) - 1])))
    fail (list->description, list->node, "%s:%u: stray white space", list->name, list->line);
}

static void
check_rows (ListContext *list, const char *text, char **heads)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), >, 2);
  for (guint i = 0; lines[i] && *lines[i]; i++)
    {
      g_autoptr (GPtrArray) fields = split_line (lines[i]);

      list->line = i + 1;
      if (fields->len != g_strv_length (heads))
        fail (list->description, list->node, "%s:%u: %u fields, the list has %u columns", list->name, i + 1, fields->len, g_strv_length (heads));
      for (guint k = 0; k < MIN (fields->len, g_strv_length (heads)); k++)
        if (i > 0)
          check_cell (list, heads[k], g_ptr_array_index (fields, k));
        else if (!g_str_equal (g_ptr_array_index (fields, k), heads[k]))
          fail (list->description, list->node, "%s: column “%s” is called “%s” in pack.xml", list->name, (const char *) g_ptr_array_index (fields, k), heads[k]);
    }
}

static void
check_list (Document *description, xmlNode *node)
{
  static const char *const states[] = { "complete", "partial", "as-found", "historical", "superseded", NULL };
  g_autofree char *name = get_attribute (node, "name");
  g_autofree char *status = get_attribute (node, "status");
  g_autofree char *columns = get_attribute (node, "columns");
  g_autofree char *from = get_attribute (node, "valid-from");
  g_autofree char *to = get_attribute (node, "valid-to");
  g_autofree char *uri = g_strconcat ("jr://instance/catalog/", name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = qd_pack_resolve (uri, NULL, pack, &error);
  g_autoptr (GHashTable) codes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (GStrv) heads = g_strsplit (columns ? columns : "", " ", -1);
  g_autofree char *text = NULL;
  ListContext list = { description, node, name, 0, codes };

  g_assert_no_error (error);
  if (!status || !g_strv_contains (states, status))
    fail (description, node, "%s: no status", name);
  if ((from && !is_date (from)) || (to && !is_date (to)) || (g_strcmp0 (status, "superseded") == 0 && !to))
    fail (description, node, "%s: dates are wrong or missing", name);
  if (!has_text (node, "title", "zh-CN") || !has_text (node, "title", "en") || !has_text (node, "source", NULL) || !has_text (node, "note", "zh-CN") || !has_text (node, "note", "en"))
    fail (description, node, "%s: title, source and note must be there, in both languages", name);
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  check_rows (&list, text, heads);
}

/* Each calendar of the pack is what a form asks for by its year. */
static void
test_calendars (void)
{
  const char *const *files = qd_pack_get_files (pack, QD_PACK_CALENDARS);

  g_assert_nonnull (*files);
  for (; *files != NULL; files++)
    {
      g_autofree char *base = g_path_get_basename (*files);
      g_autofree char *name = g_strndup (base, strlen (base) - strlen (".csv"));
      g_autofree char *uri = g_strconcat ("jr://instance/calendar/", name, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) asked = qd_pack_resolve (uri, NULL, pack, &error);
      g_autoptr (GBytes) there = qd_pack_read (pack, *files, &error);

      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (asked, there));
    }
  g_assert_null (qd_pack_resolve ("jr://instance/calendar/work-1999", NULL, pack, NULL));
  g_assert_null (qd_pack_resolve ("jr://instance/calendar/", NULL, pack, NULL));
  g_assert_null (qd_pack_resolve ("jr://instance/calendar/../pack", NULL, pack, NULL));
}

static void
test_lists (void)
{
  g_autoptr (Document) description = open_file ("pack.xml");
  g_autoptr (GPtrArray) lists = select_nodes (description, "//p:list");

  g_assert_cmpuint (lists->len, >, 0);
  for (guint i = 0; i < lists->len; i++)
    check_list (description, g_ptr_array_index (lists, i));
}

/* Rules: words in both languages, amounts in order, and for each duty a citation that is in force once the Code is. What loading checks is not repeated here. */
static void
test_rules (gconstpointer data)
{
  g_autoptr (Document) rules = open_file (data);
  g_autoptr (GPtrArray) words = select_nodes (rules, "//*[@lang]");
  g_autoptr (GPtrArray) penalties = select_nodes (rules, "//r:penalty[@min > @max]");
  g_autoptr (GPtrArray) loose = select_nodes (rules, "//r:rule[not(@kind = 'soft' or @kind = 'authority')][not(r:basis[not(@to)])]");
  g_autoptr (GPtrArray) unmarked = select_nodes (rules, "//r:due[not(@confidence)] | //r:rule[not(@confidence)] | //r:fact[not(@confidence)] | //r:penalty[not(@confidence)]");

  for (guint i = 0; i < words->len; i++)
    {
      xmlNode *node = g_ptr_array_index (words, i);
      g_autofree char *language = get_attribute (node, "lang");
      g_autofree char *text = get_text (node);

      if (!*text && !xmlFirstElementChild (node))
        fail (rules, node, "no text");
      else if (g_str_equal (language, "en") && has_han (text))
        fail (rules, node, "Chinese in the English of “%s”", text);
    }
  for (guint i = 0; i < penalties->len; i++)
    fail (rules, g_ptr_array_index (penalties, i), "the least penalty is above the largest");
  for (guint i = 0; i < loose->len; i++)
    fail (rules, g_ptr_array_index (loose, i), "no citation is in force under the Code");
  for (guint i = 0; i < unmarked->len; i++)
    fail (rules, g_ptr_array_index (unmarked, i), "no confidence mark");
}

/* The 96 rules of the rule set and three tasks of authorities; each of the 17 tasks has one. */
static void
test_rules_are_all (void)
{
  static const guint counts[] = { 0, 1, 2, 7, 1, 2, 4, 3, 6, 8, 8, 5, 3, 26, 20, 1, 1, 1 };
  guint found[G_N_ELEMENTS (counts)] = { 0 };
  const char *const *files = qd_pack_get_files (pack, QD_PACK_RULES);

  for (; *files; files++)
    {
      g_autoptr (Document) rules = open_file (*files);
      g_autoptr (GPtrArray) nodes = select_nodes (rules, "//r:rule");

      for (guint i = 0; i < nodes->len; i++)
        {
          g_autofree char *id = get_attribute (g_ptr_array_index (nodes, i), "id");
          g_autofree char *task = get_attribute (g_ptr_array_index (nodes, i), "task");
          guint64 number = g_ascii_strtoull (task, NULL, 10);

          g_assert_cmpuint (number, <, G_N_ELEMENTS (counts));
          g_assert_cmpuint (g_ascii_strtoull (id + 1, NULL, 10), ==, number);
          found[number]++;
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    g_assert_cmpuint (found[i], ==, counts[i]);
}

/* What its source calls incomplete stays marked, whoever edits pack.xml. */
static void
test_incomplete_is_said (void)
{
  static const char *const rows[][2] = {
    { "hazardous-waste", "superseded" },
    { "key-env-hazchem-2014", "historical" },
    { "priority-chemicals-3-partial", "partial" },
    { "toxic-water-pollutants-2-partial", "partial" },
    { "pops-ban-announcements", "partial" },
    { "divisions", "as-found" },
    { "gbt4754", "as-found" },
  };
  g_autoptr (Document) description = open_file ("pack.xml");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("//p:list[@name='%s' and @status='%s']", rows[i][0], rows[i][1]);
      g_autoptr (GPtrArray) nodes = select_nodes (description, path);

      if (nodes->len != 1)
        fail (description, NULL, "%s is not marked %s", rows[i][0], rows[i][1]);
    }
}

static void
walk (GFile *root, GFile *dir, Document *description)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileEnumerator) entries = g_file_enumerate_children (dir, "standard::name,standard::type", G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, &error);
  GFileInfo *info;
  GFile *child;

  g_assert_no_error (error);
  while (g_file_enumerator_iterate (entries, &info, &child, NULL, NULL) && info)
    {
      g_autofree char *name = g_file_get_relative_path (root, child);
      g_autofree char *path = g_strdup_printf ("//*[@file='%s']", name);
      g_autoptr (GPtrArray) nodes = select_nodes (description, path);

      if (g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
        walk (root, child, description);
      else if (nodes->len == 0 && !g_str_equal (name, "pack.xml"))
        fail (description, NULL, "the file %s lies in the pack, but is not named", name);
    }
}

static void
test_no_loose_files (void)
{
  g_autoptr (Document) description = open_file ("pack.xml");
  g_autoptr (GFile) root = g_file_new_for_path (qd_pack_get_dir (pack));

  walk (root, root, description);
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    GTestDataFunc func;
  } form_tests[] = {
    { "citations", test_citations },
    { "languages", test_languages },
    { "references", test_references },
    { "facts", test_facts },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) forms = g_ptr_array_new_with_free_func (g_free);
  Document *description;
  GPtrArray *nodes;
  int status;

  g_test_init (&argc, &argv, NULL);
  pack = qd_pack_load_builtin (&error);
  g_assert_no_error (error);

  description = open_file ("pack.xml");
  nodes = select_nodes (description, "//p:form/@file");
  for (guint i = 0; i < nodes->len; i++)
    g_ptr_array_add (forms, get_text (g_ptr_array_index (nodes, i)));
  g_ptr_array_unref (nodes);
  close_document (description);
  g_assert_cmpuint (forms->len, >=, 3);

  for (guint i = 0; i < forms->len; i++)
    for (guint k = 0; k < G_N_ELEMENTS (form_tests); k++)
      {
        g_autofree char *path = g_strdup_printf ("/pack-content/%s/%s", form_tests[k].name, (const char *) g_ptr_array_index (forms, i));

        g_test_add_data_func (path, g_ptr_array_index (forms, i), form_tests[k].func);
      }
  for (const char *const *files = qd_pack_get_files (pack, QD_PACK_RULES); *files; files++)
    {
      g_autofree char *path = g_strdup_printf ("/pack-content/rules/%s", *files);

      g_test_add_data_func (path, *files, test_rules);
    }
  g_test_add_func ("/pack-content/rules-are-all", test_rules_are_all);
  g_test_add_func ("/pack-content/lists", test_lists);
  g_test_add_func ("/pack-content/calendars", test_calendars);
  g_test_add_func ("/pack-content/incomplete-is-said", test_incomplete_is_said);
  g_test_add_func ("/pack-content/no-loose-files", test_no_loose_files);
  status = g_test_run ();
  g_clear_pointer (&pack, qd_pack_unref);
  return status;
}
