/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-pack"
#include "config.h"
#include "qd-pack.h"
#include "qd-pack-list-private.h"
#include "qd-xml-guard.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <libxml/parser.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PACK_NS "urn:qingdan:pack:1"
#define PACK_XML "pack.xml"
/* The list that is all lists of substances. */
#define ALL_SUBSTANCES "substances"

/* A pack is read whole when it is loaded, so that its digest is that of the bytes that are used. */
#define MAX_PACK_XML (1024 * 1024)
#define MAX_FILE (64 * 1024 * 1024)
#define MAX_TOTAL (256 * 1024 * 1024)
#define MAX_FILES 2000

G_DEFINE_QUARK (qd - pack - error - quark, qd_pack_error)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (xmlDoc, xmlFreeDoc)

typedef enum
{
  FILE_FORM,
  FILE_LIST,
  FILE_RULES,
  FILE_REGION,
  FILE_CALENDAR,
  FILE_OTHER,
} FileKind;

/** One file that pack.xml names. */
typedef struct
{
  FileKind kind;
  char *id;         /* (owned): form id or list name; the file name for others */
  char *name;       /* (owned): relative file name */
  char *stated;     /* (owned) (nullable): digest that pack.xml states */
  long line;        /* in pack.xml */
  GBytes *bytes;    /* (owned) */
  char *digest;     /* (owned): lower-case hex */
  QdForm *form;     /* (owned) (nullable): made at first use */
  GError *broken;   /* (owned) (nullable): why the form cannot be had */
  QdPackList *list; /* (owned) (nullable): of FILE_LIST */
} PackFile;

struct _QdPack
{
  gatomicrefcount refs;
  char *dir;
  char *id;
  char *version;
  char *valid_from;
  char *digest;
  GPtrArray *files;             /* (element-type PackFile): in the order of pack.xml */
  GHashTable *names;            /* relative name → PackFile */
  GHashTable *lists;            /* list name → PackFile */
  GHashTable *forms;            /* form id → PackFile */
  GPtrArray *form_ids;          /* (element-type utf8): NULL-terminated */
  GPtrArray *kinds[FILE_OTHER]; /* (owned): names of the files of a kind, NULL-terminated */
  GMutex lock;                  /* guards PackFile.form and .broken */
  GPtrArray *all_lists;         /* (element-type QdPackList): in the order of pack.xml */
  GBytes *substances;           /* (owned) (nullable): made at first use */
  QdCatalog *catalog;           /* (owned) (nullable): made at first use */
};

static void
pack_file_free (gpointer data)
{
  PackFile *self = data;

  g_free (self->id);
  g_free (self->name);
  g_free (self->stated);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->digest);
  g_clear_pointer (&self->list, qd_pack_list_free);
  g_clear_object (&self->form);
  g_clear_error (&self->broken);
  g_free (self);
}

/* "resources/packs/cn/pack.xml:12: …" */
static void
set_invalid (GError **error, const char *dir, long line, const char *format, ...) G_GNUC_PRINTF (4, 5);

static void
set_invalid (GError **error, const char *dir, long line, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *file = g_build_filename (dir, PACK_XML, NULL);
  g_autofree char *shown = g_filename_display_name (file);
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  if (line > 0)
    g_set_error (error, QD_PACK_ERROR, QD_PACK_ERROR_INVALID, "%s:%ld: %s", shown, line, text);
  else
    g_set_error (error, QD_PACK_ERROR, QD_PACK_ERROR_INVALID, "%s: %s", shown, text);
}

/*
 * Names of files in a pack are plain: letters, digits, ".", "-", "_" and "/" between parts that do not begin with a
 * dot. So no name can leave the pack's directory, and every name is the same on all file systems.
 */
static gboolean
is_plain_name (const char *name)
{
  gboolean at_start = TRUE;

  if (*name == '\0' || strlen (name) > 200)
    return FALSE;
  for (const char *p = name; *p; p++)
    {
      if (*p == '/' || (at_start && *p == '.'))
        {
          if (at_start)
            return FALSE;
          at_start = TRUE;
          continue;
        }
      if (!g_ascii_isalnum (*p) && !strchr ("._-", *p))
        return FALSE;
      at_start = FALSE;
    }
  return !at_start;
}

static gboolean
is_iso_date (const char *text)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autofree char *full = g_strconcat (text, "T00:00:00", NULL);
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (full, utc);

  return strlen (text) == 10 && time;
}

static gboolean
is_digest (const char *text)
{
  return strlen (text) == 64 && strspn (text, "0123456789abcdef") == 64;
}

/*
 * Reads one file below @dir. Symbolic links are not followed in any part of the name: what a pack says it holds must
 * lie in its own directory.
 */
static GBytes *
read_file (const char *dir, const char *name, goffset limit, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (name, "/", -1);
  g_autofree char *data = NULL;
  struct stat st;
  gsize done = 0;
  int fd = open (dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  for (guint i = 0; fd >= 0 && parts[i]; i++)
    {
      int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | (parts[i + 1] ? O_DIRECTORY : 0);
      int next = openat (fd, parts[i], flags);
      int saved = errno;

      close (fd);
      errno = saved;
      fd = next;
    }
  if (fd < 0)
    {
      int saved = errno;

      if (saved == ELOOP || saved == ENOTDIR)
        g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_LOOP, _ ("“%s” is a link or lies behind one; put the file itself into the pack"), name);
      else
        g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved), _ ("“%s” cannot be read: %s"), name, g_strerror (saved));
      return NULL;
    }
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode))
    {
      close (fd);
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_FAILED, _ ("“%s” is not a file"), name);
      return NULL;
    }
  if (st.st_size > limit)
    {
      close (fd);
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_NOMEM, _ ("“%s” is larger than %d MiB, the most a pack may hold"), name, (int) (limit / (1024 * 1024)));
      return NULL;
    }
  data = g_malloc (st.st_size + 1);
  while (done < (gsize) st.st_size)
    {
      gssize n = read (fd, data + done, st.st_size - done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          int saved = n < 0 ? errno : EIO;

          close (fd);
          g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved), _ ("“%s” cannot be read: %s"), name, g_strerror (saved));
          return NULL;
        }
      done += n;
    }
  close (fd);
  data[done] = '\0';
  return g_bytes_new_take (g_steal_pointer (&data), done);
}

static xmlDoc *
parse_pack_xml (const char *dir, GBytes *bytes, GError **error)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  xmlParserCtxt *context = xmlNewParserCtxt ();
  /* NONET and nothing else: no entities, no DTD, and without HUGE the parser's own limits hold. */
  xmlDoc *doc = !qd_xml_has_few_attributes (data, size) ? NULL : xmlCtxtReadMemory (context, data, (int) size, PACK_XML, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);

  if (!doc)
    {
      const xmlError *problem = xmlCtxtGetLastError (context);
      g_autofree char *why = problem && problem->message ? g_utf8_make_valid (problem->message, -1) : g_strdup ("");

      set_invalid (error, dir, problem ? problem->line : 1, _ ("This is not well-formed XML (%s). Correct the file or install the pack again."), g_strstrip (why));
    }
  else if (doc->intSubset)
    {
      set_invalid (error, dir, 1, _ ("A pack must not have a DOCTYPE. Remove it."));
      g_clear_pointer (&doc, xmlFreeDoc);
    }
  xmlFreeParserCtxt (context);
  return doc;
}

static gboolean
is_element (const xmlNode *node, const char *name)
{
  return node->type == XML_ELEMENT_NODE && node->ns && g_str_equal (node->ns->href, PACK_NS) && g_str_equal (node->name, name);
}

static char *
dup_attribute (xmlNode *node, const char *name)
{
  xmlChar *value = xmlGetNoNsProp (node, (const xmlChar *) name);
  char *copy = g_strdup ((const char *) value);

  xmlFree (value);
  return copy;
}

/* The value of a required attribute, or NULL with @error set. */
static char *
require_attribute (const char *dir, xmlNode *node, const char *name, GError **error)
{
  g_autofree char *value = dup_attribute (node, name);

  if (!value || !*value)
    {
      set_invalid (error, dir, xmlGetLineNo (node), _ ("The element “%s” has no attribute “%s”. Add it."), (const char *) node->name, name);
      return NULL;
    }
  return g_steal_pointer (&value);
}

static gboolean
add_file (QdPack *self, xmlNode *node, FileKind kind, GError **error)
{
  static const char *const key_names[FILE_OTHER + 1] = { "id", "name" };
  g_autofree char *name = require_attribute (self->dir, node, "file", error);
  g_autofree char *id = NULL;
  g_autofree char *stated = NULL;
  GHashTable *index = kind == FILE_FORM ? self->forms : kind == FILE_LIST ? self->lists
                                                                          : NULL;
  PackFile *file;

  if (!name)
    return FALSE;
  if (!is_plain_name (name))
    {
      set_invalid (error, self->dir, xmlGetLineNo (node), _ ("“%s” is not a file name for a pack. Use letters, digits, “.”, “-” and “_”, with “/” between folders; nothing outside of the pack can be named."), name);
      return FALSE;
    }
  id = key_names[kind] ? require_attribute (self->dir, node, key_names[kind], error) : g_strdup (name);
  if (!id)
    return FALSE;
  if (g_hash_table_contains (self->names, name) || g_str_equal (name, PACK_XML))
    {
      set_invalid (error, self->dir, xmlGetLineNo (node), _ ("The file “%s” is named twice. Keep one of the two."), name);
      return FALSE;
    }
  if (index && g_hash_table_contains (index, id))
    {
      set_invalid (error, self->dir, xmlGetLineNo (node), _ ("There are two entries “%s”. Give one of them another name."), id);
      return FALSE;
    }
  if (kind == FILE_LIST && (!is_plain_name (id) || strchr (id, '/') || g_str_equal (id, ALL_SUBSTANCES)))
    {
      set_invalid (error, self->dir, xmlGetLineNo (node), _ ("“%s” is not a name for a list. Use letters, digits, “-” and “_”."), id);
      return FALSE;
    }
  stated = dup_attribute (node, "sha256");
  if (stated && !is_digest (stated))
    {
      set_invalid (error, self->dir, xmlGetLineNo (node), _ ("“%s” is not a SHA-256 value. It has 64 digits 0-9, a-f."), stated);
      return FALSE;
    }
  if (self->files->len >= MAX_FILES)
    {
      set_invalid (error, self->dir, xmlGetLineNo (node), _ ("The pack names more than %d files. Split it."), MAX_FILES);
      return FALSE;
    }

  file = g_new0 (PackFile, 1);
  file->kind = kind;
  file->id = g_steal_pointer (&id);
  file->name = g_steal_pointer (&name);
  file->stated = g_steal_pointer (&stated);
  file->line = xmlGetLineNo (node);
  g_ptr_array_add (self->files, file);
  g_hash_table_insert (self->names, file->name, file);
  if (index)
    g_hash_table_insert (index, file->id, file);
  if (kind == FILE_LIST)
    {
      file->list = qd_pack_list_new (node, file->id);
      g_ptr_array_add (self->all_lists, file->list);
    }
  if (kind == FILE_FORM)
    g_ptr_array_add (self->form_ids, g_strdup (file->id));
  if (kind < FILE_OTHER)
    g_ptr_array_add (self->kinds[kind], file->name);
  return TRUE;
}

static gboolean
read_description (QdPack *self, xmlDoc *doc, GError **error)
{
  static const struct
  {
    const char *group;
    const char *entry;
    FileKind kind;
  } groups[] = {
    { "forms", "form", FILE_FORM },
    { "lists", "list", FILE_LIST },
    { "rules", "file", FILE_RULES },
    { "regions", "file", FILE_REGION },
    { "calendars", "file", FILE_CALENDAR },
    { "files", "file", FILE_OTHER },
  };
  xmlNode *root = xmlDocGetRootElement (doc);

  if (!is_element (root, "pack"))
    {
      set_invalid (error, self->dir, xmlGetLineNo (root), _ ("The root element is not “pack” of the namespace %s. This is no pack."), PACK_NS);
      return FALSE;
    }
  if (!(self->id = require_attribute (self->dir, root, "id", error)) ||
      !(self->version = require_attribute (self->dir, root, "version", error)) ||
      !(self->valid_from = require_attribute (self->dir, root, "valid-from", error)))
    return FALSE;
  if (!is_iso_date (self->valid_from))
    {
      set_invalid (error, self->dir, xmlGetLineNo (root), _ ("“%s” is not a date. Write it as 2026-11-24."), self->valid_from);
      return FALSE;
    }

  for (xmlNode *group = root->children; group; group = group->next)
    for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
      {
        if (!is_element (group, groups[i].group))
          continue;
        for (xmlNode *entry = group->children; entry; entry = entry->next)
          {
            if (entry->type != XML_ELEMENT_NODE)
              continue;
            if (!is_element (entry, groups[i].entry))
              {
                set_invalid (error, self->dir, xmlGetLineNo (entry), _ ("“%s” holds only “%s” elements, not “%s”."), groups[i].group, groups[i].entry, (const char *) entry->name);
                return FALSE;
              }
            if (!add_file (self, entry, groups[i].kind, error))
              return FALSE;
          }
      }
  return TRUE;
}

static gboolean
read_files (QdPack *self, GError **error)
{
  gsize total = 0;

  for (guint i = 0; i < self->files->len; i++)
    {
      PackFile *file = g_ptr_array_index (self->files, i);
      g_autoptr (GError) local = NULL;

      file->bytes = read_file (self->dir, file->name, MAX_FILE, &local);
      if (!file->bytes)
        {
          set_invalid (error, self->dir, file->line, "%s", local->message);
          return FALSE;
        }
      total += g_bytes_get_size (file->bytes);
      if (total > MAX_TOTAL)
        {
          set_invalid (error, self->dir, file->line, _ ("The files of the pack take more than %d MiB together. Split it."), MAX_TOTAL / (1024 * 1024));
          return FALSE;
        }
      file->digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, file->bytes);
      if (file->stated && !g_str_equal (file->stated, file->digest))
        {
          g_autofree char *shown = g_filename_display_name (self->dir);

          g_set_error (error, QD_PACK_ERROR, QD_PACK_ERROR_CHANGED, _ ("The file “%s” of the pack %s was changed after the pack was made. Install the pack again."), file->name, shown);
          return FALSE;
        }
      if (file->list != NULL)
        qd_pack_list_read (file->list, file->bytes);
    }
  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* One line "NAME SHA256\n" a file, sorted by name as bytes; the digest is over these lines. */
static char *
compute_digest (QdPack *self, GBytes *pack_xml)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *own = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, pack_xml);

  g_ptr_array_add (lines, g_strdup_printf ("%s %s\n", PACK_XML, own));
  for (guint i = 0; i < self->files->len; i++)
    {
      PackFile *file = g_ptr_array_index (self->files, i);

      g_ptr_array_add (lines, g_strdup_printf ("%s %s\n", file->name, file->digest));
    }
  g_ptr_array_sort (lines, compare_names);
  for (guint i = 0; i < lines->len; i++)
    g_checksum_update (sum, g_ptr_array_index (lines, i), -1);
  return g_strdup (g_checksum_get_string (sum));
}

/**
 * qd_pack_load:
 * @dir: directory with pack.xml
 *
 * Reads pack.xml and every file it names; files that it does not name are no part of the pack. Forms are parsed at
 * first use only.
 *
 * Returns: (transfer full): the pack
 * Errors: %QD_PACK_ERROR_INVALID, %QD_PACK_ERROR_CHANGED
 */
QdPack *
qd_pack_load (const char *dir, GError **error)
{
  g_autoptr (QdPack) self = NULL;
  g_autoptr (GBytes) pack_xml = NULL;
  g_autoptr (xmlDoc) doc = NULL;
  g_autoptr (GError) local = NULL;

  g_return_val_if_fail (dir != NULL, NULL);

  self = g_new0 (QdPack, 1);
  g_atomic_ref_count_init (&self->refs);
  g_mutex_init (&self->lock);
  self->dir = g_strdup (dir);
  self->files = g_ptr_array_new_with_free_func (pack_file_free);
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
  self->lists = g_hash_table_new (g_str_hash, g_str_equal);
  self->forms = g_hash_table_new (g_str_hash, g_str_equal);
  self->form_ids = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < FILE_OTHER; i++)
    self->kinds[i] = g_ptr_array_new ();
  self->all_lists = g_ptr_array_new ();

  pack_xml = read_file (dir, PACK_XML, MAX_PACK_XML, &local);
  if (!pack_xml)
    {
      set_invalid (error, dir, 0, _ ("%s. Choose a folder that holds a pack."), local->message);
      return NULL;
    }
  doc = parse_pack_xml (dir, pack_xml, error);
  if (!doc || !read_description (self, doc, error) || !read_files (self, error))
    return NULL;
  g_ptr_array_add (self->form_ids, NULL);
  for (guint i = 0; i < FILE_OTHER; i++)
    g_ptr_array_add (self->kinds[i], NULL);
  self->digest = compute_digest (self, pack_xml);
  return g_steal_pointer (&self);
}

/**
 * qd_pack_load_builtin:
 *
 * Returns: (transfer full): the pack "cn"
 * Errors: %QD_PACK_ERROR_INVALID, %QD_PACK_ERROR_CHANGED; those of the first place where there is one
 */
QdPack *
qd_pack_load_builtin (GError **error)
{
  const char *places[] = { g_getenv ("QINGDAN_PACK_DIR"), QD_PACKDIR, QD_SOURCE_PACKDIR };
  g_autofree char *dir = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *file = NULL;

      if (!places[i] || !*places[i])
        continue;
      g_clear_pointer (&dir, g_free);
      dir = g_build_filename (places[i], "cn", NULL);
      file = g_build_filename (dir, PACK_XML, NULL);
      if (g_file_test (file, G_FILE_TEST_EXISTS))
        break;
    }
  return qd_pack_load (dir, error);
}

QdPack *
qd_pack_ref (QdPack *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
qd_pack_unref (QdPack *self)
{
  g_return_if_fail (self != NULL);
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_hash_table_unref (self->names);
  g_hash_table_unref (self->lists);
  g_hash_table_unref (self->forms);
  g_clear_pointer (&self->catalog, qd_catalog_unref);
  g_clear_pointer (&self->substances, g_bytes_unref);
  g_ptr_array_unref (self->all_lists);
  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->form_ids);
  for (guint i = 0; i < FILE_OTHER; i++)
    g_ptr_array_unref (self->kinds[i]);
  g_mutex_clear (&self->lock);
  g_free (self->dir);
  g_free (self->id);
  g_free (self->version);
  g_free (self->valid_from);
  g_free (self->digest);
  g_free (self);
}

const char *
qd_pack_get_id (QdPack *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->id;
}

const char *
qd_pack_get_version (QdPack *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->version;
}

const char *
qd_pack_get_valid_from (QdPack *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->valid_from;
}

const char *
qd_pack_get_dir (QdPack *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->dir;
}

const char *
qd_pack_get_digest (QdPack *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->digest;
}

const char *const *
qd_pack_get_form_ids (QdPack *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return (const char *const *) self->form_ids->pdata;
}

const char *const *
qd_pack_get_files (QdPack *self, QdPackFiles kind)
{
  g_return_val_if_fail (self != NULL, NULL);
  switch (kind)
    {
    case QD_PACK_RULES:
      return (const char *const *) self->kinds[FILE_RULES]->pdata;
    case QD_PACK_REGIONS:
      return (const char *const *) self->kinds[FILE_REGION]->pdata;
    case QD_PACK_CALENDARS:
    default:
      return (const char *const *) self->kinds[FILE_CALENDAR]->pdata;
    }
}

/* Called with the lock held. */
static void
parse_form (QdPack *self, PackFile *file)
{
  g_autofree char *path = g_build_filename (self->dir, file->name, NULL);
  g_autofree char *shown = g_filename_display_name (path);

  file->form = qd_form_new (file->bytes, shown, &file->broken);
  if (file->form && g_strcmp0 (qd_form_get_id (file->form), file->id) != 0)
    {
      g_set_error (&file->broken, QD_PACK_ERROR, QD_PACK_ERROR_INVALID, _ ("The form in %s calls itself “%s”, but pack.xml calls it “%s”. Make them the same."), shown, qd_form_get_id (file->form), file->id);
      g_clear_object (&file->form);
    }
}

/**
 * qd_pack_get_form:
 * @id: form id as in pack.xml
 *
 * Returns: (transfer none): the form; lives as long as the pack
 * Errors: %QD_PACK_ERROR_NOT_FOUND, %QD_PACK_ERROR_INVALID when the form has another id than pack.xml says, and those of qd_form_new()
 */
QdForm *
qd_pack_get_form (QdPack *self, const char *id, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;
  PackFile *file;

  g_return_val_if_fail (self != NULL && id != NULL, NULL);

  file = g_hash_table_lookup (self->forms, id);
  if (!file)
    {
      g_set_error (error, QD_PACK_ERROR, QD_PACK_ERROR_NOT_FOUND, _ ("The pack %s %s has no form “%s”. Install a pack that has it."), self->id, self->version, id);
      return NULL;
    }
  locker = g_mutex_locker_new (&self->lock);
  if (!file->form && !file->broken)
    parse_form (self, file);
  if (!file->form && error)
    *error = g_error_copy (file->broken);
  return file->form;
}

/**
 * qd_pack_read:
 * @relative_name: a file that pack.xml names
 *
 * Returns: (transfer full): its bytes, as they were when the pack was loaded
 * Errors: %QD_PACK_ERROR_NOT_FOUND
 */
GBytes *
qd_pack_read (QdPack *self, const char *relative_name, GError **error)
{
  PackFile *file;

  g_return_val_if_fail (self != NULL && relative_name != NULL, NULL);

  file = g_hash_table_lookup (self->names, relative_name);
  if (!file)
    {
      g_autofree char *shown = g_utf8_make_valid (relative_name, -1);

      g_set_error (error, QD_PACK_ERROR, QD_PACK_ERROR_NOT_FOUND, _ ("The pack %s %s has no file “%s”; pack.xml does not name it."), self->id, self->version, shown);
      return NULL;
    }
  return g_bytes_ref (file->bytes);
}

GPtrArray *
qd_pack_get_lists (QdPack *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->all_lists;
}

const QdPackList *
qd_pack_find_list (QdPack *self, const char *name_or_id)
{
  g_return_val_if_fail (self != NULL && name_or_id != NULL, NULL);
  for (guint i = 0; i < self->all_lists->len; i++)
    {
      const QdPackList *list = g_ptr_array_index (self->all_lists, i);

      if (g_str_equal (qd_pack_list_get_name (list), name_or_id) || g_str_equal (qd_pack_list_get_id (list), name_or_id))
        return list;
    }
  return NULL;
}

/* Called with the lock held. */
static GBytes *
get_substances (QdPack *self)
{
  GString *out;

  if (self->substances != NULL)
    return self->substances;
  out = g_string_new (NULL);
  for (guint i = 0; i < self->files->len; i++)
    {
      const PackFile *file = g_ptr_array_index (self->files, i);

      if (file->list != NULL && qd_pack_list_is_substances (file->list))
        qd_pack_list_append_rows (file->list, file->bytes, out);
    }
  self->substances = g_string_free_to_bytes (out);
  return self->substances;
}

QdCatalog *
qd_pack_get_substances (QdPack *self)
{
  g_autoptr (GMutexLocker) locker = NULL;
  const PackFile *class_names, *aliases;

  g_return_val_if_fail (self != NULL, NULL);
  locker = g_mutex_locker_new (&self->lock);
  if (self->catalog == NULL)
    {
      class_names = g_hash_table_lookup (self->lists, "class-names");
      aliases = g_hash_table_lookup (self->lists, "aliases");
      self->catalog = qd_catalog_new (get_substances (self), class_names != NULL ? class_names->bytes : NULL, aliases != NULL ? aliases->bytes : NULL);
    }
  return self->catalog;
}

/* NULL without an error for a year that the pack does not have. */
static GBytes *
read_calendar (QdPack *self, const char *name, char **media_type_out, GError **error)
{
  for (const char *const *files = qd_pack_get_files (self, QD_PACK_CALENDARS); *files != NULL; files++)
    {
      g_autofree char *base = g_path_get_basename (*files);

      if (!g_str_has_prefix (base, name) || !g_str_equal (base + strlen (name), ".csv"))
        continue;
      if (media_type_out != NULL)
        *media_type_out = g_strdup ("text/csv");
      return qd_pack_read (self, *files, error);
    }
  return NULL;
}

GBytes *
qd_pack_resolve (const char *uri, char **media_type_out, gpointer user_data, GError **error)
{
  QdPack *self = user_data;
  g_autofree char *name = NULL;
  PackFile *file;

  g_return_val_if_fail (uri != NULL && self != NULL, NULL);

  if (g_str_has_prefix (uri, "jr://instance/calendar/"))
    return read_calendar (self, uri + strlen ("jr://instance/calendar/"), media_type_out, error);
  if (g_str_has_prefix (uri, "jr://instance/catalog/"))
    name = g_strdup (uri + strlen ("jr://instance/catalog/"));
  else if (g_str_has_prefix (uri, "jr://file-csv/") && g_str_has_suffix (uri, ".csv"))
    name = g_strndup (uri + strlen ("jr://file-csv/"), strlen (uri) - strlen ("jr://file-csv/") - strlen (".csv"));
  else
    return NULL;

  if (g_str_equal (name, ALL_SUBSTANCES))
    {
      g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

      if (media_type_out)
        *media_type_out = g_strdup ("text/csv");
      return g_bytes_ref (get_substances (self));
    }
  file = g_hash_table_lookup (self->lists, name);
  if (!file)
    {
      g_autofree char *shown = g_utf8_make_valid (name, -1);

      g_set_error (error, QD_PACK_ERROR, QD_PACK_ERROR_NOT_FOUND, _ ("The pack %s %s has no list “%s”. Correct the form, or install a pack that has it."), self->id, self->version, shown);
      return NULL;
    }
  if (media_type_out)
    *media_type_out = g_strdup ("text/csv");
  return g_bytes_ref (file->bytes);
}
