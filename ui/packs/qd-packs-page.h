/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-page.h"
#include "qd-workspace.h"

G_BEGIN_DECLS

/** QdPacksPage: the pack that the workspace is read with: version, validity, digest, and its forms with their legal bases. */
#define QD_TYPE_PACKS_PAGE (qd_packs_page_get_type ())
G_DECLARE_FINAL_TYPE (QdPacksPage, qd_packs_page, QD, PACKS_PAGE, GtkWidget)

GtkWidget *qd_packs_page_new (QdWorkspace *workspace) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
