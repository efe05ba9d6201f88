/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "qd-duty.h"
#include "qd-finding.h"

G_BEGIN_DECLS

/** JSON of `duties --json`; @findings: (element-type QdFinding) of the profile and the register. */
JsonNode *qd_cli_duties_to_json (QdAssessment *assessment, QdPack *pack, GPtrArray *findings) G_GNUC_WARN_UNUSED_RESULT;
/** ISO date; NULL when there is none. */
char *qd_cli_date_text (const GDate *date) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
