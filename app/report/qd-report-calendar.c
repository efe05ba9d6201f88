/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-report-calendar"
#include "config.h"

#include "qd-report-calendar.h"

#include <cairo-pdf.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "qd-report-private.h"

/* The first page lies. Four months beside each other, three rows. */
#define WIDTH QD_REPORT_HEIGHT
#define HEIGHT QD_REPORT_WIDTH
#define MARGIN 36.0
#define TOP 74.0
#define BOTTOM (HEIGHT - 40.0)
#define COLUMNS 4
#define ROWS 3
#define MONTHS (COLUMNS * ROWS)
#define GAP 8.0
#define BOX_WIDTH ((WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS)
#define BOX_HEIGHT ((BOTTOM - TOP - (ROWS - 1) * GAP) / ROWS)
#define INNER 6.0
#define DAY_WIDTH ((BOX_WIDTH - 2 * INNER) / 7)
#define DAY_HEIGHT 9.5
#define LINE_HEIGHT 9.4
#define GRID_TOP 17.0

typedef struct
{
  cairo_t *cr;
  PangoLayout *layout;
  const char *language;
  GArray *occurrences; /* (element-type QdOccurrence): of the months shown, late ones first */
  guint first;         /* year × 12 + month - 1 */
} Calendar;

/* One line of at most @width points; what does not fit ends in an ellipsis. @align as of QdMark. */
static void
put (Calendar *self, const char *text, double size, gboolean bold, QdAlign align, double x, double y, double width)
{
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string (bold ? "Noto Sans CJK SC Bold" : "Noto Sans CJK SC");
  char *clean = qd_clean_text (text);
  int height;

  pango_font_description_set_size (font, (int) (size * PANGO_SCALE));
  pango_layout_set_font_description (self->layout, font);
  pango_layout_set_width (self->layout, (int) (width * PANGO_SCALE));
  pango_layout_set_ellipsize (self->layout, PANGO_ELLIPSIZE_END);
  pango_layout_set_single_paragraph_mode (self->layout, TRUE);
  pango_layout_set_alignment (self->layout, align == QD_ALIGN_RIGHT ? PANGO_ALIGN_RIGHT : align == QD_ALIGN_CENTER ? PANGO_ALIGN_CENTER
                                                                                                                   : PANGO_ALIGN_LEFT);
  pango_layout_set_text (self->layout, clean, -1);
  pango_layout_get_size (self->layout, NULL, &height);
  cairo_move_to (self->cr, x, y - (double) height / PANGO_SCALE / 2);
  pango_cairo_show_layout (self->cr, self->layout);
  g_ref_string_release (clean);
}

static guint
month_of (Calendar *self, const QdDue *due)
{
  guint month = (guint) g_date_get_year (&due->plan) * 12 + g_date_get_month (&due->plan) - 1;

  /* What is late is a matter of now, whenever its day was. */
  return due->state == QD_DUE_OVERDUE ? self->first : month;
}

/* How strongly a day is marked: 0 not, 1 by a default of ours, 2 by law. */
static guint
weight_of_day (Calendar *self, guint month, guint day)
{
  guint weight = 0;

  for (guint i = 0; i < self->occurrences->len; i++)
    {
      const QdDue *due = g_array_index (self->occurrences, QdOccurrence, i).due;
      if ((guint) g_date_get_year (&due->plan) * 12 + g_date_get_month (&due->plan) - 1 == month && g_date_get_day (&due->plan) == day)
        weight = MAX (weight, due->is_default ? 1u : 2u);
    }
  return weight;
}

static void
draw_day (Calendar *self, guint month, guint day, double x, double y)
{
  guint weight = weight_of_day (self, month, day);
  char text[4];

  g_snprintf (text, sizeof text, "%u", day);
  if (weight > 0)
    {
      cairo_new_path (self->cr); /* a text leaves its point behind */
      cairo_arc (self->cr, x + DAY_WIDTH / 2, y, 5, 0, 2 * G_PI);
      cairo_set_source_rgb (self->cr, 0, 0, 0);
      cairo_set_line_width (self->cr, 0.7);
      if (weight == 2)
        cairo_fill (self->cr);
      else
        cairo_stroke (self->cr);
    }
  cairo_set_source_rgb (self->cr, weight == 2 ? 1 : 0.1, weight == 2 ? 1 : 0.1, weight == 2 ? 1 : 0.1);
  put (self, text, 6.5, weight > 0, QD_ALIGN_CENTER, x, y, DAY_WIDTH);
}

/* Returns where the grid ends. */
static double
draw_days (Calendar *self, guint month, double x, double y)
{
  g_auto (GStrv) names = g_strsplit (qd_word (QD_WORD_WEEKDAYS, self->language), " ", 7);
  guint n = g_date_get_days_in_month ((GDateMonth) (month % 12 + 1), (GDateYear) (month / 12));
  GDate first;
  guint column, row = 1;

  g_date_clear (&first, 1);
  g_date_set_dmy (&first, 1, (GDateMonth) (month % 12 + 1), (GDateYear) (month / 12));
  column = g_date_get_weekday (&first) - 1;
  cairo_set_source_rgb (self->cr, 0.4, 0.4, 0.4);
  for (guint i = 0; i < 7; i++)
    put (self, names[i], 6, FALSE, QD_ALIGN_CENTER, x + i * DAY_WIDTH, y, DAY_WIDTH);
  for (guint day = 1; day <= n; day++)
    {
      draw_day (self, month, day, x + column * DAY_WIDTH, y + row * DAY_HEIGHT);
      if (++column == 7)
        {
          column = 0;
          row++;
        }
    }
  return y + 6 * DAY_HEIGHT + DAY_HEIGHT; /* six weeks at most: all boxes alike */
}

static void
draw_entries (Calendar *self, guint month, double x, double y, double bottom)
{
  guint n = 0, shown = 0, fit = (guint) MAX (0, (bottom - y) / LINE_HEIGHT);

  for (guint i = 0; i < self->occurrences->len; i++)
    if (month_of (self, g_array_index (self->occurrences, QdOccurrence, i).due) == month)
      n++;
  for (guint i = 0; i < self->occurrences->len && shown < (n > fit ? fit - 1 : n); i++)
    {
      const QdDue *due = g_array_index (self->occurrences, QdOccurrence, i).due;
      g_autofree char *text = NULL;
      if (month_of (self, due) != month)
        continue;
      if (due->state == QD_DUE_OVERDUE)
        {
          g_autofree char *late = qd_word_printf (QD_WORD_OVERDUE, self->language, (guint) -due->days);
          text = g_strdup_printf ("%s　%s%s", due->short_label, late, due->is_default ? " ○" : "");
          cairo_new_path (self->cr);
          cairo_rectangle (self->cr, x - 2, y - LINE_HEIGHT / 2 + 0.4, BOX_WIDTH - 2 * INNER + 4, LINE_HEIGHT - 0.8);
          cairo_set_source_rgb (self->cr, 0, 0, 0);
          cairo_set_line_width (self->cr, 0.7);
          cairo_stroke (self->cr);
        }
      else
        text = g_strdup_printf ("%2u　%s%s", (guint) g_date_get_day (&due->plan), due->short_label, due->is_default ? " ○" : "");
      cairo_set_source_rgb (self->cr, 0, 0, 0);
      put (self, text, 7, due->state == QD_DUE_OVERDUE, QD_ALIGN_LEFT, x, y, BOX_WIDTH - 2 * INNER);
      y += LINE_HEIGHT;
      shown++;
    }
  if (shown < n)
    {
      g_autofree char *more = qd_word_printf (QD_WORD_MORE, self->language, n - shown);
      cairo_set_source_rgb (self->cr, 0.3, 0.3, 0.3);
      put (self, more, 6.5, FALSE, QD_ALIGN_LEFT, x, y, BOX_WIDTH - 2 * INNER);
    }
}

static void
draw_year (Calendar *self, const char *name, const char *date)
{
  g_autofree char *title = qd_word_printf (QD_WORD_CALENDAR, self->language, name);
  g_autofree char *as_of = qd_word_printf (QD_WORD_CALENDAR_AS_OF, self->language, date, self->occurrences->len);

  cairo_set_source_rgb (self->cr, 0, 0, 0);
  put (self, title, 16, TRUE, QD_ALIGN_LEFT, MARGIN, MARGIN + 8, WIDTH - 2 * MARGIN - 220);
  put (self, as_of, 9, FALSE, QD_ALIGN_RIGHT, WIDTH - MARGIN - 220, MARGIN + 10, 220);
  for (guint i = 0; i < MONTHS; i++)
    {
      guint month = self->first + i;
      double x = MARGIN + (i % COLUMNS) * (BOX_WIDTH + GAP), y = TOP + (i / COLUMNS) * (BOX_HEIGHT + GAP);
      g_autofree char *head = qd_word_printf (QD_WORD_MONTH, self->language, month / 12, month % 12 + 1);
      cairo_new_path (self->cr);
      cairo_rectangle (self->cr, x, y, BOX_WIDTH, BOX_HEIGHT);
      cairo_set_source_rgb (self->cr, 0.6, 0.6, 0.6);
      cairo_set_line_width (self->cr, 0.5);
      cairo_stroke (self->cr);
      cairo_set_source_rgb (self->cr, 0, 0, 0);
      put (self, head, 8.5, TRUE, QD_ALIGN_LEFT, x + INNER, y + 8, BOX_WIDTH - 2 * INNER);
      draw_entries (self, month, x + INNER, draw_days (self, month, x + INNER, y + GRID_TOP + 4), y + BOX_HEIGHT);
    }
  cairo_set_source_rgb (self->cr, 0.25, 0.25, 0.25);
  put (self, qd_word (QD_WORD_CALENDAR_KEY, self->language), 7.5, FALSE, QD_ALIGN_LEFT, MARGIN, HEIGHT - 26, WIDTH - 2 * MARGIN);
}

/* The table behind */

static void
row_free (gpointer data)
{
  QdRow *row = data;

  for (guint i = 0; i < 4; i++)
    g_ref_string_release (row->cells[i]);
  g_free (row->cells);
  g_free (row);
}

static char *
dup_basis (const QdDuty *duty, const char *language)
{
  for (guint i = 0; i < duty->bases->len; i++)
    {
      const QdDutyBasis *basis = duty->bases->pdata[i];
      if (basis->in_force && basis->confidence == QD_CONFIDENCE_CONFIRMED)
        return qd_clean_text (basis->text);
    }
  return g_ref_string_new (qd_word (QD_WORD_TO_BE_CONFIRMED, language));
}

static QdRow *
make_row (const QdOccurrence *occurrence, const char *language)
{
  const QdDue *due = occurrence->due;
  QdRow *row = g_new0 (QdRow, 1);
  g_autofree char *day = NULL;
  g_autofree char *title = NULL;
  char plan[16];

  g_date_strftime (plan, sizeof plan, "%Y-%m-%d", &due->plan);
  if (due->state == QD_DUE_OVERDUE)
    {
      g_autofree char *late = qd_word_printf (QD_WORD_OVERDUE, language, (guint) -due->days);
      day = g_strdup_printf ("%s\n%s", plan, late);
    }
  else if (due->is_default)
    day = g_strdup_printf ("%s\n%s", plan, qd_word (QD_WORD_DEFAULT_CYCLE, language));
  else
    day = g_strdup (plan);
  title = g_strjoin (" ", occurrence->duty->title, *due->label ? due->label : due->period_label, NULL);
  row->cells = g_new0 (char *, 4);
  row->cells[0] = g_ref_string_new (day);
  row->cells[1] = qd_clean_text (title);
  row->cells[2] = qd_clean_text (occurrence->duty->why);
  row->cells[3] = dup_basis (occurrence->duty, language);
  return row;
}

/* What was done, with what evidence: name and digest of the file, which lies in the workspace. */
static QdRow *
make_mark_row (QdAssessment *assessment, const QdDutyMark *mark)
{
  const QdDuty *duty = qd_assessment_find (assessment, mark->rule);
  QdRow *row = g_new0 (QdRow, 1);
  /* "2026-10": of which month; the rest of it tells deadlines of one period apart. */
  g_autofree char *title = g_strdup_printf ("%s %.*s", duty ? duty->title : mark->rule, (int) strcspn (mark->period, "#"), mark->period);
  g_autofree char *evidence = *mark->evidence ? g_strdup_printf ("%s\nSHA-256 %s", mark->evidence_name, mark->evidence) : g_strdup ("");

  row->cells = g_new0 (char *, 4);
  row->cells[0] = qd_clean_text (mark->date);
  row->cells[1] = qd_clean_text (g_strchomp (title));
  row->cells[2] = qd_clean_text (mark->note);
  row->cells[3] = qd_clean_text (evidence);
  return row;
}

static void
put_table (QdFlow *flow, QdWord heading, const QdWord heads[4], const double shares[4], GPtrArray *rows, const char *language)
{
  QdColumn columns[4] = { 0 };

  for (guint i = 0; i < 4; i++)
    {
      columns[i].title = g_ref_string_new (qd_word (heads[i], language));
      columns[i].share = shares[i];
    }
  qd_flow_text (flow, QD_TEXT_HEADING, QD_ALIGN_LEFT, qd_word (heading, language));
  qd_flow_space (flow, 6);
  if (rows->len > 0)
    qd_flow_table (flow, NULL, qd_word (QD_WORD_CONTINUED, language), columns, 4, 1, rows);
  for (guint i = 0; i < 4; i++)
    g_ref_string_release (columns[i].title);
}

static QdFlow *
make_tables (QdAssessment *assessment, GArray *occurrences, const char *language)
{
  static const QdWord heads[4] = { QD_WORD_DUE, QD_WORD_DUTY, QD_WORD_WHY, QD_WORD_LEGAL };
  static const double shares[4] = { 0.16, 0.31, 0.32, 0.21 };
  static const QdWord mark_heads[4] = { QD_WORD_DONE_ON, QD_WORD_DUTY, QD_WORD_REMARK, QD_WORD_EVIDENCE };
  static const double mark_shares[4] = { 0.14, 0.3, 0.24, 0.32 };
  QdFlow *flow = qd_flow_new ();
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (row_free);
  g_autoptr (GPtrArray) marks = g_ptr_array_new_with_free_func (row_free);

  for (guint i = 0; i < occurrences->len; i++)
    g_ptr_array_add (rows, make_row (&g_array_index (occurrences, QdOccurrence, i), language));
  put_table (flow, QD_WORD_ALL_DEADLINES, heads, shares, rows, language);
  for (guint i = 0; i < assessment->marks->len; i++)
    g_ptr_array_add (marks, make_mark_row (assessment, assessment->marks->pdata[i]));
  if (marks->len > 0)
    {
      qd_flow_space (flow, 14);
      put_table (flow, QD_WORD_MARKED_DONE, mark_heads, mark_shares, marks, language);
    }
  return flow;
}

static void
draw_table (Calendar *self, QdFlow *flow)
{
  for (guint page = 0; page < flow->pages->len; page++)
    {
      PangoLayout *layout = qd_layout_new ();
      GArray *marks = flow->pages->pdata[page];

      cairo_pdf_surface_set_size (cairo_get_target (self->cr), QD_REPORT_WIDTH, QD_REPORT_HEIGHT);
      for (guint i = 0; i < marks->len; i++)
        qd_draw_mark (self->cr, layout, &g_array_index (marks, QdMark, i));
      cairo_show_page (self->cr);
      g_object_unref (layout);
    }
}

static cairo_status_t
append_cb (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

/* What is late from before the months shown, then those of the months. */
static GArray *
collect (QdAssessment *assessment, guint first)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (QdOccurrence));
  g_autoptr (GArray) open = qd_assessment_get_open (assessment);
  g_autoptr (GArray) months = qd_assessment_get_calendar (assessment, first / 12, first % 12 + 1, MONTHS);

  for (guint i = 0; i < open->len; i++)
    {
      const QdOccurrence *occurrence = &g_array_index (open, QdOccurrence, i);
      if (occurrence->due && occurrence->due->state == QD_DUE_OVERDUE && g_date_valid (&occurrence->due->plan) &&
          (guint) g_date_get_year (&occurrence->due->plan) * 12 + g_date_get_month (&occurrence->due->plan) - 1 < first)
        g_array_append_vals (all, occurrence, 1);
    }
  g_array_append_vals (all, months->data, months->len);
  return all;
}

struct _QdCalendarPdf
{
  Calendar calendar;
  GByteArray *bytes;        /* (owned) */
  cairo_surface_t *surface; /* (owned) */
};

QdCalendarPdf *
qd_calendar_pdf_new (const char *name, const char *date, const char *language)
{
  QdCalendarPdf *self = g_new0 (QdCalendarPdf, 1);
  g_autofree char *title = qd_word_printf (QD_WORD_CALENDAR, language, name);
  g_autofree char *created = g_strdup_printf ("%sT00:00:00", date);

  self->bytes = g_byte_array_new ();
  self->calendar.language = language;
  self->surface = cairo_pdf_surface_create_for_stream (append_cb, self->bytes, WIDTH, HEIGHT);
  cairo_pdf_surface_set_metadata (self->surface, CAIRO_PDF_METADATA_TITLE, title);
  cairo_pdf_surface_set_metadata (self->surface, CAIRO_PDF_METADATA_CREATOR, "Qingdan");
  cairo_pdf_surface_set_metadata (self->surface, CAIRO_PDF_METADATA_CREATE_DATE, created);
  self->calendar.cr = cairo_create (self->surface);
  self->calendar.layout = qd_layout_new ();
  return self;
}

gboolean
qd_calendar_pdf_add (QdCalendarPdf *self, QdAssessment *assessment, const char *name, GError **error)
{
  Calendar *calendar = &self->calendar;
  g_autoptr (GArray) occurrences = NULL;
  guint year = 0, month = 0;
  QdFlow *flow;

  if (sscanf (assessment->date, "%4u-%2u", &year, &month) != 2 || month < 1 || month > 12)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("The assessment has no date."));
      return FALSE;
    }
  calendar->first = year * 12 + month - 1;
  occurrences = collect (assessment, calendar->first);
  calendar->occurrences = occurrences;
  cairo_pdf_surface_set_size (self->surface, WIDTH, HEIGHT);
  draw_year (calendar, name, assessment->date);
  cairo_show_page (calendar->cr);
  flow = make_tables (assessment, occurrences, calendar->language);
  draw_table (calendar, flow);
  qd_flow_free (flow);
  calendar->occurrences = NULL;
  return TRUE;
}

GBytes *
qd_calendar_pdf_finish (QdCalendarPdf *self, GError **error)
{
  g_autoptr (GByteArray) bytes = self->bytes;
  cairo_status_t status = cairo_status (self->calendar.cr);

  g_object_unref (self->calendar.layout);
  cairo_destroy (self->calendar.cr);
  cairo_surface_finish (self->surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (self->surface);
  cairo_surface_destroy (self->surface);
  g_free (self);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The pages cannot be drawn: %s."), cairo_status_to_string (status));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

void
qd_calendar_pdf_discard (QdCalendarPdf *self)
{
  g_autoptr (GBytes) bytes = qd_calendar_pdf_finish (self, NULL);
}

GBytes *
qd_report_calendar_to_pdf (QdAssessment *assessment, const char *name, const char *language, GError **error)
{
  QdCalendarPdf *pdf = qd_calendar_pdf_new (name, assessment->date, language);

  if (qd_calendar_pdf_add (pdf, assessment, name, error))
    return qd_calendar_pdf_finish (pdf, error);
  qd_calendar_pdf_discard (pdf);
  return NULL;
}
