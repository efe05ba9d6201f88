/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-locale"

#include "config.h"

#include "qd-locale.h"

#include <locale.h>

void
qd_locale_init (void)
{
  const char *characters = setlocale (LC_ALL, "") != NULL ? setlocale (LC_CTYPE, NULL) : "C";

  if (g_str_equal (characters, "C") || g_str_equal (characters, "POSIX"))
    setlocale (LC_CTYPE, "C.UTF-8");
}
