/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Writes a self-signed TLS certificate for localhost, valid from @from to @to seconds from now, and its key, as PEM. */
void make_cert (const char *cert_path, const char *cert_and_key_path, long from, long to);
