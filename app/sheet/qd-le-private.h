/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <string.h>

/* Numbers as old Excel files have them: the lowest byte first, at any address. */

static inline guint16
qd_le16 (const guint8 *data)
{
  return (guint16) (data[0] | data[1] << 8);
}

static inline guint32
qd_le32 (const guint8 *data)
{
  return qd_le16 (data) | (guint32) qd_le16 (data + 2) << 16;
}

static inline double
qd_le_double (const guint8 *data)
{
  guint64 bits = qd_le32 (data) | (guint64) qd_le32 (data + 4) << 32;
  double value;

  memcpy (&value, &bits, sizeof value);
  return value;
}
