/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz.h"
#include "qd-instance.h"

/* The input is a form. One that loads is filled a little, written, and read back. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size), saved = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (QdForm) form = qd_form_new (bytes, "form.xml", &error);
  g_autoptr (QdInstance) instance = NULL, again = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_utc (2026, 11, 24, 8, 30, 0);
  QdInstanceOptions options = { .now = now };

  if (form == NULL)
    {
      g_assert_nonnull (error);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      return 0;
    }
  instance = qd_instance_new (form, &options, &error);
  if (instance == NULL)
    {
      g_assert_nonnull (error);
      return 0;
    }
  for (QdNodeId node = 1; node < 40; node++)
    if (qd_instance_is_alive (instance, node))
      {
        g_autofree char *label = qd_instance_dup_label (instance, node), *display = qd_instance_dup_display (instance, node);

        if (qd_instance_get_node_type (instance, node) == QD_NODE_REPEAT_RANGE)
          qd_instance_add_rows (instance, node, 0, 2, NULL);
        else
          qd_instance_set_value (instance, node, "3", NULL);
      }
  findings = qd_instance_get_findings (instance);
  saved = qd_instance_save (instance);
  options.mode = QD_INSTANCE_RESTORE;
  options.xml = saved;
  again = qd_instance_new (form, &options, &error);
  g_assert_no_error (error);
  return 0;
}
