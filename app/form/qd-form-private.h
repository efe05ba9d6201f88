/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-expr.h"
#include "qd-form.h"
#include "qd-tree.h"

G_BEGIN_DECLS

/* The inside of a form definition: shared by the parser (qd-form-*.c) and by the instance (qd-instance-*.c). Nothing here changes after
 * qd_form_new() has returned. */

#define QD_NS_XFORMS "http://www.w3.org/2002/xforms"
#define QD_NS_XHTML "http://www.w3.org/1999/xhtml"
#define QD_NS_JAVAROSA "http://openrosa.org/javarosa"
#define QD_NS_OPENROSA "http://openrosa.org/xforms"
#define QD_NS_ODK "http://www.opendatakit.org/xforms"
#define QD_NS_ENTITIES "http://www.opendatakit.org/xforms/entities"
#define QD_NS_FORM "urn:qingdan:form:1"
#define QD_NS_XSD "http://www.w3.org/2001/XMLSchema"

typedef struct _QdScope QdScope;

/* What is computed for a node. The order is that of the dirty bits in a cell; the order of work comes from the graph. */
typedef enum
{
  QD_PROP_COUNT,     /* jr:count: number of rows */
  QD_PROP_RELEVANT,  /* own relevance */
  QD_PROP_CALCULATE, /* value */
  QD_PROP_CHOICES,   /* itemset that depends on the primary instance: changes which values count */
  QD_PROP_READONLY,
  QD_PROP_REQUIRED,
  QD_PROP_CHECK, /* type, required, constraint and qd:check together */
  QD_PROP_TEXT,  /* label, hint and static choices: only told to the UI, computed when asked for */
  QD_N_PROPS
} QdProp;

/* One expression in its place. Constants take no part in the graph. */
typedef enum
{
  QD_RULE_NONE,
  QD_RULE_FALSE,
  QD_RULE_TRUE,
  QD_RULE_EXPR
} QdRuleKind;

typedef struct
{
  QdRuleKind kind;
  QdExpr *expr; /* (owned) (nullable) */
} QdRule;

/* A piece of text: a literal, or the value of an expression. */
typedef struct
{
  char *literal; /* (owned) (nullable) */
  QdExpr *expr;  /* (owned) (nullable) */
} QdChunk;

/* A label, hint or message: jr:itext('id'), an expression (ref), or chunks. */
typedef struct
{
  char *itext_id; /* (owned) (nullable): a constant id */
  QdExpr *ref;    /* (owned) (nullable): gives the text; with `ref_is_itext` the id */
  gboolean ref_is_itext;
  GArray *chunks; /* (owned) (nullable) (element-type QdChunk) */
  char *language; /* (owned) (nullable): a qd:message for one language */
} QdText;

/* An itext entry in one language. */
typedef struct
{
  GPtrArray *forms; /* (owned) (element-type QdTextForm) */
} QdItext;

typedef struct
{
  char *form; /* (owned) (nullable): NULL for the default form */
  GArray *chunks;
} QdTextForm;

typedef struct
{
  char *name; /* (owned) */
  gboolean is_default;
  guint order;       /* in the form */
  GHashTable *texts; /* (owned) (element-type utf8 QdItext) */
} QdLanguage;

typedef struct
{
  char *value;   /* (owned) */
  QdText *label; /* (owned) (nullable) */
} QdItem;

/* Choices of a select or rank. */
typedef struct
{
  GPtrArray *items;        /* (owned) (element-type QdItem) */
  QdExpr *nodeset;         /* (owned) (nullable): itemset */
  QdExpr *value;           /* (owned) (nullable) */
  const char *value_child; /* interned; set when the value is simply a child element */
  QdText *label;           /* (owned) (nullable) */
  const char *label_child; /* interned; set when the label is simply a child element */
  gboolean is_dynamic;     /* the nodeset reads the primary instance */
  gboolean is_open;        /* the nodeset reads facts that the host gives: it suggests, and other values count, too */
  gboolean has_copy;
} QdItemset;

typedef struct
{
  char *id;    /* (owned) */
  guint index; /* among the field's checks */
  QdSeverity severity;
  QdRule when;
  QdExpr *test; /* (owned) */
  QdExpr *fix;  /* (owned) (nullable) */
  char *basis;  /* (owned) (nullable) */
  QdConfidence confidence;
  GPtrArray *messages; /* (owned) (element-type QdText) */
} QdCheck;

typedef enum
{
  QD_EVENT_FIRST_LOAD = 1 << 0,
  QD_EVENT_LOAD = 1 << 1,
  QD_EVENT_NEW_REPEAT = 1 << 2,
  QD_EVENT_VALUE_CHANGED = 1 << 3,
} QdEvents;

typedef struct
{
  QdEvents events;
  QdField *target;
  const QdField *source; /* (nullable): the control or repeat it lies in */
  QdExpr *value;         /* (owned) (nullable): in the context of the target */
  char *literal;         /* (owned) (nullable) */
  QdExpr *ref;           /* (owned) (nullable): a target with predicates, found by evaluation */
  gboolean is_geopoint;
} QdAction;

/* One edge of the graph: when the source changes, `comp` is dirty in all rows that share the first `level` rows with it. */
typedef struct
{
  guint comp;
  guint16 level;
  guint16 positional; /* structure only: rows before the change keep their place and stay clean */
} QdEdge;

typedef struct
{
  const QdField *field;
  QdProp prop;
} QdComp;

struct _QdField
{
  char *ref;           /* (owned): unpositioned path as written in the form */
  char *name;          /* (owned): with prefix */
  const char *local;   /* interned */
  const char *ns;      /* interned: what paths match; NULL without a prefix */
  const char *real_ns; /* interned: namespace of the element */
  const char *prefix;  /* interned or NULL */
  QdField *parent;
  GPtrArray *children;   /* (owned) (element-type QdField): elements */
  GPtrArray *attributes; /* (owned) (nullable) (element-type QdField): attributes that can be bound */
  GHashTable *index;     /* (owned) (nullable): local name → QdField, when there are many children */
  guint32 offset;        /* of the element in the source */
  guint32 number;        /* among all, while the graph is made */

  guint is_repeat : 1;
  guint is_attribute : 1;
  guint is_group : 1;
  guint is_optional : 1; /* may be missing in an instance (deprecatedID) */
  guint is_multiple : 1;
  guint is_controlled : 1; /* repeat without add and remove for people */
  guint has_control : 1;
  guint is_note : 1;
  guint has_bind : 1;
  guint readonly_written : 1;
  guint keeps_value : 1; /* the calculate may give back the value it finds: coalesce(., x), if(. = '', x, .) */
  guint8 control;        /* QdNodeType of the control */
  guint8 value_type;     /* QdValueType */
  guint8 confidence;
  guint8 select_one;

  /* Place in the instance: see QdScope. A repeat has its range in `scope`, its rows in `row_scope`. */
  QdScope *scope;
  guint slot;
  QdScope *row_scope;
  guint slot_end; /* one after the last slot below, in the scope of its children */

  QdRule relevant, readonly, required, constraint;
  QdExpr *calculate;                             /* (owned) (nullable) */
  gboolean is_sticky;                            /* random(), uuid(), once(): not a function of the present state */
  QdExpr *count;                                 /* (owned) (nullable) */
  int fixed_count;                               /* rows of a jr:noAddRemove repeat without jr:count; -1 */
  QdText *constraint_message, *required_message; /* (owned) (nullable) */
  GPtrArray *checks;                             /* (owned) (nullable) (element-type QdCheck) */
  char *basis;                                   /* (owned) (nullable) */
  char *preload, *preload_params;                /* (owned) (nullable) */
  QdText *label, *hint;                          /* (owned) (nullable) */
  QdText *section_label;                         /* (owned) (nullable): label of the group around a control-less group */
  QdItemset *itemset;                            /* (owned) (nullable) */
  char **appearances;                            /* (owned) */
  GArray *properties;                            /* (owned) (nullable) (element-type QdProperty): of bind and control */
  GPtrArray *actions;                            /* (nullable) (element-type QdAction, borrowed): fired when this value changes */
  GPtrArray *repeat_actions;                     /* (nullable) (borrowed): fired when a row is added */
  QdTreeNode *template_node;                     /* in the template tree; of a repeat: the template of its rows */
  QdTreeNode *source_node;                       /* in the source tree: first element of that name */

  gint32 comp[QD_N_PROPS]; /* index in form->comps or -1 */
  GArray *value_edges;     /* (owned) (nullable) (element-type QdEdge) */
  GArray *structure_edges; /* (owned) (nullable): repeats */
};

typedef struct
{
  char *name, *value; /* (owned) */
} QdAttr;

/* An attribute of a bind or control. */
typedef struct
{
  const char *name;    /* interned: as written */
  const char *local;   /* interned */
  char *value;         /* (owned) */
  gboolean is_control; /* of the control */
} QdProperty;

/* All nodes of one level of repetition. A row is one array of cells, slots being places in it, in document order; the root is a row, too. */
struct _QdScope
{
  QdScope *parent;
  QdField *field;        /* root field, or the repeat whose rows these are */
  guint depth;           /* number of repeats around */
  GPtrArray *fields;     /* (owned): slot → QdField (borrowed) */
  GPtrArray *ranges;     /* (owned): repeats directly in this scope */
  gboolean has_required; /* any required rule here or below */
};

typedef struct
{
  char *id;     /* (owned) */
  char *src;    /* (owned) (nullable) */
  QdTree *tree; /* (owned) (nullable): internal */
  guint32 offset;
} QdSecondary;

struct _QdForm
{
  GObject parent_instance;

  char *name, *id, *version, *title; /* (owned) */
  QdText *title_text;                /* (owned) (nullable) */
  GMutex lock;                       /* of the digest, which is made when first asked for */
  char *digest;                      /* (owned) (nullable) */
  GBytes *bytes;                     /* (owned) (nullable): until then */
  GPtrArray *warnings;               /* (owned) (element-type utf8), NULL-terminated */
  char **languages;                  /* (owned) */
  GPtrArray *translations;           /* (owned) (element-type QdLanguage) */
  GHashTable *info;                  /* (owned) (nullable) */
  GPtrArray *bases;                  /* (owned) (element-type QdBasis) */
  char **classes;                    /* (owned) */
  GHashTable *submission;            /* (owned) (nullable): attributes of <submission> */

  QdTree *source;                       /* (owned): the primary instance as written */
  QdTree *templates;                    /* (owned): templates of the root and of rows, without rows */
  QdField *root;                        /* (owned) */
  GHashTable *fields;                   /* (owned): ref → QdField */
  GPtrArray *scopes;                    /* (owned) */
  GPtrArray *actions;                   /* (owned) (element-type QdAction) */
  GPtrArray *secondaries;               /* (owned) (element-type QdSecondary) */
  GHashTable *secondary_index;          /* (owned) */
  GArray *comps;                        /* (owned) (element-type QdComp), in order of computation */
  guint *group_ends;                    /* (owned) (nullable): of each computation: those up to here can be done row by row */
  GPtrArray *namespaces;                /* (owned) (element-type QdAttr): declared on the root of the instance: name is the prefix */
  QdField *instance_id, *deprecated_id; /* (nullable) */
};

/* The lexical form of @text in the field's type, as ODK tools store what a form or an action gives; "" when there is none. Takes @text. */
char *qd_value_coerce (const QdField *field, char *text) G_GNUC_WARN_UNUSED_RESULT;

/* qd-form.c */
void qd_rule_clear (QdRule *rule);
QdText *qd_text_new (void);
void qd_text_free (QdText *text);
void qd_chunk_array_free (GArray *chunks);
GArray *qd_chunk_array_new (void);
const QdItext *qd_form_find_itext (const QdForm *self, const char *language, const char *id);
/** Does the expression look into an instance that the host gives and the package does not carry? Lists are in the pack. */
gboolean qd_form_reads_facts (const QdForm *self, const QdExpr *expr);
const QdField *qd_field_find_child (const QdField *self, const char *ns, const char *local);
QdField *qd_field_new (QdField *parent, const char *prefix, const char *ns, const char *real_ns, const char *local, gboolean is_attribute);
static inline guint
qd_field_get_slot (const QdField *self)
{
  return self->is_repeat ? 0 : self->slot;
}
static inline QdScope *
qd_field_get_scope (const QdField *self)
{
  return self->is_repeat ? self->row_scope : self->scope;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (QdText, qd_text_free)

G_END_DECLS
