/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "qd-instance.h"

#define FORM                                                                                                                                                         \
  "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' xmlns:jr='http://openrosa.org/javarosa'><h:head><h:title>f</h:title><model>" \
  "<instance><d id='f'><a/><g><b x='1'/></g><row jr:template=''><q/><t/><s jr:template=''><u/></s></row><n/></d></instance>"                                         \
  "<bind nodeset='/d/a' type='int' required='true()'/><bind nodeset='/d/g' relevant='/d/a &gt; 1'/><bind nodeset='/d/row/q' type='decimal' constraint='. &gt; 0'/>"  \
  "<bind nodeset='/d/row/t' calculate='../q * position(..)'/><bind nodeset='/d/n' calculate='sum(/d/row/t)'/></model></h:head>"                                      \
  "<h:body><repeat nodeset='/d/row'><input ref='/d/row/q'/><repeat nodeset='/d/row/s' jr:count='../q'><input ref='/d/row/s/u'/></repeat></repeat></h:body></h:html>"

/* The input is the data of a small form, as a draft and as an earlier submission. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const QdInstanceMode modes[] = { QD_INSTANCE_RESTORE, QD_INSTANCE_EDIT };
  g_autoptr (GBytes) bytes = g_bytes_new_static (FORM, strlen (FORM)), xml = g_bytes_new (data, size);
  g_autoptr (QdForm) form = qd_form_new (bytes, "form.xml", NULL);
  g_autoptr (GDateTime) now = g_date_time_new_utc (2026, 11, 24, 8, 30, 0);

  g_assert_nonnull (form);
  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      QdInstanceOptions options = { .mode = modes[i], .xml = xml, .now = now };
      g_autoptr (GError) error = NULL;
      g_autoptr (QdInstance) instance = qd_instance_new (form, &options, &error), again = NULL;
      g_autoptr (GBytes) first = NULL, second = NULL;

      if (instance == NULL)
        {
          g_assert_nonnull (error);
          g_assert_true (g_utf8_validate (error->message, -1, NULL));
          continue;
        }
      first = qd_instance_save (instance);
      options.mode = QD_INSTANCE_RESTORE;
      options.xml = first;
      again = qd_instance_new (form, &options, &error);
      g_assert_no_error (error);
      second = qd_instance_save (again);
      g_assert_true (g_bytes_equal (first, second));
    }
  return 0;
}
