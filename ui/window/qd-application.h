/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define QD_APPLICATION_ID "cn.qingdan.Qingdan"

/** QdApplication: `qingdan [FILE.qingdan] [--demo]`. */
#define QD_TYPE_APPLICATION (qd_application_get_type ())
G_DECLARE_FINAL_TYPE (QdApplication, qd_application, QD, APPLICATION, AdwApplication)

QdApplication *qd_application_new (void) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
