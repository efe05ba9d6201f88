/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people type and read: numbers, dates, periods, addresses. Good and bad rows in one table. */
#include "config.h"

#include "qd-history-pane.h"
#include "qd-look.h"
#include "qd-targets.h"

typedef struct
{
  const char *in;
  const char *out;
} Row;

static void
test_numbers_typed (void)
{
  static const Row rows[] = {
    { "12.5", "12.5" },
    { "１２．５", "12.5" },
    { " 1,460,000 ", "1460000" },
    { "−3", "-3" },
    { "0.05L", "0.05L" },
    { "约 12", "约 12" },
    { "1.2.3", "1.2.3" },
    { "L", "L" },
    { "-", "-" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *out = qd_look_read_number (rows[i].in);
      g_assert_cmpstr (out, ==, rows[i].out);
    }
}

static void
test_numbers_shown (void)
{
  static const Row rows[] = {
    { "1460000", "1,460,000" },
    { "1234.5678", "1,234.5678" },
    { "-1000", "−1,000" },
    { "999", "999" },
    { "0.0496", "0.0496" },
    { "约 12", "约 12" },
    { "2026-11-24", "2026-11-24" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *out = qd_look_number (rows[i].in);
      g_assert_cmpstr (out, ==, rows[i].out);
    }
}

static void
test_dates (void)
{
  static const Row rows[] = {
    { "20261124", "2026-11-24" },
    { "2026.11.24", "2026-11-24" },
    { "2026/1/4", "2026-01-04" },
    { "２０２６１１２４", "2026-11-24" },
    { "2026-13-01", "2026-13-01" },
    { "2026-11", "2026-11" },
    { "24.11.2026", "24.11.2026" },
    { "soon", "soon" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *out = qd_look_read_date (rows[i].in);
      g_assert_cmpstr (out, ==, rows[i].out);
    }
}

static void
test_periods (void)
{
  static const Row rows[] = {
    { "2026", "Year 2026" },
    { "2026Q3", "2026, quarter 3" },
    { "2026-01", "2026, month 1" },
    { "2026-11-24", "2026-11-24" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *out = qd_look_period (rows[i].in);
      g_assert_cmpstr (out, ==, rows[i].out);
    }
}

static void
test_variance (void)
{
  static const struct
  {
    const char *last, *now, *out;
  } rows[] = {
    { "0.0712", "0.0496", "down 30.3%" },
    { "100", "130", "up 30.0%" },
    { "5", "5.0", "unchanged" },
    { "0", "5", NULL },
    { "about", "5", NULL },
    { "5", "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *out = qd_history_pane_variance (rows[i].last, rows[i].now);
      g_assert_cmpstr (out, ==, rows[i].out);
    }
}

static void
test_addresses (void)
{
  static const struct
  {
    const char *address;
    gboolean valid;
  } rows[] = {
    { "https://example.org/files/", TRUE },
    { "http://127.0.0.1:1080", TRUE },
    { "/media/usb", TRUE },
    { "ftp://example.org", FALSE },
    { "https://", FALSE },
    { "example.org", FALSE },
    { "relative/folder", FALSE },
    { "", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (qd_target_address_is_valid (rows[i].address), ==, rows[i].valid);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/look/numbers-typed", test_numbers_typed);
  g_test_add_func ("/look/numbers-shown", test_numbers_shown);
  g_test_add_func ("/look/dates", test_dates);
  g_test_add_func ("/look/periods", test_periods);
  g_test_add_func ("/look/variance", test_variance);
  g_test_add_func ("/look/addresses", test_addresses);
  return g_test_run ();
}
