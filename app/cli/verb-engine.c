/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-cli"
#include "config.h"
#include "verbs.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qd-engine-protocol.h"

/* The JSON lines of engine-protocol: one request a line on standard input, one reply a line on standard output, in order. */
int
qd_verb_engine (int argc, char **argv)
{
  g_autoptr (QdEngine) engine = NULL;
  char *line = NULL;
  size_t size = 0;
  ssize_t length;

  if (argc > 1)
    {
      g_printerr ("%s\n", _ ("Usage: qingdan-cli engine   (requests on standard input, one JSON object a line)"));
      return strcmp (argv[1], "--help") == 0 ? QD_EXIT_FINE : QD_EXIT_USAGE;
    }
  engine = qd_engine_new ();
  while ((length = getline (&line, &size, stdin)) >= 0)
    {
      g_autofree char *reply = NULL;

      while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
        line[--length] = '\0';
      if (length == 0)
        continue;
      reply = qd_engine_handle (engine, line);
      fputs (reply, stdout);
      fputc ('\n', stdout);
      fflush (stdout);
    }
  free (line);
  return QD_EXIT_FINE;
}
