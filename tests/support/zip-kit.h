/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Makes zip files right or wrong in any way that a test wants. Independent of the code under test. */

typedef struct
{
  char *name;   /* (owned): bytes, any */
  GBytes *data; /* (owned): packed content */
  guint64 size; /* unpacked */
  guint32 crc;  /* of the unpacked content */
  guint16 method;
  guint16 flags;
  GBytes *local_extra; /* (owned) (nullable) */
  /* Wrong on purpose, when set: */
  char *local_name; /* (owned) (nullable) */
  guint32 local_crc_xor;
  guint32 local_size_xor;
  guint16 local_method_xor;
  guint16 local_flags_xor;
  gboolean descriptor;   /* sizes and CRC after the content */
  gboolean zip64;        /* sizes in extra fields */
  guint gap_before;      /* bytes of nothing */
  guint64 local_offset;  /* (out): where it was put */
  const char *offset_of; /* (nullable): point the central header to the entry of that name */
} KitEntry;

typedef struct
{
  GPtrArray *entries;   /* (owned) (element-type KitEntry) */
  GBytes *lead;         /* (owned) (nullable): before the first entry */
  gboolean lead_counts; /* offsets take it into account */
  guint gap_before_directory;
  char *comment;         /* (owned) (nullable) */
  GBytes *trail;         /* (owned) (nullable) */
  gsize cut;             /* bytes to take off the end */
  gboolean zip64_end;    /* the record and locator, with saturated fields */
  guint64 claim_entries; /* said in place of the number of entries */
} Kit;

Kit *kit_new (void);
void kit_free (Kit *kit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Kit, kit_free)
/* Stored, flags right. */
KitEntry *kit_add (Kit *kit, const char *name, const void *data, gsize length);
KitEntry *kit_insert (Kit *kit, guint position, const char *name, const void *data, gsize length);
KitEntry *kit_find (Kit *kit, const char *name);
void kit_remove (Kit *kit, const char *name);
/* New stored content. */
void kit_set (KitEntry *entry, const void *data, gsize length);
void kit_rename (KitEntry *entry, const char *name);
/* Packs the content of a stored entry. */
void kit_deflate (KitEntry *entry);
char *kit_dup_text (KitEntry *entry);
/* Replaces the one occurrence of @from in a stored entry. */
void kit_replace (Kit *kit, const char *name, const char *from, const char *to);
GBytes *kit_build (Kit *kit);

G_END_DECLS
