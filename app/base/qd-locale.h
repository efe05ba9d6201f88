/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * qd_locale_init: takes over the user's locale, before anything else a program does. Where none is set (a bare system, cron,
 * ssh without LANG) the language stays English, but texts are UTF-8: names and arguments in Chinese are not ASCII.
 */
void qd_locale_init (void);

G_END_DECLS
