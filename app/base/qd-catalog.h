/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * QdCatalog: control lists of substances (or one of them), indexed: which entries name a substance, and by what. Immutable, counted.
 */
typedef struct _QdCatalog QdCatalog;

/** One row. No text is NULL; all belong to the catalog. */
typedef struct
{
  const char *list;     /* name of the list in its pack, "" in a list of its own */
  const char *list_id;  /* what people and papers call it, CN-NP-2023 */
  const char *entry_no; /* several rows may share one */
  const char *name_zh;
  const char *name_en;
  const char *cas;   /* as in the file; several with ";" between */
  const char *group; /* of a class: its rows with CAS are members or examples, so a miss proves nothing */
  const char *measure;
  const char *exemption;
  const char *from; /* ISO date, "" when not known */
  const char *to;
  const char *source;
  const char *hs_code;
  const char *formula;
} QdCatalogEntry;

/** A row of the word list by which names point to classes ("class-names" of a pack). Our reading, never law. */
typedef struct
{
  const char *groups; /* names of classes, with "|" between */
  const char *note_zh;
  const char *note_en;
  const char *tag_zh; /* a word for tables, where the list's own would say too little; "" else */
  const char *tag_en;
} QdCatalogClass;

/** How sure a match is: the first two say "listed"; the others only "please check". */
typedef enum
{
  QD_MATCH_CAS,       /* the entry has the CAS number */
  QD_MATCH_NAME,      /* the entry has the name, and no CAS number that contradicts */
  QD_MATCH_OTHER_CAS, /* the entry has the name, but the CAS number is another one */
  QD_MATCH_ALIAS,     /* the name is a common name of what the entry lists */
  QD_MATCH_CLASS,     /* the name sounds like a member of the class */
} QdMatchKind;

typedef struct
{
  const QdCatalogEntry *entry;
  QdMatchKind kind;
  const QdCatalogClass *klass; /* (nullable): of QD_MATCH_CLASS */
  const char *alias_cas;       /* (nullable): of QD_MATCH_ALIAS: the CAS number that the name stands for */
  const char *alias_name;      /* (nullable): of QD_MATCH_ALIAS */
} QdMatch;

static inline gboolean
qd_match_is_certain (const QdMatch *match)
{
  return match->kind <= QD_MATCH_NAME;
}

/**
 * qd_catalog_new:
 * @csv: rows with a head; the columns list_id, entry_no, name_zh, name_en, cas, group, measure_zh, exemption_zh, effective_from, effective_to,
 *   source, hs_code, list and formula are read, others and missing ones are nothing. Without a column entry_no the row's code, or its number, stands for it.
 * @class_names: (nullable): groups, zh, not_zh, en, not_en, note_zh, note_en, tag_zh, tag_en; words with "|" between
 * @aliases: (nullable): alias, cas, name
 */
QdCatalog *qd_catalog_new (GBytes *csv, GBytes *class_names, GBytes *aliases) G_GNUC_WARN_UNUSED_RESULT;
QdCatalog *qd_catalog_ref (QdCatalog *self) G_GNUC_WARN_UNUSED_RESULT;
void qd_catalog_unref (QdCatalog *self);
guint qd_catalog_get_n_entries (QdCatalog *self);
const QdCatalogEntry *qd_catalog_get_entry (QdCatalog *self, guint i);
guint qd_catalog_get_n_aliases (QdCatalog *self);
const char *qd_catalog_get_alias (QdCatalog *self, guint i, const char **cas_out, const char **name_out);

/**
 * qd_catalog_match:
 * @cas, @name_zh, @name_en: (nullable): what is known of the substance
 * @matches: (element-type QdMatch): gets one match for each entry of each list, the surest; in the order of the lists
 *
 * Names are equal when they differ in width, case, white space and kinds of brackets and dashes only.
 */
void qd_catalog_match (QdCatalog *self, const char *cas, const char *name_zh, const char *name_en, GArray *matches);
/** (nullable): number of the entry that certainly lists the substance */
const char *qd_catalog_find (QdCatalog *self, const char *cas, const char *name);
/** Ids of the lists, with spaces between: those that certainly have the substance, and those where only a person can tell. */
void qd_catalog_find_lists (QdCatalog *self, const char *cas, const char *name_zh, const char *name_en, char **certain_out, char **maybe_out);

/** The form in which names are compared. */
char *qd_catalog_fold_name (const char *name) G_GNUC_WARN_UNUSED_RESULT;
/** A CAS number as a number; 0 for what is none (the check digit is looked at). Width, dashes and spaces do not matter. */
guint64 qd_catalog_cas_number (const char *cas);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdCatalog, qd_catalog_unref)

G_END_DECLS
