/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-package.h"

G_BEGIN_DECLS

#define QD_MANIFEST_NS "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
#define QD_MANIFEST_NAME "META-INF/manifest.xml"
#define QD_SIGNATURE_NAME "META-INF/signatures0.xml"

char *qd_hex (const guint8 *bytes, gsize length);

G_END_DECLS
