/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-verb-send"
#include "config.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <unistd.h>

#include "cli.h"
#include "delivery.h"
#include "qd-digest.h"

#define POLL_FIRST (G_USEC_PER_SEC / 10)
#define POLL_MAX (5 * G_USEC_PER_SEC)

typedef struct
{
  gboolean terminal;
  gboolean told;
} Progress;

static void
progress_cb (gint64 confirmed,
             gint64 total,
             gint64 resumed_at,
             gpointer user_data)
{
  Progress *progress = user_data;
  g_autofree char *done = g_format_size (confirmed);
  g_autofree char *all = g_format_size (total);

  if (!progress->told && resumed_at > 0 && confirmed < total)
    {
      g_autofree char *text = g_strdup_printf (_ ("Going on from the %s that the receiver has confirmed."), done);

      g_printerr ("%s\n", text);
    }
  progress->told = TRUE;
  if (progress->terminal)
    g_printerr ("\r%s / %s  ", done, all);
  if (progress->terminal && confirmed == total)
    g_printerr ("\n");
}

/* Asks for the receipt until it is final or the time is up. */
static GBytes *
wait_for_receipt (const QdTarget *target,
                  const char *sha256,
                  int seconds,
                  const char **state,
                  GError **error)
{
  gint64 until = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  gint64 pause = POLL_FIRST;
  g_autoptr (GBytes) best = NULL;

  for (;;)
    {
      gboolean known = FALSE;
      g_autoptr (GBytes) bytes = qd_transfer_fetch_receipt (sha256, target, &known, NULL, error);
      g_autoptr (QdReceipt) receipt = NULL;

      if (*error != NULL)
        return NULL;
      if (known)
        *state = "received";
      if (bytes != NULL)
        {
          receipt = qd_receipt_read (bytes, sha256, target->trust_pem, error);
          if (receipt == NULL)
            return NULL;
          g_clear_pointer (&best, g_bytes_unref);
          best = g_bytes_ref (bytes);
          if (receipt->kind != QD_RECEIPT_RECEIVED)
            return g_steal_pointer (&best);
        }
      if (g_get_monotonic_time () + pause >= until)
        return g_steal_pointer (&best);
      g_usleep (pause);
      pause = MIN (pause * 2, POLL_MAX);
    }
}

int
qd_verb_send (int argc,
              char **argv)
{
  g_auto (QdCliDelivery) delivery = { 0 };
  g_autofree char *to = NULL;
  int wait = 0;
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "to", 0, 0, G_OPTION_ARG_FILENAME, &to, N_ ("address of the receiver, or a folder"), "URL|DIR" },
    { "wait", 0, 0, G_OPTION_ARG_INT, &wait, N_ ("wait so long for the acceptance or return"), "SECONDS" },
    QD_CLI_DELIVERY_ENTRIES (&delivery),
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("print JSON"), NULL },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *sha256 = NULL;
  g_autofree char *state_path = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const char *state = "sent";
  Progress progress = { .terminal = isatty (STDERR_FILENO) };

  if (!qd_cli_parse (&argc, &argv, "PACKAGE.asice", entries, 1))
    return QD_EXIT_USAGE;
  if (to == NULL)
    {
      g_printerr ("%s\n", _ ("Say where to with --to URL|DIR."));
      return QD_EXIT_USAGE;
    }
  sha256 = qd_file_digest (argv[1], NULL, NULL, &error);
  if (sha256 == NULL)
    {
      g_prefix_error (&error, "%s: ", argv[1]);
      return qd_cli_fail (error);
    }
  state_path = g_strconcat (argv[1], ".upload", NULL);
  if (!qd_cli_delivery_open (&delivery, to, &error) ||
      !qd_transfer_send (argv[1], sha256, delivery.target, state_path, progress_cb, &progress, NULL, &error))
    return qd_cli_fail (error);
  if (wait > 0)
    bytes = wait_for_receipt (delivery.target, sha256, wait, &state, &error);
  if (error != NULL)
    return qd_cli_fail (error);
  if (bytes == NULL && qd_target_is_folder (delivery.target))
    state = "saved";
  return qd_cli_delivery_answer (&delivery, sha256, bytes, state, NULL, json);
}
