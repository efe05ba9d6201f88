/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "qd-ident.h"

static const struct
{
  gboolean (*check) (const char *text);
  const char *text;
  gboolean valid;
} rows[] = {
  { qd_cas_is_valid, "7732-18-5", TRUE },
  { qd_cas_is_valid, "50-00-0", TRUE },
  { qd_cas_is_valid, "107-07-3", TRUE },
  { qd_cas_is_valid, "7732-18-4", FALSE },
  { qd_cas_is_valid, "77321-8-5", FALSE },
  { qd_cas_is_valid, "7732185", FALSE },
  { qd_cas_is_valid, "0050-00-0", FALSE },
  { qd_cas_is_valid, "7732-18-5 ", FALSE },
  { qd_cas_is_valid, "7732–18–5", FALSE },
  { qd_cas_is_valid, "5-00-0", FALSE },
  { qd_cas_is_valid, "12345678-00-0", FALSE },
  { qd_cas_is_valid, "", FALSE },
  { qd_cas_is_valid, NULL, FALSE },
  { qd_uscc_is_valid, "91130200699229617X", TRUE },
  { qd_uscc_is_valid, "911302307808371268", TRUE },
  { qd_uscc_is_valid, "911302006992296170", FALSE },
  { qd_uscc_is_valid, "91130200699229671X", FALSE },
  { qd_uscc_is_valid, "91130200699229617x", FALSE },
  { qd_uscc_is_valid, "9113020069922961IX", FALSE },
  { qd_uscc_is_valid, "91130200699229617", FALSE },
  { qd_uscc_is_valid, "91130200699229617XX", FALSE },
  { qd_uscc_is_valid, "", FALSE },
  { qd_uscc_is_valid, NULL, FALSE },
  { qd_permit_no_is_valid, "91130200699229617X001P", TRUE },
  { qd_permit_no_is_valid, "91130200699229617X0019", TRUE },
  { qd_permit_no_is_valid, "H91302000000"
                           "00001"
                           "a",
    TRUE },
  { qd_permit_no_is_valid, "H9130200123456789A", TRUE },
  { qd_permit_no_is_valid, "91130200699229617X01AP", FALSE },
  { qd_permit_no_is_valid, "91130200699229617X001p", FALSE },
  { qd_permit_no_is_valid, "91130200699229617O001P", FALSE },
  { qd_permit_no_is_valid, "91130200699229617X001", FALSE },
  { qd_permit_no_is_valid, "H9A30200000000001a", FALSE },
  { qd_permit_no_is_valid, "", FALSE },
  { qd_permit_no_is_valid, NULL, FALSE },
  { qd_ec_is_valid, "200-001-8", TRUE },
  { qd_ec_is_valid, "231-791-2", TRUE },
  { qd_ec_is_valid, "231-791-3", FALSE },
  { qd_ec_is_valid, "2317912", FALSE },
  { qd_ec_is_valid, "231-79a-2", FALSE },
  { qd_ec_is_valid, "", FALSE },
  { qd_ec_is_valid, NULL, FALSE },
};

static void
test_rows (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("row %zu «%s»", i, rows[i].text);
      g_assert_cmpint (rows[i].check (rows[i].text), ==, rows[i].valid);
    }
}

/* No weight shares a factor with 31, so that one wrong character never goes unnoticed. */
static void
test_single_errors (void)
{
  static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  char uscc[] = "91130200699229617X";

  for (gsize i = 0; i < sizeof uscc - 1; i++)
    for (const char *c = alphabet; *c != '\0'; c++)
      {
        char old = uscc[i];

        uscc[i] = *c;
        g_assert_cmpint (qd_uscc_is_valid (uscc), ==, *c == old);
        uscc[i] = old;
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ident/rows", test_rows);
  g_test_add_func ("/ident/single-errors", test_single_errors);
  return g_test_run ();
}
