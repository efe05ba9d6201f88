/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-expr-lex"
#include "config.h"
#include "qd-expr-lex.h"

#include <string.h>

#include <glib/gi18n-lib.h>

gpointer
qd_lexer_fail (QdLexer *self, guint offset, QdExprError code, const char *message)
{
  if (self->error == NULL)
    {
      /* Translators: a place in a formula and what is wrong there. */
      self->error = g_error_new (QD_EXPR_ERROR, (int) code, _ ("Character %u: %s"), qd_expr_position_of (self->expr, offset), message);
    }
  return NULL;
}

gpointer
qd_lexer_fail_with (QdLexer *self, guint offset, QdExprError code, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  return qd_lexer_fail (self, offset, code, message);
}

/* Tokens. What a name or a star means depends on where it stands, which the parser knows. */

static gboolean
is_name_start (gunichar c)
{
  if (c < 0x80)
    return g_ascii_isalpha ((char) c) || c == '_';
  return (c >= 0xC0 && c <= 0x2FF && c != 0xD7 && c != 0xF7) || (c >= 0x370 && c <= 0x1FFF && c != 0x37E) || (c >= 0x200C && c <= 0x200D) ||
         (c >= 0x2070 && c <= 0x218F) || (c >= 0x2C00 && c <= 0x2FEF) || (c >= 0x3001 && c <= 0xD7FF) || (c >= 0xF900 && c <= 0xFDCF) ||
         (c >= 0xFDF0 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0xEFFFF);
}

static gboolean
is_name_char (gunichar c)
{
  if (c < 0x80)
    return g_ascii_isalnum ((char) c) || c == '_' || c == '-' || c == '.';
  return is_name_start (c) || c == 0xB7 || (c >= 0x300 && c <= 0x36F) || (c >= 0x203F && c <= 0x2040);
}

guint32
qd_lexer_skip_space (const QdLexer *self, guint32 at)
{
  while (self->text[at] == ' ' || self->text[at] == '\t' || self->text[at] == '\r' || self->text[at] == '\n')
    at++;
  return at;
}

static guint32
skip_digits (const char *text, guint32 at)
{
  while (g_ascii_isdigit (text[at]))
    at++;
  return at;
}

static guint32
scan_name (const char *text, guint32 at)
{
  if (!is_name_start (g_utf8_get_char (text + at)))
    return at;
  while (text[at] != '\0' && is_name_char (g_utf8_get_char (text + at)))
    at = (guint32) (g_utf8_next_char (text + at) - text);
  return at;
}

void
qd_lexer_advance (QdLexer *self)
{
  const char *text = self->text;
  guint32 at = self->token.end;
  QdToken *token = &self->token;
  guint32 width = 1;

  at = qd_lexer_skip_space (self, at);
  token->start = at;
  token->colon = 0;
  switch (text[at])
    {
    case '\0':
      token->kind = TOKEN_END;
      width = 0;
      break;
    case '(':
      token->kind = TOKEN_OPEN;
      break;
    case ')':
      token->kind = TOKEN_CLOSE;
      break;
    case '[':
      token->kind = TOKEN_OPEN_BRACKET;
      break;
    case ']':
      token->kind = TOKEN_CLOSE_BRACKET;
      break;
    case '@':
      token->kind = TOKEN_AT;
      break;
    case ',':
      token->kind = TOKEN_COMMA;
      break;
    case '|':
      token->kind = TOKEN_UNION;
      break;
    case '+':
      token->kind = TOKEN_PLUS;
      break;
    case '-':
      token->kind = TOKEN_MINUS;
      break;
    case '=':
      token->kind = TOKEN_EQUAL;
      break;
    case '*':
      token->kind = TOKEN_STAR;
      break;
    case '$':
      token->kind = TOKEN_DOLLAR;
      break;
    case '/':
      token->kind = text[at + 1] == '/' ? TOKEN_SLASH_SLASH : TOKEN_SLASH;
      width = text[at + 1] == '/' ? 2 : 1;
      break;
    case '<':
      token->kind = text[at + 1] == '=' ? TOKEN_LESS_EQUAL : TOKEN_LESS;
      width = text[at + 1] == '=' ? 2 : 1;
      break;
    case '>':
      token->kind = text[at + 1] == '=' ? TOKEN_GREATER_EQUAL : TOKEN_GREATER;
      width = text[at + 1] == '=' ? 2 : 1;
      break;
    case '!':
      if (text[at + 1] != '=')
        {
          qd_lexer_fail (self, at, QD_EXPR_ERROR_SYNTAX, _ ("“!” is followed by “=” or not used at all; use not(…)."));
          token->kind = TOKEN_END;
          return;
        }
      token->kind = TOKEN_NOT_EQUAL;
      width = 2;
      break;
    case ':':
      if (text[at + 1] != ':')
        {
          qd_lexer_fail (self, at, QD_EXPR_ERROR_SYNTAX, _ ("A colon stands only inside a name with a prefix."));
          token->kind = TOKEN_END;
          return;
        }
      token->kind = TOKEN_AXIS;
      width = 2;
      break;
    case '"':
    case '\'':
      {
        guint32 end = at + 1;

        while (text[end] != text[at] && text[end] != '\0')
          end++;
        if (text[end] == '\0')
          {
            qd_lexer_fail (self, at, QD_EXPR_ERROR_SYNTAX, _ ("This text has no closing quotation mark."));
            token->kind = TOKEN_END;
            return;
          }
        token->kind = TOKEN_LITERAL;
        width = end + 1 - at;
        break;
      }
    case '.':
      if (!g_ascii_isdigit (text[at + 1]))
        {
          token->kind = text[at + 1] == '.' ? TOKEN_DOT_DOT : TOKEN_DOT;
          width = text[at + 1] == '.' ? 2 : 1;
          break;
        }
      G_GNUC_FALLTHROUGH;
    default:
      if (g_ascii_isdigit (text[at]) || text[at] == '.')
        {
          width = skip_digits (text, at) - at;
          if (text[at + width] == '.')
            width = skip_digits (text, at + width + 1) - at;
          token->kind = TOKEN_NUMBER;
          break;
        }
      token->end = scan_name (text, at);
      if (token->end == at)
        {
          g_autofree char *odd = g_strndup (text + at, (gsize) (g_utf8_next_char (text + at) - (text + at)));

          qd_lexer_fail_with (self, at, QD_EXPR_ERROR_SYNTAX, _ ("“%s” cannot stand here."), odd);
          token->kind = TOKEN_END;
          return;
        }
      token->kind = TOKEN_NAME;
      if (text[token->end] == ':' && text[token->end + 1] != ':')
        {
          guint32 local = token->end + 1;

          token->colon = token->end;
          token->end = text[local] == '*' ? local + 1 : scan_name (text, local);
          if (token->end == local)
            {
              qd_lexer_fail (self, local, QD_EXPR_ERROR_SYNTAX, _ ("A name is missing after the prefix."));
              token->kind = TOKEN_END;
            }
        }
      return;
    }
  token->end = at + width;
}

gboolean
qd_lexer_is (const QdLexer *self, const char *name)
{
  gsize length = strlen (name);

  return self->token.kind == TOKEN_NAME && self->token.end - self->token.start == length && memcmp (self->text + self->token.start, name, length) == 0;
}

/* Where an operator must stand, "div1" is `div 1`: read literally it could only be an error, and other programs take it. */
gboolean
qd_lexer_is_operator (QdLexer *self, const char *word)
{
  gsize length = strlen (word);

  if (qd_lexer_is (self, word))
    return TRUE;
  if (self->token.kind != TOKEN_NAME || self->token.colon != 0 || strncmp (self->text + self->token.start, word, length) != 0 || !g_ascii_isdigit (self->text[self->token.start + length]))
    return FALSE;
  self->token.end = self->token.start + (guint32) length;
  return TRUE;
}

char *
qd_lexer_dup_token (const QdLexer *self)
{
  return g_strndup (self->text + self->token.start, self->token.end - self->token.start);
}

gpointer
qd_lexer_fail_here (QdLexer *self, const char *expected)
{
  g_autofree char *found = NULL;

  if (self->token.kind == TOKEN_END)
    return qd_lexer_fail_with (self, self->token.start, QD_EXPR_ERROR_SYNTAX, _ ("The formula ends too early: %s is missing."), expected);
  found = qd_lexer_dup_token (self);
  return qd_lexer_fail_with (self, self->token.start, QD_EXPR_ERROR_SYNTAX, _ ("%s is expected here, not “%s”."), expected, found);
}

gboolean
qd_lexer_expect (QdLexer *self, QdTokenKind kind, const char *what)
{
  if (self->error != NULL)
    return FALSE;
  if (self->token.kind != kind)
    {
      qd_lexer_fail_here (self, what);
      return FALSE;
    }
  qd_lexer_advance (self);
  return self->error == NULL;
}
