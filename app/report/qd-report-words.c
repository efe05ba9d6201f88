/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-report-words"
#include "config.h"

#include "qd-report-private.h"

static const struct
{
  const char *zh;
  const char *en;
} words[] = {
  [QD_WORD_ITEM] = { "项目", "Item" },
  [QD_WORD_CONTENT] = { "内容", "Content" },
  [QD_WORD_UNIT] = { "单位", "Unit" },
  [QD_WORD_NUMBER] = { "序号", "No." },
  [QD_WORD_EMPTY] = { "—", "—" },
  [QD_WORD_NOT_APPLICABLE] = { "不适用：%s", "Not applicable: %s" },
  [QD_WORD_NOTE] = { "备注：%s", "Note: %s" },
  [QD_WORD_TABLE] = { "表 %u-%u　%s", "Table %u-%u  %s" },
  [QD_WORD_TABLE_PLAIN] = { "表 %u　%s", "Table %u  %s" },
  [QD_WORD_CONTINUED] = { "（续，第 %u 段，共 %u 段）", " (continued, part %u of %u)" },
  [QD_WORD_OF_ROW] = { "%s，第 %u 行", "%s, row %u" },
  [QD_WORD_NO_ROWS] = { "（没有记录）", "(no records)" },
  [QD_WORD_YEAR] = { "%s 年度", "%s" },
  [QD_WORD_ENTERPRISE] = { "填报单位", "Enterprise" },
  [QD_WORD_AUTHORITY] = { "报送对象", "Submitted to" },
  [QD_WORD_PERIOD] = { "报告期", "Period" },
  [QD_WORD_FORM] = { "表单", "Form" },
  [QD_WORD_PACK] = { "资料包", "Pack" },
  [QD_WORD_MADE] = { "校核时间", "Checked at" },
  [QD_WORD_LEGAL] = { "法律依据", "Legal bases" },
  [QD_WORD_INSTRUMENT] = { "文件", "Instrument" },
  [QD_WORD_ARTICLE] = { "条款", "Article" },
  [QD_WORD_VALIDITY] = { "有效期", "In force" },
  [QD_WORD_STATUS] = { "填报日", "On this day" },
  [QD_WORD_ARTICLE_NUMBER] = { "第 %s 条", "Art. %s" },
  [QD_WORD_FROM] = { "%s 起", "from %s" },
  [QD_WORD_FROM_TO] = { "%s 至 %s", "%s to %s" },
  [QD_WORD_UNTIL] = { "至 %s", "until %s" },
  [QD_WORD_IN_FORCE] = { "有效", "in force" },
  [QD_WORD_NOT_IN_FORCE] = { "不在有效期", "not in force" },
  [QD_WORD_UNCONFIRMED] = { "依据待核：另有 %u 条依据未核实，不作为法律依据列出。", "To be verified: %u further bases are not confirmed and are not listed as law." },
  [QD_WORD_FINDINGS] = { "校核意见与说明", "Findings and reasons" },
  [QD_WORD_LEVEL] = { "级别", "Level" },
  [QD_WORD_PLACE] = { "位置", "Place" },
  [QD_WORD_FINDING] = { "意见", "Finding" },
  [QD_WORD_REASON] = { "填报单位说明", "Reason given" },
  [QD_WORD_NO_FINDINGS] = { "没有校核意见。", "No findings." },
  [QD_WORD_CRITICAL] = { "必改", "Must fix" },
  [QD_WORD_POSSIBLE] = { "存疑", "Check" },
  [QD_WORD_NOTICE] = { "提示", "Note" },
  [QD_WORD_ATTACHMENTS] = { "附件清单", "Attachments" },
  [QD_WORD_FILE] = { "文件名", "File" },
  [QD_WORD_DIGEST] = { "申报内容摘要 SHA-256", "SHA-256 of the declaration data" },
  [QD_WORD_VERDICT] = { "校核结论：必改 %u 项，存疑 %u 项。", "Verdict: %u to fix, %u to check. " },
  [QD_WORD_VERDICT_EXPLAINED] = { "校核结论：必改 %u 项，存疑 %u 项均已说明。", "Verdict: %u to fix, %u to check, all explained. " },
  [QD_WORD_VERDICT_UNEXPLAINED] = { "校核结论：必改 %u 项，存疑 %u 项，其中 %u 项未说明。", "Verdict: %u to fix, %u to check, %u of them not explained. " },
  [QD_WORD_VERSIONS] = { "资料包 %s，校核引擎 %s", "Pack %s, engine %s" },
  [QD_WORD_ENGINE] = { "校核引擎 %s", "Engine %s" },
  [QD_WORD_HOW_TO_VERIFY] = { "核验：扫码比对摘要，或用任一 ASiC-E 验证工具打开申报包", "To verify: scan and compare the digest, or open the package with any ASiC-E verifier" },
  [QD_WORD_PAGE] = { "第 %u 页，共 %u 页", "Page %u of %u" },
  [QD_WORD_DRAFT] = { "草稿，不作报送用", "Draft, not for submission" },
  [QD_WORD_DRAFT_FOOTER] = { "草稿，不作报送用。打印于 %s", "Draft, not for submission. Printed %s" },
  [QD_WORD_CALENDAR] = { "%s　环保义务年历", "%s: calendar of environmental duties" },
  [QD_WORD_CALENDAR_AS_OF] = { "截至 %s，今后 12 个月 %u 个期限", "As of %s: %u deadlines in the next 12 months" },
  [QD_WORD_CALENDAR_KEY] = { "实心：法定期限；空心和 ○：程序默认周期，法规没有写明日期；框：已逾期", "Filled: dates of law; hollow and ○: default cycles of the program, which no law states; boxed: overdue" },
  [QD_WORD_MONTH] = { "%1$u 年 %2$u 月", "%1$u-%2$02u" },
  [QD_WORD_WEEKDAYS] = { "一 二 三 四 五 六 日", "Mo Tu We Th Fr Sa Su" },
  [QD_WORD_MORE] = { "另 %u 项，见后页", "%u more, see the next page" },
  [QD_WORD_OVERDUE] = { "逾期 %u 天", "%u days overdue" },
  [QD_WORD_ALL_DEADLINES] = { "全部期限", "All deadlines" },
  [QD_WORD_REMARK] = { "备注", "Note" },
  [QD_WORD_MARKED_DONE] = { "已完成", "Done" },
  [QD_WORD_DONE_ON] = { "完成日", "Done on" },
  [QD_WORD_EVIDENCE] = { "证据", "Evidence" },
  [QD_WORD_DUE] = { "到期", "Due" },
  [QD_WORD_DUTY] = { "义务", "Duty" },
  [QD_WORD_WHY] = { "为什么适用", "Why it applies" },
  [QD_WORD_DEFAULT_CYCLE] = { "默认周期", "default cycle" },
  [QD_WORD_TO_BE_CONFIRMED] = { "依据待核", "To be confirmed" },
};

G_STATIC_ASSERT (G_N_ELEMENTS (words) == QD_N_WORDS);

const char *
qd_word (QdWord word, const char *language)
{
  return g_str_has_prefix (language, "zh") ? words[word].zh : words[word].en;
}

char *
qd_word_printf (QdWord word, const char *language, ...)
{
  va_list args;
  char *text;

  va_start (args, language);
  text = g_strdup_vprintf (qd_word (word, language), args);
  va_end (args);
  return text;
}
