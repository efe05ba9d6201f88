/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * QdWork: long work in a window: what it says, how far it is, and a button that stops it. The window takes no other input
 * until the work is over; the bar shows only when it takes more than about 300 ms.
 */
typedef struct _QdWork QdWork;

/** @parent: a widget in the window whose work it is */
QdWork *qd_work_begin (GtkWidget *parent, const char *title) G_GNUC_WARN_UNUSED_RESULT;
/** For the work; cancelled by the button or Esc, or when the window goes. */
GCancellable *qd_work_get_cancellable (QdWork *self);
/** A QdEditProgress; @work: the QdWork */
void qd_work_progress (double share, gpointer work);
/** The work is over, well or not. */
void qd_work_end (QdWork *self);

G_END_DECLS
