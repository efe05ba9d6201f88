/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-signer.h"

/**
 * qd_cli_obtain_pin: from @pin_file, the file that QINGDAN_PIN_FILE names, or a prompt without echo; never from the
 * command line, where every user of the machine could read it.
 *
 * Returns: (transfer full): free with qd_pin_free(), which wipes it
 */
char *qd_cli_obtain_pin (const char *pin_file, GError **error) G_GNUC_WARN_UNUSED_RESULT;
