/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qingdan"
#include "config.h"

#include <glib/gi18n.h>
#include "qd-application.h"
#include "qd-locale.h"

int
main (int argc, char *argv[])
{
  g_autoptr (QdApplication) application = NULL;

  /* Without it, pango picks Japanese shapes of Han characters in locales that name no language. */
  g_setenv ("FC_LANG", "zh-cn", FALSE);
  qd_locale_init ();
  bindtextdomain (GETTEXT_PACKAGE, g_file_test (QD_BUILD_LOCALEDIR, G_FILE_TEST_IS_DIR) ? QD_BUILD_LOCALEDIR : QD_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name (_ ("Qingdan"));

  application = qd_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
