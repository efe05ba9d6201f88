/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-xml-guard"

#include "config.h"

#include "qd-xml-guard.h"

#include <string.h>

enum
{
  TEXT,
  OPENING, /* behind "<", it may still become a comment or a CDATA section */
  TAG,
  QUOTED,
  COMMENT,
  CDATA,
  INSTRUCTION,
};

static const char comment_mark[] = "!--";
static const char cdata_mark[] = "![CDATA[";

/* Counts how much of @end_mark the text up to @c ends with; back to TEXT when it is whole. The marks are "-->", "]]>" and "?>". */
static void
look_for_end (QdXmlGuard *self, const char *end_mark, char c)
{
  gsize length = strlen (end_mark);

  if (c == end_mark[self->matched])
    {
      if (++self->matched == length)
        {
          self->state = TEXT;
          self->matched = 0;
        }
    }
  else
    /* "--->" and "]]]>" end, too: the first characters of a mark are all the same. */
    self->matched = c == end_mark[0] ? (guint8) (length - 1) : 0;
}

static void
enter (QdXmlGuard *self, guint8 state)
{
  self->state = state;
  self->matched = 0;
  self->attributes = 0;
}

/* The second character tells a comment from a CDATA section; what is neither is a tag, or a declaration that counts as one. */
static void
take_opening (QdXmlGuard *self, char c)
{
  const char *mark = self->quote == '-' ? comment_mark : cdata_mark;

  if (self->matched == 0 && c == '?')
    enter (self, INSTRUCTION);
  else if (self->matched == 0 && c == '!')
    self->matched = 1;
  else if (self->matched == 1 && (c == '-' || c == '['))
    {
      self->quote = c;
      self->matched = 2;
    }
  else if (self->matched < 2 || c != mark[self->matched])
    enter (self, TAG);
  else if (mark[++self->matched] == '\0')
    enter (self, mark == comment_mark ? COMMENT : CDATA);
}

static gboolean
take_in_tag (QdXmlGuard *self, char c)
{
  if (c == '>')
    self->state = TEXT;
  else if (c == '"' || c == '\'')
    {
      self->state = QUOTED;
      self->quote = c;
      return ++self->attributes <= QD_XML_MAX_ATTRIBUTES;
    }
  return TRUE;
}

gboolean
qd_xml_guard_feed (QdXmlGuard *self, const char *data, gsize length)
{
  const char *end = data + length;

  for (const char *p = data; p < end; p++)
    switch (self->state)
      {
      case TEXT:
        p = memchr (p, '<', (gsize) (end - p));
        if (p == NULL)
          return TRUE;
        enter (self, OPENING);
        break;
      case OPENING:
        take_opening (self, *p);
        if (self->state == TAG && !take_in_tag (self, *p))
          return FALSE;
        break;
      case TAG:
        while (p < end && *p != '>' && *p != '"' && *p != '\'')
          p++;
        if (p == end)
          return TRUE;
        if (!take_in_tag (self, *p))
          return FALSE;
        break;
      case QUOTED:
        p = memchr (p, self->quote, (gsize) (end - p));
        if (p == NULL)
          return TRUE;
        self->state = TAG;
        break;
      case COMMENT:
        look_for_end (self, "-->", *p);
        break;
      case CDATA:
        look_for_end (self, "]]>", *p);
        break;
      default:
        look_for_end (self, "?>", *p);
        break;
      }
  return TRUE;
}

gboolean
qd_xml_has_few_attributes (const char *data, gsize length)
{
  QdXmlGuard guard = { 0 };

  return length == 0 || qd_xml_guard_feed (&guard, data, length);
}

gboolean
qd_xml_is_harmless (const char *data, gsize length)
{
  return length == 0 || (g_utf8_validate_len (data, length, NULL) && qd_xml_has_few_attributes (data, length));
}
