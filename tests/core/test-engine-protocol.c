/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "form-kit.h"
#include "qd-engine-protocol.h"

static JsonObject *
ask (QdEngine *engine, const char *request)
{
  g_autofree char *reply = qd_engine_handle (engine, request);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (strchr (reply, '\n'));
  json_parser_load_from_data (parser, reply, -1, &error);
  g_assert_no_error (error);
  return json_object_ref (json_node_get_object (json_parser_get_root (parser)));
}

static JsonObject *
ask_format (QdEngine *engine, const char *format, ...)
{
  va_list args;
  g_autofree char *request = NULL;

  va_start (args, format);
  request = g_strdup_vprintf (format, args);
  va_end (args);
  return ask (engine, request);
}

/* Loads a form as handle "1"; @more holds further fields, with a comma in front. */
static JsonObject *
load (QdEngine *engine, GBytes *form, const char *more)
{
  g_autoptr (JsonNode) text = json_node_new (JSON_NODE_VALUE);
  g_autofree char *copy = g_strndup (g_bytes_get_data (form, NULL), g_bytes_get_size (form)), *quoted = NULL;

  json_node_set_string (text, copy);
  quoted = json_to_string (text, FALSE);
  return ask_format (engine, "{\"op\":\"load\",\"id\":1,\"form\":%s%s}", quoted, more);
}

static JsonObject *
find (JsonObject *node, const char *ref)
{
  if (strcmp (json_object_get_string_member (node, "ref"), ref) == 0)
    return node;
  if (json_object_has_member (node, "children"))
    {
      JsonArray *children = json_object_get_array_member (node, "children");

      for (guint i = 0; i < json_array_get_length (children); i++)
        {
          JsonObject *found = find (json_array_get_object_element (children, i), ref);

          if (found != NULL)
            return found;
        }
    }
  return NULL;
}

static JsonObject *
find_in (JsonObject *reply, const char *ref)
{
  JsonObject *found;

  g_assert_true (json_object_get_boolean_member (reply, "ok"));
  found = find (json_object_get_object_member (reply, "tree"), ref);
  g_assert_nonnull (found);
  return found;
}

static const char *
value_in (JsonObject *reply, const char *ref)
{
  return json_object_get_string_member_with_default (find_in (reply, ref), "value", "");
}

static void
test_hello_and_errors (void)
{
  static const char *const bad[] = { "", "[]", "nonsense", "{}", "{\"op\":\"fly\"}", "{\"op\":\"load\"}", "{\"op\":\"load\",\"form\":\"<x/>\"}", "{\"op\":\"tree\",\"h\":\"9\"}", "{\"op\":\"tree\"}", "{\"op\":\"eval\"}", "{\"op\":17}" };
  g_autoptr (QdEngine) engine = qd_engine_new ();
  JsonObject *reply = ask (engine, "{\"op\":\"hello\",\"id\":\"x\",\"unknown\":[1,{}]}");

  g_assert_true (json_object_get_boolean_member (reply, "ok"));
  g_assert_cmpstr (json_object_get_string_member (reply, "id"), ==, "x");
  g_assert_cmpint (json_object_get_int_member (reply, "protocol"), ==, 1);
  json_object_unref (reply);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      reply = ask (engine, bad[i]);
      g_assert_false (json_object_get_boolean_member (reply, "ok"));
      g_assert_cmpuint (strlen (json_object_get_string_member (reply, "error")), >, 0);
      json_object_unref (reply);
    }
}

#define DATA "<data id=\"t\" version=\"1\"><a>1</a><d/><many/><ok/><note/><lvl/><row jr:template=\"\"><q>dq</q></row><calc/><rk/></data>"
#define MODEL                                                                                                                                                                                                                                      \
  "<itext><translation lang=\"fr\"><text id=\"a\"><value>Un</value></text></translation><translation lang=\"en\" default=\"true()\"><text id=\"a\"><value>One</value><value form=\"image\">jr://images/a.png</value></text></translation></itext>" \
  "<bind nodeset=\"/data/a\" type=\"int\" required=\"true()\" jr:requiredMsg=\"need\" constraint=\". &lt; 10\" jr:constraintMsg=\"low\"/><bind nodeset=\"/data/d\" type=\"decimal\" readonly=\"/data/a = 5\"/>"                                    \
  "<bind nodeset=\"/data/note\" readonly=\"true()\"/><bind nodeset=\"/data/lvl\" type=\"int\"/><bind nodeset=\"/data/calc\" calculate=\"concat(/data/a, '/', count(/data/row))\"/><submission action=\"https://example.org/s\"/>"
#define BODY                                                                                                                                                                                                                                                     \
  "<input ref=\"/data/a\" appearance=\"w1 numbers\"><label ref=\"jr:itext('a')\"/><hint>h</hint></input><input ref=\"/data/d\"/><select ref=\"/data/many\"><item><label>X</label><value>x</value></item><item><value>y</value></item></select>"                  \
  "<trigger ref=\"/data/ok\"/><input ref=\"/data/note\"><label>N</label></input><range ref=\"/data/lvl\" start=\"1\" end=\"5\" step=\"1\"/><group ref=\"/data/row\"><label>R</label><repeat nodeset=\"/data/row\"><input ref=\"/data/row/q\"/></repeat></group>" \
  "<odk:rank ref=\"/data/rk\"><item><value>1</value></item><item><value>2</value></item></odk:rank>"

static void
test_tree (void)
{
  g_autoptr (QdEngine) engine = qd_engine_new ();
  g_autoptr (GBytes) form = kit_form_bytes (DATA, MODEL, BODY);
  JsonObject *reply = load (engine, form, ""), *node, *other;
  JsonArray *languages, *choices;

  node = find_in (reply, "/data/a");
  g_assert_cmpstr (json_object_get_string_member (node, "type"), ==, "input");
  g_assert_cmpstr (json_object_get_string_member (node, "valueType"), ==, "int");
  g_assert_cmpstr (json_object_get_string_member (node, "value"), ==, "1");
  g_assert_true (json_object_get_boolean_member (node, "relevant"));
  g_assert_true (json_object_get_boolean_member (node, "required"));
  g_assert_false (json_object_has_member (node, "readonly"));
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (node, "label"), "text"), ==, "One");
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (node, "label"), "image"), ==, "jr://images/a.png");
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (node, "hint"), "text"), ==, "h");
  g_assert_cmpstr (json_array_get_string_element (json_object_get_array_member (node, "appearances"), 1), ==, "numbers");
  g_assert_true (json_object_get_boolean_member (json_object_get_object_member (node, "constraint"), "valid"));
  choices = json_object_get_array_member (find_in (reply, "/data/many"), "choices");
  g_assert_cmpuint (json_array_get_length (choices), ==, 2);
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (json_array_get_object_element (choices, 1), "label"), "text"), ==, "y");
  g_assert_true (json_object_get_boolean_member (find_in (reply, "/data/many"), "multiple"));
  g_assert_cmpstr (json_object_get_string_member (find_in (reply, "/data/note"), "type"), ==, "note");
  g_assert_cmpstr (json_object_get_string_member (find_in (reply, "/data/ok"), "type"), ==, "trigger");
  g_assert_cmpstr (json_object_get_string_member (find_in (reply, "/data/rk"), "type"), ==, "rank");
  node = find_in (reply, "/data/calc");
  g_assert_cmpstr (json_object_get_string_member (node, "type"), ==, "model-value");
  g_assert_false (json_object_has_member (node, "appearances"));
  other = json_object_get_object_member (find_in (reply, "/data/lvl"), "options");
  g_assert_cmpstr (json_object_get_string_member (other, "end"), ==, "5");
  node = find_in (reply, "/data/row");
  g_assert_cmpstr (json_object_get_string_member (node, "type"), ==, "repeat-range:uncontrolled");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (node, "children")), ==, 0);
  languages = json_object_get_array_member (reply, "languages");
  g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (languages, 0), "language"), ==, "fr");
  g_assert_true (json_object_get_boolean_member (json_array_get_object_element (languages, 1), "isDefault"));
  json_object_unref (reply);

  reply = ask (engine, "{\"op\":\"language\",\"h\":\"1\",\"language\":\"fr\"}");
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (find_in (reply, "/data/a"), "label"), "text"), ==, "Un");
  json_object_unref (reply);
  reply = ask (engine, "{\"op\":\"language\",\"h\":\"1\",\"language\":\"xx\"}");
  g_assert_false (json_object_get_boolean_member (reply, "ok"));
  json_object_unref (reply);
}

/* Values are taken as ODK's engines take them. */
static void
test_set (void)
{
  static const struct
  {
    const char *node;
    const char *value;
    const char *result; /* NULL: refused */
  } rows[] = {
    { "/data/a", "\"12\"", "12" },
    { "/data/a", "12", "12" },
    { "/data/a", "\"12.9\"", "12" },
    { "/data/a", "\"007\"", "7" },
    { "/data/a", "\"abc\"", "" },
    { "/data/a", "null", "" },
    { "/data/d", "\"1.50\"", "1.5" },
    { "/data/d", "\"x\"", "" },
    { "/data/many", "\"y x\"", "x y" },
    { "/data/many", "\"y z\"", "y" },
    { "/data/ok", "\"OK\"", "OK" },
    { "/data/ok", "null", "" },
    { "/data/lvl", "\"3\"", "3" },
    { "/data/lvl", "\"9\"", "" },
    { "/data/rk", "\"2 1\"", "2 1" },
    { "/data/rk", "\"2\"", NULL },
    { "/data/note", "\"n\"", NULL },
    { "/data/row", "\"n\"", NULL },
    { "/data/none", "\"n\"", NULL },
    { "/data/calc", "\"over\"", "over" },
  };
  g_autoptr (QdEngine) engine = qd_engine_new ();
  g_autoptr (GBytes) form = kit_form_bytes (DATA, MODEL, BODY);
  JsonObject *reply = load (engine, form, "");

  json_object_unref (reply);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s %s", rows[i].node, rows[i].value);
      reply = ask_format (engine, "{\"op\":\"set\",\"h\":\"1\",\"node\":\"%s\",\"value\":%s}", rows[i].node, rows[i].value);
      if (rows[i].result == NULL)
        g_assert_false (json_object_get_boolean_member (reply, "ok"));
      else
        g_assert_cmpstr (value_in (reply, rows[i].node), ==, rows[i].result);
      json_object_unref (reply);
    }
  /* A field that is read-only now refuses, and the state is as before. */
  reply = ask (engine, "{\"op\":\"set\",\"h\":\"1\",\"node\":\"/data/a\",\"value\":\"5\"}");
  g_assert_true (json_object_get_boolean_member (find_in (reply, "/data/d"), "readonly"));
  json_object_unref (reply);
  reply = ask (engine, "{\"op\":\"set\",\"h\":\"1\",\"node\":\"/data/d\",\"value\":\"5\"}");
  g_assert_false (json_object_get_boolean_member (reply, "ok"));
  json_object_unref (reply);
}

static void
test_rows_and_payload (void)
{
  g_autoptr (QdEngine) engine = qd_engine_new ();
  g_autoptr (GBytes) form = kit_form_bytes (DATA, MODEL, BODY);
  JsonObject *reply = load (engine, form, ",\"quiet\":true"), *violation;
  g_autofree char *id = NULL;

  g_assert_false (json_object_has_member (reply, "tree"));
  g_assert_true (json_object_has_member (reply, "ms"));
  json_object_unref (reply);
  reply = ask (engine, "{\"op\":\"add\",\"h\":\"1\",\"node\":\"/data/row\",\"count\":2}");
  g_assert_cmpstr (value_in (reply, "/data/row[2]/q"), ==, "dq");
  g_assert_cmpstr (value_in (reply, "/data/calc"), ==, "1/2");
  id = g_strdup (json_object_get_string_member (find_in (reply, "/data/row[2]/q"), "id"));
  json_object_unref (reply);
  reply = ask_format (engine, "{\"op\":\"set\",\"h\":\"1\",\"node\":\"%s\",\"value\":\"second\"}", id);
  json_object_unref (reply);
  reply = ask (engine, "{\"op\":\"add\",\"h\":\"1\",\"node\":\"/data/row\",\"after\":0}");
  g_assert_cmpstr (value_in (reply, "/data/row[3]/q"), ==, "second");
  g_assert_cmpstr (json_object_get_string_member (find_in (reply, "/data/row[3]/q"), "id"), ==, id);
  json_object_unref (reply);
  reply = ask (engine, "{\"op\":\"remove\",\"h\":\"1\",\"node\":\"/data/row\",\"index\":0,\"count\":2}");
  g_assert_cmpstr (value_in (reply, "/data/row[1]/q"), ==, "second");
  json_object_unref (reply);
  reply = ask (engine, "{\"op\":\"remove\",\"h\":\"1\",\"node\":\"/data/row\",\"index\":4}");
  g_assert_false (json_object_get_boolean_member (reply, "ok"));
  json_object_unref (reply);

  reply = ask (engine, "{\"op\":\"set\",\"h\":\"1\",\"node\":\"/data/a\",\"value\":\"50\"}");
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (find_in (reply, "/data/a"), "constraint"), "message"), ==, "low");
  json_object_unref (reply);
  reply = ask (engine, "{\"op\":\"payload\",\"h\":\"1\"}");
  g_assert_cmpstr (json_object_get_string_member (reply, "status"), ==, "pending");
  violation = json_array_get_object_element (json_object_get_array_member (reply, "violations"), 0);
  g_assert_cmpstr (json_object_get_string_member (violation, "ref"), ==, "/data/a");
  g_assert_cmpstr (json_object_get_string_member (violation, "condition"), ==, "constraint");
  g_assert_cmpstr (json_object_get_string_member (violation, "message"), ==, "low");
  g_assert_cmpstr (json_object_get_string_member (json_object_get_object_member (reply, "meta"), "submissionAction"), ==, "https://example.org/s");
  json_object_unref (reply);
  reply = ask (engine, "{\"op\":\"set\",\"h\":\"1\",\"node\":\"/data/a\",\"value\":\"5\",\"quiet\":true}");
  json_object_unref (reply);
  reply = ask (engine, "{\"op\":\"payload\",\"h\":\"1\"}");
  g_assert_cmpstr (json_object_get_string_member (reply, "status"), ==, "ready");
  g_assert_nonnull (strstr (json_object_get_string_member (reply, "xml"), "<row><q>second</q></row><calc>5/1</calc>"));
  json_object_unref (reply);
  reply = ask (engine, "{\"op\":\"close\",\"h\":\"1\"}");
  g_assert_true (json_object_get_boolean_member (reply, "ok"));
  json_object_unref (reply);
  reply = ask (engine, "{\"op\":\"tree\",\"h\":\"1\"}");
  g_assert_false (json_object_get_boolean_member (reply, "ok"));
  json_object_unref (reply);
}

static void
test_load_options (void)
{
  g_autoptr (QdEngine) engine = qd_engine_new ();
  g_autoptr (GBytes) form = kit_form_bytes ("<data id=\"t\"><a>d</a><u/><x/></data>", "<instance id=\"l\" src=\"jr://file-csv/l.csv\"/><bind nodeset=\"/data/u\" jr:preload=\"property\" jr:preloadParams=\"deviceid\"/><bind nodeset=\"/data/x\" calculate=\"instance('l')/root/item/n\"/>", "<input ref=\"/data/a\"/>");
  JsonObject *reply = load (engine, form, "");

  g_assert_false (json_object_get_boolean_member (reply, "ok"));
  g_assert_nonnull (strstr (json_object_get_string_member (reply, "error"), "l.csv"));
  json_object_unref (reply);
  reply = load (engine, form, ",\"missing\":\"BLANK\"");
  g_assert_cmpstr (value_in (reply, "/data/x"), ==, "");
  json_object_unref (reply);
  reply = load (engine, form, ",\"attachments\":{\"jr://file-csv/l.csv\":{\"status\":200,\"type\":\"text/csv\",\"text\":\"n\\n7\\n\"}},\"preload\":{\"deviceID\":\"dev\"}");
  g_assert_cmpstr (value_in (reply, "/data/x"), ==, "7");
  g_assert_cmpstr (value_in (reply, "/data/u"), ==, "dev");
  json_object_unref (reply);
  reply = load (engine, form, ",\"attachments\":{\"jr://file-csv/l.csv\":{\"status\":500,\"text\":\"\"}},\"missing\":\"BLANK\"");
  g_assert_false (json_object_get_boolean_member (reply, "ok"));
  json_object_unref (reply);
  reply = load (engine, form, ",\"missing\":\"BLANK\",\"mode\":\"edit\",\"instance\":\"<data id='t'><a>old</a><meta xmlns='http://openrosa.org/xforms'><instanceID>uuid:1</instanceID></meta></data>\"");
  g_assert_cmpstr (value_in (reply, "/data/a"), ==, "old");
  json_object_unref (reply);
  reply = load (engine, form, ",\"missing\":\"BLANK\",\"mode\":\"later\"");
  g_assert_false (json_object_get_boolean_member (reply, "ok"));
  json_object_unref (reply);
  reply = load (engine, form, ",\"missing\":\"BLANK\",\"mode\":\"restore\"");
  g_assert_false (json_object_get_boolean_member (reply, "ok"));
  json_object_unref (reply);
}

static void
test_eval (void)
{
  g_autoptr (QdEngine) engine = qd_engine_new ();
  JsonObject *reply = ask (engine, "{\"op\":\"eval\",\"xml\":\"<r><a>1</a><a>2</a></r>\",\"context\":\"/*[1]\",\"expr\":\"sum(a)\",\"want\":\"number\"}");

  g_assert_true (json_object_get_boolean_member (reply, "ok"));
  g_assert_cmpfloat (json_object_get_double_member (reply, "result"), ==, 3);
  json_object_unref (reply);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine-protocol/hello-and-errors", test_hello_and_errors);
  g_test_add_func ("/engine-protocol/tree", test_tree);
  g_test_add_func ("/engine-protocol/set", test_set);
  g_test_add_func ("/engine-protocol/rows-and-payload", test_rows_and_payload);
  g_test_add_func ("/engine-protocol/load-options", test_load_options);
  g_test_add_func ("/engine-protocol/eval", test_eval);
  return g_test_run ();
}
