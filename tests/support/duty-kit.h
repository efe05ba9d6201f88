/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "qd-duty.h"

/* A small pack with rules, for tests of duties: the forms have what the rules of a test read, and no more. */

#define KIT_RULES_HEAD "<rules xmlns='urn:qingdan:rules:1' id='t' version='1'>\n"
#define KIT_TITLES "<title lang='zh-CN'>标题</title><title lang='en'>Title</title>"
/* A source, and a rule with the number N that always applies: the deadline is what is tested. */
#define KIT_SOURCE "<source id='law' title='法'/>"
#define KIT_RULE(due) "<rule id='R1' kind='duty' confidence='C'>" KIT_TITLES "<when>true()</when>" due "<basis source='law' article='1'/></rule>"

typedef struct
{
  const char *rules;    /* (nullable): children of the root of rules/a.xml, from its line 2 on */
  const char *region;   /* (nullable): regions/r.xml */
  const char *calendar; /* (nullable): calendars/work-2026.csv */
} KitPack;

static const char kit_profile_form[] =
    "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' xmlns:jr='http://openrosa.org/javarosa' xmlns:qd='urn:qingdan:form:1'>"
    "<h:head><h:title>P</h:title><model><qd:form kind='profile'/>"
    "<itext><translation lang='zh-CN' default='true()'><text id='act'><value>活动</value></text><text id='gen'><value>产生量</value></text></translation>"
    "<translation lang='en'><text id='act'><value>Activity</value></text><text id='gen'><value>Generated</value></text></translation></itext>"
    "<instance><profile xmlns='urn:t:p' id='t.profile' version='1'>"
    "<ent><name/><size/></ent><sites><site><code/><name/><region/><act/><to/></site></sites>"
    "<hw><waste-any/><waste jr:template=''><site/><name/><gen/></waste></hw>"
    "<events><event-any/><event jr:template=''><site/><day/></event></events>"
    "</profile></instance>"
    "<bind nodeset='/profile/hw/waste' relevant=\"../waste-any != 'no'\"/>"
    "</model></h:head><h:body>"
    "<input ref='/profile/ent/name'/><input ref='/profile/ent/size'/>"
    "<group ref='/profile/sites/site'><repeat nodeset='/profile/sites/site'><input ref='/profile/sites/site/code'/><input ref='/profile/sites/site/name'/><input ref='/profile/sites/site/region'/>"
    "<select ref='/profile/sites/site/act'><label ref=\"jr:itext('act')\"/><item><label>Make</label><value>make</value></item><item><label>Mix</label><value>mix</value></item></select>"
    "<input ref='/profile/sites/site/to'/></repeat></group>"
    "<input ref='/profile/hw/waste-any'/><group ref='/profile/hw/waste'><repeat nodeset='/profile/hw/waste'><input ref='/profile/hw/waste/site'/><input ref='/profile/hw/waste/name'/>"
    "<input ref='/profile/hw/waste/gen'><label ref=\"jr:itext('gen')\"/></input></repeat></group>"
    "<input ref='/profile/events/event-any'/><group ref='/profile/events/event'><repeat nodeset='/profile/events/event'><input ref='/profile/events/event/site'/><input ref='/profile/events/event/day'/></repeat></group>"
    "</h:body></h:html>";

static const char kit_register_form[] =
    "<h:html xmlns='http://www.w3.org/2002/xforms' xmlns:h='http://www.w3.org/1999/xhtml' xmlns:jr='http://openrosa.org/javarosa' xmlns:qd='urn:qingdan:form:1'>"
    "<h:head><h:title>R</h:title><model><qd:form kind='register'/>"
    "<instance><register xmlns='urn:t:r' id='t.register' version='1'><table><substance-any/><substance jr:template=''><nameZh/><cas/><year/><unit/><emit/></substance></table></register></instance>"
    "<bind nodeset='/register/table/substance/emit' type='decimal' qd:unit-field='unit'/>"
    "</model></h:head><h:body><input ref='/register/table/substance-any'/>"
    "<group ref='/register/table/substance'><repeat nodeset='/register/table/substance'><input ref='/register/table/substance/nameZh'/><input ref='/register/table/substance/cas'/><input ref='/register/table/substance/year'/>"
    "<input ref='/register/table/substance/unit'/><input ref='/register/table/substance/emit'/></repeat></group></h:body></h:html>";

static const char kit_list[] =
    "list_id,entry_no,name_zh,name_en,cas,group,measure_zh,exemption_zh,effective_from,effective_to,source,hs_code\n"
    "T-1,1,苯,Benzene,71-43-2,,,,,,x,\nT-1,2,某某及其化合物,,,某某,,,,,x,\n";

static inline void
kit_write (const char *dir, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (dir, name, NULL), *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static inline void
kit_remove (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      kit_remove (child);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static inline QdPack *
kit_pack (const KitPack *files)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("qd-duty-XXXXXX", &error);
  g_autofree char *rules = g_strconcat (KIT_RULES_HEAD, files->rules != NULL ? files->rules : "", "</rules>\n", NULL);
  g_autofree char *description = g_strconcat ("<pack xmlns='urn:qingdan:pack:1' id='t' version='1' valid-from='2026-01-01'><forms><form id='t.profile' file='p.xml'/><form id='t.register' file='r.xml'/></forms>"
                                              "<lists><list name='t-1' file='l.csv' status='complete'/></lists><rules><file file='rules/a.xml'/></rules>",
                                              files->region != NULL ? "<regions><file file='regions/r.xml'/></regions>" : "",
                                              files->calendar != NULL ? "<calendars><file file='calendars/work-2026.csv'/></calendars>" : "",
                                              "</pack>",
                                              NULL);
  QdPack *pack;

  g_assert_no_error (error);
  kit_write (dir, "pack.xml", description);
  kit_write (dir, "p.xml", kit_profile_form);
  kit_write (dir, "r.xml", kit_register_form);
  kit_write (dir, "l.csv", kit_list);
  kit_write (dir, "rules/a.xml", rules);
  if (files->region != NULL)
    kit_write (dir, "regions/r.xml", files->region);
  if (files->calendar != NULL)
    kit_write (dir, "calendars/work-2026.csv", files->calendar);
  pack = qd_pack_load (dir, &error);
  g_assert_no_error (error);
  kit_remove (dir);
  return pack;
}

static inline QdRules *
kit_rules (const KitPack *files)
{
  g_autoptr (QdPack) pack = kit_pack (files);
  g_autoptr (GError) error = NULL;
  QdRules *rules = qd_rules_new (pack, &error);

  g_assert_no_error (error);
  return rules;
}

/* @body: children of the root; NULL: no instance at all */
static inline QdInstance *
kit_fill (QdRules *rules, const char *kind, const char *body)
{
  g_autofree char *id = g_strconcat ("t.", kind, NULL);
  g_autofree char *xml = g_strdup_printf ("<%s xmlns='urn:t:%c' id='%s' version='1'>%s</%s>", kind, *kind, id, body != NULL ? body : "", kind);
  g_autoptr (GBytes) bytes = g_bytes_new (xml, strlen (xml));
  g_autoptr (GError) error = NULL;
  QdForm *form = qd_pack_get_form (qd_rules_get_pack (rules), id, &error);
  QdInstanceOptions options = { .mode = QD_INSTANCE_RESTORE, .xml = bytes, .xml_name = "x" };
  QdInstance *instance;

  g_assert_no_error (error);
  if (body == NULL)
    return NULL;
  instance = qd_instance_new (form, &options, &error);
  g_assert_no_error (error);
  return instance;
}
