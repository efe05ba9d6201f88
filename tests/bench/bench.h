/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

/* What benches measure with. Times are milliseconds; those of the processor do not count what else the machine does. */

static inline double
bench_clock (clockid_t clock)
{
  struct timespec time;

  clock_gettime (clock, &time);
  return (double) time.tv_sec * 1000 + (double) time.tv_nsec / 1e6;
}

/** On the wall. */
static inline double
bench_wall (void)
{
  return bench_clock (CLOCK_MONOTONIC);
}

/** Of the processor, all threads of this process. */
static inline double
bench_cpu (void)
{
  return bench_clock (CLOCK_PROCESS_CPUTIME_ID);
}

/** Of the processor, this thread: how long the main loop was held. */
static inline double
bench_thread_cpu (void)
{
  return bench_clock (CLOCK_THREAD_CPUTIME_ID);
}

/** Resident memory in MiB; 0 where the system does not tell. */
static inline double
bench_resident (void)
{
  g_autofree char *text = NULL;
  unsigned long size = 0, pages = 0;

  if (!g_file_get_contents ("/proc/self/statm", &text, NULL, NULL) || sscanf (text, "%lu %lu", &size, &pages) != 2)
    return 0;
  return (double) pages * (double) sysconf (_SC_PAGESIZE) / 1048576.0;
}

/** The register of substances of the built-in pack with @n rows, as a draft is kept. */
static inline GBytes *
bench_make_register (guint n)
{
  static const char *const substances[][2] = { { "甲醛", "50-00-0" }, { "苯", "71-43-2" }, { "甲苯", "108-88-3" }, { "硫酸", "7664-93-9" }, { "乙醇", "64-17-5" }, { "丙酮", "67-64-1" } };
  GString *text = g_string_new ("<register xmlns=\"urn:qingdan:cn:register\" id=\"cn.register\" version=\"2026.11\"><table>");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "<substance><nameZh>%s</nameZh><cas>%s</cas><nameEn>substance %u</nameEn><roles>use stock</roles><year>2026</year><unit>t</unit><use>%u.5</use><stock>%u</stock>"
                                  "<state>single</state><useCats>raw</useCats><purpose>工序 %u</purpose></substance>",
                            substances[i % G_N_ELEMENTS (substances)][0],
                            substances[i % G_N_ELEMENTS (substances)][1],
                            i,
                            i % 100,
                            i % 7,
                            i % 40);
  g_string_append (text, "</table></register>");
  return g_string_free_to_bytes (text);
}
