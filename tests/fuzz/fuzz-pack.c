/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pack.xml of unknown origin, beside one file that it may call a list or a form. */
#include "fuzz.h"
#include "qd-pack.h"

#include <glib/gstdio.h>
#include <stdlib.h>

static char *dir, *description, *list;

static void
remove_dir (void)
{
  g_remove (description);
  g_remove (list);
  g_rmdir (dir);
  g_free (description);
  g_free (list);
  g_free (dir);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (QdPack) pack = NULL;

  if (!dir)
    {
      dir = g_dir_make_tmp ("qd-fuzz-pack-XXXXXX", NULL);
      description = g_build_filename (dir, "pack.xml", NULL);
      list = g_build_filename (dir, "a", NULL);
      g_file_set_contents (list, "code,name\n1,one\n", -1, NULL);
      atexit (remove_dir);
    }
  g_file_set_contents_full (description, (const char *) data, (gssize) size, G_FILE_SET_CONTENTS_NONE, 0600, NULL);
  pack = qd_pack_load (dir, NULL);
  if (pack)
    {
      const char *const *ids = qd_pack_get_form_ids (pack);

      for (guint i = 0; ids[i]; i++)
        qd_pack_get_form (pack, ids[i], NULL);
    }
  return 0;
}
