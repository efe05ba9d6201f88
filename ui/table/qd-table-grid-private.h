/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>
#include "qd-table-block.h"
#include "qd-table-cursor.h"
#include "qd-table-summary.h"
#include "qd-table-view.h"

G_BEGIN_DECLS

/**
 * QdTableGrid: heads, row numbers and cells of a QdTable; scrollable. It draws the visible cells itself. One live GtkText
 * always has the focus and lies over the active cell, unseen until something is typed: so the input method has every key
 * from the first, can be switched before typing, and knows where its window belongs.
 */
#define QD_TYPE_TABLE_GRID (qd_table_grid_get_type ())
G_DECLARE_FINAL_TYPE (QdTableGrid, qd_table_grid, QD, TABLE_GRID, GtkWidget)

typedef enum
{
  QD_EDIT_NONE,
  QD_EDIT_REPLACE, /* begun by typing: arrows commit and move */
  QD_EDIT_INSIDE,  /* F2, double click: arrows move in the text */
} QdEditMode;

typedef struct
{
  int x; /* from the first column on, unscrolled */
  int width;
  PangoLayout *head; /* (owned) (nullable) */
} QdColumnLayout;

/* One drawn cell, kept while nothing changes. */
typedef struct
{
  PangoLayout *layout; /* (owned) (nullable): NULL when empty */
  int text_width;
  int baseline;
  gsize boxed;   /* bytes of the text that lie in boxes */
  gboolean bold; /* of row numbers */
  QdCellFlags flags;
} QdDrawnCell;

/* The cells drawn last; see qd-table-cells.c. */
typedef struct
{
  GHashTable *recent; /* (owned) (nullable) (element-type QdDrawnCell) */
  GHashTable *older;
  GPtrArray *leaving; /* (element-type QdDrawnCell): to be freed */
} QdDrawnCells;

typedef struct
{
  GdkRGBA text;
  GdkRGBA secondary;
  GdkRGBA background;
  GdkRGBA head;
  GdkRGBA line;
  GdkRGBA accent;
  GdkRGBA accent_text;
  GdkRGBA error;
  GdkRGBA warning;
  GdkRGBA warning_mark; /* of corners and tints; text takes the darker one */
  gboolean high_contrast;
} QdTableColors;

typedef enum
{
  QD_HIT_NONE,
  QD_HIT_CELL,
  QD_HIT_HEAD,
  QD_HIT_SORT,   /* the arrow in a head */
  QD_HIT_RESIZE, /* right border of a head */
  QD_HIT_ROW,    /* row number */
  QD_HIT_CORNER,
  QD_HIT_HANDLE, /* fill handle */
} QdHitKind;

typedef struct
{
  QdHitKind kind;
  guint row;
  guint column;
} QdHit;

struct _QdTableGrid
{
  GtkWidget parent_instance;

  GtkAdjustment *hadjustment; /* (owned) (nullable) */
  GtkAdjustment *vadjustment; /* (owned) (nullable) */
  guint hscroll_policy : 1;
  guint vscroll_policy : 1;

  QdTableModel *model;     /* (owned) (nullable) */
  QdTableView *view;       /* (owned) (nullable) */
  QdTableSummary *summary; /* (owned) (nullable) */
  guint summary_source;
  QdTableCursor cursor;
  QdCellRange pasted;      /* stays outlined until the next commit; no rows: none */
  gboolean find_in_pasted; /* F8 begins inside it */
  char *placeholder;       /* (owned) (nullable) */

  /* layout */
  char *id; /* (owned) (nullable) */
  double zoom;
  GArray *columns; /* (owned) (element-type QdColumnLayout) */
  guint n_frozen;
  int gutter;
  guint n_digits; /* of the largest row number */
  int head_height;
  int row_height;
  int baseline; /* of all texts of a row, from its top */
  gboolean layout_valid;

  /* drawing */
  GtkWidget *canvas;
  QdDrawnCells cells;
  QdTableColors colors;
  gboolean colors_valid;
  int hover_head; /* column whose head is under the pointer, -1 */
  QdCellPos flash;
  guint flash_source;

  /* mouse */
  QdHit drag;
  double drag_x; /* last pointer position */
  double drag_y;
  int drag_width;          /* of the column being resized, when it began */
  QdCellRange fill_target; /* while the handle is dragged; no rows: none */
  gboolean fill_series;
  guint scroll_source;
  GtkWidget *menu; /* (owned by the widget tree) (nullable) */

  /* editing */
  GtkWidget *text;
  QdEditMode mode;
  gboolean setting_text;
  gboolean preedit;
  gboolean edit_lost; /* its row is gone */
  gboolean had_text;  /* since this edit began; else it was only a preedit that came to nothing */
  QdCellPos edited;   /* row of the model */
  char *original;     /* (owned) (nullable): stored text when the edit began */
  GtkWidget *list;    /* popover of choices */
  GtkWidget *list_view;
  GtkStringList *list_labels;
  GPtrArray *list_codes; /* (owned) (element-type utf8): of the labels shown */
  gboolean list_shown;
  GtkWidget *checks; /* popover of check boxes */
  gboolean checks_shown;
  GtkWidget *calendar; /* popover */
  gboolean calendar_setting;

  /* clipboard */
  GCancellable *cancellable; /* (owned) (nullable) */
  QdTableBlock *refused;     /* (owned) (nullable): too wide a block, for "paste from the first column" */
  QdCellPos refused_at;
};

GtkWidget *qd_table_grid_new (void) G_GNUC_WARN_UNUSED_RESULT;
void qd_table_grid_set_model (QdTableGrid *self, QdTableModel *model);

/* qd-table-grid.c */

QdTableShape qd_table_grid_get_shape (QdTableGrid *self);
gboolean qd_table_grid_has_cell (QdTableGrid *self);
guint qd_table_grid_get_model_row (QdTableGrid *self); /* of the active cell */
/** After the cursor changed: editor, scroll position (@scroll), accessible label, signals. */
void qd_table_grid_moved (QdTableGrid *self, gboolean scroll);
/** The text of the edit changed: the cell line may take its message back. */
void qd_table_grid_typed (QdTableGrid *self);
void qd_table_grid_move (QdTableGrid *self, QdMove move, gboolean extend);
void qd_table_grid_message (QdTableGrid *self, const char *text, const char *action);
void qd_table_grid_take_error (QdTableGrid *self, GError *error);
/** Everything that depends on contents is drawn anew. */
void qd_table_grid_invalidate (QdTableGrid *self);
/** Columns, zoom or scroll position changed: for the totals row. */
void qd_table_grid_layout_changed (QdTableGrid *self);
void qd_table_grid_flash (QdTableGrid *self);
char *qd_table_grid_dup_cell_label (QdTableGrid *self); /* "第 12 行，反应与带出，约 12，必改" */

/* qd-table-rows.c */

void qd_table_grid_insert_row (QdTableGrid *self, gboolean at_end);
void qd_table_grid_delete_rows (QdTableGrid *self);
void qd_table_grid_move_row (QdTableGrid *self, gboolean down);
void qd_table_grid_fill (QdTableGrid *self, gboolean right);
gboolean qd_table_grid_next_problem (QdTableGrid *self, gboolean back);
void qd_table_grid_apply_fix (QdTableGrid *self);

/* qd-table-mouse.c */

void qd_table_grid_add_mouse (QdTableGrid *self);
void qd_table_grid_stop_autoscroll (QdTableGrid *self);
void qd_table_grid_show_menu (QdTableGrid *self, double x, double y);

/* qd-table-layout.c */

void qd_table_grid_update_layout (QdTableGrid *self);
void qd_table_grid_invalidate_layout (QdTableGrid *self);
/** Fonts changed, widths stay. */
void qd_table_grid_refresh_layout (QdTableGrid *self);
void qd_table_grid_update_adjustments (QdTableGrid *self);
void qd_table_grid_scroll_to (QdTableGrid *self, guint row, guint column);
int qd_table_grid_get_frozen_width (QdTableGrid *self);
int qd_table_grid_get_hscroll (QdTableGrid *self);
gint64 qd_table_grid_get_vscroll (QdTableGrid *self);
/** Left border of a column in the widget, scrolled. */
int qd_table_grid_get_column_x (QdTableGrid *self, guint column);
GdkRectangle qd_table_grid_get_cell_rect (QdTableGrid *self, guint row, guint column);
QdHit qd_table_grid_hit (QdTableGrid *self, double x, double y);
/** The nearest cell, for drags that leave the cells. */
QdCellPos qd_table_grid_nearest (QdTableGrid *self, double x, double y);
void qd_table_grid_set_column_width (QdTableGrid *self, guint column, int width, gboolean keep);
void qd_table_grid_fit_column (QdTableGrid *self, guint column);
void qd_table_grid_zoom (QdTableGrid *self, int step); /* 1, -1; 0: back to 100 % */
PangoLayout *qd_table_grid_create_layout (QdTableGrid *self, const char *text, gboolean bold) G_GNUC_WARN_UNUSED_RESULT;
int qd_table_grid_get_padding (QdTableGrid *self);

/* qd-table-draw.c */

GtkWidget *qd_table_canvas_new (void) G_GNUC_WARN_UNUSED_RESULT;
const QdTableColors *qd_table_grid_get_colors (QdTableGrid *self);
void qd_table_grid_draw_editor_frame (QdTableGrid *self, GtkSnapshot *snapshot, const GdkRectangle *rect);
void qd_table_draw_mark (cairo_t *cr, QdCellFlags mark, const GdkRGBA *color, double size);
/** The rectangle between the frozen columns and the right border, below the heads: what a cell of @column is clipped to. */
GdkRectangle qd_table_grid_get_clip (QdTableGrid *self, gboolean frozen);

/* qd-table-cells.c: rows are those of the view */

/** As it is drawn; until the next call of one of these functions. */
const QdDrawnCell *qd_table_grid_get_cell (QdTableGrid *self, guint row, guint column);
const QdDrawnCell *qd_table_grid_get_number (QdTableGrid *self, guint row, gboolean bold);
/** What is drawn anew: all, or one row. */
void qd_table_grid_forget_cells (QdTableGrid *self);
void qd_table_grid_forget_row (QdTableGrid *self, guint row);
void qd_table_grid_dispose_cells (QdTableGrid *self);

/* qd-table-chips.c */

/** @labels: at least one. @boxed_out: bytes of the text that qd_table_grid_draw_chips() draws boxes around */
PangoLayout *qd_table_grid_create_chips (QdTableGrid *self, char **labels, int room, gboolean bold, gsize *boxed_out) G_GNUC_WARN_UNUSED_RESULT;
void qd_table_grid_draw_chips (QdTableGrid *self, GtkSnapshot *snapshot, PangoLayout *layout, gsize boxed, const GdkRGBA *color, float x, float y);

/* qd-table-choices.c */

void qd_table_grid_init_list (QdTableGrid *self);
/** Where the word that is being typed begins: after the last separator, in columns that take several choices. */
const char *qd_table_grid_get_segment (QdTableGrid *self, const char *text);
/** @needle: typed so far, "" for all. @chosen: (nullable): code to select */
void qd_table_grid_show_list (QdTableGrid *self, const char *needle, const char *chosen);
void qd_table_grid_hide_list (QdTableGrid *self);
gboolean qd_table_grid_move_in_list (QdTableGrid *self, int step);
/** Takes the selected choice, unless what was typed is one itself; for Enter and Tab. */
void qd_table_grid_take_choice (QdTableGrid *self);

/* qd-table-checks.c */

/** Begins an edit, or goes on with it. */
void qd_table_grid_show_checks (QdTableGrid *self);
void qd_table_grid_hide_checks (QdTableGrid *self);
/** Values ticked in the list that is shown, with spaces between. */
char *qd_table_grid_dup_checked (QdTableGrid *self) G_GNUC_WARN_UNUSED_RESULT;

/* qd-table-calendar.c */

void qd_table_grid_show_calendar (QdTableGrid *self);

/* qd-table-keys.c */

void qd_table_grid_add_keys (QdTableGrid *self);
/** Commits and moves down, or up. */
void qd_table_grid_press_enter (QdTableGrid *self, gboolean back);

/* qd-table-edit.c */

const QdColumn *qd_table_grid_get_active_column (QdTableGrid *self);
/** As the program's own: no edit is begun by it. */
void qd_table_grid_set_text (QdTableGrid *self, const char *text);
GdkRectangle qd_table_grid_get_editor_rect (QdTableGrid *self);
/** @keep: what was just typed is in the text already. FALSE when the cell cannot be edited. */
gboolean qd_table_grid_start_edit (QdTableGrid *self, QdEditMode mode, gboolean keep);

void qd_table_grid_init_editor (QdTableGrid *self);
void qd_table_grid_dispose_editor (QdTableGrid *self);
void qd_table_grid_place_editor (QdTableGrid *self); /* from size_allocate */
/** Fits the live text to the active cell: editable or not, purpose, alignment. */
void qd_table_grid_prepare_editor (QdTableGrid *self);
void qd_table_grid_begin_edit (QdTableGrid *self, QdEditMode mode);
/** Writes what was typed. FALSE when the model refused (a message was shown, the old text is back). */
gboolean qd_table_grid_commit_edit (QdTableGrid *self);
void qd_table_grid_cancel_edit (QdTableGrid *self);
void qd_table_grid_open (QdTableGrid *self); /* list or calendar */
void qd_table_grid_put_today (QdTableGrid *self);
void qd_table_grid_copy_above (QdTableGrid *self);
gboolean qd_table_grid_toggle (QdTableGrid *self);

/* qd-table-clipboard.c */

void qd_table_grid_copy (QdTableGrid *self, gboolean heads);
void qd_table_grid_cut (QdTableGrid *self);
void qd_table_grid_paste (QdTableGrid *self);
void qd_table_grid_paste_text (QdTableGrid *self, const char *text);
void qd_table_grid_paste_first_column (QdTableGrid *self);
void qd_table_grid_clear (QdTableGrid *self);

/* qd-table-totals.c: the row below, scrolled with the grid */

#define QD_TYPE_TABLE_TOTALS (qd_table_totals_get_type ())
G_DECLARE_FINAL_TYPE (QdTableTotals, qd_table_totals, QD, TABLE_TOTALS, GtkWidget)
char *qd_table_grid_dup_total_title (QdTableGrid *grid) G_GNUC_WARN_UNUSED_RESULT;
GtkWidget *qd_table_totals_new (QdTableGrid *grid) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
