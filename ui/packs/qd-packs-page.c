/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-packs-page"
#include "config.h"
#include "qd-packs-page.h"

#include <glib/gi18n.h>
#include "qd-header.h"
#include "qd-look.h"

struct _QdPacksPage
{
  GtkWidget parent_instance;
  GtkWidget *box;
  GtkWidget *header;
  GtkWidget *page;
};

static GtkWidget *
page_get_header (QdPage *page)
{
  return QD_PACKS_PAGE (page)->header;
}

static void
page_iface_init (QdPageInterface *iface)
{
  iface->get_header = page_get_header;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (QdPacksPage, qd_packs_page, GTK_TYPE_WIDGET, G_IMPLEMENT_INTERFACE (QD_TYPE_PAGE, page_iface_init))

static GtkWidget *
add_row (GtkWidget *group, const char *icon, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), qd_icon_new (icon, NULL));
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  return row;
}

static char *
describe_form (QdForm *form)
{
  GPtrArray *bases = qd_form_get_bases (form);
  GString *text = g_string_new (NULL);
  guint unconfirmed = 0;

  g_string_append_printf (text, _ ("version %s"), qd_form_get_version (form));
  for (guint i = 0; i < bases->len; i++)
    {
      const QdBasis *basis = g_ptr_array_index (bases, i);
      if (basis->confidence != QD_CONFIDENCE_CONFIRMED)
        {
          unconfirmed++;
          continue;
        }
      g_string_append (text, " · ");
      g_string_append (text, basis->instrument);
      if (basis->article != NULL)
        g_string_append_printf (text, " %s", basis->article);
    }
  if (unconfirmed > 0)
    {
      g_autofree char *rest = g_strdup_printf (ngettext ("%u basis to be confirmed", "%u bases to be confirmed", unconfirmed), unconfirmed);
      g_string_append_printf (text, " · %s", rest);
    }
  return g_string_free (text, FALSE);
}

static void
fill (QdPacksPage *self, QdWorkspace *workspace)
{
  QdPack *pack = qd_workspace_get_pack (workspace);
  const char *const *ids = qd_pack_get_form_ids (pack);
  GtkWidget *about = adw_preferences_group_new ();
  GtkWidget *forms = adw_preferences_group_new ();
  g_autofree char *title = g_strdup_printf ("%s %s", qd_pack_get_id (pack), qd_pack_get_version (pack));
  g_autofree char *valid = g_strdup_printf (_ ("valid from %s"), qd_pack_get_valid_from (pack) != NULL ? qd_pack_get_valid_from (pack) : "—");
  g_autofree char *digest = qd_look_digest (qd_pack_get_digest (pack));

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (about), _ ("Pack in use"));
  add_row (about, "qd-package-symbolic", title, valid);
  add_row (about, "qd-shield-symbolic", _ ("Came with the program"), _ ("Every file was compared with its digest when it was loaded"));
  add_row (about, "qd-document-symbolic", _ ("Digest of the pack, part of every verdict"), digest);
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (forms), _ ("Forms"));
  for (guint i = 0; ids[i] != NULL; i++)
    {
      QdForm *form = qd_pack_get_form (pack, ids[i], NULL);
      g_autofree char *detail = NULL;
      if (form == NULL)
        continue;
      detail = describe_form (form);
      add_row (forms, "qd-document-symbolic", qd_form_get_title (form, qd_look_get_language ()), detail);
    }
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self->page), ADW_PREFERENCES_GROUP (about));
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self->page), ADW_PREFERENCES_GROUP (forms));
  qd_header_set_title (self->header, C_ ("page", "Packs"), title);
}

static void
qd_packs_page_dispose (GObject *object)
{
  g_clear_pointer (&QD_PACKS_PAGE (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (qd_packs_page_parent_class)->dispose (object);
}

static void
qd_packs_page_class_init (QdPacksPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = qd_packs_page_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
qd_packs_page_init (QdPacksPage *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->header = qd_header_new (QD_HEADER_SHELL, C_ ("page", "Packs"), NULL);
  self->page = adw_preferences_page_new ();
  gtk_widget_set_vexpand (self->page, TRUE);
  gtk_box_append (GTK_BOX (self->box), self->header);
  gtk_box_append (GTK_BOX (self->box), self->page);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
qd_packs_page_new (QdWorkspace *workspace)
{
  QdPacksPage *self = g_object_new (QD_TYPE_PACKS_PAGE, NULL);

  fill (self, workspace);
  return GTK_WIDGET (self);
}
