/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules, profile and register of unknown origin: three files with lines "====" between. What loads is assessed, explained and put into a calendar. */
#include "duty-kit.h"
#include "fuzz.h"
#include "qd-ics.h"

static QdInstance *
load (QdPack *pack, const char *form_id, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  QdInstanceOptions options = { .mode = QD_INSTANCE_RESTORE, .xml = bytes, .xml_name = "x" };
  QdForm *form = qd_pack_get_form (pack, form_id, NULL);

  return qd_instance_new (form, &options, NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) parts = g_strsplit (text, "\n====\n", 3);
  guint n = g_strv_length (parts);
  g_autofree char *dir = g_dir_make_tmp ("qd-fuzz-duty-XXXXXX", NULL);
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (QdInstance) profile = NULL, substances = NULL;
  g_autoptr (QdAssessment) assessment = NULL;
  g_autoptr (QdFacts) facts = NULL;
  g_autoptr (QdRules) rules = NULL;
  g_autoptr (QdPack) pack = NULL;
  QdFactsOptions options = { .date = "2026-11-24" };

  kit_write (dir, "pack.xml", "<pack xmlns='urn:qingdan:pack:1' id='t' version='1' valid-from='2026-01-01'><forms><form id='t.profile' file='p.xml'/><form id='t.register' file='r.xml'/></forms>"
                              "<lists><list name='t-1' file='l.csv'/></lists><rules><file file='a.xml'/></rules></pack>");
  kit_write (dir, "p.xml", kit_profile_form);
  kit_write (dir, "r.xml", kit_register_form);
  kit_write (dir, "l.csv", kit_list);
  kit_write (dir, "a.xml", n > 0 ? parts[0] : "");
  pack = qd_pack_load (dir, NULL);
  kit_remove (dir);
  rules = qd_rules_new_checked (pack, &problems);
  if (rules == NULL)
    return 0;
  options.profile = profile = n > 1 ? load (pack, "t.profile", parts[1]) : NULL;
  options.substances = substances = n > 2 ? load (pack, "t.register", parts[2]) : NULL;
  facts = qd_facts_new (rules, &options, NULL);
  assessment = facts == NULL ? NULL : qd_duty_assess (rules, facts, NULL, NULL);
  if (assessment != NULL)
    g_bytes_unref (qd_ics_new (assessment, "x", NULL, 12));
  return 0;
}
