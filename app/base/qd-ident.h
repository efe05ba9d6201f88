/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Identity codes: pure functions over text. A NULL or empty text is not valid. */

/** CAS registry number: 2-7 digits, 2 digits, check digit = Σ i·dᵢ mod 10 counted from the right. */
gboolean qd_cas_is_valid (const char *text);
/** As registered: half-width, one kind of dash, no spaces, without "CAS" before it. Of what is no CAS number something that is none, either. */
char *qd_cas_dup_clean (const char *text) G_GNUC_WARN_UNUSED_RESULT;
/** Unified social credit code, GB 32100-2015: 18 characters, weighted sum mod 31. */
gboolean qd_uscc_is_valid (const char *text);
/** Permit or registration number, HJ 608-2017: USCC + 3 digits + 1 letter or digit, or the H9 form of the 2016 trial rules. Pattern only: the last character is no check digit. */
gboolean qd_permit_no_is_valid (const char *text);
/** EC number: ddd-ddd-d, check digit = Σ i·dᵢ mod 11. */
gboolean qd_ec_is_valid (const char *text);

G_END_DECLS
