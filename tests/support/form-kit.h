/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-instance.h"

/* Small forms for tests. The line numbers matter: the data stands in line 4, the rest of the model from line 5 on, the body after it. */

static inline GBytes *
kit_form_bytes (const char *data, const char *model, const char *body)
{
  char *text = g_strconcat ("<h:html xmlns=\"http://www.w3.org/2002/xforms\" xmlns:h=\"http://www.w3.org/1999/xhtml\" xmlns:jr=\"http://openrosa.org/javarosa\""
                            " xmlns:odk=\"http://www.opendatakit.org/xforms\" xmlns:orx=\"http://openrosa.org/xforms\" xmlns:qd=\"urn:qingdan:form:1\">\n"
                            "<h:head><h:title>Test</h:title><model>\n"
                            "<instance>\n",
                            data,
                            "</instance>\n",
                            model,
                            "\n</model></h:head>\n<h:body>\n",
                            body,
                            "\n</h:body></h:html>\n",
                            NULL);

  return g_bytes_new_take (text, strlen (text));
}

static inline QdForm *
kit_form (const char *data, const char *model, const char *body)
{
  g_autoptr (GBytes) bytes = kit_form_bytes (data, model, body);
  g_autoptr (GError) error = NULL;
  QdForm *form = qd_form_new (bytes, "test.xml", &error);

  g_assert_no_error (error);
  return form;
}

static inline QdInstance *
kit_instance_full (QdForm *form, QdInstanceMode mode, GBytes *xml)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (8 * 3600);
  g_autoptr (GDateTime) now = g_date_time_new (zone, 2026, 11, 24, 10, 42, 7.5);
  QdInstanceOptions options = { .mode = mode, .xml = xml, .now = now };
  QdInstance *instance = qd_instance_new (form, &options, &error);

  g_assert_no_error (error);
  return instance;
}

static inline QdInstance *
kit_instance (const char *data, const char *model, const char *body)
{
  g_autoptr (QdForm) form = kit_form (data, model, body);

  return kit_instance_full (form, QD_INSTANCE_CREATE, NULL);
}

static inline QdNodeId
kit_node (QdInstance *instance, const char *path)
{
  QdNodeId node = qd_instance_find (instance, path);

  if (node == 0)
    g_error ("no node at %s", path);
  return node;
}

static inline const char *
kit_get (QdInstance *instance, const char *path)
{
  return qd_instance_get_value (instance, kit_node (instance, path));
}

static inline void
kit_set (QdInstance *instance, const char *path, const char *value)
{
  g_autoptr (GError) error = NULL;

  qd_instance_set_value (instance, kit_node (instance, path), value, &error);
  g_assert_no_error (error);
}

static inline char *
kit_save (QdInstance *instance)
{
  g_autoptr (GBytes) bytes = qd_instance_save (instance);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static inline char *
kit_serialize (QdInstance *instance)
{
  g_autoptr (GBytes) bytes = qd_instance_serialize (instance);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* "required /data/a; type /data/b": rules and paths of all findings. */
static inline char *
kit_findings (QdInstance *instance)
{
  g_autoptr (GPtrArray) findings = qd_instance_get_findings (instance);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < findings->len; i++)
    g_string_append_printf (out, "%s%s %s", i == 0 ? "" : "; ", qd_finding_get_rule (g_ptr_array_index (findings, i)), qd_finding_get_path (g_ptr_array_index (findings, i)));
  return g_string_free (out, FALSE);
}
