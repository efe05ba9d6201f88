/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-package.h"
#include "zip-kit.h"

G_BEGIN_DECLS

#define SEAL_KIT_PIN "口令1234"
#define SEAL_KIT_SIGNATURE "META-INF/signatures0.xml"
#define SEAL_KIT_MANIFEST "META-INF/manifest.xml"

/* A folder of its own with a demonstration key. */
typedef struct
{
  char *folder;     /* (owned) */
  char *key;        /* (owned): path of the PKCS#12 file */
  char *trust;      /* (owned): path of the certificate */
  char *package;    /* (owned): path for a package */
  QdSigner *signer; /* (owned) */
} SealKit;

/* The same key each time: making and opening one is slow on purpose. */
SealKit *seal_kit_new (QdKeyKind kind);
/* With a key of its own. */
SealKit *seal_kit_new_other (QdKeyKind kind);
/* Takes the folder away with all that is in it. */
void seal_kit_free (SealKit *kit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SealKit, seal_kit_free)

/* Path of a new file in the folder. */
char *seal_kit_write (SealKit *kit, const char *name, const void *data, gsize length);
/* Names in the folder, for "nothing was left behind". */
guint seal_kit_count_files (SealKit *kit);
/* declaration.xml, verdict.xml, an attachment with a Chinese name and an empty one; all checked for success. */
void seal_kit_seal (SealKit *kit);
/* The container at kit->package taken apart, all entries stored. */
Kit *seal_kit_take_apart (SealKit *kit);
/* Reckons the digest of the SignedProperties and the SignatureValue anew, over whatever is there now. */
void seal_kit_sign_again (Kit *zip, QdSigner *signer);
char *seal_kit_sign_xml_again (const char *xml, gsize length, QdSigner *signer);
gboolean seal_kit_has_problem (QdVerification *verification, const char *code);
/* Runs a program; its output when it fails. */
gboolean seal_kit_run (const char *folder, const char *command, char **output_out);

G_END_DECLS
