/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/** More attributes than any element of ours or of the formats that we read has. */
#define QD_XML_MAX_ATTRIBUTES 512

/**
 * qd_xml_is_harmless:
 * @data: foreign XML, before any parser has seen it
 *
 * Says no to what keeps libxml2 busy for hours or makes readers disagree: a tag with more than %QD_XML_MAX_ATTRIBUTES
 * attributes (libxml2 before 2.12 compares each with each: 80,000 of them, 0.8 MB, take 11 s), and text that is not
 * UTF-8 or holds zero bytes. Not a parser: what it lets through may still be malformed.
 */
gboolean qd_xml_is_harmless (const char *data, gsize length);

G_END_DECLS
