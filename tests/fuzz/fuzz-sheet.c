/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memfd_create */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "memory-workbook.h"
#include "qd-import.h"

static const char form_xml[] =
    "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' xmlns:qd='urn:qingdan:form:1'><h:head><h:title>T</h:title><model>"
    "<instance><d id='t' version='1'><row><name/><cas/><qty/><day/></row></d></instance><bind nodeset='/d/row/cas' type='string' qd:format='cas'/>"
    "<bind nodeset='/d/row/qty' type='decimal' qd:unit='t'/><bind nodeset='/d/row/day' type='date'/></model></h:head><h:body><group ref='/d/row'><label>R</label>"
    "<repeat nodeset='/d/row' qd:key='cas|name'><input ref='/d/row/name'><label>name</label></input><input ref='/d/row/cas'><label>cas</label></input>"
    "<input ref='/d/row/qty'><label>qty</label></input><input ref='/d/row/day'><label>day</label></input></repeat></group></h:body></h:html>";

/* A sheet of unknown origin: an error, or a table in which no row gets lost on the way into a declaration. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static QdForm *form;
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdSheet) sheet = size > 2 && memcmp (data, "PK", 2) == 0 ? read_workbook (data, size, &error) : qd_sheet_read_text (bytes, "fuzz.csv", &error);
  QdInstanceOptions options = { 0 };
  g_autoptr (QdInstance) instance = NULL;
  g_autoptr (QdImport) import = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  QdImportCounts counts;
  QdNodeId range;

  if (sheet == NULL)
    {
      g_assert_true (error == NULL || g_utf8_validate (error->message, -1, NULL));
      return 0;
    }
  if (qd_sheet_get_n_rows (sheet) > 200 || qd_sheet_get_n_columns (sheet) > 40)
    return 0;
  if (form == NULL)
    {
      g_autoptr (GBytes) xml = g_bytes_new_static (form_xml, strlen (form_xml));

      form = qd_form_new (xml, "fuzz.xml", NULL);
    }
  instance = qd_instance_new (form, &options, NULL);
  range = qd_instance_get_parent (instance, qd_instance_find (instance, "/d/row[1]"));
  import = qd_import_new (instance, range, sheet);
  rows = qd_import_check (import, QD_IMPORT_UPDATE, &counts);
  g_assert_cmpuint (rows->len, ==, counts.rows);
  g_assert_cmpuint (counts.rows, ==, counts.added + counts.updated + counts.refused + counts.empty);
  g_assert_cmpuint (counts.rows, ==, qd_sheet_get_n_rows (sheet) - qd_import_get_first_row (import));
  g_assert_true (qd_import_apply (import, QD_IMPORT_UPDATE, NULL, NULL));
  return 0;
}
