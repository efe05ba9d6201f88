/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-job-duties"
#include "config.h"

#include "qd-job-duties.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "qd-draft.h"

/* An instance that is read again only when it has changed. */
typedef struct
{
  QdInstance *instance; /* (owned) (nullable) */
  gint64 id;
  gint64 change;
  char *language;
} Kept;

struct _QdDutyJob
{
  QdStore *store; /* (owned) */
  QdRules *rules; /* (owned) */
  QdPack *pack;   /* (owned) */
  Kept profile;
  Kept substances;
  GHashTable *touched; /* (owned): what a comparison depends on → GPtrArray of QdFactChange */
};

QdDutyJob *
qd_duty_job_new (QdStore *store, QdPack *pack, GError **error)
{
  QdRules *rules;
  QdDutyJob *self;

  g_return_val_if_fail (QD_IS_STORE (store) && pack != NULL, NULL);
  rules = qd_rules_new (pack, error);
  if (!rules)
    return NULL;
  self = g_new0 (QdDutyJob, 1);
  self->store = g_object_ref (store);
  self->pack = qd_pack_ref (pack);
  self->rules = rules;
  self->touched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  return self;
}

static void
kept_clear (Kept *kept)
{
  g_clear_object (&kept->instance);
  g_clear_pointer (&kept->language, g_free);
}

void
qd_duty_job_free (QdDutyJob *self)
{
  kept_clear (&self->profile);
  kept_clear (&self->substances);
  g_hash_table_unref (self->touched);
  qd_rules_unref (self->rules);
  qd_pack_unref (self->pack);
  g_object_unref (self->store);
  g_free (self);
}

/* The id of the pack's form of that kind. */
static const char *
find_form (QdPack *pack, const char *kind)
{
  const char *const *ids = qd_pack_get_form_ids (pack);

  for (guint i = 0; ids[i]; i++)
    {
      QdForm *form = qd_pack_get_form (pack, ids[i], NULL);
      if (form && g_strcmp0 (qd_form_get_info (form, "kind"), kind) == 0)
        return ids[i];
    }
  return NULL;
}

/* A workspace without profile or register is no error: all that depends on them is unknown. */
static gboolean
bring_up_to_date (QdDutyJob *self, Kept *kept, const char *kind, const char *language, GError **error)
{
  const char *form_id = find_form (self->pack, kind);
  gint64 id = form_id ? qd_store_find_declaration (self->store, form_id) : 0;
  gint64 change = 0;

  if (id == 0)
    {
      kept_clear (kept);
      return TRUE;
    }
  change = qd_store_get_newest_change (self->store, id, error);
  if (change < 0)
    return FALSE;
  if (kept->instance && kept->id == id && kept->change == change && g_strcmp0 (kept->language, language) == 0)
    return TRUE;
  kept_clear (kept);
  kept->instance = qd_draft_load_copy (self->store, self->pack, id, language, error);
  kept->id = id;
  kept->change = change;
  kept->language = g_strdup (language);
  return kept->instance != NULL;
}

/* Declarations name their site by its name, duties by its code. */
static const char *
find_site_code (QdInstance *profile, const char *name)
{
  QdNodeId sites = profile ? qd_instance_find (profile, "/profile/sites") : 0;

  for (guint i = 0; sites && name && i < qd_instance_get_n_children (profile, sites); i++)
    {
      g_autofree char *name_path = g_strdup_printf ("/profile/sites/site[%u]/name", i + 1);
      g_autofree char *code_path = g_strdup_printf ("/profile/sites/site[%u]/code", i + 1);
      QdNodeId name_node = qd_instance_find (profile, name_path);
      QdNodeId code_node = qd_instance_find (profile, code_path);
      if (name_node && code_node && g_str_equal (qd_instance_get_value (profile, name_node), name))
        return qd_instance_get_value (profile, code_node);
    }
  return NULL;
}

/* The day on which each declaration was accepted: declaration → ISO date. */
static GHashTable *
list_accepted (QdStore *store, GError **error)
{
  g_autoptr (GPtrArray) deliveries = qd_store_list_deliveries (store, error);
  g_autoptr (GHashTable) days = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);

  if (!deliveries)
    return NULL;
  for (guint i = 0; i < deliveries->len; i++)
    {
      const QdDelivery *delivery = deliveries->pdata[i];
      g_autoptr (GDateTime) time = NULL;
      g_autoptr (GDateTime) local = NULL;
      if (delivery->state != QD_STATE_ACCEPTED)
        continue;
      time = g_date_time_new_from_unix_utc (delivery->changed_at);
      local = time ? g_date_time_to_local (time) : NULL;
      if (local)
        g_hash_table_insert (days, g_memdup2 (&delivery->declaration, sizeof (gint64)), g_date_time_format (local, "%Y-%m-%d"));
    }
  return g_steal_pointer (&days);
}

static QdFacts *
make_facts (QdDutyJob *self, const char *date, const char *language, QdInstance *profile, GError **error)
{
  g_autoptr (GPtrArray) rows = qd_store_list_declarations (self->store, error);
  g_autoptr (GPtrArray) marks = rows ? qd_store_list_done (self->store, error) : NULL;
  g_autoptr (GHashTable) accepted = marks ? list_accepted (self->store, error) : NULL;
  g_autoptr (GPtrArray) declarations = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) done = g_ptr_array_new_with_free_func (g_free);
  QdFactsOptions options = { .date = date, .language = language, .profile = profile, .substances = self->substances.instance, .declarations = declarations, .done = done };

  if (!accepted)
    return NULL;
  for (guint i = 0; i < rows->len; i++)
    {
      const QdDeclaration *row = rows->pdata[i];
      QdFactDeclaration *fact = g_new0 (QdFactDeclaration, 1);
      fact->id = row->id;
      fact->form = row->form_id;
      fact->period = row->period;
      fact->site = find_site_code (profile, row->site);
      fact->state = qd_state_to_nick (row->state);
      fact->finished = row->state == QD_STATE_ACCEPTED ? g_hash_table_lookup (accepted, &row->id) : NULL;
      g_ptr_array_add (declarations, fact);
    }
  for (guint i = 0; i < marks->len; i++)
    {
      const QdDone *mark = marks->pdata[i];
      QdFactDone *fact = g_new0 (QdFactDone, 1);
      fact->rule = mark->rule;
      fact->period = mark->period;
      fact->site = mark->site;
      fact->date = mark->date;
      fact->note = mark->note;
      fact->evidence = mark->evidence;
      fact->evidence_name = mark->evidence_name;
      g_ptr_array_add (done, fact);
    }
  return qd_facts_new (self->rules, &options, error);
}

QdAssessment *
qd_duty_job_assess_site (QdDutyJob *self, const char *site, const char *date, const char *language, GError **error)
{
  g_autoptr (QdFacts) facts = NULL;

  g_return_val_if_fail (self != NULL && date != NULL && language != NULL, NULL);
  if (!bring_up_to_date (self, &self->profile, "profile", language, error) || !bring_up_to_date (self, &self->substances, "register", language, error))
    return NULL;
  facts = make_facts (self, date, language, self->profile.instance, error);
  return facts ? qd_duty_assess (self->rules, facts, site, error) : NULL;
}

QdAssessment *
qd_duty_job_assess (QdDutyJob *self, const char *date, const char *language, GError **error)
{
  return qd_duty_job_assess_site (self, NULL, date, language, error);
}

QdInstance *
qd_duty_job_get_profile (QdDutyJob *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->profile.instance;
}

QdInstance *
qd_duty_job_get_substances (QdDutyJob *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->substances.instance;
}

/* The summary */

static char *
dup_value (QdInstance *profile, const char *path)
{
  QdNodeId node = profile ? qd_instance_find (profile, path) : 0;
  const char *value = node ? qd_instance_get_value (profile, node) : "";
  const char *space = strchr (value, ' ');

  return space ? g_strndup (value, (gsize) (space - value)) : g_strdup (value); /* of several industries the first, the main one */
}

static const QdWaiting *
find_waiting (GPtrArray *waiting, const QdDue *due, const char *rule)
{
  for (guint i = 0; i < waiting->len; i++)
    {
      const QdWaiting *row = waiting->pdata[i];
      if (g_str_equal (row->rule, rule) && g_str_equal (row->period, due->period) && g_str_equal (row->site, due->site))
        return row;
    }
  return NULL;
}

QdSummary *
qd_duty_job_summarize (QdDutyJob *self, QdAssessment *assessment, GError **error)
{
  g_autoptr (QdSummary) summary = qd_summary_new ();
  g_autoptr (GPtrArray) waiting = qd_store_list_waiting (self->store, error);
  g_autoptr (GArray) open = qd_assessment_get_open (assessment);

  if (!waiting)
    return NULL;
  summary->region = dup_value (self->profile.instance, "/profile/ent/region");
  summary->industry = dup_value (self->profile.instance, "/profile/ent/ind");
  summary->maybe = assessment->n_maybe;
  summary->date = g_strdup (assessment->date);
  for (guint i = 0; i < open->len; i++)
    {
      const QdOccurrence *occurrence = &g_array_index (open, QdOccurrence, i);
      const QdDue *due = occurrence->due;
      const QdWaiting *held;
      QdSummaryDuty *row;
      char day[16];
      if (!due || !g_date_valid (&due->plan) || occurrence->duty->kind != QD_DUTY_DUTY)
        continue;
      held = find_waiting (waiting, due, occurrence->duty->rule);
      g_date_strftime (day, sizeof day, "%Y-%m-%d", &due->plan);
      row = g_new0 (QdSummaryDuty, 1);
      row->site = g_strdup (due->site);
      row->rule = g_strdup (occurrence->duty->rule);
      row->period = g_strdup (due->period);
      row->title = *due->label ? g_strdup_printf (_ ("%s: %s"), occurrence->duty->title, due->label) : g_strdup (occurrence->duty->title);
      row->due = g_strdup (day);
      row->statutory = !due->is_default;
      row->form_id = *occurrence->duty->pack_form ? g_strdup (occurrence->duty->pack_form) : NULL;
      row->declaration = due->declaration;
      row->holder = held ? held->holder : QD_HOLDER_US;
      row->note = g_strdup (held ? held->note : "");
      g_ptr_array_add (summary->duties, row);
    }
  return g_steal_pointer (&summary);
}

/* Facts in drafts */

void
qd_fact_change_free (QdFactChange *self)
{
  g_free (self->path);
  g_free (self->label);
  g_free (self->before);
  g_free (self->mine);
  g_free (self->now);
  g_free (self);
}

typedef struct
{
  QdInstance *first;
  QdInstance *mine;
  QdInstance *fresh;
  gboolean was_loaded; /* made by a first load, so that what it held then was taken over */
  GHashTable *kept;
  GPtrArray *changes;
} Comparison;

/* A first load fills nothing that the form does not fill: what holds more came from a file, or amends another. */
static gboolean
holds_more_than_loaded (const Comparison *self, QdNodeId node)
{
  const QdField *field = qd_instance_get_field (self->first, node);
  guint n = qd_instance_get_n_children (self->first, node);
  g_autofree char *path = NULL;
  QdNodeId fresh;

  for (guint i = 0; i < n; i++)
    if (holds_more_than_loaded (self, qd_instance_get_child (self->first, node, i)))
      return TRUE;
  if (n > 0 || !field || qd_field_is_calculated (field) || qd_instance_get_node_type (self->first, node) == QD_NODE_MODEL_VALUE ||
      *qd_instance_get_value (self->first, node) == '\0' || qd_form_takes_over (qd_instance_get_form (self->first), field))
    return FALSE;
  path = qd_instance_dup_path (self->first, node);
  fresh = qd_instance_find (self->fresh, path);
  return !fresh || *qd_instance_get_value (self->fresh, fresh) == '\0';
}

/* An empty field that takes nothing over says nothing of a fact. */
static gboolean
has_become_empty (const Comparison *self, const QdField *field, const char *before)
{
  return self->was_loaded && *before != '\0' && qd_form_takes_over (qd_instance_get_form (self->fresh), field);
}

static void
compare (Comparison *self, QdNodeId node)
{
  guint n = qd_instance_get_n_children (self->fresh, node);
  const QdField *field = qd_instance_get_field (self->fresh, node);
  g_autofree char *path = NULL;
  QdNodeId first, mine;
  const char *now, *before;

  for (guint i = 0; i < n; i++)
    compare (self, qd_instance_get_child (self->fresh, node, i));
  /* What nobody sees in the form, as the identifier of the instance, is no fact. */
  if (n > 0 || !field || qd_field_is_calculated (field) || qd_instance_get_node_type (self->fresh, node) == QD_NODE_MODEL_VALUE)
    return;
  now = qd_instance_get_value (self->fresh, node);
  path = qd_instance_dup_path (self->fresh, node);
  first = qd_instance_find (self->first, path);
  mine = qd_instance_find (self->mine, path);
  /* A row that one of them lacks has no counterpart to compare with. */
  if (!first || !mine)
    return;
  before = qd_instance_get_value (self->first, first);
  if (*now == '\0' && !has_become_empty (self, field, before))
    return;
  if (!g_str_equal (before, now) && !g_str_equal (qd_instance_get_value (self->mine, mine), now) && g_strcmp0 (g_hash_table_lookup (self->kept, path), now) != 0)
    {
      QdFactChange *change = g_new0 (QdFactChange, 1);
      change->label = qd_instance_dup_label (self->mine, mine);
      if (!change->label)
        change->label = g_strdup (qd_field_get_name (field));
      change->before = g_strdup (before);
      change->mine = g_strdup (qd_instance_get_value (self->mine, mine));
      change->now = g_strdup (now);
      change->path = g_steal_pointer (&path);
      g_ptr_array_add (self->changes, change);
    }
}

GPtrArray *
qd_job_list_fact_changes (QdStore *store, QdPack *pack, gint64 declaration, const char *language, GError **error)
{
  g_autoptr (QdDeclaration) row = qd_store_get_declaration (store, declaration, error);
  g_autoptr (GPtrArray) changes = g_ptr_array_new_with_free_func ((GDestroyNotify) qd_fact_change_free);
  g_autoptr (QdInstance) first = NULL;
  g_autoptr (QdInstance) mine = NULL;
  g_autoptr (QdInstance) fresh = NULL;
  g_autoptr (GHashTable) kept = NULL;
  Comparison comparison = { .changes = changes };

  if (!row)
    return NULL;
  if (row->state >= QD_STATE_SEALED)
    return g_steal_pointer (&changes);
  if (!(first = qd_draft_load_first (store, pack, declaration, language, error)) ||
      !(mine = qd_draft_load_copy (store, pack, declaration, language, error)) ||
      !(fresh = qd_draft_load_fresh (store, pack, declaration, language, error)) ||
      !(kept = qd_store_list_kept_facts (store, declaration, error)))
    return NULL;
  comparison.kept = kept;
  comparison.first = first;
  comparison.mine = mine;
  comparison.fresh = fresh;
  comparison.was_loaded = !holds_more_than_loaded (&comparison, qd_instance_get_root (first));
  compare (&comparison, qd_instance_get_root (fresh));
  return g_steal_pointer (&changes);
}

static void
touched_free (gpointer data)
{
  QdTouchedDraft *self = data;

  g_ptr_array_unref (self->changes);
  g_free (self);
}

static gboolean
is_declaration (QdPack *pack, const char *form_id)
{
  QdForm *form = qd_pack_get_form (pack, form_id, NULL);
  const char *kind = form ? qd_form_get_info (form, "kind") : NULL;

  return form && (!kind || g_str_equal (kind, "declaration"));
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* What the draft keeps, as one text to compare. */
static char *
dup_kept (QdStore *store, gint64 declaration, GError **error)
{
  g_autoptr (GHashTable) kept = qd_store_list_kept_facts (store, declaration, error);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer path, value;

  if (!kept)
    return NULL;
  g_hash_table_iter_init (&iter, kept);
  while (g_hash_table_iter_next (&iter, &path, &value))
    g_ptr_array_add (lines, g_strdup_printf ("%s=%s", (char *) path, (char *) value));
  g_ptr_array_sort (lines, compare_texts);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}

GPtrArray *
qd_duty_job_list_touched (QdDutyJob *self, const char *language, GError **error)
{
  g_autoptr (GPtrArray) rows = qd_store_list_declarations (self->store, error);
  g_autoptr (GPtrArray) drafts = g_ptr_array_new_with_free_func (touched_free);
  g_autoptr (GHashTable) old = g_steal_pointer (&self->touched);

  self->touched = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  if (!rows || !bring_up_to_date (self, &self->profile, "profile", language, error) || !bring_up_to_date (self, &self->substances, "register", language, error))
    return NULL;
  for (guint i = 0; i < rows->len; i++)
    {
      const QdDeclaration *row = rows->pdata[i];
      g_autofree char *key = NULL;
      g_autofree char *kept = NULL;
      GPtrArray *changes;
      gint64 change;

      if (row->state >= QD_STATE_SEALED || !is_declaration (self->pack, row->form_id))
        continue;
      change = qd_store_get_newest_change (self->store, row->id, error);
      kept = change < 0 ? NULL : dup_kept (self->store, row->id, error);
      if (!kept)
        return NULL;
      key = g_strdup_printf ("%s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s", language, row->id, change, self->profile.change, self->substances.change, kept);
      changes = g_hash_table_lookup (old, key);
      /* A draft that cannot be compared (its form is gone from the pack) is the business of whoever opens it. */
      changes = changes ? g_ptr_array_ref (changes) : qd_job_list_fact_changes (self->store, self->pack, row->id, language, NULL);
      if (!changes)
        continue;
      if (changes->len > 0)
        {
          QdTouchedDraft *draft = g_new0 (QdTouchedDraft, 1);
          draft->declaration = row->id;
          draft->changes = g_ptr_array_ref (changes);
          g_ptr_array_add (drafts, draft);
        }
      g_hash_table_insert (self->touched, g_steal_pointer (&key), changes);
    }
  return g_steal_pointer (&drafts);
}
