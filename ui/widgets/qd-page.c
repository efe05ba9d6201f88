/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-page"
#include "config.h"
#include "qd-page.h"

G_DEFINE_INTERFACE (QdPage, qd_page, GTK_TYPE_WIDGET)

static guint commands_changed;

static void
qd_page_default_init (QdPageInterface *iface)
{
  commands_changed = g_signal_new ("commands-changed", QD_TYPE_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

gboolean
qd_page_can (QdPage *self, const char *command)
{
  QdPageInterface *iface = QD_PAGE_GET_IFACE (self);

  return iface->can != NULL && iface->can (self, command);
}

void
qd_page_run (QdPage *self, const char *command)
{
  if (qd_page_can (self, command))
    QD_PAGE_GET_IFACE (self)->run (self, command);
}

void
qd_page_shown (QdPage *self)
{
  QdPageInterface *iface = QD_PAGE_GET_IFACE (self);

  if (iface->shown != NULL)
    iface->shown (self);
}

GtkWidget *
qd_page_get_header (QdPage *self)
{
  QdPageInterface *iface = QD_PAGE_GET_IFACE (self);

  return iface->get_header != NULL ? iface->get_header (self) : NULL;
}

void
qd_page_commands_changed (QdPage *self)
{
  g_signal_emit (self, commands_changed, 0);
}
