/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Each verb of qingdan-cli lives in one file. It gets its own words (argv[0] is the verb) and returns the exit code. */

int qd_verb_check (int argc, char **argv);
int qd_verb_demo_key (int argc, char **argv);
int qd_verb_duties (int argc, char **argv);
int qd_verb_engine (int argc, char **argv);
int qd_verb_export (int argc, char **argv);
int qd_verb_fill (int argc, char **argv);
int qd_verb_forms (int argc, char **argv);
int qd_verb_import (int argc, char **argv);
int qd_verb_new (int argc, char **argv);
int qd_verb_pack (int argc, char **argv);
int qd_verb_receive (int argc, char **argv);
int qd_verb_report (int argc, char **argv);
int qd_verb_screen (int argc, char **argv);
int qd_verb_seal (int argc, char **argv);
int qd_verb_send (int argc, char **argv);
int qd_verb_show (int argc, char **argv);
int qd_verb_verify (int argc, char **argv);

/* Exit codes that scripts rely on. */
#define QD_EXIT_FINE 0
#define QD_EXIT_CRITICAL 1 /* critical findings, failed verification, a return */
#define QD_EXIT_USAGE 2
#define QD_EXIT_INPUT 3 /* input cannot be read */
#define QD_EXIT_NETWORK 4
