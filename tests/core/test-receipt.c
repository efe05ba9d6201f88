/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "qd-receipt.h"

#include <glib/gstdio.h>
#include <string.h>
#include "qd-receipt-private.h"

#define DIGEST "9d41c07e00112233445566778899aabbccddeeff00112233445566775b2e70a3"
#define OTHER "0000000000000000000000000000000000000000000000000000000000000000"

typedef struct
{
  char *dir;
  char *cert;
  char *other_cert;
  QdSigner *signer;
} Fixture;

static QdSigner *
make_signer (Fixture *self, const char *name, char **cert)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *p12 = g_strdup_printf ("%s/%s.p12", self->dir, name);
  QdSigner *signer;

  *cert = g_strdup_printf ("%s/%s.pem", self->dir, name);
  g_assert_true (qd_demo_key_create (p12, *cert, "1234", name, NULL, QD_KEY_EC_P256, &error));
  g_assert_no_error (error);
  signer = qd_signer_new_from_pkcs12 (p12, "1234", &error);
  g_assert_no_error (error);
  g_unlink (p12);
  return signer;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (QdSigner) other = NULL;

  self->dir = g_dir_make_tmp ("qd-receipt-XXXXXX", NULL);
  self->signer = make_signer (self, "receiver", &self->cert);
  other = make_signer (self, "other", &self->other_cert);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_unlink (self->cert);
  g_unlink (self->other_cert);
  g_rmdir (self->dir);
  g_free (self->dir);
  g_free (self->cert);
  g_free (self->other_cert);
  g_object_unref (self->signer);
}

static QdReceipt *
make_receipt (QdReceiptKind kind)
{
  QdReceipt *receipt = g_new0 (QdReceipt, 1);

  receipt->kind = kind;
  receipt->package_sha256 = g_strdup (DIGEST);
  receipt->number = g_strdup ("000123");
  receipt->receiver = g_strdup ("市生态环境局 <示例> & \"接收站\"");
  receipt->time = g_date_time_new_now_local ();
  receipt->points = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_return_point_free);
  return receipt;
}

static void
test_round_trip (Fixture *self, gconstpointer data)
{
  for (QdReceiptKind kind = QD_RECEIPT_RECEIVED; kind <= QD_RECEIPT_RETURNED; kind++)
    {
      g_autoptr (QdReceipt) receipt = make_receipt (kind);
      g_autoptr (QdReceipt) read = NULL;
      g_autoptr (GBytes) xml = NULL;
      g_autoptr (GError) error = NULL;

      if (kind == QD_RECEIPT_RETURNED)
        {
          receipt->due = g_strdup ("2026-11-27");
          g_ptr_array_add (receipt->points, qd_return_point_new ("/disclosure/waste/row[2]/qty", "数量 < 0\x01？"));
          g_ptr_array_add (receipt->points, qd_return_point_new (NULL, "整体说明"));
        }
      xml = qd_receipt_create (receipt, self->signer, &error);
      g_assert_no_error (error);
      read = qd_receipt_read (xml, DIGEST, self->cert, &error);
      g_assert_no_error (error);
      g_assert_cmpint (read->kind, ==, kind);
      g_assert_cmpstr (read->package_sha256, ==, DIGEST);
      g_assert_cmpstr (read->number, ==, "000123");
      g_assert_cmpstr (read->receiver, ==, receipt->receiver);
      g_assert_cmpint (g_date_time_to_unix (read->time), ==, g_date_time_to_unix (receipt->time));
      g_assert_cmpint (g_date_time_get_utc_offset (read->time), ==, g_date_time_get_utc_offset (receipt->time));
      g_assert_cmpstr (read->due, ==, receipt->due);
      g_assert_cmpstr (read->signer, ==, "receiver");
      g_assert_true (read->demo);
      g_assert_cmpuint (read->points->len, ==, receipt->points->len);
      if (kind == QD_RECEIPT_RETURNED)
        {
          const QdReturnPoint *first = g_ptr_array_index (read->points, 0);
          const QdReturnPoint *second = g_ptr_array_index (read->points, 1);

          g_assert_cmpstr (first->path, ==, "/disclosure/waste/row[2]/qty");
          g_assert_cmpstr (first->message, ==, "数量 < 0 ？");
          g_assert_null (second->path);
        }
    }
}

#define HEAD "<receipt xmlns=\"urn:qingdan:receipt:1\" kind=\"accepted\">"
#define PACKAGE "<package sha256=\"" DIGEST "\"/>"
#define REST "<number>1</number><receiver>r</receiver><time>2026-11-24T11:06:12+08:00</time>"

static const struct
{
  const char *name;
  const char *xml;
  gboolean good;
} documents[] = {
  { "the least there can be", HEAD PACKAGE REST "</receipt>", TRUE },
  { "in any order, with more", HEAD REST "<later xmlns=\"urn:x\"/>" PACKAGE "<due>2026-11-27</due></receipt>", TRUE },
  { "a prefix", "<r:receipt xmlns:r=\"urn:qingdan:receipt:1\" kind=\"returned\"><r:package sha256=\"" DIGEST "\"/><r:number>1</r:number><r:receiver>r</r:receiver><r:time>2026-11-24T11:06:12Z</r:time><r:point path=\"/a\">b</r:point></r:receipt>", TRUE },
  { "empty", "", FALSE },
  { "no XML", "receipt", FALSE },
  { "other root", "<html/>", FALSE },
  { "no namespace", "<receipt kind=\"accepted\"><package sha256=\"" DIGEST "\"/></receipt>", FALSE },
  { "no kind", "<receipt xmlns=\"urn:qingdan:receipt:1\">" PACKAGE REST "</receipt>", FALSE },
  { "unknown kind", "<receipt xmlns=\"urn:qingdan:receipt:1\" kind=\"maybe\">" PACKAGE REST "</receipt>", FALSE },
  { "no package", HEAD REST "</receipt>", FALSE },
  { "short digest", HEAD "<package sha256=\"9d41\"/>" REST "</receipt>", FALSE },
  { "digest in capitals", HEAD "<package sha256=\"9D41C07E00112233445566778899AABBCCDDEEFF00112233445566775B2E70A3\"/>" REST "</receipt>", FALSE },
  { "two numbers", HEAD PACKAGE REST "<number>2</number></receipt>", FALSE },
  { "no time", HEAD PACKAGE "<number>1</number><receiver>r</receiver></receipt>", FALSE },
  { "time without zone", HEAD PACKAGE "<number>1</number><receiver>r</receiver><time>2026-11-24T11:06:12</time></receipt>", FALSE },
  { "no such day", HEAD PACKAGE REST "<due>2026-02-30</due></receipt>", FALSE },
  { "a due date with more", HEAD PACKAGE REST "<due>2026-02-20x</due></receipt>", FALSE },
  { "doctype", "<!DOCTYPE receipt [<!ENTITY e \"x\">]>" HEAD PACKAGE REST "</receipt>", FALSE },
};

static void
test_documents (Fixture *self, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (documents); i++)
    {
      g_autoptr (GBytes) xml = g_bytes_new_static (documents[i].xml, strlen (documents[i].xml));
      g_autoptr (GBytes) xml_signed = NULL;
      g_autoptr (QdReceipt) read = NULL;
      g_autoptr (GError) error = NULL;
      QdReceiptKind kind;
      g_autofree char *peeked = qd_receipt_peek (xml, &kind);

      g_test_message ("%s", documents[i].name);
      g_assert_cmpstr (peeked, ==, documents[i].good ? DIGEST : NULL);
      /* Unsigned ones are never good. */
      g_assert_null (qd_receipt_read (xml, NULL, NULL, &error));
      g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_RECEIPT);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_clear_error (&error);
      xml_signed = qd_signed_xml_sign (xml, self->signer, NULL, NULL);
      if (xml_signed == NULL)
        {
          g_assert_false (documents[i].good);
          continue;
        }
      read = qd_receipt_read (xml_signed, NULL, self->cert, &error);
      g_assert_cmpint (read != NULL, ==, documents[i].good);
      if (read == NULL)
        g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_RECEIPT);
    }
}

static void
test_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (QdReceipt) receipt = make_receipt (QD_RECEIPT_ACCEPTED);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) xml = qd_receipt_create (receipt, self->signer, &error);
  g_autofree char *text = NULL;
  const char *end;
  char *kind;
  static const struct
  {
    const char *name;
    const char *from;
    const char *to;
  } changes[] = {
    { "another word", "accepted", "received" },
    { "another number", "000123", "000124" },
    { "another package", DIGEST, OTHER },
    { "another attribute", "kind=", "kinD=" },
  };

  g_assert_no_error (error);
  g_assert_null (qd_receipt_read (xml, OTHER, self->cert, &error));
  g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_RECEIPT);
  g_assert_nonnull (strstr (error->message, "another package"));
  g_clear_error (&error);
  g_assert_null (qd_receipt_read (xml, DIGEST, self->other_cert, &error));
  g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_RECEIPT);
  g_clear_error (&error);

  text = g_strndup (g_bytes_get_data (xml, NULL), g_bytes_get_size (xml));
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      g_auto (GStrv) parts = g_strsplit (text, changes[i].from, 2);
      g_autofree char *changed = g_strjoinv (changes[i].to, parts);
      g_autoptr (GBytes) bytes = g_bytes_new (changed, strlen (changed));

      g_test_message ("%s", changes[i].name);
      g_assert_cmpstr (changed, !=, text);
      g_assert_null (qd_receipt_read (bytes, NULL, self->cert, &error));
      g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_RECEIPT);
      g_clear_error (&error);
    }
  /* A good receipt wrapped in another one that says something else. */
  kind = strstr (text, "<receipt");
  g_assert_nonnull (kind);
  end = "</receipt>";
  {
    g_autofree char *wrapped = g_strconcat ("<receipt xmlns=\"urn:qingdan:receipt:1\" kind=\"accepted\"><package sha256=\"" OTHER "\"/>" REST, kind, end, NULL);
    g_autoptr (GBytes) bytes = g_bytes_new (wrapped, strlen (wrapped));

    g_assert_null (qd_receipt_read (bytes, NULL, self->cert, &error));
    g_assert_error (error, QD_COURIER_ERROR, QD_COURIER_ERROR_RECEIPT);
  }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/receipt/round-trip", Fixture, NULL, set_up, test_round_trip, tear_down);
  g_test_add ("/receipt/documents", Fixture, NULL, set_up, test_documents, tear_down);
  g_test_add ("/receipt/refused", Fixture, NULL, set_up, test_refused, tear_down);
  return g_test_run ();
}
