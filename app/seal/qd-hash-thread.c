/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-hash-thread"

#include "config.h"

#include "qd-hash-thread.h"

#include <errno.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#include "qd-seal-private.h"

#define CHUNK (256u << 10)

typedef struct
{
  guint64 offset, length;
  guint8 *digest;
} Part;

struct _QdHashThread
{
  int fd;
  GThread *thread; /* (owned) (nullable): NULL once joined */
  guint8 *buffer;  /* (owned): of the thread */

  GMutex mutex;
  GCond cond;
  GArray *parts; /* (owned) (element-type Part), guarded */
  guint64 settled;
  gboolean finishing;
  gboolean stopping;
  int failed; /* errno, or -1 when the file ends too early */
};

/* Waits for what lies at @offset; how many bytes can be read there, 0 at the end. */
static gsize
wait_for (QdHashThread *self, guint64 offset, guint64 left)
{
  gsize n;

  g_mutex_lock (&self->mutex);
  while (self->settled <= offset && !self->finishing && !self->stopping)
    g_cond_wait (&self->cond, &self->mutex);
  n = self->stopping || self->settled <= offset ? 0 : (gsize) MIN (MIN (left, self->settled - offset), CHUNK);
  g_mutex_unlock (&self->mutex);
  return n;
}

static void
hash_part (QdHashThread *self, const Part *part)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  guint64 done = 0;
  int failed = 0;

  EVP_DigestInit_ex (context, EVP_sha256 (), NULL);
  while (!failed && done < part->length)
    {
      gsize want = wait_for (self, part->offset + done, part->length - done);
      ssize_t n;

      if (want == 0)
        {
          failed = part->length == G_MAXUINT64 ? 0 : -1;
          break;
        }
      n = pread (self->fd, self->buffer, want, (off_t) (part->offset + done));
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        failed = n < 0 ? errno : -1;
      else if (EVP_DigestUpdate (context, self->buffer, (gsize) n) != 1)
        failed = ENOMEM;
      else
        done += (guint64) n;
    }
  EVP_DigestFinal_ex (context, part->digest, NULL);
  if (failed)
    {
      g_mutex_lock (&self->mutex);
      if (!self->failed)
        self->failed = failed;
      g_mutex_unlock (&self->mutex);
    }
}

static gpointer
run (gpointer data)
{
  QdHashThread *self = data;

  for (guint i = 0;; i++)
    {
      Part part;
      gboolean more;

      g_mutex_lock (&self->mutex);
      while (i >= self->parts->len && !self->finishing && !self->stopping)
        g_cond_wait (&self->cond, &self->mutex);
      more = !self->stopping && i < self->parts->len;
      if (more)
        part = g_array_index (self->parts, Part, i);
      g_mutex_unlock (&self->mutex);
      if (!more)
        return NULL;
      hash_part (self, &part);
    }
}

QdHashThread *
qd_hash_thread_new (int fd)
{
  QdHashThread *self = g_new0 (QdHashThread, 1);

  self->fd = fd;
  self->buffer = g_malloc (CHUNK);
  self->parts = g_array_new (FALSE, FALSE, sizeof (Part));
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->thread = g_thread_new ("qd-hash", run, self);
  return self;
}

static void
join (QdHashThread *self, gboolean *flag)
{
  if (!self->thread)
    return;
  g_mutex_lock (&self->mutex);
  *flag = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  g_thread_join (g_steal_pointer (&self->thread));
}

void
qd_hash_thread_free (QdHashThread *self)
{
  if (!self)
    return;
  join (self, &self->stopping);
  g_array_unref (self->parts);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_free (self->buffer);
  g_free (self);
}

void
qd_hash_thread_add (QdHashThread *self, guint64 offset, guint64 length, guint8 *digest)
{
  Part part = { offset, length, digest };

  g_mutex_lock (&self->mutex);
  g_array_append_val (self->parts, part);
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

void
qd_hash_thread_settle (QdHashThread *self, guint64 offset)
{
  g_mutex_lock (&self->mutex);
  self->settled = offset;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
}

gboolean
qd_hash_thread_finish (QdHashThread *self, GError **error)
{
  join (self, &self->finishing);
  if (self->failed == 0)
    return TRUE;
  if (self->failed > 0)
    g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (self->failed), _ ("The file cannot be read to its end: %s."), g_strerror (self->failed));
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT, _ ("The file became shorter while it was read. Get the file again."));
  return FALSE;
}
