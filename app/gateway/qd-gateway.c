/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_LOG_DOMAIN "qd-gateway"
#include "config.h"

#include "qd-gateway-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include "qd-gateway-judge-private.h"

#define DEFAULT_MAX_SIZE (G_GINT64_CONSTANT (4) * 1024 * 1024 * 1024)

G_DEFINE_FINAL_TYPE (QdGateway, qd_gateway, G_TYPE_OBJECT)

/* Threads. */

static void
job_free (QdGatewayJob *job)
{
  g_clear_pointer (&job->request, qd_gateway_request_unref);
  g_clear_pointer (&job->bytes, g_bytes_unref);
  g_clear_pointer (&job->receipt, g_bytes_unref);
  g_free (job->sha256);
  g_object_unref (job->gateway);
  g_free (job);
}

static gboolean
job_done_cb (gpointer data)
{
  QdGatewayJob *job = data;

  job->gateway->n_jobs--;
  if (job->done != NULL)
    job->done (job);
  job_free (job);
  return G_SOURCE_REMOVE;
}

static void
return_job (QdGatewayJob *job)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, job_done_cb, job, NULL);
  g_source_attach (source, job->gateway->context);
}

static void
run_in_thread (gpointer data, gpointer user_data)
{
  QdGatewayJob *job = data;

  job->run (job);
  return_job (job);
}

QdGatewayJob *
qd_gateway_job_new (QdGateway *self, QdGatewayJobFunc run, QdGatewayJobFunc done)
{
  QdGatewayJob *job = g_new0 (QdGatewayJob, 1);

  job->gateway = g_object_ref (self);
  job->run = run;
  job->done = done;
  return job;
}

void
qd_gateway_push (GThreadPool *pool, QdGatewayJob *job)
{
  job->gateway->n_jobs++;
  g_thread_pool_push (pool, job, NULL);
}

/* Verification. */

static void
note_in_thread (QdGatewayJob *job)
{
  g_autoptr (GError) error = NULL;

  if (!qd_gateway_spool_store_receipt (job->gateway->spool, job->sha256, job->kind, job->receipt, &error))
    g_warning ("%s", error->message);
}

static void
judge_in_thread (QdGatewayJob *job)
{
  QdGateway *self = job->gateway;
  g_autofree char *path = qd_gateway_spool_dup_package_path (self->spool, job->sha256);
  g_autoptr (GError) error = NULL;

  if (g_cancellable_is_cancelled (self->stopping))
    return;
  job->receipt = qd_gateway_judge (&self->options, path, job->sha256, job->number, &job->kind, self->stopping, &error);
  if (job->receipt == NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_warning ("%s: %s", path, error->message);
}

static void
judge_done (QdGatewayJob *job)
{
  QdGatewayJob *note;

  if (job->receipt == NULL)
    return;
  note = qd_gateway_job_new (job->gateway, note_in_thread, NULL);
  note->sha256 = g_strdup (job->sha256);
  note->receipt = g_bytes_ref (job->receipt);
  note->kind = job->kind;
  qd_gateway_push (job->gateway->disk, note);
}

static void
number_in_thread (QdGatewayJob *job)
{
  g_autoptr (GError) error = NULL;

  if (!qd_gateway_index_get_package (qd_gateway_spool_get_index (job->gateway->spool), job->sha256, NULL, &job->number, NULL, &error) && error != NULL)
    g_warning ("%s", error->message);
}

static void
number_done (QdGatewayJob *job)
{
  QdGatewayJob *judge;

  if (job->number == 0)
    return;
  judge = qd_gateway_job_new (job->gateway, judge_in_thread, judge_done);
  judge->sha256 = g_strdup (job->sha256);
  judge->number = job->number;
  qd_gateway_push (job->gateway->judges, judge);
}

typedef struct
{
  QdGateway *gateway;
  char *sha256;
} Delay;

static Delay *
delay_new (QdGateway *self, const char *sha256)
{
  Delay *delay = g_new0 (Delay, 1);

  delay->gateway = self;
  delay->sha256 = g_strdup (sha256);
  return delay;
}

static void
delay_free (gpointer data)
{
  Delay *delay = data;

  g_free (delay->sha256);
  g_free (delay);
}

static gboolean
delay_cb (gpointer data)
{
  Delay *delay = data;
  QdGatewayJob *job = qd_gateway_job_new (delay->gateway, number_in_thread, number_done);

  g_hash_table_remove (delay->gateway->delays, g_main_current_source ());
  job->sha256 = g_strdup (delay->sha256);
  qd_gateway_push (delay->gateway->disk, job);
  return G_SOURCE_REMOVE;
}

void
qd_gateway_judge_later (QdGateway *self, const char *sha256)
{
  g_autoptr (GSource) source = self->options.delay > 0 ? g_timeout_source_new_seconds (self->options.delay) : g_idle_source_new ();

  g_source_set_callback (source, delay_cb, delay_new (self, sha256), delay_free);
  g_source_attach (source, self->context);
  g_hash_table_add (self->delays, g_source_ref (source));
}

/* The object. */

static void
qd_gateway_dispose (GObject *object)
{
  qd_gateway_stop (QD_GATEWAY (object));
  G_OBJECT_CLASS (qd_gateway_parent_class)->dispose (object);
}

static void
qd_gateway_finalize (GObject *object)
{
  QdGateway *self = QD_GATEWAY (object);

  g_clear_pointer (&self->spool, qd_gateway_spool_free);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->writers, g_hash_table_unref);
  g_clear_pointer (&self->delays, g_hash_table_unref);
  g_clear_pointer (&self->options.pack, qd_pack_unref);
  g_clear_object (&self->options.signer);
  g_clear_object (&self->stopping);
  g_free (self->dir);
  g_free (self->name);
  g_free (self->trust_pem);
  g_free (self->cert);
  g_free (self->url);
  G_OBJECT_CLASS (qd_gateway_parent_class)->finalize (object);
}

static void
qd_gateway_class_init (QdGatewayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = qd_gateway_dispose;
  object_class->finalize = qd_gateway_finalize;
}

static void
qd_gateway_init (QdGateway *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->stopping = g_cancellable_new ();
  self->writers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->delays = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) g_source_unref, NULL);
}

QdGateway *
qd_gateway_new (const QdGatewayOptions *options, GError **error)
{
  g_autoptr (QdGateway) self = NULL;

  g_return_val_if_fail (options->policy != QD_GATEWAY_CHECK || options->pack != NULL, NULL);

  self = g_object_new (QD_TYPE_GATEWAY, NULL);
  self->options = *options;
  self->options.dir = self->dir = g_strdup (options->dir);
  self->options.name = self->name = g_strdup (options->name);
  self->options.trust_pem = self->trust_pem = g_strdup (options->trust_pem);
  self->options.cert = self->cert = g_strdup (options->cert);
  self->options.signer = g_object_ref (options->signer);
  self->options.pack = options->pack != NULL ? qd_pack_ref (options->pack) : NULL;
  if (self->options.max_size == 0)
    self->options.max_size = DEFAULT_MAX_SIZE;
  self->spool = qd_gateway_spool_open (self->dir, self->options.max_size, error);
  if (self->spool == NULL)
    return NULL;
  return g_steal_pointer (&self);
}

/* "127.0.0.1:0", "[::1]:8080" */
static GSocketAddress *
parse_listen (const char *listen, GError **error)
{
  g_autoptr (GSocketConnectable) parsed = g_network_address_parse (listen, 0, NULL);
  g_autoptr (GSocketAddress) address = NULL;

  if (parsed != NULL)
    address = g_inet_socket_address_new_from_string (g_network_address_get_hostname (G_NETWORK_ADDRESS (parsed)), g_network_address_get_port (G_NETWORK_ADDRESS (parsed)));
  if (address == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("“%s” is no address to listen on. Write it like 127.0.0.1:8080."), listen);
  return g_steal_pointer (&address);
}

gboolean
qd_gateway_start (QdGateway *self, const char *listen, GError **error)
{
  g_autoptr (GSocketAddress) address = parse_listen (listen, error);
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GPtrArray) pending = NULL;
  SoupServerListenOptions flags = 0;
  GSList *uris;

  g_return_val_if_fail (self->server == NULL, FALSE);

  if (address == NULL)
    return FALSE;
  if (self->cert != NULL)
    {
      certificate = g_tls_certificate_new_from_file (self->cert, error);
      if (certificate == NULL)
        return FALSE;
      flags = SOUP_SERVER_LISTEN_HTTPS;
    }
  pending = qd_gateway_index_list_pending (qd_gateway_spool_get_index (self->spool), error);
  if (pending == NULL)
    return FALSE;
  self->server = soup_server_new ("server-header", "qingdan-gateway", "tls-certificate", certificate, NULL);
  qd_gateway_serve (self);
  if (!soup_server_listen (self->server, address, flags, error))
    {
      g_clear_object (&self->server);
      return FALSE;
    }
  self->disk = g_thread_pool_new (run_in_thread, NULL, 1, TRUE, NULL);
  self->judges = g_thread_pool_new (run_in_thread, NULL, 1, TRUE, NULL);
  uris = soup_server_get_uris (self->server);
  self->url = g_uri_to_string (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  if (g_str_has_suffix (self->url, "/"))
    self->url[strlen (self->url) - 1] = '\0';
  for (guint i = 0; i < pending->len; i++)
    qd_gateway_judge_later (self, g_ptr_array_index (pending, i));
  return TRUE;
}

const char *
qd_gateway_get_url (QdGateway *self)
{
  return self->url;
}

gint64
qd_gateway_get_received (QdGateway *self)
{
  return self->received;
}

void
qd_gateway_stop (QdGateway *self)
{
  GHashTableIter iter;
  gpointer source;

  g_cancellable_cancel (self->stopping);
  g_hash_table_iter_init (&iter, self->delays);
  while (g_hash_table_iter_next (&iter, &source, NULL))
    g_source_destroy (source);
  g_hash_table_remove_all (self->delays);
  if (self->server == NULL)
    return;
  soup_server_disconnect (self->server);
  while (self->n_jobs > 0)
    g_main_context_iteration (self->context, TRUE);
  g_clear_object (&self->server);
  while (self->n_jobs > 0)
    g_main_context_iteration (self->context, TRUE);
  g_thread_pool_free (g_steal_pointer (&self->disk), FALSE, TRUE);
  g_thread_pool_free (g_steal_pointer (&self->judges), FALSE, TRUE);
}
