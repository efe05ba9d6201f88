/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-page.h"
#include "qd-workspace.h"

G_BEGIN_DECLS

/** QdSealPage: what is signed on the left; verdict, contents, certificate, PIN, statement and the button on the right. */
#define QD_TYPE_SEAL_PAGE (qd_seal_page_get_type ())
G_DECLARE_FINAL_TYPE (QdSealPage, qd_seal_page, QD, SEAL_PAGE, GtkWidget)

GtkWidget *qd_seal_page_new (QdWorkspace *workspace, QdDraft *draft) G_GNUC_WARN_UNUSED_RESULT;
/** Uses this certificate file (PKCS#12), as if it had been chosen. */
void qd_seal_page_set_certificate (QdSealPage *self, const char *path);

G_END_DECLS
