/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-expr-geo"
#include "config.h"
#include "qd-expr.h"
#include "qd-expr-private.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

/* Geographic functions of ODK XForms, on a sphere with the radius ODK's clients agree on. Results are in m and m², to 0.01. */

#define EARTH_RADIUS 6378100.0

typedef struct
{
  double latitude;
  double longitude;
} Point;

static gboolean
parse_coordinate (const char *text, double max, double *out)
{
  char *end;

  *out = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' && fabs (*out) <= max;
}

/* "latitude longitude [altitude [accuracy]]" */
static gboolean
parse_point (const char *text, Point *out)
{
  g_auto (GStrv) words = NULL;
  g_autofree char *copy = g_strstrip (g_strdup (text));
  guint n = 0;
  const char *found[4] = { NULL };

  words = g_strsplit_set (copy, " \t\r\n", -1);
  for (guint i = 0; words[i] != NULL; i++)
    {
      if (*words[i] == '\0')
        continue;
      if (n == 4)
        return FALSE;
      found[n++] = words[i];
    }
  return n >= 2 && parse_coordinate (found[0], 90, &out->latitude) && parse_coordinate (found[1], 180, &out->longitude);
}

/* Points separated by semicolons; those at the end may be empty. */
static gboolean
parse_trace (const char *text, GArray *points)
{
  g_auto (GStrv) parts = g_strsplit (text, ";", -1);
  guint n = g_strv_length (parts);

  while (n > 0 && *g_strstrip (parts[n - 1]) == '\0')
    n--;
  for (guint i = 0; i < n; i++)
    {
      Point point;

      if (!parse_point (parts[i], &point))
        return FALSE;
      g_array_append_val (points, point);
    }
  return points->len >= 2;
}

static gboolean
collect_text (QdEval *ev, QdTreeNode *node, gpointer data)
{
  g_ptr_array_add (data, qd_tree_node_dup_string (node));
  return TRUE;
}

/* The points of all arguments: several points, or one trace. @valid is FALSE when they are no line. */
static gboolean
eval_line (QdEval *ev, const QdScope *scope, const QdExprNode *call, GArray *points, gboolean *valid)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < call->n; i++)
    {
      QdText text;

      if (call->items[i]->type == QD_VALUE_NODES)
        {
          if (!qd_eval_visit (ev, scope, call->items[i], collect_text, texts))
            return FALSE;
          continue;
        }
      if (!qd_eval_text (ev, scope, call->items[i], &text))
        return FALSE;
      g_ptr_array_add (texts, qd_text_take (&text));
    }
  if (texts->len == 1)
    {
      *valid = parse_trace (texts->pdata[0], points);
      return TRUE;
    }
  *valid = texts->len >= 2;
  for (guint i = 0; i < texts->len && *valid; i++)
    {
      Point point;

      *valid = parse_point (texts->pdata[i], &point);
      g_array_append_val (points, point);
    }
  return TRUE;
}

static double
radians (double degrees)
{
  return degrees * G_PI / 180;
}

static double
to_hundredths (double value)
{
  return floor (fabs (value) * 100 + 0.5) / 100;
}

static gboolean
fn_area (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (Point));
  gboolean valid;
  double total = 0;

  if (!eval_line (ev, scope, call, points, &valid))
    return FALSE;
  for (guint i = 0; valid && points->len > 2 && i < points->len; i++)
    {
      const Point *a = &g_array_index (points, Point, i), *b = &g_array_index (points, Point, (i + 1) % points->len);

      total += radians (b->longitude - a->longitude) * (2 + sin (radians (a->latitude)) + sin (radians (b->latitude)));
    }
  return qd_value_set_double (out, to_hundredths (total * EARTH_RADIUS * EARTH_RADIUS / 2));
}

static gboolean
fn_distance (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (Point));
  gboolean valid;
  double total = 0;

  if (!eval_line (ev, scope, call, points, &valid))
    return FALSE;
  if (!valid)
    return qd_eval_fail (ev, call, QD_EXPR_ERROR_TYPE, _ ("distance() needs at least two points."));
  for (guint i = 1; i < points->len; i++)
    {
      const Point *a = &g_array_index (points, Point, i - 1), *b = &g_array_index (points, Point, i);
      double phi_a = radians (a->latitude), phi_b = radians (b->latitude);
      double cosine = sin (phi_a) * sin (phi_b) + cos (phi_a) * cos (phi_b) * cos (radians (a->longitude - b->longitude));

      total += acos (CLAMP (cosine, -1, 1)) * EARTH_RADIUS;
    }
  return qd_value_set_double (out, to_hundredths (total));
}

/* Is the point within the closed shape? Counts the edges that a ray from the point crosses. */
static gboolean
fn_geofence (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  g_autoptr (GArray) shape = g_array_new (FALSE, FALSE, sizeof (Point));
  QdText point_text, shape_text;
  gboolean inside = FALSE, valid;
  const Point *first, *last;
  Point point;

  if (!qd_eval_text (ev, scope, call->items[0], &point_text))
    return FALSE;
  valid = parse_point (point_text.text, &point);
  qd_text_clear (&point_text);
  if (!qd_eval_text (ev, scope, call->items[1], &shape_text))
    return FALSE;
  valid = parse_trace (shape_text.text, shape) && valid;
  qd_text_clear (&shape_text);
  if (!valid)
    return qd_value_set_boolean (out, FALSE);
  first = &g_array_index (shape, Point, 0);
  last = &g_array_index (shape, Point, shape->len - 1);
  if (first->latitude != last->latitude || first->longitude != last->longitude)
    return qd_value_set_boolean (out, FALSE);
  for (guint i = 1; i < shape->len; i++)
    {
      const Point *a = &g_array_index (shape, Point, i - 1), *b = &g_array_index (shape, Point, i);

      if ((a->latitude > point.latitude) != (b->latitude > point.latitude) &&
          point.longitude < (a->longitude - b->longitude) * (point.latitude - b->latitude) / (a->latitude - b->latitude) + b->longitude)
        inside = !inside;
    }
  return qd_value_set_boolean (out, inside);
}

static int
side_of (const Point *a, const Point *b, const Point *c)
{
  double cross = (b->longitude - a->longitude) * (c->latitude - a->latitude) - (b->latitude - a->latitude) * (c->longitude - a->longitude);

  return cross < 0 ? -1 : cross > 0;
}

static gboolean
is_within (const Point *a, const Point *b, const Point *c)
{
  return MIN (a->latitude, b->latitude) <= c->latitude && c->latitude <= MAX (a->latitude, b->latitude) &&
         MIN (a->longitude, b->longitude) <= c->longitude && c->longitude <= MAX (a->longitude, b->longitude);
}

static gboolean
edges_cross (const Point *a, const Point *b, const Point *c, const Point *d)
{
  int abc = side_of (a, b, c), abd = side_of (a, b, d), cda = side_of (c, d, a), cdb = side_of (c, d, b);

  if (abc * abd < 0 && cda * cdb < 0)
    return TRUE;
  return (abc == 0 && is_within (a, b, c)) || (abd == 0 && is_within (a, b, d)) || (cda == 0 && is_within (c, d, a)) || (cdb == 0 && is_within (c, d, b));
}

/* Does the trace or the outline of the shape cross itself? Edges that follow each other share a point, which is no crossing. */
static gboolean
fn_intersects (QdEval *ev, const QdScope *scope, const QdExprNode *call, QdValue *out)
{
  g_autoptr (GArray) points = g_array_new (FALSE, FALSE, sizeof (Point));
  gboolean valid, closed;
  const Point *p;
  guint n;

  if (!eval_line (ev, scope, call, points, &valid))
    return FALSE;
  if (!valid)
    return qd_value_set_boolean (out, FALSE);
  p = (const Point *) points->data;
  n = points->len - 1;
  closed = p[0].latitude == p[n].latitude && p[0].longitude == p[n].longitude;
  for (guint i = 0; i < n; i++)
    {
      if (!qd_eval_work (ev, n - i))
        return FALSE;
      for (guint j = i + 2; j < n; j++)
        if (!(closed && i == 0 && j == n - 1) && edges_cross (&p[i], &p[i + 1], &p[j], &p[j + 1]))
          return qd_value_set_boolean (out, TRUE);
    }
  return qd_value_set_boolean (out, FALSE);
}

const QdExprFunction qd_expr_geo_functions[] = {
  { "area", 1, 1, QD_VALUE_NUMBER, 0, 0, fn_area },
  { "distance", 1, -1, QD_VALUE_NUMBER, 0, 0, fn_distance },
  { "geofence", 2, 2, QD_VALUE_BOOLEAN, 0, 0, fn_geofence },
  { "intersects", 1, 1, QD_VALUE_BOOLEAN, 0, 0, fn_intersects },
  { NULL }
};
