/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>
#include "qd-draft.h"
#include "qd-name-index.h"
#include "qd-section.h"

G_BEGIN_DECLS

/**
 * QdSectionView: the fields of one section, and only of that one. Groups become cards of rows, repeats cards a row or a grid.
 * Signals: node-focused (guint node); undo () from a grid's toast.
 */
#define QD_TYPE_SECTION_VIEW (qd_section_view_get_type ())
G_DECLARE_FINAL_TYPE (QdSectionView, qd_section_view, QD, SECTION_VIEW, GtkWidget)

GtkWidget *qd_section_view_new (QdDraft *draft) G_GNUC_WARN_UNUSED_RESULT;
/** @section: borrowed while shown; NULL shows nothing */
void qd_section_view_show (QdSectionView *self, const QdSection *section);
/** What fields with qd:suggest offer in tables; @names: (nullable) */
void qd_section_view_set_names (QdSectionView *self, QdNameIndex *names);
/** Of the tables shown now. */
void qd_section_view_set_filter (QdSectionView *self, const char *text);
void qd_section_view_set_checked (QdSectionView *self, gboolean checked);
/** (element-type QdNodeId): values, relevance or findings changed; NULL: all */
void qd_section_view_refresh (QdSectionView *self, GArray *nodes);
/** Rows of a repeat came or went. */
void qd_section_view_rows_changed (QdSectionView *self, QdNodeId range);
/** Scrolls to the node, focuses and flashes it. FALSE when the section does not show it. */
gboolean qd_section_view_go_to (QdSectionView *self, QdNodeId node);
/** The field with the focus, or the last one that had it; 0 for none. */
QdNodeId qd_section_view_get_current (QdSectionView *self);
/** The table that the focus is in, else the first one of the section; 0 without tables. */
QdNodeId qd_section_view_get_table (QdSectionView *self);
gboolean qd_section_view_apply_fix (QdSectionView *self);
void qd_section_view_popup_menu (QdSectionView *self);
/** Puts an edit that is going on in a grid into the instance. */
void qd_section_view_commit (QdSectionView *self);
/** Puts the focus in: the last field that had it, else the first. */
void qd_section_view_focus (QdSectionView *self);

G_END_DECLS
