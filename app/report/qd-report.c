/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-report"
#include "config.h"

#include "qd-report.h"

#include <cairo-pdf.h>
#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <qrencode.h>
#include <string.h>

#include "qd-report-private.h"

#define HEADER_Y 57.0
#define HEADER_RULE_Y 75.0
#define FOOTER_RULE_Y 739.5
#define QR_SIZE 64.0

struct _QdReport
{
  GObject parent_instance;

  QdFlow *flow;        /* (owned) */
  QdReportFrame frame; /* (owned) */
  char *language;
  char *digest; /* (nullable): lower-case hex; NULL is a draft */
  char *form_id;
  GDateTime *now; /* (owned) */
};

G_DEFINE_FINAL_TYPE (QdReport, qd_report, G_TYPE_OBJECT)

static void
draw_text (cairo_t *cr, PangoLayout *layout, QdTextStyle style, QdAlign align, double grey, double x, double y, double width, const char *text)
{
  char *clean = qd_clean_text (text);
  QdMark mark = { .text = clean, .x = x, .y = y, .width = width, .size = qd_text_size (style), .style = style, .align = align, .grey = grey, .n_lines = 1 };

  qd_draw_mark (cr, layout, &mark);
  g_ref_string_release (clean);
}

static void
draw_rule (cairo_t *cr, double y, double thickness)
{
  QdMark mark = { .x = QD_PAGE_LEFT, .y = y, .width = QD_PAGE_INNER, .size = thickness };

  qd_draw_mark (cr, NULL, &mark);
}

/* Under everything else: a sheet of a draft must not pass for the declaration, whichever page it is. */
static void
draw_draft_mark (QdReport *self, cairo_t *cr, PangoLayout *layout)
{
  const char *text = qd_word (QD_WORD_DRAFT, self->language);
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string ("Noto Sans CJK SC Bold");
  int width, height;

  pango_font_description_set_size (font, 56 * PANGO_SCALE);
  pango_layout_set_font_description (layout, font);
  pango_layout_set_width (layout, -1);
  pango_layout_set_text (layout, text, -1);
  pango_layout_get_size (layout, &width, &height);
  cairo_save (cr);
  cairo_translate (cr, QD_REPORT_WIDTH / 2, QD_REPORT_HEIGHT / 2);
  cairo_rotate (cr, -G_PI / 4);
  cairo_move_to (cr, -(double) width / PANGO_SCALE / 2, -(double) height / PANGO_SCALE / 2);
  cairo_set_source_rgb (cr, 0.88, 0.88, 0.88);
  pango_cairo_show_layout (cr, layout);
  cairo_restore (cr);
}

/* The same data on each page but the page number: whoever scans it can tell that no sheet was exchanged. */
static void
draw_qr (QdReport *self, cairo_t *cr, double x, double y, guint page)
{
  g_autofree char *text = g_strdup_printf ("QINGDAN 1 %s\nSHA-256 %s\nPAGE %u/%u", self->form_id, self->digest, page + 1, self->flow->pages->len);
  QRcode *code = QRcode_encodeData (strlen (text), (const guchar *) text, 0, QR_ECLEVEL_M);
  double cell;

  if (!code)
    return;
  cell = QR_SIZE / code->width;
  cairo_set_source_rgb (cr, 0, 0, 0);
  for (int row = 0; row < code->width; row++)
    for (int column = 0, run; column < code->width; column += MAX (run, 1))
      {
        const guchar *modules = code->data + row * code->width;

        for (run = 0; column + run < code->width && (modules[column + run] & 1); run++)
          ;
        if (run > 0)
          cairo_rectangle (cr, x + column * cell, y + row * cell, run * cell, cell);
      }
  cairo_fill (cr);
  QRcode_free (code);
}

static void
draw_footer (QdReport *self, cairo_t *cr, PangoLayout *layout, guint page)
{
  g_autofree char *number = qd_word_printf (QD_WORD_PAGE, self->language, page + 1, self->flow->pages->len);
  double y = FOOTER_RULE_Y + 7, x = QD_PAGE_LEFT;

  draw_rule (cr, FOOTER_RULE_Y, 0.6);
  if (self->digest)
    {
      g_autofree char *upper = g_ascii_strup (self->digest, -1);

      draw_qr (self, cr, x, y, page);
      x += QR_SIZE + 10;
      draw_text (cr, layout, QD_TEXT_SMALL_BOLD, QD_ALIGN_LEFT, 0, x, y, 300, qd_word (QD_WORD_DIGEST, self->language));
      y += 11.5;
      for (guint line = 0; line < 2 && strlen (upper) == 64; line++, y += 11)
        {
          const char *part = upper + line * 32;
          g_autofree char *groups = g_strdup_printf ("%.8s %.8s %.8s %.8s", part, part + 8, part + 16, part + 24);
          draw_text (cr, layout, QD_TEXT_CODE, QD_ALIGN_LEFT, 0, x, y, 300, groups);
        }
      draw_text (cr, layout, QD_TEXT_SMALL, QD_ALIGN_LEFT, 0, x, y, QD_PAGE_RIGHT - x, self->frame.verdict_line);
      y += 11.5;
      draw_text (cr, layout, QD_TEXT_SMALL, QD_ALIGN_LEFT, 0, x, y, QD_PAGE_RIGHT - x - 90, qd_word (QD_WORD_HOW_TO_VERIFY, self->language));
    }
  else
    {
      g_autofree char *time = g_date_time_format (self->now, "%F %R");
      g_autofree char *text = qd_word_printf (QD_WORD_DRAFT_FOOTER, self->language, time);

      draw_text (cr, layout, QD_TEXT_SMALL_BOLD, QD_ALIGN_LEFT, 0, x, y, QD_PAGE_INNER, text);
      y += 11.5;
      draw_text (cr, layout, QD_TEXT_SMALL, QD_ALIGN_LEFT, 0, x, y, QD_PAGE_INNER, self->frame.verdict_line);
    }
  draw_text (cr, layout, QD_TEXT_SMALL, QD_ALIGN_RIGHT, 0, QD_PAGE_RIGHT - 90, FOOTER_RULE_Y + 58, 90, number);
}

void
qd_report_draw_page (QdReport *self, guint page, cairo_t *cr)
{
  PangoLayout *layout;
  GArray *marks;

  g_return_if_fail (QD_IS_REPORT (self) && page < self->flow->pages->len && cr != NULL);
  layout = qd_layout_new ();
  if (!self->digest)
    draw_draft_mark (self, cr, layout);
  draw_text (cr, layout, QD_TEXT_SMALL, QD_ALIGN_LEFT, 0.25, QD_PAGE_LEFT, HEADER_Y, QD_PAGE_INNER * 0.55, self->frame.title ? self->frame.title : "");
  draw_text (cr, layout, QD_TEXT_SMALL, QD_ALIGN_RIGHT, 0.25, QD_PAGE_LEFT + QD_PAGE_INNER * 0.45, HEADER_Y, QD_PAGE_INNER * 0.55, self->frame.right);
  draw_rule (cr, HEADER_RULE_Y, 0.6);
  marks = self->flow->pages->pdata[page];
  for (guint i = 0; i < marks->len; i++)
    qd_draw_mark (cr, layout, &g_array_index (marks, QdMark, i));
  draw_footer (self, cr, layout, page);
  g_object_unref (layout);
}

static cairo_status_t
append_cb (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

GBytes *
qd_report_to_pdf (QdReport *self, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  /* The moment of the declaration, so that the same declaration gives the same file. */
  g_autofree char *created = NULL;
  cairo_surface_t *surface;
  cairo_status_t status;
  cairo_t *cr;

  g_return_val_if_fail (QD_IS_REPORT (self), NULL);
  created = g_date_time_format (self->now, "%FT%T%:z");
  surface = cairo_pdf_surface_create_for_stream (append_cb, bytes, QD_REPORT_WIDTH, QD_REPORT_HEIGHT);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, self->frame.title ? self->frame.title : "");
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATOR, "Qingdan");
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATE_DATE, created);
  cr = cairo_create (surface);
  for (guint page = 0; page < self->flow->pages->len; page++)
    {
      qd_report_draw_page (self, page, cr);
      cairo_show_page (cr);
    }
  status = cairo_status (cr);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The pages cannot be drawn: %s."), cairo_status_to_string (status));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

gboolean
qd_report_write_pdf (QdReport *self, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = qd_report_to_pdf (self, error);
  g_autoptr (GError) problem = NULL;
  g_autofree char *name = NULL;

  if (!bytes)
    return FALSE;
  if (g_file_set_contents_full (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), G_FILE_SET_CONTENTS_CONSISTENT, 0644, &problem))
    return TRUE;
  name = g_filename_display_name (path);
  g_set_error (error, G_IO_ERROR, problem->code == G_FILE_ERROR_NOSPC ? G_IO_ERROR_NO_SPACE : problem->code == G_FILE_ERROR_NOENT ? G_IO_ERROR_NOT_FOUND
                                                                                                                                  : G_IO_ERROR_FAILED,
               _ ("“%s” cannot be written: %s. No partial file was left."),
               name,
               problem->message);
  return FALSE;
}

QdReport *
qd_report_new (QdInstance *instance, QdVerdict *verdict, const char *digest, const char *language)
{
  QdReport *self;

  g_return_val_if_fail (QD_IS_INSTANCE (instance) && language != NULL, NULL);
  self = g_object_new (QD_TYPE_REPORT, NULL);
  self->language = g_strdup (language);
  self->digest = g_strdup (digest);
  self->form_id = g_strdup (qd_form_get_id (qd_instance_get_form (instance)));
  self->now = g_date_time_ref (verdict ? qd_verdict_get_moment (verdict) : qd_instance_get_now (instance));
  qd_report_compose (self->flow, &self->frame, instance, verdict, language);
  return self;
}

guint
qd_report_get_n_pages (QdReport *self)
{
  g_return_val_if_fail (QD_IS_REPORT (self), 0);
  return self->flow->pages->len;
}

gboolean
qd_report_find_node (QdReport *self, QdNodeId node, guint *page_out, double *y_out)
{
  const QdPlace *place;

  g_return_val_if_fail (QD_IS_REPORT (self), FALSE);
  place = g_hash_table_lookup (self->flow->places, GUINT_TO_POINTER (node));
  if (!place)
    return FALSE;
  if (page_out)
    *page_out = place->page;
  if (y_out)
    *y_out = place->y;
  return TRUE;
}

static void
qd_report_finalize (GObject *object)
{
  QdReport *self = QD_REPORT (object);

  qd_flow_free (self->flow);
  g_free (self->frame.title);
  g_free (self->frame.right);
  g_free (self->frame.verdict_line);
  g_free (self->language);
  g_free (self->digest);
  g_free (self->form_id);
  g_clear_pointer (&self->now, g_date_time_unref);
  G_OBJECT_CLASS (qd_report_parent_class)->finalize (object);
}

static void
qd_report_class_init (QdReportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qd_report_finalize;
}

static void
qd_report_init (QdReport *self)
{
  self->flow = qd_flow_new ();
}
