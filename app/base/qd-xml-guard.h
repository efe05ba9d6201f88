/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** More attributes than any element of ours or of the formats that we read has. */
#define QD_XML_MAX_ATTRIBUTES 512

/**
 * QdXmlGuard: looks at foreign XML before a parser sees it, piece by piece. It stops what keeps libxml2 busy for hours:
 * before 2.12 it compares each attribute of a tag with each other (80,000 of them, 0.8 MB, take 11 s).
 * Not a parser: what it lets through may still be malformed. Starts as zeros.
 */
typedef struct
{
  guint8 state;
  guint8 matched; /* characters of an opening or closing mark that were seen */
  char quote;
  guint attributes; /* in the tag at hand */
} QdXmlGuard;

/** Feeds the next @length bytes; FALSE when a tag has more than %QD_XML_MAX_ATTRIBUTES attributes. */
gboolean qd_xml_guard_feed (QdXmlGuard *self, const char *data, gsize length);

/**
 * qd_xml_has_few_attributes:
 * @data: a whole document in UTF-8 or another encoding that holds ASCII as it is
 */
gboolean qd_xml_has_few_attributes (const char *data, gsize length);

/** The same, and the text is UTF-8 without zero bytes, so that all readers see the same. For signed documents. */
gboolean qd_xml_is_harmless (const char *data, gsize length);

G_END_DECLS
