/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-verb-new"
#include "config.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "cli.h"
#include "qd-store.h"

/* Adds the file as the workspace's profile or register after the form has read it. */
static gboolean
add_facts (QdCliContext *context,
           QdStore *store,
           const char *path,
           const char *kind,
           GError **error)
{
  g_autoptr (QdInstance) instance = qd_cli_load (context, path, error);
  g_autoptr (GBytes) draft = NULL;
  QdForm *form;

  if (instance == NULL)
    return FALSE;
  form = qd_instance_get_form (instance);
  if (g_strcmp0 (qd_form_get_info (form, "kind"), kind) != 0)
    {
      g_set_error (error, QD_FORM_ERROR, QD_FORM_ERROR_INSTANCE, _ ("%s fills the form %s, which is no %s."), path, qd_form_get_id (form), kind);
      return FALSE;
    }
  draft = qd_instance_save (instance);
  return qd_store_add_declaration (store, qd_form_get_id (form), qd_form_get_version (form), context->period != NULL ? context->period : "", NULL, 0, draft, error) != 0;
}

int
qd_verb_new (int argc,
             char **argv)
{
  g_auto (QdCliContext) context = { 0 };
  const GOptionEntry entries[] = {
    QD_CLI_CONTEXT_ENTRIES (&context),
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (QdStore) store = NULL;

  if (!qd_cli_parse (&argc, &argv, "FILE.qingdan", entries, 1))
    return QD_EXIT_USAGE;
  if (!qd_cli_context_open (&context, &error))
    return qd_cli_fail (error);
  store = qd_store_create (argv[1], &error);
  if (store == NULL)
    return qd_cli_fail (error);
  if ((context.profile != NULL && !add_facts (&context, store, context.profile, "profile", &error)) ||
      (context.substances != NULL && !add_facts (&context, store, context.substances, "register", &error)) ||
      !qd_store_close (store, &error))
    {
      /* A workspace that lacks what was asked for is worse than none. */
      g_clear_object (&store);
      g_unlink (argv[1]);
      return qd_cli_fail (error);
    }
  g_print (_ ("Workspace %s is ready.\n"), argv[1]);
  return QD_EXIT_FINE;
}
