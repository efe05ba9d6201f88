/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** The entry point of a fuzzer: must end on any input, in a result or an error, without touching what is not its own. */
int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);
