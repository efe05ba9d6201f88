/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "form-kit.h"
#include "qd-expr.h"
#include "qd-tree.h"

#define DATA "<data id=\"t\" version=\"1\"><a/><b/><c/><g><x/></g><row><q/><r/></row></data>"
#define REPEAT "<repeat nodeset=\"/data/row\"><input ref=\"/data/row/q\"/></repeat>"

enum
{
  FORM,
  EXPR,
  XML,
};

/* Forms that load (code -1) and forms that do not, with what the message must say and where. */
static const struct
{
  const char *name;
  const char *model;
  const char *body;
  int domain;
  int code;
  const char *place; /* "line 6, column 12" */
  const char *text;
} forms[] = {
  { "plain", "<bind nodeset=\"/data/a\" type=\"int\"/>", REPEAT "<input ref=\"/data/a\"/>", 0, -1, NULL, NULL },
  { "relative-in-group", "", REPEAT "<group ref=\"/data/g\"><input ref=\"x\"/></group>", 0, -1, NULL, NULL },
  { "nested-bind", "<bind nodeset=\"/data/g\"><bind nodeset=\"x\" type=\"int\"/></bind>", REPEAT, 0, -1, NULL, NULL },
  { "control-by-bind", "<bind id=\"b\" nodeset=\"/data/a\"/>", REPEAT "<input bind=\"b\"/>", 0, -1, NULL, NULL },
  { "self-in-constraint", "<bind nodeset=\"/data/a\" constraint=\". &gt; 3\"/>", REPEAT, 0, -1, NULL, NULL },
  { "self-in-readonly", "<bind nodeset=\"/data/a\" readonly=\". &gt; 3\"/>", REPEAT, 0, -1, NULL, NULL },
  { "default-that-gives-way", "<bind nodeset=\"/data/a\" calculate=\"coalesce(., /data/b)\"/>", REPEAT, 0, -1, NULL, NULL },
  { "running-total", "<bind nodeset=\"/data/row/r\" calculate=\"../q + sum(../preceding-sibling::row[1]/r)\"/>", REPEAT, 0, -1, NULL, NULL },
  { "path-of-others", "<bind nodeset=\"/data/a\" calculate=\"/data/nope\"/>", REPEAT, 0, -1, NULL, NULL },
  { "bind-of-others", "<bind nodeset=\"/data/nope\"/>", REPEAT, 0, -1, NULL, NULL },
  { "unknown-function", "<bind nodeset=\"/data/a\" calculate=\"nope(1)\"/>", REPEAT, EXPR, QD_EXPR_ERROR_UNKNOWN_FUNCTION, "line 5, column 36", "nope" },
  { "syntax", "\n<bind nodeset=\"/data/a\"\n  calculate=\"1 +\"/>", REPEAT, EXPR, QD_EXPR_ERROR_SYNTAX, "line 7, column 14", NULL },
  { "bad-bind-path", "<qd:form/><bind nodeset=\"/data/nope\"/>", REPEAT, EXPR, QD_EXPR_ERROR_UNKNOWN_NODE, "line 5, column 26", "there is no “nope” in /data" },
  { "bad-expression-path", "<qd:form/><bind nodeset=\"/data/a\" calculate=\"1 + /data/g/nope\"/>", REPEAT, EXPR, QD_EXPR_ERROR_UNKNOWN_NODE, "line 5, column 50", "there is no “nope” in /data/g" },
  { "bad-relative-path", "<qd:form/><bind nodeset=\"/data/row/q\" calculate=\"../a\"/>", REPEAT, EXPR, QD_EXPR_ERROR_UNKNOWN_NODE, "line 5, column 50", "there is no “a” in /data/row" },
  { "bad-control-path", "<qd:form/>", REPEAT "\n<input ref=\"/data/z\"/>", EXPR, QD_EXPR_ERROR_UNKNOWN_NODE, "line 9, column 13", "“z”" },
  { "bad-instance", "<bind nodeset=\"/data/a\" calculate=\"instance('no')/root\"/>", REPEAT, EXPR, QD_EXPR_ERROR_UNKNOWN_NODE, NULL, "“no”" },
  { "cycle-of-one", "<bind nodeset=\"/data/a\" calculate=\". + 1\"/>", REPEAT, FORM, QD_FORM_ERROR_CYCLE, NULL, "/data/a depends on itself" },
  { "cycle-of-three", "<bind nodeset=\"/data/a\" calculate=\"/data/b + 1\"/><bind nodeset=\"/data/b\" calculate=\"/data/c + 1\"/><bind nodeset=\"/data/c\" calculate=\"/data/a + 1\"/>", REPEAT, FORM, QD_FORM_ERROR_CYCLE, NULL, "in a circle: /data/" },
  { "cycle-through-relevance", "<bind nodeset=\"/data/a\" relevant=\". &gt; 0\"/>", REPEAT, FORM, QD_FORM_ERROR_CYCLE, NULL, "/data/a" },
  { "cycle-through-a-group", "<bind nodeset=\"/data/g\" relevant=\"/data/g/x = 1\"/>", REPEAT, FORM, QD_FORM_ERROR_CYCLE, NULL, "/data/g" },
  { "cycle-in-a-row", "<bind nodeset=\"/data/row/q\" calculate=\"../r\"/><bind nodeset=\"/data/row/r\" calculate=\"../q\"/>", REPEAT, FORM, QD_FORM_ERROR_CYCLE, NULL, "/data/row/q" },
  { "cycle-through-a-sum", "<bind nodeset=\"/data/a\" calculate=\"sum(/data/row/r)\"/><bind nodeset=\"/data/row/r\" calculate=\"../q * /data/a\"/>", REPEAT, FORM, QD_FORM_ERROR_CYCLE, NULL, "/data/a" },
  { "double-bind-id", "<bind id=\"i\" nodeset=\"/data/a\"/>\n<bind id=\"i\" nodeset=\"/data/b\"/>", REPEAT, FORM, QD_FORM_ERROR_INVALID, "line 6, column 11", "“i”" },
  { "double-instance-id", "<instance id=\"i\"><r/></instance>\n<instance id=\"i\"><r/></instance>", REPEAT, FORM, QD_FORM_ERROR_INVALID, "line 6", "“i”" },
  { "double-text-id", "<itext><translation lang=\"en\"><text id=\"i\"><value>1</value></text>\n<text id=\"i\"><value>2</value></text></translation></itext>", REPEAT, FORM, QD_FORM_ERROR_INVALID, "line 6, column 11", "“i”" },
  { "double-check-id", "<qd:check id=\"i\" ref=\"/data/a\" test=\"true()\"><qd:message>m</qd:message></qd:check>\n<qd:check id=\"i\" ref=\"/data/a\" test=\"true()\"><qd:message>m</qd:message></qd:check>", REPEAT, FORM, QD_FORM_ERROR_INVALID, "line 6, column 15", "“i”" },
  { "double-control", "", REPEAT "<input ref=\"/data/a\"/>\n<input ref=\"/data/a\"/>", FORM, QD_FORM_ERROR_INVALID, "line 9, column 13", "/data/a" },
  { "foreign-ref", "", REPEAT "\n<input odk:ref=\"/data/a\"/>", FORM, QD_FORM_ERROR_INVALID, "line 9, column 1", "“ref”" },
  { "rows-without-repeat", "", "", 0, -1, NULL, NULL },
  { "bad-places", "<bind nodeset=\"/data/a\" qd:places=\"many\"/>", REPEAT, FORM, QD_FORM_ERROR_INVALID, "line 5, column 36", "many" },
  { "bad-confidence", "<bind nodeset=\"/data/a\" qd:confidence=\"X\"/>", REPEAT, FORM, QD_FORM_ERROR_INVALID, "line 5, column 40", "“X”" },
  { "bad-basis", "<bind nodeset=\"/data/a\" qd:basis=\"law-1\"/>", REPEAT, FORM, QD_FORM_ERROR_INVALID, NULL, "law-1" },
  { "bad-severity", "<qd:check id=\"c\" ref=\"/data/a\" test=\"true()\" severity=\"fatal\"><qd:message>m</qd:message></qd:check>", REPEAT, FORM, QD_FORM_ERROR_INVALID, "line 5", "fatal" },
  { "reserved-check-id", "<qd:check id=\"required\" ref=\"/data/a\" test=\"true()\"><qd:message>m</qd:message></qd:check>", REPEAT, FORM, QD_FORM_ERROR_INVALID, NULL, "required" },
  { "check-without-message", "<qd:check id=\"c\" ref=\"/data/a\" test=\"true()\"/>", REPEAT, FORM, QD_FORM_ERROR_INVALID, NULL, "qd:message" },
  { "unknown-event", "<setvalue event=\"odk-instance-frist-load\" ref=\"/data/a\" value=\"1\"/>", REPEAT, FORM, QD_FORM_ERROR_INVALID, "line 5, column 18", "odk-instance-frist-load" },
  { "new-repeat-in-model", "<setvalue event=\"odk-new-repeat\" ref=\"/data/row/q\" value=\"1\"/>", REPEAT, FORM, QD_FORM_ERROR_INVALID, NULL, "odk-new-repeat" },
  { "legacy-insert-in-model", "<setvalue event=\"jr-insert\" ref=\"/data/row/q\" value=\"1\"/>", REPEAT, 0, -1, NULL, NULL },
  { "action-without-target", "<setvalue event=\"xforms-ready\" value=\"1\"/>", REPEAT, FORM, QD_FORM_ERROR_INVALID, NULL, "ref" },
  { "action-on-group", "<setvalue event=\"xforms-ready\" ref=\"/data/g\" value=\"1\"/>", REPEAT, FORM, QD_FORM_ERROR_INVALID, NULL, "/data/g" },
  { "geopoint-namespace", "<setgeopoint event=\"odk-instance-load\" ref=\"/data/a\"/>", REPEAT, FORM, QD_FORM_ERROR_INVALID, NULL, "opendatakit" },
  { "geopoint", "<odk:setgeopoint event=\"odk-instance-load\" ref=\"/data/a\"/>", REPEAT, 0, -1, NULL, NULL },
  { "range-without-step", "<bind nodeset=\"/data/a\" type=\"int\"/>", REPEAT "<range ref=\"/data/a\" start=\"1\" end=\"9\"/>", FORM, QD_FORM_ERROR_INVALID, NULL, "step" },
  { "range-with-step-0", "<bind nodeset=\"/data/a\" type=\"int\"/>", REPEAT "<range ref=\"/data/a\" start=\"1\" end=\"9\" step=\"0\"/>", FORM, QD_FORM_ERROR_INVALID, NULL, "step" },
  { "control-of-group", "", REPEAT "<input ref=\"/data/g\"/>", FORM, QD_FORM_ERROR_INVALID, NULL, "/data/g" },
  { "itemset-without-value", "", REPEAT "<select1 ref=\"/data/a\"><itemset nodeset=\"/data/row\"/></select1>", FORM, QD_FORM_ERROR_INVALID, NULL, "value" },
  { "not-well-formed", "<bind nodeset=\"/data/a\">", REPEAT, XML, QD_XML_ERROR_SYNTAX, "line 6", NULL },
};

static void
check_error (GError *error, gsize row)
{
  static GQuark (*const domains[]) (void) = { qd_form_error_quark, qd_expr_error_quark, qd_xml_error_quark };

  g_assert_error (error, domains[forms[row].domain](), forms[row].code);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_true (g_str_has_prefix (error->message, "test.xml, "));
  if (forms[row].place != NULL && strstr (error->message, forms[row].place) == NULL)
    g_error ("no “%s” in “%s”", forms[row].place, error->message);
  if (forms[row].text != NULL && strstr (error->message, forms[row].text) == NULL)
    g_error ("no “%s” in “%s”", forms[row].text, error->message);
}

static void
test_row (gconstpointer data)
{
  gsize row = GPOINTER_TO_SIZE (data);
  g_autoptr (GBytes) bytes = kit_form_bytes (DATA, forms[row].model, forms[row].body);
  g_autoptr (GError) error = NULL;
  g_autoptr (QdForm) form = qd_form_new (bytes, "test.xml", &error);

  if (forms[row].code >= 0)
    {
      g_assert_null (form);
      check_error (error, row);
      return;
    }
  g_assert_no_error (error);
  g_assert_cmpstr (qd_form_get_id (form), ==, "t");
  g_assert_cmpstr (qd_form_get_version (form), ==, "1");
  g_assert_cmpuint (strlen (qd_form_get_digest (form)), ==, 64);
}

static void
test_whole_documents (void)
{
  static const struct
  {
    const char *text;
    int domain;
    int code;
  } rows[] = {
    { "", XML, QD_XML_ERROR_SYNTAX },
    { "\xff\xfe", XML, QD_XML_ERROR_SYNTAX },
    { "<!DOCTYPE x [<!ENTITY e 'x'>]><x>&e;</x>", XML, QD_XML_ERROR_FORBIDDEN },
    { "<x/>", FORM, QD_FORM_ERROR_INVALID },
    { "<h:html xmlns:h='http://www.w3.org/1999/xhtml'><h:head/><h:body/></h:html>", FORM, QD_FORM_ERROR_INVALID },
    { "<h:html xmlns:h='http://www.w3.org/1999/xhtml'><h:head><model/></h:head><h:body/></h:html>", FORM, QD_FORM_ERROR_INVALID },
    { "<h:html xmlns:h='http://www.w3.org/1999/xhtml'><h:head><model><instance><d/></instance></model></h:head><h:body/></h:html>", FORM, QD_FORM_ERROR_INVALID },
    { "<h:html xmlns:h='http://www.w3.org/1999/xhtml'><h:head><model><instance><d id='1'/><e/></instance></model></h:head><h:body/></h:html>", FORM, QD_FORM_ERROR_INVALID },
  };
  static GQuark (*const domains[]) (void) = { qd_form_error_quark, qd_expr_error_quark, qd_xml_error_quark };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (rows[i].text, strlen (rows[i].text));
      g_autoptr (GError) error = NULL;

      g_assert_null (qd_form_new (bytes, "test.xml", &error));
      g_assert_error (error, domains[rows[i].domain](), rows[i].code);
    }
}

static void
test_several_without_repeat (void)
{
  g_autoptr (GBytes) bytes = kit_form_bytes ("<data id=\"t\"><a/><a/></data>", "", "");
  g_autoptr (GError) error = NULL;

  g_assert_null (qd_form_new (bytes, "test.xml", &error));
  g_assert_error (error, QD_FORM_ERROR, QD_FORM_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "/data/a"));
}

static void
test_fields (void)
{
  g_autoptr (QdForm) form = kit_form (
      "<data id=\"t\" orx:version=\"7\"><s><a>3</a><u/></s><row jr:template=\"\"><q/></row></data>",
      "<qd:form title=\"jr:itext('title')\" kind=\"declaration\" duties=\"T1 T2\"><qd:legal id=\"l1\" instrument=\"Code\" article=\"9\" valid-from=\"2026-08-15\" confidence=\"P\"/></qd:form>"
      "<itext><translation lang=\"en\"><text id=\"title\"><value>The form</value></text></translation>"
      "<translation lang=\"zh-CN\" default=\"true()\"><text id=\"title\"><value>表单</value></text></translation></itext>"
      "<bind nodeset=\"/data/s/a\" type=\"xsd:decimal\" qd:unit=\"t/a\" qd:places=\"4\" qd:basis=\"l1\" qd:confidence=\"U\" odk:tag=\"A\"/>"
      "<bind nodeset=\"/data/row/q\" calculate=\"1\" type=\"int\"/>",
      "<group ref=\"/data/s\" appearance=\"section\"><label>S</label><input ref=\"/data/s/a\" appearance=\"multiline thousands-sep\" rows=\"3\"/><upload ref=\"/data/s/u\" mediatype=\"image/*\"/></group>"
      "<group ref=\"/data/row\" appearance=\"table\"><repeat nodeset=\"/data/row\"><input ref=\"/data/row/q\"/></repeat></group>");
  const QdField *field = qd_form_find_field (form, "/data/s/a"), *row = qd_form_find_field (form, "/data/row");
  const QdBasis *basis = qd_form_find_basis (form, "l1");

  g_assert_cmpstr (qd_form_get_version (form), ==, "7");
  g_assert_cmpstr (qd_form_get_title (form, "en"), ==, "The form");
  g_assert_cmpstr (qd_form_get_title (form, "zh-CN"), ==, "表单");
  g_assert_cmpstr (qd_form_get_languages (form)[0], ==, "zh-CN");
  g_assert_cmpstr (qd_form_get_languages (form)[1], ==, "en");
  g_assert_null (qd_form_get_languages (form)[2]);
  g_assert_cmpstr (qd_form_get_info (form, "duties"), ==, "T1 T2");
  g_assert_null (qd_form_get_info (form, "authority"));
  g_assert_nonnull (basis);
  g_assert_cmpint (basis->confidence, ==, QD_CONFIDENCE_PARTLY);
  g_assert_false (qd_basis_is_valid_on (basis, "2026-08-14"));
  g_assert_true (qd_basis_is_valid_on (basis, "2026-08-15"));

  g_assert_cmpint (qd_field_get_node_type (field), ==, QD_NODE_INPUT);
  g_assert_cmpint (qd_field_get_value_type (field), ==, QD_VALUE_DECIMAL);
  g_assert_cmpstr (qd_field_get_attribute (field, "qd:unit"), ==, "t/a");
  g_assert_cmpstr (qd_field_get_attribute (field, "unit"), ==, "t/a");
  g_assert_cmpstr (qd_field_get_attribute (field, "odk:tag"), ==, "A");
  g_assert_cmpstr (qd_field_get_attribute (field, "rows"), ==, "3");
  g_assert_null (qd_field_get_attribute (field, "step"));
  g_assert_true (qd_field_has_appearance (field, "thousands-sep"));
  g_assert_false (qd_field_has_appearance (field, "thousands"));
  g_assert_cmpint (qd_field_get_confidence (field), ==, QD_CONFIDENCE_UNCONFIRMED);
  g_assert_cmpint (qd_field_get_value_type (qd_form_find_field (form, "/data/s/u")), ==, QD_VALUE_BINARY);
  g_assert_cmpstr (qd_field_get_ref (qd_field_get_parent (field)), ==, "/data/s");
  /* A repeat is one field for the range and its rows; its children are the columns. */
  g_assert_cmpint (qd_field_get_node_type (row), ==, QD_NODE_REPEAT_RANGE);
  g_assert_true (qd_field_has_appearance (row, "table"));
  g_assert_cmpuint (qd_field_get_n_children (row), ==, 1);
  g_assert_true (qd_field_is_calculated (qd_field_get_child (row, 0)));
  g_assert_null (qd_form_find_field (form, "/data/nope"));
  g_assert_cmpstr (qd_field_get_name (qd_form_get_root_field (form)), ==, "data");
}

/* Comments and the seams of CDATA do not show; a character may be written in any way. */
static void
test_texts (void)
{
  g_autoptr (QdInstance) instance = kit_instance (
      "<data id=\"t\"><a>1<!-- one --><![CDATA[<2>]]>&#51;&amp;</a><b at='a&quot;b&#38;c&lt;'/></data>", "", "<input ref=\"/data/a\"><label>x<!-- no --><![CDATA[<y>]]>&amp;&#x4e2d; <output value=\"'&lt;' \"/> <b>z</b></label></input>");
  QdNodeId a = kit_node (instance, "/data/a");
  g_autofree char *label = qd_instance_dup_label (instance, a);

  g_assert_cmpstr (qd_instance_get_value (instance, a), ==, "1<2>3&");
  g_assert_cmpstr (label, ==, "x<y>&中 < z");
  g_assert_cmpstr (qd_instance_get_value (instance, kit_node (instance, "/data/b/@at")), ==, "a\"b&c<");
}

/* Prefixes mean what the nearest declaration says, and a foreign one none of ours. */
static void
test_prefixes (void)
{
  g_autoptr (QdInstance) instance = kit_instance (
      "<data id=\"t\" xmlns:x=\"urn:x\"><x:a>1</x:a><b xmlns:y=\"urn:x\"><y:c>2</y:c></b><sum/></data>",
      "<bind nodeset=\"/data/sum\" xmlns:x=\"urn:no\" xmlns:p=\"urn:x\" calculate=\"/data/p:a + /data/b/p:c\"/>",
      "");

  g_assert_cmpstr (kit_get (instance, "/data/sum"), ==, "3");
}

static void
test_warnings (void)
{
  g_autoptr (QdForm) form = kit_form ("<data id=\"t\"><a/></data>", "<bind nodeset=\"/data/a\" type=\"colour\"/><bind nodeset=\"/data/b\"/>", "<input ref=\"/data/a\"><label ref=\"jr:itext('no')\"/></input><widget/>");
  g_autofree char *all = g_strjoinv ("\n", (char **) qd_form_get_warnings (form));

  g_assert_nonnull (strstr (all, "colour"));
  g_assert_nonnull (strstr (all, "“b”"));
  g_assert_nonnull (strstr (all, "widget"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autofree char *path = g_strconcat ("/form/load/", forms[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
    }
  g_test_add_func ("/form/whole-documents", test_whole_documents);
  g_test_add_func ("/form/several-without-repeat", test_several_without_repeat);
  g_test_add_func ("/form/fields", test_fields);
  g_test_add_func ("/form/texts", test_texts);
  g_test_add_func ("/form/prefixes", test_prefixes);
  g_test_add_func ("/form/warnings", test_warnings);
  return g_test_run ();
}
