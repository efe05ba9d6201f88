/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* First letters of the pinyin of Chinese text, as Unicode's CLDR has them (transform Han-Latin of ICU). Each character is read by
 * itself, so a character with several readings has its most common one: 重铬酸钾 is "zgsj". For search only. Any thread. */

/** Loads the tables in a thread of its own: it takes about 0.15 s, once. */
void qd_pinyin_prepare (void);
/** The tables are there: the next call does not wait for them. */
gboolean qd_pinyin_is_ready (void);
/** Letters of Han characters; Latin letters and digits stay, in small; everything else is left out. Loads the tables when they are not there. */
char *qd_pinyin_dup_initials (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
