/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * qd_engine_eval:
 * @request: `xml`, `context`, `expr`, `want` and optionally `ns` of the engine protocol's `eval`
 *
 * Evaluates an expression on a document without a form.
 *
 * Returns: (transfer full): the `result`: a number (or "NaN", "Infinity", "-Infinity", "-0"), a text, a boolean or a list of paths
 * Errors: of %QD_XML_ERROR for the document, of %QD_EXPR_ERROR for the expression and for a request that lacks something
 */
JsonNode *qd_engine_eval (JsonObject *request, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
