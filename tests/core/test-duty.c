/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"
#include "duty-kit.h"
#include "qd-ics.h"

#include "qd-calendar.h"

/* Days. */

static void
test_days (void)
{
  static const struct
  {
    const char *from;
    int months;
    const char *to; /* NULL: no day */
  } rows[] = {
    /* worked examples of the rules for audits: L, one month, two months, a year, five years */
    { "2026-03-10", 1, "2026-04-10" },
    { "2026-03-10", 2, "2026-05-10" },
    { "2026-03-10", 12, "2027-03-10" },
    { "2026-03-10", 60, "2031-03-10" },
    { "2026-01-31", 1, "2026-02-28" },
    { "2026-01-31", 2, "2026-03-31" },
    { "2026-01-31", 12, "2027-01-31" },
    { "2024-02-29", 1, "2024-03-29" },
    { "2024-02-29", 2, "2024-04-29" },
    { "2024-02-29", 12, "2025-02-28" },
    { "2024-02-29", 60, "2029-02-28" },
    { "2024-02-29", 48, "2028-02-29" },
    { "2026-03-31", -1, "2026-02-28" },
    { "2026-01-15", -1, "2025-12-15" },
    { "2026-12-31", 1, "2027-01-31" },
    { "2026-02-30", 0, NULL },
    { "2026-2-3", 0, NULL },
    { "2026-02-03T00:00", 0, NULL },
    { "26-02-03", 0, NULL },
    { "2026-02-0x", 0, NULL },
    { "0000-00-00", 0, NULL },
    { "", 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      QdDay day = qd_day_parse (rows[i].from);
      g_autofree char *text = NULL;

      g_assert_cmpint (day != 0, ==, rows[i].to != NULL);
      if (day == 0)
        continue;
      text = qd_day_to_string (qd_day_add_months (day, rows[i].months));
      g_assert_cmpstr (text, ==, rows[i].to);
    }
  g_assert_cmpuint (qd_day_parse (NULL), ==, 0);
}

/* The real notice of 2026, in part: the week of 1 October with its make-up days. */
#define CALENDAR                                                                                                                                                                            \
  "date,kind,name,source\n2026-09-20,workday,国庆节,x\n2026-10-10,workday,国庆节,x\n2026-09-25,holiday,中秋节,x\n2026-09-26,holiday,中秋节,x\n2026-09-27,holiday,中秋节,x\n" \
  "2026-10-01,holiday,国庆节,x\n2026-10-02,holiday,国庆节,x\n2026-10-03,holiday,国庆节,x\n2026-10-04,holiday,国庆节,x\n2026-10-05,holiday,国庆节,x\n2026-10-06,holiday,国庆节,x\n2026-10-07,holiday,国庆节,x\n"

static void
test_workdays (void)
{
  static const struct
  {
    const char *from;
    int n;
    const char *to;
    guint unknown;
  } rows[] = {
    { "2026-09-18", 1, "2026-09-20", 0 }, /* Friday; the Sunday is made up for */
    { "2026-09-18", 5, "2026-09-24", 0 }, /* 20, 21, 22, 23, 24 */
    { "2026-09-18", 6, "2026-09-28", 0 }, /* the 25th to 27th are a holiday */
    { "2026-09-30", 1, "2026-10-08", 0 },
    { "2026-09-30", 3, "2026-10-10", 0 }, /* Thursday, Friday, and the Saturday that is made up for */
    { "2026-09-30", 4, "2026-10-12", 0 },
    { "2026-10-08", -1, "2026-09-30", 0 },
    { "2026-11-24", 0, "2026-11-24", 0 },
    { "2026-12-31", 1, "2027-01-01", 2027 }, /* no notice for 2027: a Friday works */
    { "2026-12-31", 2, "2027-01-04", 2027 },
  };
  g_autoptr (QdCalendar) calendar = qd_calendar_new ();
  g_autoptr (GBytes) csv = g_bytes_new_static (CALENDAR, strlen (CALENDAR));
  g_autofree char *problem = NULL;
  guint line;

  g_assert_true (qd_calendar_add_year (calendar, 2026, csv, &line, &problem));
  g_assert_true (qd_calendar_has_year (calendar, 2026));
  g_assert_false (qd_calendar_has_year (calendar, 2027));
  g_assert_cmpstr (qd_calendar_get_holiday (calendar, qd_day_parse ("2026-10-03")), ==, "国庆节");
  g_assert_null (qd_calendar_get_holiday (calendar, qd_day_parse ("2026-10-10")));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      guint unknown = 0;
      g_autofree char *text = qd_day_to_string (qd_calendar_add_workdays (calendar, qd_day_parse (rows[i].from), rows[i].n, &unknown));

      g_assert_cmpstr (text, ==, rows[i].to);
      g_assert_cmpuint (unknown, ==, rows[i].unknown);
    }
}

static void
test_bad_calendars (void)
{
  static const struct
  {
    const char *csv;
    guint line;
  } rows[] = {
    { "", 0 },
    { "day,kind\n", 1 },
    { "date,kind,name,source\n2026-01-01,holiday,a,b\n2025-01-02,holiday,a,b\n", 3 },
    { "date,kind,name,source\n2026-02-30,holiday,a,b\n", 2 },
    { "date,kind,name,source\n2026-01-01,feast,a,b\n", 2 },
    { "date,kind,name,source\n2026-01-01\n", 2 },
    { "date,kind,name,source\n2026-01-01,holiday,a,b\n2026-01-01,workday,a,b\n", 3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (QdCalendar) calendar = qd_calendar_new ();
      g_autoptr (GBytes) csv = g_bytes_new_static (rows[i].csv, strlen (rows[i].csv));
      g_autofree char *problem = NULL;
      guint line = 0;
      gboolean ok = qd_calendar_add_year (calendar, 2026, csv, &line, &problem);

      g_assert_cmpint (ok, ==, rows[i].line == 0);
      if (ok)
        continue;
      g_assert_cmpuint (line, ==, rows[i].line);
      g_assert_true (g_utf8_validate (problem, -1, NULL));
      g_assert_false (qd_calendar_has_year (calendar, 2026));
    }
}

/* Deadlines: one rule that always applies, one event on @event. */

typedef struct
{
  const char *name;
  const char *due;
  const char *event;   /* (nullable) */
  const char *today;   /* NULL: 2026-11-24 */
  const char *records; /* "DECLARATION PERIOD STATE FINISHED" or "done PERIOD DATE", with ";" between; NULL */
  const char *next;    /* "state date [plan D] [also D] [warn D] [days N] [period P]" */
} DueRow;

static const DueRow due_rows[] = {
  { "date-this-year", "<due kind='date' month='3' day='31' year='Y' confidence='C'/>", NULL, NULL, NULL, "dated 2027-03-31 days 127 period 2027 warn 2027-03-01" },
  { "date-next-year", "<due kind='date' month='3' day='15' year='Y+1' safe-days='1' confidence='C'/>", NULL, NULL, NULL, "dated 2027-03-15 plan 2027-03-14 days 110 period 2026" },
  { "date-on-the-day", "<due kind='date' month='11' day='24' year='Y' confidence='C'/>", NULL, NULL, NULL, "dated 2026-11-24 days 0 period 2026" },
  { "date-safe-day-passed", "<due kind='date' month='3' day='15' year='Y+1' safe-days='1' confidence='C'/>", NULL, "2026-03-15", NULL, "dated 2026-03-15 plan 2026-03-14 days 0 period 2025" },
  { "date-leap", "<due kind='date' month='2' day='29' year='Y' confidence='C'/>", NULL, "2026-01-01", NULL, "dated 2026-02-28 period 2026" },
  { "monthly", "<due kind='monthly' day='15' confidence='C'/>", NULL, NULL, NULL, "dated 2026-12-15 days 21 period 2026-11" },
  { "monthly-31", "<due kind='monthly' day='31' confidence='C'/>", NULL, "2027-02-01", NULL, "dated 2027-02-28 period 2027-01" },
  { "monthly-on-the-day", "<due kind='monthly' day='15' confidence='C'/>", NULL, "2026-12-15", NULL, "dated 2026-12-15 days 0 period 2026-11" },
  { "monthly-day-after", "<due kind='monthly' day='15' confidence='C'/>", NULL, "2026-12-16", NULL, "dated 2027-01-15 period 2026-12" },
  { "quarterly", "<due kind='quarterly' day='15' confidence='C'/>", NULL, NULL, NULL, "dated 2027-01-15 period 2026Q4" },
  { "quarterly-first", "<due kind='quarterly' day='15' confidence='C'/>", NULL, "2026-01-16", NULL, "dated 2026-04-15 period 2026Q1" },
  { "half-yearly", "<due kind='half-yearly' days='07-31 01-31' confidence='U'/>", NULL, NULL, NULL, "dated 2027-01-31 period 2026H2" },
  { "half-yearly-first", "<due kind='half-yearly' days='07-31 01-31' confidence='U'/>", NULL, "2026-02-01", NULL, "dated 2026-07-31 period 2026H1" },
  /* working and calendar days; the event's day does not count */
  { "wd", "<due kind='wd' event='profile/events/event/day' n='5' confidence='C'/>", "2026-09-18", "2026-09-19", NULL, "dated 2026-09-24 days 5 period 2026-09-18" },
  { "wd-without-calendar", "<due kind='wd' event='profile/events/event/day' n='5' confidence='C'/>", "2027-01-01", "2027-01-02", NULL, "dated 2027-01-08 note" },
  { "cd", "<due kind='cd' event='profile/events/event/day' n='30' confidence='U'/>", "2026-11-01", NULL, NULL, "dated 2026-12-01 days 7" },
  { "cd-overdue", "<due kind='cd' event='profile/events/event/day' n='5' confidence='C'/>", "2026-11-01", NULL, NULL, "overdue 2026-11-06 days -18" },
  { "cd-long-ago", "<due kind='cd' event='profile/events/event/day' n='5' confidence='C'/>", "2025-11-01", NULL, NULL, "none" },
  { "cd-long-ago-but-open", "<due kind='cd' event='profile/events/event[not(qd:known(site))]/day' n='5' confidence='C'/>", "2023-11-01", NULL, NULL, "overdue 2023-11-06" },
  { "before-long-ago-but-open", "<due kind='before' event='profile/events/event[not(qd:known(site))]/day' n='5' confidence='C'/>", "2023-11-06", NULL, NULL, "overdue 2023-11-01" },
  { "cd-done", "<due kind='cd' event='profile/events/event/day' n='5' confidence='C'/>", "2026-11-01", NULL, "done 2026-11-01 2026-11-03", "none" },
  { "cd-done-other", "<due kind='cd' event='profile/events/event/day' n='5' confidence='C'/>", "2026-11-01", NULL, "done 2026-10-01 2026-11-03", "overdue 2026-11-06" },
  { "cd-done-id", "<due kind='cd' id='a' event='profile/events/event/day' n='5' confidence='C'/>", "2026-11-01", NULL, "done 2026-11-01#a 2026-11-03", "none" },
  { "no-event", "<due kind='cd' event='profile/events/event/day' n='5' confidence='C'/>", NULL, NULL, NULL, "unknown missing" },
  /* months: CPA test vectors, with the day of rest shown beside */
  { "months-working-day", "<due kind='months' event='profile/events/event/day' n='1' confidence='C'/>", "2026-03-10", "2026-03-11", NULL, "dated 2026-04-10 also -" },
  { "months-sunday", "<due kind='months' event='profile/events/event/day' n='2' confidence='C'/>", "2026-03-10", "2026-03-11", NULL, "dated 2026-05-10 plan 2026-05-10 also 2026-05-11 note" },
  { "months-year", "<due kind='months' event='profile/events/event/day' n='12' confidence='C'/>", "2026-03-10", NULL, NULL, "dated 2027-03-10 also - period 2026-03-10" },
  { "months-end-of-february", "<due kind='months' event='profile/events/event/day' n='1' confidence='C'/>", "2026-01-31", "2026-02-01", NULL, "dated 2026-02-28 also 2026-03-02" },
  { "months-holiday", "<due kind='months' event='profile/events/event/day' n='1' confidence='C'/>", "2026-09-03", "2026-09-04", NULL, "dated 2026-10-03 also 2026-10-08 note" },
  { "months-shifted-is-not-late", "<due kind='months' event='profile/events/event/day' n='1' confidence='C'/>", "2026-09-03", "2026-10-08", NULL, "dated 2026-10-03 also 2026-10-08 days 0" },
  { "months-late-after-the-shift", "<due kind='months' event='profile/events/event/day' n='1' confidence='C'/>", "2026-09-03", "2026-10-09", NULL, "overdue 2026-10-03 days -1" },
  /* every */
  { "every", "<due kind='every' event='profile/events/event/day' months='36' warn='24' confidence='C'/>", "2024-06-10", NULL, NULL, "dated 2027-06-10 warn 2026-06-10 period 2024-06-10" },
  { "every-late", "<due kind='every' event='profile/events/event/day' months='6' warn='5' confidence='U'/>", "2026-05-01", NULL, NULL, "overdue 2026-11-01 days -23 warn 2026-10-01" },
  { "every-latest-counts", "<due kind='every' event='profile/events/event/day' months='6' confidence='U'/>", "2026-05-01 2026-08-15 2025-01-01", NULL, NULL, "dated 2027-02-15" },
  { "every-done-counts", "<due kind='every' event='profile/events/event/day' months='6' confidence='U'/>", "2026-05-01", NULL, "done 2026-05-01 2026-10-31", "dated 2027-04-30" },
  { "every-declaration-counts", "<due kind='every' last='F' months='12' confidence='U'/>", NULL, NULL, "t.profile 2025 accepted 2026-01-31", "dated 2027-01-31" },
  { "every-open-declaration", "<due kind='every' last='F' months='12' confidence='U'/>", NULL, NULL, "t.profile 2025 draft", "unknown note" },
  { "every-never", "<due kind='every' last='F' months='12' confidence='U'/>", NULL, NULL, NULL, "unknown note" },
  { "every-first", "<due kind='every' last='F' months='36' first-event='profile/events/event/day' first-months='12' confidence='C'/>", "2026-03-01", NULL, NULL, "dated 2027-03-01" },
  { "every-first-unknown", "<due kind='every' last='F' months='36' first-event='profile/events/event/day' first-months='12' confidence='C'/>", NULL, NULL, NULL, "unknown missing" },
  /* before */
  { "before-days", "<due kind='before' event='profile/events/event/day' n='60' unit='days' confidence='C'/>", "2027-05-31", NULL, NULL, "dated 2027-04-01 period 2027-05-31" },
  { "before-months", "<due kind='before' event='profile/events/event/day' n='6' unit='months' confidence='C'/>", "2027-08-31", NULL, NULL, "dated 2027-02-28" },
  { "before-wd", "<due kind='before' event='profile/events/event/day' n='15' unit='wd' confidence='U'/>", "2026-12-31", NULL, NULL, "dated 2026-12-10" },
  { "before-the-day", "<due kind='before' event='profile/events/event/day' n='0' confidence='C'/>", "2027-01-10", NULL, NULL, "dated 2027-01-10 plan 2027-01-09" },
  { "before-late", "<due kind='before' event='profile/events/event/day' n='60' unit='days' confidence='C'/>", "2026-12-31", NULL, NULL, "overdue 2026-11-01" },
  /* the rest */
  { "upkeep", "<due kind='upkeep' confidence='C'/>", NULL, NULL, NULL, "always" },
  { "upkeep-interval", "<due kind='upkeep' months='1' confidence='U'/>", NULL, NULL, "done - 2026-11-10", "dated 2026-12-10" },
  { "upkeep-stale", "<due kind='upkeep' months='1' confidence='U'/>", NULL, NULL, "done - 2026-10-10", "overdue 2026-11-10" },
  { "notice", "<due kind='notice' event='profile/events/event/day' confidence='C'/>", "2026-12-20", NULL, NULL, "dated 2026-12-20" },
  { "notice-none", "<due kind='notice' event='profile/events/event/day' confidence='C'/>", NULL, NULL, NULL, "waiting" },
  { "notice-default", "<due kind='notice' event='profile/events/event/day' month='2' day='20' year='Y+1' confidence='U'/>", NULL, NULL, NULL, "dated 2027-02-20 period 2026 note" },
  { "now", "<due kind='now' confidence='C'/>", NULL, NULL, NULL, "now" },
  { "now-done", "<due kind='now' confidence='C'/>", NULL, NULL, "done - 2026-11-01", "none" },
  { "without", "<due kind='none' confidence='C'/>", NULL, NULL, NULL, "none" },
  { "from", "<due kind='monthly' day='15' from='2027-03-01' confidence='C'/>", NULL, NULL, NULL, "dated 2027-03-15" },
  { "to", "<due kind='monthly' day='15' to='2026-11-30' confidence='C'/>", NULL, NULL, NULL, "none" },
  { "when-no", "<due kind='monthly' day='15' when=\"year = 2025\" confidence='C'/>", NULL, NULL, NULL, "none" },
  { "when-maybe", "<due kind='monthly' day='15' when=\"profile/ent/size = 'big'\" confidence='C'/>", NULL, NULL, NULL, "unknown missing" },
  { "earliest-of-several", "<due kind='monthly' day='15' confidence='C'/><due kind='date' month='12' day='1' year='Y' confidence='C'/>", NULL, NULL, NULL, "dated 2026-12-01" },
  /* what recurs is late only when something speaks for it */
  { "monthly-begun", "<due kind='monthly' day='15' confidence='C'/>", NULL, NULL, "t.profile 2026-10 returned", "overdue 2026-11-15 days -9 period 2026-10" },
  { "monthly-one-before-accepted", "<due kind='monthly' day='15' confidence='C'/>", NULL, NULL, "t.profile 2026-09 accepted 2026-10-14", "overdue 2026-11-15 period 2026-10" },
  { "monthly-accepted", "<due kind='monthly' day='15' confidence='C'/>", NULL, NULL, "t.profile 2026-09 accepted 2026-10-14;t.profile 2026-10 accepted 2026-11-10", "dated 2026-12-15 period 2026-11" },
  { "monthly-sealed-is-not-filed", "<due kind='monthly' day='15' confidence='C'/>", NULL, NULL, "t.profile 2026-10 sealed", "overdue 2026-11-15" },
  { "monthly-marked", "<due kind='monthly' day='15' confidence='C'/>", NULL, NULL, "done 2026-10 2026-11-12;done 2026-11 2026-11-20", "dated 2027-01-15 period 2026-12" },
};

static const char *
due_word (const QdDue *due, const char *word, char **text_out)
{
  const GDate *date = strcmp (word, "plan") == 0 ? &due->plan : strcmp (word, "also") == 0 ? &due->also
                                                            : strcmp (word, "warn") == 0   ? &due->warn
                                                                                           : NULL;

  if (date != NULL)
    *text_out = g_date_valid (date) ? g_strdup_printf ("%04d-%02d-%02d", g_date_get_year (date), g_date_get_month (date), g_date_get_day (date)) : g_strdup ("-");
  else if (strcmp (word, "days") == 0)
    *text_out = g_strdup_printf ("%d", due->days);
  else if (strcmp (word, "period") == 0)
    *text_out = g_strdup (due->period);
  else
    g_assert_not_reached ();
  return *text_out;
}

static void
check_due (const char *wanted, const QdDue *due)
{
  g_auto (GStrv) words = g_strsplit (wanted, " ", -1);
  g_autofree char *date = NULL;
  guint i = 1;

  /* Nothing to do: no deadline at all, or only such as are past, done, or without. */
  if (strcmp (words[0], "none") == 0)
    {
      g_assert_true (due == NULL || due->state == QD_DUE_NONE);
      return;
    }
  g_assert_nonnull (due);
  g_assert_cmpstr (qd_due_state_to_nick (due->state), ==, words[0]);
  if (words[1] != NULL && g_ascii_isdigit (*words[1]))
    {
      date = g_strdup_printf ("%04d-%02d-%02d", g_date_get_year (&due->date), g_date_get_month (&due->date), g_date_get_day (&due->date));
      g_assert_cmpstr (date, ==, words[1]);
      i = 2;
    }
  for (; words[i] != NULL; i++)
    {
      g_autofree char *text = NULL;

      if (strcmp (words[i], "note") == 0)
        g_assert_cmpstr (due->note, !=, "");
      else if (strcmp (words[i], "missing") == 0)
        g_assert_cmpuint (due->missing->len, >, 0);
      else
        {
          g_assert_cmpstr (due_word (due, words[i], &text), ==, words[i + 1]);
          i++;
        }
    }
}

static void
read_records (const char *text, GPtrArray *declarations, GPtrArray *done, GStringChunk *chunk)
{
  g_auto (GStrv) lines = g_strsplit (text == NULL ? "" : text, ";", -1);

  for (guint i = 0; lines[i] != NULL && *lines[i] != '\0'; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);

      if (strcmp (words[0], "done") == 0)
        {
          QdFactDone *mark = g_new0 (QdFactDone, 1);

          mark->rule = "R1";
          mark->period = strcmp (words[1], "-") == 0 ? "" : g_string_chunk_insert (chunk, words[1]);
          mark->date = g_string_chunk_insert (chunk, words[2]);
          g_ptr_array_add (done, mark);
        }
      else
        {
          QdFactDeclaration *declaration = g_new0 (QdFactDeclaration, 1);

          declaration->id = 7;
          declaration->form = g_string_chunk_insert (chunk, words[0]);
          declaration->period = g_string_chunk_insert (chunk, words[1]);
          declaration->state = g_string_chunk_insert (chunk, words[2]);
          declaration->finished = words[3] == NULL ? NULL : g_string_chunk_insert (chunk, words[3]);
          g_ptr_array_add (declarations, declaration);
        }
    }
}

static void
test_due (gconstpointer data)
{
  const DueRow *row = data;
  g_autofree char *rules_text = g_strdup_printf (KIT_SOURCE "<form code='F' pack-form='t.profile'>" KIT_TITLES "</form>%s", KIT_RULE ("@"));
  g_auto (GStrv) parts = g_strsplit (rules_text, "@", 2);
  g_autofree char *with_due = g_strjoinv (row->due, parts);
  g_auto (GStrv) with_form = g_strsplit (with_due, "<rule id='R1'", 2);
  g_autofree char *complete = g_strjoinv ("<rule id='R1' form='F'", with_form);
  KitPack files = { .rules = complete, .calendar = CALENDAR };
  g_autoptr (QdRules) rules = kit_rules (&files);
  g_autoptr (GString) body = g_string_new ("<sites><site><code>001</code></site></sites><events>");
  g_auto (GStrv) days = g_strsplit (row->event == NULL ? "" : row->event, " ", -1);
  g_autoptr (GPtrArray) declarations = g_ptr_array_new_with_free_func (g_free), done = g_ptr_array_new_with_free_func (g_free);
  GStringChunk *chunk = g_string_chunk_new (100);
  g_autoptr (QdInstance) profile = NULL;
  g_autoptr (QdAssessment) assessment = NULL;
  g_autoptr (QdFacts) facts = NULL;
  g_autoptr (GError) error = NULL;
  QdFactsOptions options = { .date = row->today == NULL ? "2026-11-24" : row->today, .declarations = declarations, .done = done };

  for (guint i = 0; days[i] != NULL && *days[i] != '\0'; i++)
    g_string_append_printf (body, "<event><day>%s</day></event>", days[i]);
  g_string_append (body, "</events>");
  options.profile = profile = kit_fill (rules, "profile", body->str);
  read_records (row->records, declarations, done, chunk);
  facts = qd_facts_new (rules, &options, &error);
  g_assert_no_error (error);
  assessment = qd_duty_assess (rules, facts, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (assessment->duties->len, ==, 1);
  check_due (row->next, ((const QdDuty *) assessment->duties->pdata[0])->next);
  g_string_chunk_free (chunk);
}

/* The year: what recurs comes up once a period, in order, within the months that were asked for. */
static void
test_year (void)
{
  KitPack files = { .rules = KIT_SOURCE KIT_RULE ("<due kind='monthly' day='15' confidence='C'/>") "<rule id='R2' kind='duty' confidence='C'>" KIT_TITLES "<short lang='zh-CN'>自查</short><when>true()</when><due kind='every' event='profile/events/event/day' months='6' confidence='U'/><basis source='law'/></rule>" };
  g_autoptr (QdRules) rules = kit_rules (&files);
  g_autoptr (QdInstance) profile = kit_fill (rules, "profile", "<sites><site><code>001</code></site></sites><events><event><day>2026-10-30</day></event></events>");
  QdFactsOptions options = { .date = "2026-11-24", .profile = profile };
  g_autoptr (GError) error = NULL;
  g_autoptr (QdFacts) facts = qd_facts_new (rules, &options, &error);
  g_autoptr (QdAssessment) assessment = qd_duty_assess (rules, facts, NULL, &error);
  g_autoptr (GArray) year = NULL, open = NULL;
  GString *text = g_string_new (NULL);

  g_assert_no_error (error);
  year = qd_assessment_get_calendar (assessment, 2026, 11, 12);
  for (guint i = 0; i < year->len; i++)
    {
      const QdOccurrence *one = &g_array_index (year, QdOccurrence, i);

      g_string_append_printf (text, "%d-%d %s;", g_date_get_month (&one->due->plan), g_date_get_day (&one->due->plan), one->duty->rule);
    }
  g_assert_cmpstr (text->str, ==, "12-15 R1;1-15 R1;2-15 R1;3-15 R1;4-15 R1;4-30 R2;5-15 R1;6-15 R1;7-15 R1;8-15 R1;9-15 R1;10-15 R1;10-30 R2;");
  open = qd_assessment_get_open (assessment);
  g_assert_cmpuint (open->len, ==, 2);
  g_assert_cmpstr (g_array_index (open, QdOccurrence, 1).due->short_label, ==, "自查");
  g_assert_cmpuint (assessment->n_soon, ==, 1);
  g_assert_cmpuint (assessment->n_overdue, ==, 0);
  g_string_free (text, TRUE);
}

/* Sites. */

#define TWO_SITES                                                                                                                                                                              \
  "<sites><site><code>001</code><name>东厂</name><region>654002</region><act>make</act></site><site><code>002</code><name>西厂</name><region>110101</region><act>mix</act></site></sites>" \
  "<hw><waste-any>yes</waste-any><waste><site>001</site><name>渣</name><gen>5</gen></waste><waste><name>油</name></waste><waste/></hw>"

static void
test_sites (void)
{
  KitPack files = {
    .rules = KIT_SOURCE "<word id='round'>" KIT_TITLES "</word><office id='county'>" KIT_TITLES "</office><office id='city'>" KIT_TITLES "</office>"
                        "<rule id='R1' kind='duty' office='county' confidence='C'>" KIT_TITLES "<when>selected(site/act, 'make')</when><due kind='date' month='3' day='31' year='Y' confidence='C'/><basis source='law'/></rule>"
                        "<rule id='R2' kind='duty' confidence='C'>" KIT_TITLES "<when>profile/hw/waste[name = '渣']</when><due kind='now'/><basis source='law'/></rule>"
                        "<rule id='R3' kind='duty' confidence='C'>" KIT_TITLES "<when>profile/hw/waste[gen &gt; 1]</when><due kind='now'/><basis source='law'/></rule>"
                        "<rule id='R4' kind='duty' confidence='C'>" KIT_TITLES "<when>qd:local('round') = 2026</when><due kind='now'/><basis source='law'/></rule>",
    .region = "<region xmlns='urn:qingdan:rules:1' id='r' prefix='6540'>" KIT_TITLES "<local rule='R1' field='due' value='03-01' source='本地' confidence='P'/>"
              "<local rule='R1' field='office' value='city'/><local name='round' value='2026' from='2026-01-01' to='2026-12-31'/></region>",
  };
  static const char *const expected[4][3] = { { "yes", "no", "yes" }, { "yes", "no", "yes" }, { "yes", "maybe", "yes" }, { "yes", "maybe", "yes" } };
  g_autoptr (QdRules) rules = kit_rules (&files);
  g_autoptr (QdInstance) profile = kit_fill (rules, "profile", TWO_SITES);
  QdFactsOptions options = { .date = "2026-11-24", .language = "en", .profile = profile };
  g_autoptr (GError) error = NULL;
  g_autoptr (QdFacts) facts = qd_facts_new (rules, &options, &error);
  static const char *const sites[3] = { "001", "002", NULL };

  g_assert_no_error (error);
  g_assert_cmpuint (qd_facts_get_n_sites (facts), ==, 2);
  g_assert_cmpstr (qd_facts_get_site_name (facts, 1), ==, "西厂");
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (QdAssessment) assessment = qd_duty_assess (rules, facts, sites[i], &error);

      g_assert_no_error (error);
      /* Yes at one site does not hide the question at the other. */
      g_assert_cmpuint (((const QdDuty *) assessment->duties->pdata[2])->missing->len, ==, i == 0 ? 0 : 1);
      for (guint j = 0; j < 4; j++)
        g_assert_cmpstr (qd_truth_to_nick (((const QdDuty *) assessment->duties->pdata[j])->truth), ==, expected[j][i]);
      if (i == 1)
        continue;
      /* The region of the first site: an earlier day, and another office. */
      {
        const QdDuty *duty = qd_assessment_find (assessment, "R1");

        g_assert_cmpuint (g_date_get_month (&duty->next->date), ==, 3);
        g_assert_cmpuint (g_date_get_day (&duty->next->date), ==, 1);
        g_assert_true (duty->next->is_default);
        g_assert_cmpstr (duty->office, ==, "city");
        g_assert_cmpstr (duty->sites_label, ==, "东厂");
      }
    }
  g_assert_null (qd_duty_assess (rules, facts, "003", &error));
  g_assert_error (error, QD_RULES_ERROR, QD_RULES_ERROR_INVALID);
}

/* What facts of the enterprise ask for is due once, what facts of sites ask for at each of them. */
static void
test_shared (void)
{
  static const struct
  {
    const char *when, *sites;
  } rows[] = {
    { "profile/ent/size = 'big'", ";" },
    { "profile/hw/waste[name = '油']", ";" },
    { "site/name != ''", "001;002;" },
    { "site/act != '' or profile/ent/size = 'big'", "001;002;" },
    { "profile/hw/waste[name = '渣']", "001;" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strdup_printf (KIT_SOURCE "<rule id='R1' kind='duty' confidence='C'>" KIT_TITLES "<when>%s</when><due kind='date' month='3' day='31' year='Y' confidence='C'/><basis source='law'/></rule>", rows[i].when);
      KitPack files = { .rules = text };
      g_autoptr (QdRules) rules = kit_rules (&files);
      g_autoptr (QdInstance) profile = kit_fill (rules, "profile", "<ent><size>big</size></ent>" TWO_SITES);
      QdFactsOptions options = { .date = "2026-11-24", .profile = profile };
      g_autoptr (GError) error = NULL;
      g_autoptr (QdFacts) facts = qd_facts_new (rules, &options, &error);
      g_autoptr (QdAssessment) assessment = qd_duty_assess (rules, facts, NULL, &error);
      g_autoptr (GArray) year = qd_assessment_get_calendar (assessment, 2026, 11, 12);
      g_autoptr (GString) sites = g_string_new (NULL);

      g_assert_no_error (error);
      for (guint j = 0; j < year->len; j++)
        g_string_append_printf (sites, "%s;", g_array_index (year, QdOccurrence, j).due->site);
      g_assert_cmpstr (sites->str, ==, rows[i].sites);
    }
}

/* Facts: what is taken over of the forms. */
static void
test_facts (void)
{
  KitPack files = { .rules = KIT_SOURCE "<rule id='R1' kind='duty' confidence='C'>" KIT_TITLES "<when>substance[list = 't-1'][emit &gt; 1]</when><due kind='now'/><basis source='law'/></rule>" };
  g_autoptr (QdRules) rules = kit_rules (&files);
  g_autoptr (QdInstance) profile = kit_fill (rules, "profile", TWO_SITES);
  g_autoptr (QdInstance) substances = kit_fill (rules, "register", "<table><substance-any>yes</substance-any>"
                                                                   "<substance><nameZh>苯</nameZh><cas>71-43-2</cas><year>2026</year><unit>kg</unit><emit>1500</emit></substance>"
                                                                   "<substance/>"
                                                                   "<substance><nameZh>苯</nameZh><cas>71-43-2</cas><year>2024</year><unit>t</unit><emit>9</emit></substance>"
                                                                   "<substance><nameZh>水</nameZh><cas>7732-18-5</cas><year>2025</year><unit>t</unit><emit>0.05L</emit></substance>"
                                                                   "<substance><nameZh>某某酸</nameZh></substance>"
                                                                   "</table>");
  QdFactDeclaration declaration = { 3, "t.profile", "2025", "001", "accepted", "2026-01-05" };
  QdFactDone done = { .rule = "R1", .period = "2025", .date = "2026-02-01" };
  g_autoptr (GPtrArray) declarations = g_ptr_array_new (), marks = g_ptr_array_new ();
  QdFactsOptions options = { .date = "2026-11-24", .profile = profile, .substances = substances, .declarations = declarations, .done = marks };
  g_autoptr (GError) error = NULL;
  g_autoptr (QdFacts) facts = NULL;
  g_autoptr (QdAssessment) assessment = NULL;
  g_autofree char *first = NULL, *second = NULL;
  const QdDuty *duty;

  g_ptr_array_add (declarations, &declaration);
  g_ptr_array_add (marks, &done);
  facts = qd_facts_new (rules, &options, &error);
  g_assert_no_error (error);
  first = qd_facts_to_xml (facts, 0);
  second = qd_facts_to_xml (facts, 1);
  g_assert_cmpstr (first, ==, "<facts><date>2026-11-24</date><year>2026</year><region>654002</region>"
                              "<site><code>001</code><name>东厂</name><region>654002</region><act>make</act></site>"
                              "<profile><ent></ent><hw><waste-any>yes</waste-any><waste><site>001</site><name>渣</name><gen>5</gen></waste><waste><name>油</name></waste></hw><events><event-any></event-any></events></profile>"
                              "<declaration><form>t.profile</form><period>2025</period><year>2025</year><state>accepted</state><finished>2026-01-05</finished></declaration><declaration-any>yes</declaration-any>"
                              "<done><rule>R1</rule><period>2025</period><date>2026-02-01</date></done><done-any>yes</done-any>"
                              "<catalogue><name>t-1</name><status>complete</status></catalogue><catalogue-any>no</catalogue-any>"
                              "<substance-any>yes</substance-any>"
                              "<substance><list>t-1</list><nameZh>苯</nameZh><cas>71-43-2</cas><year>2026</year><emit>1.5</emit></substance>"
                              "<substance><nameZh>水</nameZh><cas>7732-18-5</cas><year>2025</year><emit>unknown</emit></substance><substance><nameZh>某某酸</nameZh></substance></facts>");
  /* The other site: not its wastes, not its declarations. */
  g_assert_nonnull (strstr (second, "<hw><waste-any>yes</waste-any><waste><name>油</name></waste></hw>"));
  g_assert_nonnull (strstr (second, "<declaration-any>no</declaration-any>"));
  assessment = qd_duty_assess (rules, facts, "001", &error);
  g_assert_no_error (error);
  duty = qd_assessment_find (assessment, "R1");
  g_assert_cmpint (duty->truth, ==, QD_TRUTH_YES);
  /* No holiday notices in this pack for 2026 and 2027; one substance without a number. */
  g_assert_cmpuint (assessment->warnings->len, ==, 3);
  g_assert_cmpstr (assessment->warnings->pdata[2], ==, "台账有 1 种物质没有 CAS 号，只按名称对照了清单。");
  g_assert_cmpuint (duty->inputs->len, ==, 2);
  g_assert_cmpstr (((const QdDutyInput *) duty->inputs->pdata[1])->path, ==, "/register/table/substance[1]/emit");
  g_assert_cmpstr (((const QdDutyInput *) duty->inputs->pdata[1])->value, ==, "1500 kg");
  /* Facts keep nothing of their sources. */
  g_clear_object (&profile);
  g_clear_object (&substances);
  g_clear_pointer (&assessment, qd_assessment_free);
  assessment = qd_duty_assess (rules, facts, NULL, &error);
  g_assert_no_error (error);
}

/* Paths to what is missing lead into the forms, also to what is not there yet. */
static void
test_missing (void)
{
  static const struct
  {
    const char *when, *profile, *path, *label;
  } rows[] = {
    { "selected(site/act, 'make')", "<sites><site><code>001</code></site></sites>", "/profile/sites/site[1]/act", "活动" },
    { "selected(site/act, 'make')", "", "/profile/sites/site[1]/act", "活动" },
    { "selected(site/act, 'make')", NULL, "/profile/sites/site[1]/act", "活动" },
    { "profile/hw/waste[gen &gt; 1]", "<hw><waste-any>yes</waste-any><waste><name>水</name><gen>0</gen></waste><waste/><waste><name>油</name></waste></hw>", "/profile/hw/waste[3]/gen", "油 · 产生量" },
    { "profile/hw/waste[gen &gt; 1]", "<hw><waste-any/></hw>", "/profile/hw/waste-any", NULL },
    { "profile/hw/waste", "<hw><waste-any>unknown</waste-any></hw>", "/profile/hw/waste-any", NULL },
    { "sum(profile/hw/waste/gen) &gt; 1", "<hw><waste-any/></hw>", "/profile/hw/waste-any", NULL },
    { "substance[list = 't-1']", "", "/register/table/substance-any", NULL },
    { "substance[list = 'none']", "", "/register/table/substance-any", NULL },
    { "qd:catalogue('none')", "", "none", "资料包没有清单“标题”" },
    { "qd:local('round') = 1", "", "round", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strdup_printf (KIT_SOURCE "<word id='none'>" KIT_TITLES "</word><word id='round'>" KIT_TITLES "</word><rule id='R1' kind='duty' confidence='C'>" KIT_TITLES "<when>%s</when><due kind='now'/><basis source='law'/></rule>", rows[i].when);
      KitPack files = { .rules = text };
      g_autoptr (QdRules) rules = kit_rules (&files);
      g_autoptr (QdInstance) profile = kit_fill (rules, "profile", rows[i].profile);
      QdFactsOptions options = { .date = "2026-11-24", .profile = profile };
      g_autoptr (GError) error = NULL;
      g_autoptr (QdFacts) facts = qd_facts_new (rules, &options, &error);
      g_autoptr (QdAssessment) assessment = qd_duty_assess (rules, facts, NULL, &error);
      const QdDuty *duty;
      const QdDutyInput *input;

      g_assert_no_error (error);
      duty = assessment->duties->pdata[0];
      if (duty->truth != QD_TRUTH_MAYBE || duty->missing->len != 1)
        g_error ("%s: %s, %u missing", rows[i].when, qd_truth_to_nick (duty->truth), duty->missing->len);
      input = duty->missing->pdata[0];
      g_assert_cmpstr (input->path, ==, rows[i].path);
      if (rows[i].label != NULL)
        g_assert_cmpstr (input->label, ==, rows[i].label);
      g_assert_cmpstr (input->value, ==, "");
    }
}

/* Citations and penalties are those of the day; reasons take their values from the facts. */
static void
test_bases (void)
{
  static const struct
  {
    const char *date, *cited, *language, *why;
  } rows[] = {
    { "2026-08-14", "旧法第 3 条", "zh-CN", "渣产生 5 t，性质：make" },
    { "2026-08-15", "新法 第 9 条", "en", "5 t of 渣: Make" },
  };
  KitPack files = { .rules = "<source id='old' title='旧法' to='2026-08-14'/><source id='new' title='新法 1' from='2026-08-15' replaces='old'><title lang='zh-CN'>新法</title></source>"
                             "<rule id='R1' kind='duty' confidence='C'>" KIT_TITLES
                             "<why lang='zh-CN'>\n  <output value='profile/hw/waste/name'/>产生 <output value='profile/hw/waste/gen'/> t，性质：<output value='string(site/act)'/>\n</why>"
                             "<why lang='en'><output value='profile/hw/waste/gen'/> t of <output value='profile/hw/waste/name'/>:\n <output value='site/act'/></why>"
                             "<when>profile/hw/waste[gen &gt; 1]</when><due kind='now'/><basis source='new' article='9'/><basis source='old' article='3'/>"
                             "<penalty source='old' article='8' max='100000'/><penalty source='new' article='7' min='20000' max='200000' confidence='C'/></rule>" };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (QdRules) rules = kit_rules (&files);
      g_autoptr (QdInstance) profile = kit_fill (rules, "profile", "<sites><site><code>001</code><act>make</act></site></sites><hw><waste><name>渣</name><gen>5</gen></waste></hw>");
      QdFactsOptions options = { .date = rows[i].date, .language = rows[i].language, .profile = profile };
      g_autoptr (GError) error = NULL;
      g_autoptr (QdFacts) facts = qd_facts_new (rules, &options, &error);
      g_autoptr (QdAssessment) assessment = qd_duty_assess (rules, facts, NULL, &error);
      const QdDuty *duty = assessment->duties->pdata[0];
      const QdDutyBasis *basis = duty->bases->pdata[0], *other = duty->bases->pdata[1];

      g_assert_cmpstr (duty->why, ==, rows[i].why);
      g_assert_true (basis->in_force && !other->in_force);
      g_assert_cmpstr (basis->source, ==, i == 0 ? "old" : "new");
      if (i == 0)
        g_assert_cmpstr (basis->text, ==, rows[i].cited);
      g_assert_cmpuint (duty->penalties->len, ==, 2);
      g_assert_cmpint (((const QdDutyPenalty *) duty->penalties->pdata[0])->basis.in_force, ==, i == 0);
      if (i == 0)
        g_assert_cmpstr (((const QdDutyPenalty *) duty->penalties->pdata[0])->text, ==, "100,000 元以下");
      else
        g_assert_cmpstr (((const QdDutyPenalty *) duty->penalties->pdata[1])->text, ==, "20,000 to 200,000 yuan");
    }
}

/* The penalty is that of the day of the act, unless a later law is milder. */
static void
test_penalties (void)
{
  static const struct
  {
    const char *old_max, *new_max, *act, *source;
  } rows[] = {
    { "100000", "200000", "2026-08-14", "old" },
    { "100000", "200000", "2026-08-15", "new" },
    { "200000", "100000", "2026-08-14", "new" },
    { "200000", "200000", "2026-08-14", "old" },
    { NULL, "100000", "2026-08-14", "old" },
    { "100000", NULL, "2026-08-14", "old" },
    { "100000", "200000", "", "new" },
    { "100000", "200000", "2019-01-01", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *old_max = rows[i].old_max == NULL ? g_strdup ("") : g_strdup_printf ("max='%s'", rows[i].old_max), *new_max = rows[i].new_max == NULL ? g_strdup ("") : g_strdup_printf ("max='%s'", rows[i].new_max);
      g_autofree char *text = g_strdup_printf ("<source id='old' title='旧法' from='2020-01-01' to='2026-08-14'/><source id='new' title='新法' from='2026-08-15' replaces='old'/>"
                                               "<rule id='R1' kind='duty' confidence='C'>" KIT_TITLES "<when>true()</when><due kind='now'/><basis source='new'/><basis source='old'/>"
                                               "<penalty source='old' %s><text lang='zh-CN'>a</text></penalty><penalty source='new' %s><text lang='zh-CN'>b</text></penalty></rule>",
                                               old_max,
                                               new_max);
      KitPack files = { .rules = text };
      g_autoptr (QdRules) rules = kit_rules (&files);
      QdFactsOptions options = { .date = "2026-11-24" };
      g_autoptr (GError) error = NULL;
      g_autoptr (QdFacts) facts = qd_facts_new (rules, &options, &error);
      g_autoptr (QdAssessment) assessment = qd_duty_assess (rules, facts, NULL, &error);
      const QdDuty *duty = assessment->duties->pdata[0];
      g_autoptr (GPtrArray) penalties = NULL;
      QdDay day = qd_day_parse (rows[i].act);
      GDate act;

      g_assert_no_error (error);
      g_date_clear (&act, 1);
      if (day != 0)
        g_date_set_julian (&act, day);
      penalties = qd_duty_get_penalties (duty, &act);
      g_assert_cmpuint (penalties->len, ==, *rows[i].source == '\0' ? 0 : 1);
      if (penalties->len > 0)
        g_assert_cmpstr (((const QdDutyPenalty *) penalties->pdata[0])->basis.source, ==, rows[i].source);
      g_assert_cmpint (qd_duty_basis_holds_on (duty->bases->pdata[0], &act), ==, day == 0 || day >= qd_day_parse ("2026-08-15"));
    }
}

/* Calendars for others. */

static char *
make_ics (QdRules *rules, const char *date, const char *event, GPtrArray *done)
{
  g_autofree char *body = g_strdup_printf ("<sites><site><code>001</code></site></sites><events><event><day>%s</day></event></events>", event);
  g_autoptr (QdInstance) profile = kit_fill (rules, "profile", body);
  QdFactsOptions options = { .date = date, .profile = profile, .done = done };
  g_autoptr (GError) error = NULL;
  g_autoptr (QdFacts) facts = qd_facts_new (rules, &options, &error);
  g_autoptr (QdAssessment) assessment = qd_duty_assess (rules, facts, NULL, &error);
  g_autoptr (GBytes) ics = qd_ics_new (assessment, "某某, 有限; 公司", "91654002MA0QNGDA02", 12);

  g_assert_no_error (error);
  return g_strndup (g_bytes_get_data (ics, NULL), g_bytes_get_size (ics));
}

/* Values of a property, unfolded, with newlines between. */
static char *
ics_values (const char *ics, const char *name)
{
  g_auto (GStrv) pieces = g_strsplit (ics, "\r\n ", -1);
  g_autofree char *unfolded = g_strjoinv ("", pieces);
  g_auto (GStrv) lines = g_strsplit (unfolded, "\r\n", -1);
  GString *found = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], name))
      g_string_append_printf (found, "%s%s", found->len > 0 ? "\n" : "", lines[i] + strlen (name));
  return g_string_free (found, FALSE);
}

static guint
count (const char *text, const char *part)
{
  guint n = 0;

  while ((text = strstr (text, part)) != NULL)
    {
      n++;
      text += strlen (part);
    }
  return n;
}

#define DIGEST "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* Marks: which are of a site, the latest first, and which one a deadline finds. */
static const struct
{
  const char *mark_site; /* (nullable) */
  const char *assessed;  /* (nullable): the union */
  gboolean listed;
} mark_rows[] = {
  { NULL, NULL, TRUE },
  { NULL, "001", TRUE },
  { "001", "001", TRUE },
  { "001", "002", FALSE },
  { "001", NULL, TRUE },
};

static void
test_marks (void)
{
  KitPack files = { .rules = KIT_SOURCE "<rule id='R1' kind='duty' confidence='C'><title lang='zh-CN'>甲</title><title lang='en'>T</title><when>true()</when><due kind='monthly' day='15' confidence='C'/><basis source='law' article='1'/></rule>",
                    .calendar = CALENDAR };
  g_autoptr (QdRules) rules = kit_rules (&files);

  for (guint i = 0; i < G_N_ELEMENTS (mark_rows); i++)
    {
      QdFactDone mark = { .rule = "R1", .period = "2026-10", .site = mark_rows[i].mark_site, .date = "2026-11-10", .evidence = DIGEST, .evidence_name = "a.pdf" };
      QdFactDone newer = { .rule = "gone", .period = "", .site = mark_rows[i].mark_site, .date = "2026-11-11", .note = "n" };
      g_autoptr (GPtrArray) done = g_ptr_array_new ();
      g_autoptr (QdInstance) profile = kit_fill (rules, "profile", "<sites><site><code>001</code></site><site><code>002</code></site></sites>");
      QdFactsOptions options = { .date = "2026-11-24", .language = "en", .profile = profile, .done = done };
      g_autoptr (GError) error = NULL;
      g_autoptr (QdFacts) facts = NULL;
      g_autoptr (QdAssessment) assessment = NULL;
      const QdDuty *duty;
      guint found = 0;

      g_ptr_array_add (done, &mark);
      g_ptr_array_add (done, &newer);
      facts = qd_facts_new (rules, &options, &error);
      assessment = qd_duty_assess (rules, facts, mark_rows[i].assessed, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (assessment->marks->len, ==, mark_rows[i].listed ? 2 : 0);
      duty = qd_assessment_find (assessment, "R1");
      for (guint j = 0; j < duty->dues->len; j++)
        {
          const QdDue *due = duty->dues->pdata[j];
          const QdDutyMark *one = qd_assessment_find_mark (assessment, duty, due);

          g_assert_cmpint (one != NULL, ==, due->state == QD_DUE_DONE);
          found += one != NULL;
        }
      if (!mark_rows[i].listed)
        {
          g_assert_cmpuint (found, ==, 0);
          continue;
        }
      g_assert_cmpuint (found, >=, 1);
      g_assert_cmpstr (((QdDutyMark *) assessment->marks->pdata[0])->text, ==, "Done on 2026-11-11: n");
      g_assert_cmpstr (((QdDutyMark *) assessment->marks->pdata[1])->text, ==, "Done on 2026-11-10; evidence: a.pdf (SHA-256 " DIGEST ")");
    }
}

static void
test_ics (void)
{
  KitPack files = { .rules = KIT_SOURCE "<rule id='R1' kind='duty' confidence='C'><title lang='zh-CN'>报告，甲;乙\\丙,一个很长很长很长很长很长很长很长很长很长很长的题目</title><title lang='en'>T</title><when>true()</when>"
                                        "<due kind='every' id='e' event='profile/events/event/day' months='36' warn='35' confidence='C'/><due kind='monthly' day='15' to='2026-12-31' confidence='C'/><basis source='law' article='1'/></rule>",
                    .calendar = CALENDAR };
  g_autoptr (QdRules) rules = kit_rules (&files);
  QdFactDone mark = { .rule = "R1", .period = "2026-11", .date = "2026-11-20", .note = "已报; 收讫", .evidence = DIGEST, .evidence_name = "回执,一.pdf" };
  QdFactDone cycle = { .rule = "R1", .period = "2024-03-10#e", .date = "2024-04-10", .note = "评估" };
  g_autoptr (GPtrArray) done = g_ptr_array_new ();
  g_autofree char *first = make_ics (rules, "2026-11-24", "2024-03-10", NULL), *again = make_ics (rules, "2026-11-24", "2024-03-10", NULL), *later = make_ics (rules, "2026-11-25", "2024-03-10", NULL);
  g_autofree char *uids = ics_values (first, "UID:"), *later_uids = ics_values (later, "UID:"), *starts = ics_values (first, "DTSTART;VALUE=DATE:"), *triggers = ics_values (first, "TRIGGER:");
  g_autofree char *sequences = ics_values (first, "SEQUENCE:"), *later_sequences = ics_values (later, "SEQUENCE:"), *summaries = ics_values (first, "SUMMARY:"), *name = ics_values (first, "X-WR-CALNAME:");
  g_autofree char *marked = NULL, *states = NULL, *marked_uids = NULL, *moved = NULL, *moved_uids = NULL, *moved_starts = NULL, *descriptions = NULL, *cycled = NULL;
  g_auto (GStrv) lines = g_strsplit (first, "\r\n", -1);

  g_assert_cmpstr (first, ==, again);
  g_assert_true (g_utf8_validate (first, -1, NULL));
  g_assert_true (g_str_has_prefix (first, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
  g_assert_true (g_str_has_suffix (first, "END:VCALENDAR\r\n"));
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_assert_cmpuint (strlen (lines[i]), <=, 75);
      g_assert_true (g_utf8_validate (lines[i], -1, NULL));
      g_assert_null (strchr (lines[i], '\n'));
    }
  /* all-day events on the plan date; the warning a month before, and the day before */
  g_assert_cmpstr (starts, ==, "20261215\n20270310");
  g_assert_cmpstr (triggers, ==, "-P29DT15H\n-PT15H\n-P27DT15H\n-PT15H");
  g_assert_nonnull (strstr (summaries, "报告，甲\\;乙\\\\丙\\,一个"));
  g_assert_cmpstr (name, ==, "某某\\, 有限\\; 公司");
  /* importing again updates */
  g_assert_cmpstr (uids, ==, later_uids);
  g_assert_cmpint (atoi (sequences), <, atoi (later_sequences));
  /* a cycle that has moved on moves its event */
  moved = make_ics (rules, "2026-11-25", "2024-04-10", NULL);
  moved_uids = ics_values (moved, "UID:");
  moved_starts = ics_values (moved, "DTSTART;VALUE=DATE:");
  g_assert_cmpstr (moved_uids, ==, uids);
  g_assert_cmpstr (moved_starts, ==, "20261215\n20270410");
  /* what is done goes away */
  g_ptr_array_add (done, &mark);
  marked = make_ics (rules, "2026-11-25", "2024-03-10", done);
  states = ics_values (marked, "STATUS:");
  marked_uids = ics_values (marked, "UID:");
  g_assert_nonnull (strstr (states, "CANCELLED"));
  /* and says with what evidence; the other event, of no mark, does not */
  descriptions = ics_values (marked, "DESCRIPTION:");
  g_assert_nonnull (strstr (descriptions, "2026-11-20 已完成：已报\\; 收讫；证据：回执\\,一.pdf（SHA-256 " DIGEST "）"));
  g_assert_cmpuint (count (descriptions, "已完成"), ==, 1);
  /* a cycle says what it counts from */
  g_ptr_array_add (done, &cycle);
  cycled = make_ics (rules, "2026-11-25", "2024-03-10", done);
  g_clear_pointer (&descriptions, g_free);
  descriptions = ics_values (cycled, "DESCRIPTION:");
  g_assert_nonnull (strstr (descriptions, "2024-04-10 已完成：评估"));
  g_assert_cmpuint (count (descriptions, "已完成"), ==, 2);
  g_assert_nonnull (strstr (marked_uids, strchr (uids, '\n') + 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/duty/days", test_days);
  g_test_add_func ("/duty/workdays", test_workdays);
  g_test_add_func ("/duty/bad-calendars", test_bad_calendars);
  for (guint i = 0; i < G_N_ELEMENTS (due_rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/duty/due/%s", due_rows[i].name);

      g_test_add_data_func (path, &due_rows[i], test_due);
    }
  g_test_add_func ("/duty/year", test_year);
  g_test_add_func ("/duty/sites", test_sites);
  g_test_add_func ("/duty/shared", test_shared);
  g_test_add_func ("/duty/facts", test_facts);
  g_test_add_func ("/duty/missing", test_missing);
  g_test_add_func ("/duty/bases", test_bases);
  g_test_add_func ("/duty/penalties", test_penalties);
  g_test_add_func ("/duty/marks", test_marks);
  g_test_add_func ("/duty/ics", test_ics);
  return g_test_run ();
}
