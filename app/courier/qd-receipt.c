/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-receipt"
#include "config.h"

#include "qd-receipt-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include "qd-digest.h"
#include "qd-http-private.h"
#include "qd-tree.h"

#define NS "urn:qingdan:receipt:1"
#define MAX_POINTS 5000

typedef struct
{
  guint retry_after;
} QdCourierErrorPrivate;

static void
qd_courier_error_private_init (QdCourierErrorPrivate *private)
{
  private->retry_after = 0;
}

static void
qd_courier_error_private_copy (const QdCourierErrorPrivate *source, QdCourierErrorPrivate *copy)
{
  *copy = *source;
}

static void
qd_courier_error_private_clear (QdCourierErrorPrivate *private)
{
}

G_DEFINE_EXTENDED_ERROR (QdCourierError, qd_courier_error)

guint
qd_courier_error_get_retry_after (const GError *error)
{
  if (error == NULL || error->domain != QD_COURIER_ERROR)
    return 0;
  return qd_courier_error_get_private (error)->retry_after;
}

void
qd_courier_set_error (GError **error, QdCourierError code, guint retry_after, const char *format, ...)
{
  va_list args;
  GError *made;

  va_start (args, format);
  made = g_error_new_valist (QD_COURIER_ERROR, code, format, args);
  va_end (args);
  qd_courier_error_get_private (made)->retry_after = retry_after;
  g_propagate_error (error, made);
}

static const char *const kinds[] = {
  [QD_RECEIPT_RECEIVED] = "received",
  [QD_RECEIPT_ACCEPTED] = "accepted",
  [QD_RECEIPT_RETURNED] = "returned",
};

const char *
qd_receipt_kind_to_nick (QdReceiptKind kind)
{
  return kinds[kind];
}

static gboolean
parse_kind (const char *nick, QdReceiptKind *out)
{
  for (gsize i = 0; nick != NULL && i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i], nick))
      {
        *out = i;
        return TRUE;
      }
  return FALSE;
}

QdReturnPoint *
qd_return_point_new (const char *path, const char *message)
{
  QdReturnPoint *self = g_new0 (QdReturnPoint, 1);

  self->path = g_strdup (path);
  self->message = g_strdup (message);
  return self;
}

void
qd_return_point_free (QdReturnPoint *self)
{
  g_free (self->path);
  g_free (self->message);
  g_free (self);
}

void
qd_receipt_free (QdReceipt *self)
{
  if (self == NULL)
    return;
  g_free (self->package_sha256);
  g_free (self->number);
  g_free (self->receiver);
  g_clear_pointer (&self->time, g_date_time_unref);
  g_free (self->due);
  g_clear_pointer (&self->points, g_ptr_array_unref);
  g_free (self->signer);
  g_free (self);
}

/* Text as XML 1.0 can carry it: no control characters, whole UTF-8. */
static char *
dup_escaped (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (char *p = valid; *p != '\0'; p++)
    if ((guchar) *p < 0x20 || *p == 0x7f)
      *p = ' ';
  return g_markup_escape_text (valid, -1);
}

static void
append_element (GString *xml, const char *name, const char *text)
{
  g_autofree char *escaped = NULL;

  if (text == NULL)
    return;
  escaped = dup_escaped (text);
  g_string_append_printf (xml, "  <%s>%s</%s>\n", name, escaped, name);
}

/**
 * qd_receipt_create:
 * @content: what the receipt says; number, receiver and time must be there
 *
 * Returns: (transfer full): the signed document
 * Errors: as qd_signed_xml_sign()
 */
GBytes *
qd_receipt_create (const QdReceipt *content, QdSigner *signer, GError **error)
{
  g_autoptr (GString) xml = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  g_autofree char *time = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_return_val_if_fail (qd_is_sha256 (content->package_sha256), NULL);
  g_return_val_if_fail (content->number != NULL && content->receiver != NULL && content->time != NULL, NULL);

  time = g_date_time_format (content->time, "%FT%T%:z");
  g_string_append_printf (xml, "<receipt xmlns=\"" NS "\" kind=\"%s\">\n  <package sha256=\"%s\"/>\n", kinds[content->kind], content->package_sha256);
  append_element (xml, "number", content->number);
  append_element (xml, "receiver", content->receiver);
  append_element (xml, "time", time);
  append_element (xml, "due", content->due);
  for (guint i = 0; content->points != NULL && i < content->points->len; i++)
    {
      const QdReturnPoint *point = g_ptr_array_index (content->points, i);
      g_autofree char *message = dup_escaped (point->message);
      g_autofree char *path = point->path != NULL ? dup_escaped (point->path) : NULL;

      if (path != NULL)
        g_string_append_printf (xml, "  <point path=\"%s\">%s</point>\n", path, message);
      else
        g_string_append_printf (xml, "  <point>%s</point>\n", message);
    }
  g_string_append (xml, "</receipt>\n");
  bytes = g_string_free_to_bytes (g_steal_pointer (&xml));
  return qd_signed_xml_sign (bytes, signer, content->time, error);
}

static gboolean
is_element (const QdTreeNode *node, const char *name)
{
  return node->kind == QD_TREE_ELEMENT && g_strcmp0 (node->ns, NS) == 0 && g_strcmp0 (node->name, name) == 0;
}

/* The text of the one child of that name; NULL when there is none or more than one. */
static char *
dup_child (const QdTreeNode *root, const char *name)
{
  const QdTreeNode *found = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; i < root->n_children; i++)
    if (is_element (root->children[i], name))
      {
        if (found != NULL)
          return NULL;
        found = root->children[i];
      }
  if (found == NULL)
    return NULL;
  text = qd_tree_node_dup_string (found);
  g_strstrip (text);
  return *text != '\0' ? g_steal_pointer (&text) : NULL;
}

static gboolean
is_date (const char *text)
{
  g_autofree char *with_time = g_strconcat (text, "T00:00:00Z", NULL);
  g_autoptr (GDateTime) date = strlen (text) == 10 ? g_date_time_new_from_iso8601 (with_time, NULL) : NULL;

  return date != NULL;
}

/* Reads what the document says; NULL when it is no receipt. */
static QdReceipt *
parse_receipt (GBytes *xml)
{
  gsize length;
  const char *text = g_bytes_get_data (xml, &length);
  g_autoptr (QdTree) tree = NULL;
  g_autoptr (QdReceipt) self = NULL;
  const QdTreeNode *root, *package;
  g_autofree char *time = NULL;

  if (length == 0 || length > QD_RECEIPT_MAX_SIZE)
    return NULL;
  tree = qd_tree_parse (text, length, QD_TREE_FOREIGN, NULL);
  if (tree == NULL)
    return NULL;
  root = qd_tree_get_root (tree);
  if (!is_element (root, "receipt"))
    return NULL;
  self = g_new0 (QdReceipt, 1);
  self->points = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_return_point_free);
  if (!parse_kind (qd_tree_node_get_attribute (root, NULL, "kind"), &self->kind))
    return NULL;
  package = qd_tree_node_find_child (root, NS, "package");
  if (package == NULL || !qd_is_sha256 (qd_tree_node_get_attribute (package, NULL, "sha256")))
    return NULL;
  self->package_sha256 = g_strdup (qd_tree_node_get_attribute (package, NULL, "sha256"));
  self->number = dup_child (root, "number");
  self->receiver = dup_child (root, "receiver");
  time = dup_child (root, "time");
  self->due = dup_child (root, "due");
  if (self->number == NULL || self->receiver == NULL || time == NULL || (self->due != NULL && !is_date (self->due)))
    return NULL;
  self->time = g_date_time_new_from_iso8601 (time, NULL);
  if (self->time == NULL)
    return NULL;
  for (guint i = 0; i < root->n_children; i++)
    {
      const QdTreeNode *node = root->children[i];
      QdReturnPoint *point;

      if (!is_element (node, "point"))
        continue;
      if (self->points->len == MAX_POINTS)
        return NULL;
      point = qd_return_point_new (qd_tree_node_get_attribute (node, NULL, "path"), NULL);
      point->message = qd_tree_node_dup_string (node);
      g_ptr_array_add (self->points, point);
    }
  return g_steal_pointer (&self);
}

char *
qd_receipt_peek (GBytes *xml, QdReceiptKind *kind_out)
{
  g_autoptr (QdReceipt) self = parse_receipt (xml);

  if (self == NULL)
    return NULL;
  *kind_out = self->kind;
  return g_strdup (self->package_sha256);
}

QdReceipt *
qd_receipt_read (GBytes *xml, const char *package_sha256, const char *trust_pem, GError **error)
{
  g_autoptr (QdReceipt) self = parse_receipt (xml);
  g_autoptr (QdVerification) verification = NULL;

  if (self == NULL)
    {
      qd_courier_set_error (error, QD_COURIER_ERROR_RECEIPT, 0, _ ("This is not a receipt. Ask the receiver for the receipt file (XML)."));
      return NULL;
    }
  /* The signature covers the whole document, so what was parsed above is what is verified here. */
  verification = qd_signed_xml_verify (xml, trust_pem, error);
  if (verification == NULL)
    return NULL;
  if (!verification->valid || (trust_pem != NULL && !verification->trusted))
    {
      const char *cause = verification->problems->len > 0 ? ((QdPackageProblem *) g_ptr_array_index (verification->problems, 0))->message : NULL;

      if (cause != NULL)
        /* Translators: %s is the cause, a whole sentence. */
        qd_courier_set_error (error, QD_COURIER_ERROR_RECEIPT, 0, _ ("The receipt's signature is not good, so it was not used. %s"), cause);
      else
        qd_courier_set_error (error, QD_COURIER_ERROR_RECEIPT, 0, _ ("The receipt's signature is not good, so it was not used. Ask the receiver for it again."));
      return NULL;
    }
  if (package_sha256 != NULL && !g_str_equal (self->package_sha256, package_sha256))
    {
      qd_courier_set_error (error, QD_COURIER_ERROR_RECEIPT, 0, _ ("The receipt belongs to another package (the digests differ) and was not used."));
      return NULL;
    }
  self->signer = g_strdup (verification->signer);
  self->demo = verification->demo;
  return g_steal_pointer (&self);
}
