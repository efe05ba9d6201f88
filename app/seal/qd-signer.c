/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-signer"

#include "config.h"

#include "qd-signer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "qd-seal-private.h"

#define MAX_PIN 1024

typedef struct
{
  QdCertificateFacts facts; /* (owned) */
  GBytes *certificate;      /* (owned): DER */
  GPtrArray *chain;         /* (owned) (element-type GBytes): DER of issuers, may be empty */
} QdSignerPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (QdSigner, qd_signer, G_TYPE_OBJECT)

static QdSignerPrivate *
get_private (QdSigner *self)
{
  return qd_signer_get_instance_private (self);
}

static void
qd_signer_finalize (GObject *object)
{
  QdSignerPrivate *priv = get_private (QD_SIGNER (object));

  qd_certificate_facts_clear (&priv->facts);
  g_clear_pointer (&priv->certificate, g_bytes_unref);
  g_clear_pointer (&priv->chain, g_ptr_array_unref);
  G_OBJECT_CLASS (qd_signer_parent_class)->finalize (object);
}

static void
qd_signer_class_init (QdSignerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = qd_signer_finalize;
}

static void
qd_signer_init (QdSigner *self)
{
  get_private (self)->chain = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}

gboolean
qd_signer_set_certificate (QdSigner *self, X509 *certificate, GPtrArray *chain, GError **error)
{
  QdSignerPrivate *priv = get_private (self);

  if (!qd_certificate_read_facts (certificate, &priv->facts, error))
    return FALSE;
  if (!priv->facts.may_sign)
    {
      g_set_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_KEY, _ ("The certificate of “%s” may not be used to sign documents. Use a signing certificate."), priv->facts.subject);
      return FALSE;
    }
  priv->certificate = qd_certificate_to_der (certificate);
  for (guint i = 0; chain && i < chain->len; i++)
    g_ptr_array_add (priv->chain, g_bytes_ref (g_ptr_array_index (chain, i)));
  return TRUE;
}

gboolean
qd_signer_check_time (QdSigner *self, GDateTime *time, GError **error)
{
  QdSignerPrivate *priv = get_private (self);
  g_autofree char *day = NULL;

  if (g_date_time_compare (time, priv->facts.not_before) < 0)
    {
      day = g_date_time_format (priv->facts.not_before, "%Y-%m-%d");
      g_set_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_EXPIRED, _ ("The certificate of “%s” is valid only from %s. Check the clock of this computer or use another key."), priv->facts.subject, day);
      return FALSE;
    }
  if (g_date_time_compare (time, priv->facts.not_after) > 0)
    {
      day = g_date_time_format (priv->facts.not_after, "%Y-%m-%d");
      g_set_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_EXPIRED, _ ("The certificate of “%s” expired on %s. Renew it with its issuer or use another key."), priv->facts.subject, day);
      return FALSE;
    }
  return TRUE;
}

GBytes *
qd_signer_sign (QdSigner *self, GBytes *data, GError **error)
{
  g_return_val_if_fail (QD_IS_SIGNER (self), NULL);
  g_return_val_if_fail (data != NULL, NULL);
  return QD_SIGNER_GET_CLASS (self)->sign (self, data, error);
}

const char *
qd_signer_get_method (QdSigner *self)
{
  return get_private (self)->facts.method;
}

GBytes *
qd_signer_get_certificate (QdSigner *self)
{
  return get_private (self)->certificate;
}

GPtrArray *
qd_signer_get_chain (QdSigner *self)
{
  return get_private (self)->chain;
}

const char *
qd_signer_get_subject (QdSigner *self)
{
  return get_private (self)->facts.subject;
}

const char *
qd_signer_get_issuer (QdSigner *self)
{
  return get_private (self)->facts.issuer;
}

const char *
qd_signer_get_uscc (QdSigner *self)
{
  return get_private (self)->facts.uscc;
}

GDateTime *
qd_signer_get_not_before (QdSigner *self)
{
  return get_private (self)->facts.not_before;
}

GDateTime *
qd_signer_get_not_after (QdSigner *self)
{
  return get_private (self)->facts.not_after;
}

gboolean
qd_signer_is_demo (QdSigner *self)
{
  return get_private (self)->facts.demo;
}

char *
qd_pin_read_file (const char *path, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  char raw[MAX_PIN + 1] = "";
  const char *first = raw;
  const char *problem = NULL;
  char *pin = NULL;
  gsize length = 0;
  int fd = open (path, O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    problem = g_strerror (errno);
  while (!problem && length < MAX_PIN)
    {
      ssize_t n = read (fd, raw + length, MAX_PIN - length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        problem = g_strerror (errno);
      if (n <= 0)
        break;
      length += (gsize) n;
    }
  if (fd >= 0)
    close (fd);
  raw[strcspn (raw, "\r\n")] = '\0';
  if (g_str_has_prefix (raw, "\xef\xbb\xbf"))
    first += 3;
  if (problem)
    g_set_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_PIN, _ ("The PIN file “%s” cannot be read: %s."), shown, problem);
  else if (*first == '\0' || strlen (raw) == MAX_PIN || !g_utf8_validate (first, -1, NULL))
    g_set_error (error, QD_SEAL_ERROR, QD_SEAL_ERROR_PIN, _ ("The PIN file “%s” does not have the PIN in its first line."), shown);
  else
    pin = g_strdup (first);
  OPENSSL_cleanse (raw, sizeof raw);
  return pin;
}

void
qd_pin_free (char *pin)
{
  if (pin)
    OPENSSL_cleanse (pin, strlen (pin));
  g_free (pin);
}
