/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz.h"
#include "qd-digest.h"
#include "qd-upload-state-private.h"

/* The state of an upload, damaged in any way: it counts as none, or it is one that can be gone on with. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (QdUploadState) state = qd_upload_state_parse ((const char *) data, size);

  if (state == NULL)
    return 0;
  g_assert_true (qd_is_sha256 (state->sha256));
  g_assert_true (qd_is_http_address (state->target) && qd_is_same_origin (state->url, state->target));
  g_assert_true (state->size > 0 && state->offset >= 0 && state->offset <= state->size && state->chunk >= 0);
  return 0;
}
