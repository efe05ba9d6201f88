/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-workspace.h"

G_BEGIN_DECLS

/**
 * Copies who the enterprise is from its profile to the settings "name", "uscc" and "site" of the workspace, which the
 * sidebar, the cockpit and sealing read without the profile. A profile form of a pack has /profile/ent/name, /profile/ent/uscc
 * and /profile/sites/site/name; a pack without one of them leaves that setting alone.
 */
void qd_identity_update (QdWorkspace *workspace, QdInstance *profile);

G_END_DECLS
