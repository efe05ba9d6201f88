/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz.h"
#include "qd-signed-xml.h"

/* Ends in a verdict, with plain sentences; only a whole signature has no problems. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdVerification) verification = qd_signed_xml_verify (bytes, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpint (verification->valid, ==, verification->problems->len == 0);
  for (guint i = 0; i < verification->problems->len; i++)
    g_assert_true (g_utf8_validate (((QdPackageProblem *) g_ptr_array_index (verification->problems, i))->message, -1, NULL));
  if (verification->valid)
    g_assert_true (verification->signer && verification->signing_time);
  return 0;
}
