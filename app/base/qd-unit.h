/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-decimal.h"

G_BEGIN_DECLS

/**
 * qd_unit_convert:
 * @from, @to: units as people write them: t, 吨, kg, 千克, 公斤, 万t, mg/L, m³, 万元, kWh …, also by time (t/a, 吨/年)
 * @factor_out: (out): what to multiply with, exact
 *
 * Returns: %FALSE when one of them is not known or they measure different things: a mass is no volume, and a yearly
 *   amount no concentration
 */
gboolean qd_unit_convert (const char *from, const char *to, QdDecimal *factor_out);
/** Is it a unit we know? Heads such as 数量(kg) are taken apart with it. */
gboolean qd_unit_is_known (const char *unit);

G_END_DECLS
