/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-cli"
#include "config.h"

#include "pin.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define MAX_PIN 256

static char *
ask (GError **error)
{
  struct termios old;
  struct termios silent;
  char line[MAX_PIN + 2];
  char *pin = NULL;

  if (!isatty (STDIN_FILENO) || tcgetattr (STDIN_FILENO, &old) != 0)
    {
      g_set_error_literal (error, QD_SEAL_ERROR, QD_SEAL_ERROR_PIN, _ ("No PIN was given. Name a file with --pin-file or QINGDAN_PIN_FILE, or run in a terminal."));
      return NULL;
    }
  silent = old;
  silent.c_lflag &= ~(tcflag_t) ECHO;
  g_printerr ("%s ", _ ("PIN of the key:"));
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &silent);
  if (fgets (line, sizeof line, stdin) != NULL)
    {
      line[strcspn (line, "\r\n")] = '\0';
      pin = g_strdup (line);
    }
  tcsetattr (STDIN_FILENO, TCSAFLUSH, &old);
  g_printerr ("\n");
  explicit_bzero (line, sizeof line);
  if (pin == NULL)
    g_set_error_literal (error, QD_SEAL_ERROR, QD_SEAL_ERROR_PIN, _ ("No PIN was typed. Nothing was sealed."));
  return pin;
}

char *
qd_cli_obtain_pin (const char *pin_file,
                   GError **error)
{
  if (pin_file == NULL)
    pin_file = g_getenv ("QINGDAN_PIN_FILE");
  return pin_file != NULL ? qd_pin_read_file (pin_file, error) : ask (error);
}
