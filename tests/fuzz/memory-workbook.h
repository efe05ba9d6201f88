/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include "qd-sheet.h"

/* Anonymous memory as a file: workbooks are read by path. Needs _GNU_SOURCE for memfd_create(). */
static inline QdSheet *
read_workbook (const uint8_t *data, size_t size, GError **error)
{
  int fd = memfd_create ("sheet", MFD_CLOEXEC);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  QdSheet *sheet = NULL;

  if (fd >= 0 && write (fd, data, size) == (ssize_t) size)
    sheet = qd_sheet_read (path, NULL, NULL, NULL, NULL, error);
  if (fd >= 0)
    close (fd);
  return sheet;
}
