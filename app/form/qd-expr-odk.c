/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-expr-odk"
#include "config.h"
#include "qd-expr.h"
#include "qd-expr-private.h"
#include "qd-ed25519.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

/* Functions of ODK XForms (https://getodk.github.io/xforms-spec/#xpath-functions) beyond numbers, dates and geography. */

static gboolean
set_text (QdValue *out, QdText *text)
{
  out->type = QD_VALUE_STRING;
  out->text = *text;
  return TRUE;
}

/* Logic. */

static gboolean
fn_if (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  gboolean condition;

  return qd_eval_boolean (ev, scope, call->items[0], &condition) && qd_eval_value (ev, scope, call->items[condition ? 1 : 2], out);
}

/* The text of an argument; what is no number is no value, and has none. */
static gboolean
eval_filled_text (QdEval *ev, const QdScope *scope, const QdExprNode *node, QdText *out)
{
  QdValue value;

  if (!qd_eval_value (ev, scope, node, &value))
    return FALSE;
  out->text = "";
  out->owned = NULL;
  if (value.type == QD_VALUE_STRING)
    {
      *out = value.text;
      return TRUE;
    }
  if (!(value.type == QD_VALUE_NUMBER && isnan (value.number.value)))
    qd_value_to_text (ev, &value, out);
  qd_value_clear (&value);
  return TRUE;
}

static gboolean
fn_coalesce (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdText text;

  if (!eval_filled_text (ev, scope, call->items[0], &text))
    return FALSE;
  if (*text.text != '\0')
    return set_text (out, &text);
  qd_text_clear (&text);
  return eval_filled_text (ev, scope, call->items[1], &text) && set_text (out, &text);
}

static gboolean
fn_once (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdText text = { "", NULL };

  if (scope->node != NULL)
    qd_text_of_node (&text, scope->node);
  if (*text.text != '\0')
    return set_text (out, &text);
  qd_text_clear (&text);
  return eval_filled_text (ev, scope, call->items[0], &text) && set_text (out, &text);
}

static gboolean
fn_boolean_from_string (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdText text;
  gboolean result;

  if (!qd_eval_text (ev, scope, call->items[0], &text))
    return FALSE;
  result = strcmp (text.text, "1") == 0 || strcmp (text.text, "true") == 0;
  qd_text_clear (&text);
  return qd_value_set_boolean (out, result);
}

/* One answer of a checklist: a node counts when it is filled, any other value when it is true. */
static gboolean
is_checked (QdEval *ev, const QdTreeNode *node)
{
  QdText text;
  gboolean filled;

  qd_text_of_node (&text, node);
  filled = text.text[strspn (text.text, " \t\r\n")] != '\0';
  qd_text_clear (&text);
  return filled;
}

static gboolean
count_checked (QdEval *ev, QdTreeNode *node, gpointer data)
{
  *(double *) data += is_checked (ev, node);
  return TRUE;
}

/* min and max of -1 mean no bound. */
static gboolean
set_within (QdValue *out, double min, double max, double count)
{
  return qd_value_set_boolean (out, (min == -1 || count >= min) && (max == -1 || count <= max));
}

static gboolean
fn_checklist (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  double min, max, count = 0;

  if (!qd_eval_double (ev, scope, call->items[0], &min) || !qd_eval_double (ev, scope, call->items[1], &max))
    return FALSE;
  for (guint i = 2; i < call->n; i++)
    {
      gboolean checked;

      if (call->items[i]->type == QD_VALUE_NODES)
        {
          if (!qd_eval_visit (ev, scope, call->items[i], count_checked, &count))
            return FALSE;
          continue;
        }
      if (!qd_eval_boolean (ev, scope, call->items[i], &checked))
        return FALSE;
      count += checked;
    }
  return set_within (out, min, max, count);
}

static gboolean
fn_weighted_checklist (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  double min, max, total = 0;

  if (call->n % 2 != 0)
    return qd_eval_fail (ev, call, QD_EXPR_ERROR_ARGUMENTS, _ ("weighted-checklist() takes each answer with its weight: an even number of arguments."));
  if (!qd_eval_double (ev, scope, call->items[0], &min) || !qd_eval_double (ev, scope, call->items[1], &max))
    return FALSE;
  for (guint i = 2; i < call->n; i += 2)
    {
      QdValue answers, weights;

      if (!qd_eval_value (ev, scope, call->items[i], &answers))
        return FALSE;
      if (!qd_eval_value (ev, scope, call->items[i + 1], &weights))
        {
          qd_value_clear (&answers);
          return FALSE;
        }
      if (answers.type == QD_VALUE_NODES && weights.type == QD_VALUE_NODES)
        {
          /* Two node-sets pair up one by one. */
          for (guint j = 0; j < answers.nodes.n && j < weights.nodes.n; j++)
            if (is_checked (ev, qd_node_set_get (&answers.nodes, j)))
              {
                QdNumber weight;

                qd_number_parse (&weight, qd_tree_node_peek_string (qd_node_set_get (&weights.nodes, j)));
                total += weight.value;
              }
        }
      else
        {
          QdNumber weight;

          qd_value_to_number (ev, &weights, &weight);
          if (answers.type == QD_VALUE_NODES ? answers.nodes.n > 0 && is_checked (ev, qd_node_set_get (&answers.nodes, 0)) : qd_value_to_boolean (&answers))
            total += weight.value;
        }
      qd_value_clear (&answers);
      qd_value_clear (&weights);
    }
  return set_within (out, min, max, total);
}

/* Texts. */

static gboolean
fn_substr (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  double start, end = INFINITY, length;
  const char *from, *to;
  char *result;
  QdText text;

  if (!qd_eval_double (ev, scope, call->items[1], &start) || (call->n > 2 && !qd_eval_double (ev, scope, call->items[2], &end)))
    return FALSE;
  if (!qd_eval_text (ev, scope, call->items[0], &text))
    return FALSE;
  length = (double) g_utf8_strlen (text.text, -1);
  start = isnan (start) ? 0 : trunc (start);
  end = isnan (end) ? 0 : trunc (end);
  /* From the end when negative. */
  start = CLAMP (start < 0 ? start + length : start, 0, length);
  end = CLAMP (end < 0 ? end + length : end, 0, length);
  if (start > end)
    end = start;
  from = g_utf8_offset_to_pointer (text.text, (glong) start);
  to = g_utf8_offset_to_pointer (from, (glong) (end - start));
  result = g_strndup (from, (gsize) (to - from));
  qd_text_clear (&text);
  return qd_value_take_string (out, result);
}

/* Patterns are meant as Java and JavaScript read them: \d and \w are ASCII. The library makes them Unicode, so they are spelled out. */
static char *
ascii_classes (const char *pattern)
{
  GString *result = g_string_new (NULL);
  gboolean in_class = FALSE;

  for (const char *p = pattern; *p != '\0'; p++)
    {
      if (*p == '\\' && p[1] != '\0')
        {
          p++;
          if (*p == 'd')
            g_string_append (result, in_class ? "0-9" : "[0-9]");
          else if (*p == 'w')
            g_string_append (result, in_class ? "A-Za-z0-9_" : "[A-Za-z0-9_]");
          else if (*p == 'u' && g_ascii_isxdigit (p[1]) && g_ascii_isxdigit (p[2]) && g_ascii_isxdigit (p[3]) && g_ascii_isxdigit (p[4]))
            {
              g_string_append_printf (result, "\\x{%.4s}", p + 1);
              p += 4;
            }
          else if (*p == 'D' && !in_class)
            g_string_append (result, "[^0-9]");
          else if (*p == 'W' && !in_class)
            g_string_append (result, "[^A-Za-z0-9_]");
          else
            g_string_append_printf (result, "\\%c", *p);
          continue;
        }
      if (*p == '[')
        in_class = TRUE;
      else if (*p == ']')
        in_class = FALSE;
      g_string_append_c (result, *p);
    }
  return g_string_free (result, FALSE);
}

#define MAX_PATTERN 10000
/* Steps of one match: far more than any honest pattern takes, and done in a few milliseconds. */
#define MATCH_LIMIT "(*LIMIT_MATCH=200000)(*LIMIT_DEPTH=20000)(*NO_JIT)"

static GRegex *
compile (QdEval *ev, const QdExprNode *call, const char *pattern)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GRegex) bare = NULL;
  g_autofree char *ascii = NULL, *whole = NULL, *message = NULL;
  GRegex *regex;

  if (strlen (pattern) > MAX_PATTERN)
    {
      if (!qd_eval_fail (ev, call, QD_EXPR_ERROR_TOO_COMPLEX, _ ("The pattern is too long.")))
        return NULL;
    }
  ascii = ascii_classes (pattern);
  /* Alone first: brackets of the pattern must not pair with those put around it. */
  bare = g_regex_new (ascii, 0, 0, &error);
  if (bare != NULL)
    {
      whole = g_strdup_printf (MATCH_LIMIT "\\A(?:%s)\\z", ascii);
      regex = g_regex_new (whole, 0, 0, &error);
      if (regex != NULL)
        return regex;
    }
  message = g_strdup_printf (_ ("The pattern is not a regular expression (%s)."), error->message);
  if (!qd_eval_fail (ev, call, QD_EXPR_ERROR_ARGUMENTS, message))
    return NULL;
  return NULL;
}

static gboolean
fn_regex (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  gpointer *cache = (gpointer *) &call->call.cache;
  g_autoptr (GError) error = NULL;
  g_autoptr (GRegex) regex = NULL;
  QdText text;
  gboolean matched;

  if (call->items[1]->kind == QD_NODE_STRING)
    {
      /* The pattern never changes: all threads share one compiled form, whoever makes it first. */
      regex = g_atomic_pointer_get (cache);
      if (regex == NULL)
        {
          regex = compile (ev, call->items[1], call->items[1]->string);
          if (regex == NULL)
            return FALSE;
          if (!g_atomic_pointer_compare_and_exchange (cache, NULL, regex))
            {
              g_regex_unref (regex);
              regex = g_atomic_pointer_get (cache);
            }
        }
      g_regex_ref (regex);
    }
  else
    {
      QdText pattern;

      if (!qd_eval_text (ev, scope, call->items[1], &pattern))
        return FALSE;
      regex = compile (ev, call->items[1], pattern.text);
      qd_text_clear (&pattern);
      if (regex == NULL || !qd_eval_work (ev, 1000))
        return FALSE;
    }
  if (!qd_eval_text (ev, scope, call->items[0], &text))
    return FALSE;
  matched = g_regex_match_full (regex, text.text, -1, 0, 0, NULL, &error);
  qd_text_clear (&text);
  if (error != NULL)
    return qd_eval_fail (ev, call->items[1], QD_EXPR_ERROR_TOO_COMPLEX, _ ("The pattern takes too many steps on this value. Write it without nested repetitions."));
  return qd_value_set_boolean (out, matched);
}

static gboolean
fn_digest (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  static const struct
  {
    const char *name;
    GChecksumType type;
  } algorithms[] = {
    { "MD5", G_CHECKSUM_MD5 },
    { "SHA-1", G_CHECKSUM_SHA1 },
    { "SHA-256", G_CHECKSUM_SHA256 },
    { "SHA-384", G_CHECKSUM_SHA384 },
    { "SHA-512", G_CHECKSUM_SHA512 },
  };
  QdText text, algorithm, encoding = { "base64", NULL };
  g_autoptr (GChecksum) checksum = NULL;
  gboolean hex, known;
  guint8 bytes[64];
  gsize length = sizeof bytes;

  if (!qd_eval_text (ev, scope, call->items[1], &algorithm))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (algorithms); i++)
    if (g_ascii_strcasecmp (algorithm.text, algorithms[i].name) == 0)
      checksum = g_checksum_new (algorithms[i].type);
  qd_text_clear (&algorithm);
  if (checksum == NULL)
    return qd_eval_fail (ev, call->items[1], QD_EXPR_ERROR_ARGUMENTS, _ ("digest() knows MD5, SHA-1, SHA-256, SHA-384 and SHA-512."));
  if (call->n > 2 && !qd_eval_text (ev, scope, call->items[2], &encoding))
    return FALSE;
  hex = g_ascii_strcasecmp (encoding.text, "hex") == 0;
  known = hex || g_ascii_strcasecmp (encoding.text, "base64") == 0;
  qd_text_clear (&encoding);
  if (!known)
    return qd_eval_fail (ev, call->items[2], QD_EXPR_ERROR_ARGUMENTS, _ ("digest() writes base64 or hex."));
  if (!qd_eval_text (ev, scope, call->items[0], &text))
    return FALSE;
  g_checksum_update (checksum, (const guchar *) text.text, -1);
  qd_text_clear (&text);
  if (hex)
    return qd_value_take_string (out, g_strdup (g_checksum_get_string (checksum)));
  g_checksum_get_digest (checksum, bytes, &length);
  return qd_value_take_string (out, g_base64_encode (bytes, length));
}

/* Bytes of base64 text; NULL for anything else. */
static guchar *
decode_base64 (const char *text, gsize *length_out)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

  return text[strspn (text, alphabet)] == '\0' ? g_base64_decode (text, length_out) : NULL;
}

/* The empty text where the bytes are no UTF-8 text. */
static gboolean
take_bytes (QdValue *out, const guchar *bytes, gsize length)
{
  gboolean valid = bytes != NULL && g_utf8_validate_len ((const char *) bytes, length, NULL);

  return qd_value_take_string (out, valid ? g_strndup ((const char *) bytes, length) : g_strdup (""));
}

/* Anything but base64 of UTF-8 text gives the empty text. */
static gboolean
fn_base64_decode (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  g_autofree guchar *bytes = NULL;
  gsize length = 0;
  QdText text;

  if (!qd_eval_text (ev, scope, call->items[0], &text))
    return FALSE;
  bytes = decode_base64 (text.text, &length);
  qd_text_clear (&text);
  return take_bytes (out, bytes, length);
}

/* extract-signed(contents, key), both base64: Ed25519 signature and message behind it; the raw public key. The empty text unless it is good. */
static gboolean
fn_extract_signed (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  g_autofree guchar *contents = NULL;
  g_autofree guchar *key = NULL;
  gsize length = 0;
  gsize key_length = 0;
  QdText text;

  if (!qd_eval_text (ev, scope, call->items[0], &text))
    return FALSE;
  contents = decode_base64 (text.text, &length);
  qd_text_clear (&text);
  if (!qd_eval_text (ev, scope, call->items[1], &text))
    return FALSE;
  key = decode_base64 (text.text, &key_length);
  qd_text_clear (&text);
  if (contents == NULL || length < QD_ED25519_SIGNATURE_SIZE || key == NULL || key_length != QD_ED25519_KEY_SIZE ||
      !qd_ed25519_verify (contents, contents + QD_ED25519_SIGNATURE_SIZE, length - QD_ED25519_SIGNATURE_SIZE, key))
    return qd_value_take_string (out, g_strdup (""));
  return take_bytes (out, contents + QD_ED25519_SIGNATURE_SIZE, length - QD_ED25519_SIGNATURE_SIZE);
}

static gboolean
fn_uuid (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  static const char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  GString *result;
  double length;

  if (call->n == 0)
    return qd_value_take_string (out, g_uuid_string_random ());
  if (!qd_eval_double (ev, scope, call->items[0], &length))
    return FALSE;
  if (!(length >= 0 && length <= 10000))
    return qd_eval_fail (ev, call->items[0], QD_EXPR_ERROR_ARGUMENTS, _ ("The length of a random text is 0 to 10,000 characters."));
  result = g_string_new (NULL);
  while (result->len < (gsize) length)
    g_string_append_c (result, alphabet[g_random_int_range (0, (gint32) sizeof alphabet - 1)]);
  return qd_value_take_string (out, g_string_free (result, FALSE));
}

/* Selections: words separated by white space. */

static const char *
next_word (const char **p, gsize *length)
{
  const char *word;

  *p += strspn (*p, " \t\r\n");
  word = *p;
  *length = strcspn (word, " \t\r\n");
  *p += *length;
  return *length == 0 ? NULL : word;
}

static gboolean
fn_selected (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdText list, text;
  gboolean found = FALSE;
  const char *p, *word, *wanted;
  gsize length, wanted_length;

  if (!qd_eval_text (ev, scope, call->items[1], &text))
    return FALSE;
  if (!qd_eval_text (ev, scope, call->items[0], &list))
    {
      qd_text_clear (&text);
      return FALSE;
    }
  for (wanted = text.text; g_ascii_isspace (*wanted);)
    wanted++;
  for (wanted_length = strlen (wanted); wanted_length > 0 && g_ascii_isspace (wanted[wanted_length - 1]);)
    wanted_length--;
  p = list.text;
  /* Nothing is selected where nothing is selected. */
  found = wanted_length == 0 && p[strspn (p, " \t\r\n")] == '\0';
  while (!found && (word = next_word (&p, &length)) != NULL)
    found = wanted_length == length && memcmp (word, wanted, length) == 0;
  qd_text_clear (&list);
  qd_text_clear (&text);
  return qd_value_set_boolean (out, found);
}

static gboolean
fn_selected_at (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  double index, i = 0;
  char *result = NULL;
  const char *p, *word;
  gsize length;
  QdText list;

  if (!qd_eval_double (ev, scope, call->items[1], &index) || !qd_eval_text (ev, scope, call->items[0], &list))
    return FALSE;
  index = trunc (index);
  p = list.text;
  while (result == NULL && (word = next_word (&p, &length)) != NULL)
    if (i++ == index)
      result = g_strndup (word, length);
  qd_text_clear (&list);
  return qd_value_take_string (out, result == NULL ? g_strdup ("") : result);
}

static gboolean
fn_count_selected (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  gint64 n = 0;
  const char *p;
  gsize length;
  QdText list;

  if (!qd_eval_text (ev, scope, call->items[0], &list))
    return FALSE;
  p = list.text;
  while (next_word (&p, &length) != NULL)
    n++;
  qd_text_clear (&list);
  return qd_value_set_int (out, n);
}

/* Node-sets. */

static gboolean
count_filled (QdEval *ev, QdTreeNode *node, gpointer data)
{
  QdText text;

  qd_text_of_node (&text, node);
  *(gint64 *) data += *text.text != '\0';
  qd_text_clear (&text);
  return TRUE;
}

static gboolean
fn_count_non_empty (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  gint64 n = 0;

  return qd_eval_visit (ev, scope, call->items[0], count_filled, &n) && qd_value_set_int (out, n);
}

/* current() and instance('…') are paths after parsing; what is left here is instance() of a computed name. */
static gboolean
fn_current (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  return qd_value_set_node (out, ev->current);
}

static gboolean
fn_instance (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdEnv *env = ev->context->env;
  QdTreeNode *node = NULL;
  QdText id;

  if (!qd_eval_text (ev, scope, call->items[0], &id))
    return FALSE;
  if (env != NULL && env->klass->instance != NULL)
    node = env->klass->instance (env, id.text);
  qd_text_clear (&id);
  return qd_value_set_node (out, node);
}

static gboolean
is_below (const QdTreeNode *node, const QdTreeNode *ancestor)
{
  for (node = node->parent; node != NULL; node = node->parent)
    if (node == ancestor)
      return TRUE;
  return FALSE;
}

static guint
depth_of (const QdTreeNode *node)
{
  guint depth = 0;

  for (; node->parent != NULL; node = node->parent)
    depth++;
  return depth;
}

/* indexed-repeat(target, repeat, index, …): the targets within the row that the indexes lead to, outer repeats first. */
static gboolean
fn_indexed_repeat (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  const guint n_pairs = (call->n - 1) / 2;
  QdNodeSet *repeats = g_new0 (QdNodeSet, n_pairs);
  double *indexes = g_new0 (double, n_pairs);
  guint *order = g_new0 (guint, n_pairs);
  QdNodeSet targets = { 0 }, result = { 0 };
  QdTreeNode *row = NULL;
  gboolean ok = TRUE, found = TRUE;

  if (call->n % 2 == 0)
    ok = qd_eval_fail (ev, call, QD_EXPR_ERROR_ARGUMENTS, _ ("indexed-repeat() takes each repeat with its index."));
  for (guint i = 0; ok && i < n_pairs; i++)
    {
      guint place = i;

      ok = qd_eval_nodes (ev, scope, call->items[1 + 2 * i], &repeats[i]) && qd_eval_double (ev, scope, call->items[2 + 2 * i], &indexes[i]);
      if (!ok)
        break;
      found = found && repeats[i].n > 0;
      /* The pairs may come in any order. */
      while (found && place > 0 && depth_of (qd_node_set_get (&repeats[order[place - 1]], 0)) > depth_of (qd_node_set_get (&repeats[i], 0)))
        {
          order[place] = order[place - 1];
          place--;
        }
      order[place] = i;
    }
  for (guint i = 0; ok && found && i < n_pairs; i++)
    {
      const QdNodeSet *set = &repeats[order[i]];
      double position = 0;
      QdTreeNode *next = NULL;

      for (guint j = 0; j < set->n && next == NULL; j++)
        if ((row == NULL || is_below (qd_node_set_get (set, j), row)) && ++position == indexes[order[i]])
          next = qd_node_set_get (set, j);
      ok = qd_eval_work (ev, set->n);
      row = next;
      found = row != NULL;
    }
  if (ok && found)
    {
      ok = qd_eval_nodes (ev, scope, call->items[0], &targets);
      for (guint i = 0; ok && i < targets.n; i++)
        if (is_below (qd_node_set_get (&targets, i), row))
          qd_node_set_add (&result, qd_node_set_get (&targets, i));
      ok = ok && qd_eval_work (ev, targets.n);
      qd_node_set_clear (&targets);
    }
  for (guint i = 0; i < n_pairs; i++)
    qd_node_set_clear (&repeats[i]);
  g_free (repeats);
  g_free (indexes);
  g_free (order);
  if (!ok)
    {
      qd_node_set_clear (&result);
      return FALSE;
    }
  out->type = QD_VALUE_NODES;
  out->nodes = result;
  return TRUE;
}

/* Randomize: the inside-out shuffle over the Park-Miller generator, exactly as JavaRosa seeds and runs it. */

#define PARK_MILLER_MODULUS G_GINT64_CONSTANT (2147483647)

static gint64
seed_of_double (double seed)
{
  if (isnan (seed))
    return 0;
  if (seed >= 9223372036854775807.0)
    return G_MAXINT64;
  if (seed <= -9223372036854775808.0)
    return G_MININT64;
  return (gint64) seed;
}

/* A text that is no number seeds by the first 64 bits of its SHA-256. */
static gint64
seed_of_text (const char *text)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 bytes[32];
  gsize length = sizeof bytes;
  guint64 seed = 0;

  if (*text == '\0')
    return 0;
  g_checksum_update (checksum, (const guchar *) text, -1);
  g_checksum_get_digest (checksum, bytes, &length);
  for (guint i = 0; i < 8; i++)
    seed = seed << 8 | bytes[i];
  return (gint64) seed;
}

static gboolean
eval_seed (QdEval *ev, const QdScope *scope, const QdExprNode *node, gint64 *seed)
{
  QdValue value;
  QdNumber number;

  if (!qd_eval_value (ev, scope, node, &value))
    return FALSE;
  qd_value_to_number (ev, &value, &number);
  if (isnan (number.value) && (value.type == QD_VALUE_STRING || value.type == QD_VALUE_NODES))
    {
      QdText text;

      qd_value_to_text (ev, &value, &text);
      *seed = seed_of_text (text.text);
      qd_text_clear (&text);
    }
  else
    {
      *seed = seed_of_double (number.value);
    }
  qd_value_clear (&value);
  return TRUE;
}

static gboolean
fn_randomize (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdNodeSet set, shuffled = { 0 };
  gint64 seed = 0;

  if (call->n > 1 && !eval_seed (ev, scope, call->items[1], &seed))
    return FALSE;
  if (!qd_eval_nodes (ev, scope, call->items[0], &set))
    return FALSE;
  seed %= PARK_MILLER_MODULUS;
  if (seed <= 0)
    seed += PARK_MILLER_MODULUS - 1;
  for (guint i = 0; i < set.n; i++)
    {
      double random;
      guint j;

      if (call->n > 1)
        {
          seed = seed * 16807 % PARK_MILLER_MODULUS;
          random = (double) (seed - 1) / (double) (PARK_MILLER_MODULUS - 1);
        }
      else
        {
          random = g_random_double ();
        }
      j = MIN ((guint) floor (random * (i + 1)), i);
      qd_node_set_add (&shuffled, qd_node_set_get (&set, i));
      if (j != i)
        {
          shuffled.items[i] = shuffled.items[j];
          shuffled.items[j] = qd_node_set_get (&set, i);
        }
    }
  if (shuffled.items != NULL)
    shuffled.one = shuffled.items[0];
  qd_node_set_clear (&set);
  shuffled.ordered = TRUE;
  out->type = QD_VALUE_NODES;
  out->nodes = shuffled;
  return TRUE;
}

/* What the form knows. */

static gboolean
fn_itext (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdEnv *env = ev->context->env;
  char *result = NULL;
  QdText id;

  if (!qd_eval_text (ev, scope, call->items[0], &id))
    return FALSE;
  if (env != NULL && env->klass->itext != NULL)
    result = env->klass->itext (env, id.text);
  qd_text_clear (&id);
  return qd_value_take_string (out, result == NULL ? g_strdup ("") : result);
}

static gboolean
fn_choice_name (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdEnv *env = ev->context->env;
  QdText value, path;
  char *result = NULL;

  if (!qd_eval_text (ev, scope, call->items[0], &value))
    return FALSE;
  if (!qd_eval_text (ev, scope, call->items[1], &path))
    {
      qd_text_clear (&value);
      return FALSE;
    }
  if (env != NULL && env->klass->choice_name != NULL)
    result = env->klass->choice_name (env, scope->node, value.text, path.text);
  qd_text_clear (&value);
  qd_text_clear (&path);
  return qd_value_take_string (out, result == NULL ? g_strdup ("") : result);
}

static gboolean
fn_property (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdEnv *env = ev->context->env;
  QdText name = { "version", NULL };
  char *result = NULL;

  /* version() is property('version') of the form. */
  if (call->n > 0 && !qd_eval_text (ev, scope, call->items[0], &name))
    return FALSE;
  if (env != NULL && env->klass->property != NULL)
    result = env->klass->property (env, name.text);
  qd_text_clear (&name);
  return qd_value_take_string (out, result == NULL ? g_strdup ("") : result);
}

static const QdTreeNode *
find_any_child (const QdTreeNode *node, const char *name)
{
  for (guint i = 0; node != NULL && i < node->n_children; i++)
    if (node->children[i]->kind == QD_TREE_ELEMENT && strcmp (node->children[i]->name, name) == 0)
      return node->children[i];
  return NULL;
}

/* pulldata('id', 'want', 'key', 'value'): `want` of the first item of instance('id')/root whose `key` has that value. */
static char *
pull_from_instance (QdEval *ev, QdText texts[4])
{
  QdEnv *env = ev->context->env;
  const QdTreeNode *document, *root, *found = NULL;
  const GPtrArray *items = NULL;

  if (env == NULL)
    return NULL;
  if (env->klass->pulldata != NULL)
    return env->klass->pulldata (env, texts[0].text, texts[1].text, texts[2].text, texts[3].text);
  document = env->klass->instance == NULL ? NULL : env->klass->instance (env, texts[0].text);
  root = document == NULL ? NULL : find_any_child (document, "root");
  if (root == NULL)
    return NULL;
  if (env->klass->lookup != NULL)
    items = env->klass->lookup (env, (QdTreeNode *) root, g_intern_static_string ("item"), (const char *const[]){ g_intern_string (texts[2].text) }, (const char *const[]){ texts[3].text }, 1);
  if (items != NULL)
    {
      found = items->len > 0 ? items->pdata[0] : NULL;
    }
  else
    {
      ev->work += root->n_children;
      for (guint i = 0; i < root->n_children && found == NULL; i++)
        {
          const QdTreeNode *key = find_any_child (root->children[i], texts[2].text);

          if (key != NULL && strcmp (qd_tree_node_peek_string (key), texts[3].text) == 0)
            found = root->children[i];
        }
    }
  found = found == NULL ? NULL : find_any_child (found, texts[1].text);
  return found == NULL ? NULL : qd_tree_node_dup_string (found);
}

static gboolean
fn_pulldata (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  QdText texts[4] = { { NULL } };
  gboolean ok = TRUE;
  char *result = NULL;

  for (guint i = 0; ok && i < 4; i++)
    ok = qd_eval_text (ev, scope, call->items[i], &texts[i]);
  if (ok)
    result = pull_from_instance (ev, texts);
  for (guint i = 0; i < 4; i++)
    qd_text_clear (&texts[i]);
  return ok && qd_value_take_string (out, result == NULL ? g_strdup ("") : result);
}

const QdExprFunction qd_expr_odk_functions[] = {
  { "if", 3, 3, QD_VALUE_ANY, 0, 0, fn_if, QD_LOGIC_IF },
  { "coalesce", 2, 2, QD_VALUE_STRING, 0, 0, fn_coalesce },
  { "once", 1, 1, QD_VALUE_STRING, QD_FUNCTION_CONTEXT, QD_EXPR_USES_ONCE, fn_once },
  { "boolean-from-string", 1, 1, QD_VALUE_BOOLEAN, 0, 0, fn_boolean_from_string },
  { "checklist", 2, -1, QD_VALUE_BOOLEAN, 0, 0, fn_checklist },
  { "weighted-checklist", 2, -1, QD_VALUE_BOOLEAN, 0, 0, fn_weighted_checklist },
  { "substr", 2, 3, QD_VALUE_STRING, 0, 0, fn_substr },
  { "regex", 2, 2, QD_VALUE_BOOLEAN, 0, 0, fn_regex },
  { "digest", 2, 3, QD_VALUE_STRING, 0, 0, fn_digest },
  { "base64-decode", 1, 1, QD_VALUE_STRING, 0, 0, fn_base64_decode },
  { "extract-signed", 2, 2, QD_VALUE_STRING, 0, 0, fn_extract_signed },
  { "uuid", 0, 1, QD_VALUE_STRING, QD_FUNCTION_CONTEXT, QD_EXPR_USES_RANDOM, fn_uuid },
  { "selected", 2, 2, QD_VALUE_BOOLEAN, 0, 0, fn_selected, QD_LOGIC_SELECTED },
  { "selected-at", 2, 2, QD_VALUE_STRING, 0, 0, fn_selected_at },
  { "count-selected", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_count_selected },
  { "count-non-empty", 1, 1, QD_VALUE_NUMBER, QD_FUNCTION_NODES_FIRST, 0, fn_count_non_empty, QD_LOGIC_ALL_NODES },
  { "current", 0, 0, QD_VALUE_NODES, 0, 0, fn_current, QD_LOGIC_CURRENT },
  { "instance", 1, 1, QD_VALUE_NODES, 0, 0, fn_instance },
  { "indexed-repeat", 3, -1, QD_VALUE_NODES, QD_FUNCTION_NODES_FIRST, 0, fn_indexed_repeat },
  { "randomize", 1, 2, QD_VALUE_NODES, QD_FUNCTION_NODES_FIRST, 0, fn_randomize },
  { "jr:itext", 1, 1, QD_VALUE_STRING, 0, QD_EXPR_USES_LANGUAGE, fn_itext },
  { "jr:choice-name", 2, 2, QD_VALUE_STRING, QD_FUNCTION_CONTEXT, QD_EXPR_USES_LANGUAGE, fn_choice_name },
  { "property", 1, 1, QD_VALUE_STRING, 0, 0, fn_property },
  { "version", 0, 0, QD_VALUE_STRING, 0, 0, fn_property },
  { "pulldata", 4, 4, QD_VALUE_STRING, 0, 0, fn_pulldata },
  { NULL }
};
