/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "qd-signer.h"
#include "seal-kit.h"

/* What the signer says, and that openssl accepts its signature over a file. */
static void
check_signature (SealKit *kit, QdSigner *signer, gboolean ec)
{
  g_autoptr (GBytes) data = g_bytes_new_static ("what is signed", 14);
  g_autoptr (GBytes) signature = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = seal_kit_write (kit, "data", "what is signed", 14);
  g_autofree char *der_path = NULL;
  g_autofree char *certificate = NULL;
  g_autofree char *output = NULL;
  const guint8 *raw;
  gsize length;

  signature = qd_signer_sign (signer, data, &error);
  g_assert_no_error (error);
  raw = g_bytes_get_data (signature, &length);
  if (ec)
    {
      /* r‖s to SEQUENCE { INTEGER r, INTEGER s } by hand. */
      GByteArray *der = g_byte_array_new ();
      guint8 zero = 0;

      g_assert_cmpuint (length, ==, 64);
      g_byte_array_append (der, (const guint8 *) "\x30\x00", 2);
      for (guint i = 0; i < 2; i++)
        {
          const guint8 *number = raw + 32 * i;
          guint skip = 0;
          guint8 head[2] = { 2, 0 };

          while (skip < 31 && number[skip] == 0)
            skip++;
          head[1] = (guint8) (32 - skip + (number[skip] >> 7));
          g_byte_array_append (der, head, 2);
          if (number[skip] >> 7)
            g_byte_array_append (der, &zero, 1);
          g_byte_array_append (der, number + skip, 32 - skip);
        }
      der->data[1] = (guint8) (der->len - 2);
      der_path = seal_kit_write (kit, "signature", der->data, der->len);
      g_byte_array_unref (der);
    }
  else
    {
      g_assert_cmpuint (length, ==, 256);
      der_path = seal_kit_write (kit, "signature", raw, length);
    }
  raw = g_bytes_get_data (qd_signer_get_certificate (signer), &length);
  certificate = seal_kit_write (kit, "certificate.der", raw, length);
  if (!seal_kit_run (kit->folder, "sh -c 'openssl x509 -inform DER -in certificate.der -noout -pubkey >public.pem && openssl dgst -sha256 -verify public.pem -signature signature data'", &output))
    g_error ("openssl: %s", output);
}

static void
test_demo (gconstpointer data)
{
  QdKeyKind kind = (QdKeyKind) GPOINTER_TO_UINT (data);
  g_autoptr (SealKit) kit = seal_kit_new_other (kind);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autoptr (GError) error = NULL;
  g_autofree char *output = NULL;
  struct stat status;

  g_assert_cmpint (g_stat (kit->key, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpstr (qd_signer_get_subject (kit->signer), ==, "演示企业");
  g_assert_cmpstr (qd_signer_get_issuer (kit->signer), ==, "演示企业");
  g_assert_cmpstr (qd_signer_get_uscc (kit->signer), ==, "91350100M000100Y43");
  g_assert_true (qd_signer_is_demo (kit->signer));
  g_assert_cmpuint (qd_signer_get_chain (kit->signer)->len, ==, 0);
  g_assert_cmpint (g_date_time_compare (qd_signer_get_not_before (kit->signer), now), <, 0);
  g_assert_cmpint (g_date_time_compare (qd_signer_get_not_after (kit->signer), now), >, 0);
  g_assert_cmpstr (qd_signer_get_method (kit->signer), ==, kind == QD_KEY_EC_P256 ? "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256" : "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256");
  check_signature (kit, kit->signer, kind == QD_KEY_EC_P256);

  g_assert_true (seal_kit_run (kit->folder, "openssl x509 -in trust.pem -noout -subject -nameopt utf8,sep_comma_plus -ext keyUsage,basicConstraints,certificatePolicies", &output));
  g_assert_nonnull (strstr (output, "DEMONSTRATION ONLY 仅供演示"));
  g_assert_nonnull (strstr (output, "Digital Signature, Non Repudiation"));
  g_assert_nonnull (strstr (output, "CA:FALSE"));
  g_assert_nonnull (strstr (output, "Policy: 2.25.19416138727381866755472466196494427190"));

  /* A key is never written over. */
  g_assert_false (qd_demo_key_create (kit->key, NULL, SEAL_KIT_PIN, "x", NULL, kind, &error));
  g_assert_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_KEY);
}

static const struct
{
  const char *name;
  const char *make; /* shell; makes k.p12 with PIN 1234 */
  const char *pin;
  int code; /* -1: opens */
  gboolean ec;
} keys[] = {
#define REQ "openssl req -x509 -nodes -keyout k.key -out k.pem -subj /CN=Name "
#define EXPORT " && openssl pkcs12 -export -inkey k.key -in k.pem -out k.p12 -passout pass:1234 "
  { "ec", REQ "-newkey ec -pkeyopt ec_paramgen_curve:P-256" EXPORT, "1234", -1, TRUE },
  { "rsa", REQ "-newkey rsa:2048" EXPORT, "1234", -1, FALSE },
  { "rc2-40", REQ "-newkey rsa:2048" EXPORT "-legacy", "1234", -1, FALSE },
  { "3des", REQ "-newkey rsa:2048" EXPORT "-keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1", "1234", -1, FALSE },
  { "empty-pin", REQ "-newkey ec -pkeyopt ec_paramgen_curve:P-256 && openssl pkcs12 -export -inkey k.key -in k.pem -out k.p12 -passout pass:", "", -1, TRUE },
  { "wrong-pin", REQ "-newkey ec -pkeyopt ec_paramgen_curve:P-256" EXPORT, "12345", QD_SEAL_ERROR_PIN, TRUE },
  { "wrong-pin-empty", REQ "-newkey ec -pkeyopt ec_paramgen_curve:P-256" EXPORT, "", QD_SEAL_ERROR_PIN, TRUE },
  { "no-mac", REQ "-newkey ec -pkeyopt ec_paramgen_curve:P-256" EXPORT "-nomac", "1234", QD_SEAL_ERROR_KEY, TRUE },
  { "no-key", REQ "-newkey ec -pkeyopt ec_paramgen_curve:P-256 && openssl pkcs12 -export -nokeys -in k.pem -out k.p12 -passout pass:1234", "1234", QD_SEAL_ERROR_KEY, TRUE },
  { "no-certificate", REQ "-newkey ec -pkeyopt ec_paramgen_curve:P-256 && openssl pkcs12 -export -nocerts -inkey k.key -out k.p12 -passout pass:1234", "1234", QD_SEAL_ERROR_KEY, TRUE },
  { "ec-p384", REQ "-newkey ec -pkeyopt ec_paramgen_curve:P-384" EXPORT, "1234", QD_SEAL_ERROR_KEY, TRUE },
  { "rsa-1024", REQ "-newkey rsa:1024" EXPORT, "1234", QD_SEAL_ERROR_KEY, FALSE },
  { "ed25519", REQ "-newkey ed25519" EXPORT, "1234", QD_SEAL_ERROR_KEY, FALSE },
  { "tls-only", REQ "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -addext keyUsage=critical,keyAgreement" EXPORT, "1234", QD_SEAL_ERROR_KEY, TRUE },
  { "cut", REQ "-newkey ec -pkeyopt ec_paramgen_curve:P-256" EXPORT "&& head -c 500 k.p12 >t && mv t k.p12", "1234", QD_SEAL_ERROR_KEY, TRUE },
  { "empty-file", ": >k.p12", "1234", QD_SEAL_ERROR_KEY, TRUE },
  { "text-file", "echo hello >k.p12", "1234", QD_SEAL_ERROR_KEY, TRUE },
  { "missing-file", ":", "1234", QD_SEAL_ERROR_KEY, TRUE },
  { "too-large", "head -c 2000000 /dev/zero >k.p12", "1234", QD_SEAL_ERROR_KEY, TRUE },
};

static void
test_key (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autofree char *quoted = g_shell_quote (keys[i].make);
  g_autofree char *command = g_strconcat ("sh -c ", quoted, NULL);
  g_autofree char *path = g_build_filename (kit->folder, "k.p12", NULL);
  g_autofree char *output = NULL;
  g_autoptr (QdSigner) signer = NULL;
  g_autoptr (GError) error = NULL;

  if (!seal_kit_run (kit->folder, command, &output))
    g_error ("%s: %s", keys[i].make, output);
  signer = qd_signer_new_from_pkcs12 (path, keys[i].pin, &error);
  if (keys[i].code >= 0)
    {
      g_assert_null (signer);
      g_assert_error (error, QD_SEAL_ERROR, keys[i].code);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return;
    }
  g_assert_no_error (error);
  g_assert_cmpstr (qd_signer_get_subject (signer), ==, "Name");
  g_assert_null (qd_signer_get_uscc (signer));
  g_assert_false (qd_signer_is_demo (signer));
  check_signature (kit, signer, keys[i].ec);
}

/* Turned bits never crash the parser, and never open as another key. */
static void
test_damaged_key (void)
{
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autofree char *contents = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (kit->key, &contents, &length, NULL));
  for (gsize i = 0; i < length; i += 41)
    {
      g_autofree char *path = NULL;
      g_autoptr (QdSigner) signer = NULL;
      g_autoptr (GError) error = NULL;

      contents[i] ^= 0x10;
      path = seal_kit_write (kit, "damaged.p12", contents, length);
      signer = qd_signer_new_from_pkcs12 (path, SEAL_KIT_PIN, &error);
      if (signer)
        g_assert_true (g_bytes_equal (qd_signer_get_certificate (signer), qd_signer_get_certificate (kit->signer)));
      else
        g_assert_true (error->domain == QD_SEAL_ERROR);
      contents[i] ^= 0x10;
    }
}

static const struct
{
  const char *name;
  const char *content;
  gssize length;   /* -1: up to the zero */
  const char *pin; /* NULL: refused */
} pins[] = {
  { "plain", "1234", -1, "1234" },
  { "line", "1234\n", -1, "1234" },
  { "windows", "\xef\xbb\xbf"
               "1234\r\nmore\r\n",
    -1,
    "1234" },
  { "spaces", " 12 34 \n", -1, " 12 34 " },
  { "chinese", "口令\n", -1, "口令" },
  { "empty", "", -1, NULL },
  { "empty-line", "\n1234\n", -1, NULL },
  { "zero", "\0001234", 5, NULL },
  { "not-utf8", "\xff\xfe", -1, NULL },
};

static void
test_pins (void)
{
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autofree char *endless = g_strnfill (100000, '1');
  g_autofree char *long_path = seal_kit_write (kit, "long", endless, 100000);
  g_autofree char *nowhere = g_build_filename (kit->folder, "nowhere", NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (pins); i++)
    {
      gsize length = pins[i].length < 0 ? strlen (pins[i].content) : (gsize) pins[i].length;
      g_autofree char *path = seal_kit_write (kit, "pin", pins[i].content, length);
      char *pin = qd_pin_read_file (path, &error);

      g_test_message ("%s", pins[i].name);
      g_assert_cmpstr (pin, ==, pins[i].pin);
      if (!pin)
        g_assert_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_PIN);
      g_clear_error (&error);
      qd_pin_free (pin);
    }
  g_assert_null (qd_pin_read_file (long_path, &error));
  g_assert_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_PIN);
  g_clear_error (&error);
  g_assert_null (qd_pin_read_file (nowhere, &error));
  g_assert_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_PIN);
}

static void
test_demo_refused (void)
{
  g_autoptr (SealKit) kit = seal_kit_new (QD_KEY_EC_P256);
  g_autofree char *path = g_build_filename (kit->folder, "new.p12", NULL);
  g_autofree char *long_name = g_strnfill (65, 'x');
  g_autoptr (GError) error = NULL;

  g_assert_false (qd_demo_key_create (path, NULL, "123", "Name", NULL, QD_KEY_EC_P256, &error));
  g_assert_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_KEY);
  g_clear_error (&error);
  g_assert_false (qd_demo_key_create (path, NULL, "1234", "", NULL, QD_KEY_EC_P256, &error));
  g_clear_error (&error);
  g_assert_false (qd_demo_key_create (path, NULL, "1234", long_name, NULL, QD_KEY_EC_P256, &error));
  g_clear_error (&error);
  /* The certificate cannot be written, so the key goes too. */
  g_assert_false (qd_demo_key_create (path, kit->trust, "1234", "Name", NULL, QD_KEY_EC_P256, &error));
  g_assert_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_KEY);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/signer/demo/ec", GUINT_TO_POINTER (QD_KEY_EC_P256), test_demo);
  g_test_add_data_func ("/signer/demo/rsa", GUINT_TO_POINTER (QD_KEY_RSA_2048), test_demo);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *path = g_strdup_printf ("/signer/key/%s", keys[i].name);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_key);
    }
  g_test_add_func ("/signer/damaged-key", test_damaged_key);
  g_test_add_func ("/signer/pins", test_pins);
  g_test_add_func ("/signer/demo-refused", test_demo_refused);
  return g_test_run ();
}
