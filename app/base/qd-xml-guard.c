/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-xml-guard"

#include "config.h"

#include "qd-xml-guard.h"

#include <string.h>

/* Just behind @mark, or the end. */
static const char *
skip_past (const char *p, const char *end, const char *mark)
{
  const char *found = g_strstr_len (p, end - p, mark);

  return found ? found + strlen (mark) : end;
}

static gboolean
starts_with (const char *p, const char *end, const char *prefix)
{
  gsize length = strlen (prefix);

  return (gsize) (end - p) >= length && memcmp (p, prefix, length) == 0;
}

/* Behind the tag that starts at @p, or NULL when it has too many attributes. */
static const char *
skip_tag (const char *p, const char *end)
{
  guint attributes = 0;

  while (p < end && *p != '>')
    {
      if (*p == '"' || *p == '\'')
        {
          p = memchr (p + 1, *p, (gsize) (end - p - 1));
          if (!p)
            return end;
          if (++attributes > QD_XML_MAX_ATTRIBUTES)
            return NULL;
        }
      p++;
    }
  return p;
}

gboolean
qd_xml_is_harmless (const char *data, gsize length)
{
  const char *p = data;
  const char *end = data + length;

  if (length == 0)
    return TRUE;
  if (!g_utf8_validate_len (data, length, NULL))
    return FALSE;
  while (p && p < end)
    {
      p = memchr (p, '<', (gsize) (end - p));
      if (!p)
        break;
      if (starts_with (p, end, "<!--"))
        p = skip_past (p + 4, end, "-->");
      else if (starts_with (p, end, "<![CDATA["))
        p = skip_past (p + 9, end, "]]>");
      else if (starts_with (p, end, "<?"))
        p = skip_past (p + 2, end, "?>");
      else
        {
          p = skip_tag (p + 1, end);
          if (!p)
            return FALSE;
        }
    }
  return TRUE;
}
