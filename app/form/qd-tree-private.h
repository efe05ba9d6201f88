/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-tree.h"

G_BEGIN_DECLS

#define QD_XML_NAMESPACE "http://www.w3.org/XML/1998/namespace"

/** The name as it stands for all, or for the tree alone; NULL for "" and NULL. */
const char *qd_tree_intern (QdTree *self, const char *text);
/** Appends a bare node of @kind below @parent. Its name, when it has one, is for the caller to set (interned). */
QdTreeNode *qd_tree_add (QdTree *self, QdTreeNode *parent, QdTreeKind kind);
/** Removes the text nodes among the children of @parent, in one pass. */
void qd_tree_drop_texts (QdTree *self, QdTreeNode *parent);
/** The string-value when it lies in one place, else NULL: a borrowed text. */
const char *qd_tree_node_leaf_string (const QdTreeNode *node);
/** What an attribute says whose value libxml2 gives as @length bytes from @start on. */
char *qd_tree_unescape_attribute (const char *start, gsize length) G_GNUC_WARN_UNUSED_RESULT;
/** Records that @element declares @prefix (NULL: the default one). */
void qd_tree_add_namespace (QdTree *self, QdTreeNode *element, const char *prefix, const char *uri);
/** Returns: (transfer container): the namespace nodes of @element, its own and inherited ones, owned by the tree */
GPtrArray *qd_tree_node_get_namespaces (const QdTreeNode *element) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
