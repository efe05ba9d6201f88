/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "qd-expr-private.h"

G_BEGIN_DECLS

typedef enum
{
  TOKEN_END,
  TOKEN_NUMBER,
  TOKEN_LITERAL,
  TOKEN_NAME, /* NCName, QName or prefix:* */
  TOKEN_STAR,
  TOKEN_OPEN,
  TOKEN_CLOSE,
  TOKEN_OPEN_BRACKET,
  TOKEN_CLOSE_BRACKET,
  TOKEN_DOT,
  TOKEN_DOT_DOT,
  TOKEN_AT,
  TOKEN_COMMA,
  TOKEN_AXIS, /* :: */
  TOKEN_SLASH,
  TOKEN_SLASH_SLASH,
  TOKEN_UNION,
  TOKEN_PLUS,
  TOKEN_MINUS,
  TOKEN_EQUAL,
  TOKEN_NOT_EQUAL,
  TOKEN_LESS,
  TOKEN_LESS_EQUAL,
  TOKEN_GREATER,
  TOKEN_GREATER_EQUAL,
  TOKEN_DOLLAR,
} QdTokenKind;

typedef struct
{
  QdTokenKind kind;
  guint32 start;
  guint32 end;
  guint32 colon; /* TOKEN_NAME: offset of the colon, or 0 */
} QdToken;

/* Reads an expression token by token, and keeps the first error. */
typedef struct
{
  QdExpr *expr;
  const char *text;
  QdToken token;
  GError *error;
} QdLexer;

void qd_lexer_advance (QdLexer *self);
/** The next offset from @at on that is not white space. */
guint32 qd_lexer_skip_space (const QdLexer *self, guint32 at);
gboolean qd_lexer_is (const QdLexer *self, const char *name);
/** Is the token, where an operator must stand, that word? */
gboolean qd_lexer_is_operator (QdLexer *self, const char *word);
char *qd_lexer_dup_token (const QdLexer *self) G_GNUC_WARN_UNUSED_RESULT;
/** Each sets the error, unless there is one, and returns NULL. */
gpointer qd_lexer_fail (QdLexer *self, guint offset, QdExprError code, const char *message);
gpointer qd_lexer_fail_with (QdLexer *self, guint offset, QdExprError code, const char *format, ...) G_GNUC_PRINTF (4, 5);
gpointer qd_lexer_fail_here (QdLexer *self, const char *expected);
/** Steps over a token of that kind; fails when it is another. */
gboolean qd_lexer_expect (QdLexer *self, QdTokenKind kind, const char *what);

G_END_DECLS
