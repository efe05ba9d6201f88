/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "qd-pack.h"
#include "qd-verdict.h"
#include "verbs.h"

G_BEGIN_DECLS

/* What several verbs share. */

void qd_cli_bind_translations (void);
/** "zh-CN" on a Chinese desktop, else "en". */
const char *qd_cli_default_language (void);

/**
 * qd_cli_parse: parses the words of a verb
 * @parameters: what stands after the options in the usage line
 * @n_words: how many words must be left; -1: any number
 *
 * Returns: %FALSE after printing why; the verb then returns %QD_EXIT_USAGE (or fine, when help was asked for and exits)
 */
gboolean qd_cli_parse (int *argc, char ***argv, const char *parameters, const GOptionEntry *entries, int n_words);

/** Prints the error as one plain sentence on standard error and returns the exit code that fits its domain. */
int qd_cli_fail (const GError *error);

/** Prints @node as JSON on standard output; takes it. */
void qd_cli_print_json (JsonNode *node);

/**
 * QdCliContext: the world a declaration is checked in: the pack, the moment, and the facts of the host
 * (--profile, --register, --last, --period), each a file. Clear with qd_cli_context_clear().
 */
typedef struct
{
  QdPack *pack;     /* (owned) */
  char *pack_dir;   /* --pack */
  char *date;       /* --date */
  char *language;   /* --language */
  char *profile;    /* --profile */
  char *substances; /* --register */
  char *last;       /* --last */
  char *period;     /* --period */
  GDateTime *now;   /* (owned) */
} QdCliContext;

#define QD_CLI_CONTEXT_ENTRIES(context)                                                                                             \
  { "pack", 0, 0, G_OPTION_ARG_FILENAME, &(context)->pack_dir, N_ ("the pack, instead of the built-in one"), "DIR" },               \
      { "date", 0, 0, G_OPTION_ARG_STRING, &(context)->date, N_ ("the day that counts as today"), "YYYY-MM-DD" },                   \
      { "language", 0, 0, G_OPTION_ARG_STRING, &(context)->language, N_ ("language of labels and messages: zh-CN or en"), "LANG" }, \
      { "profile", 0, 0, G_OPTION_ARG_FILENAME, &(context)->profile, N_ ("the enterprise's profile"), "XML" },                      \
      { "register", 0, 0, G_OPTION_ARG_FILENAME, &(context)->substances, N_ ("the substance register"), "XML" },                    \
      { "last", 0, 0, G_OPTION_ARG_FILENAME, &(context)->last, N_ ("the declaration before this one"), "XML" },                     \
  {                                                                                                                                 \
    "period", 0, 0, G_OPTION_ARG_STRING, &(context)->period, N_ ("period of the declaration: 2026, 2026Q3, 2026-11"), "PERIOD"      \
  }

/** Loads the pack and reads the date. */
gboolean qd_cli_context_open (QdCliContext *self, GError **error);
void qd_cli_context_clear (QdCliContext *self);
/** Options for the engine; borrow from @self. */
QdInstanceOptions qd_cli_context_get_options (QdCliContext *self);
/** Reads a whole file; the message names it. */
GBytes *qd_cli_read_file (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/** Writes a file, or nothing at all. */
gboolean qd_cli_write_file (const char *path, GBytes *bytes, GError **error);
/** The form that an instance says it fills, by the id of its root. (transfer none) */
QdForm *qd_cli_find_form (QdPack *pack, GBytes *instance, const char *name, GError **error);
/** Loads the declaration in @path with its form. */
QdInstance *qd_cli_load (QdCliContext *self, const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The table at a path, 0 with an error when there is none. */
QdNodeId qd_cli_find_table (QdInstance *instance, const char *path, GError **error);

/** JSON object of a verdict. */
JsonNode *qd_cli_verdict_to_json (QdVerdict *verdict, QdForm *form) G_GNUC_WARN_UNUSED_RESULT;
void qd_cli_print_verdict (QdVerdict *verdict);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QdCliContext, qd_cli_context_clear)

G_END_DECLS
