/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sealing and verifying a large attachment beside raw SHA-256 of the same file in the same run, and how much memory it takes. */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <openssl/evp.h>

#include "qd-package.h"

#define MIB ((gsize) 1 << 20)
#define RUNS 3

/* Processor time of all threads: what remains comparable when the machine has other work. */
static double
processor (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static double
now (void)
{
  return (double) g_get_monotonic_time () / 1e6;
}

/* Peak, in KiB: it only grows, so what a step adds to it is what the step needed. */
static long
peak (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

static void
make_noise (const char *path, gsize size)
{
  g_autofree guint64 *block = g_malloc (MIB);
  guint64 state = 88172645463325252ull;
  int fd = g_open (path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

  for (gsize done = 0; done < size; done += MIB)
    {
      for (gsize i = 0; i < MIB / 8; i++)
        {
          state ^= state << 13;
          state ^= state >> 7;
          state ^= state << 17;
          block[i] = state;
        }
      if (write (fd, block, MIB) != (ssize_t) MIB)
        g_error ("the disk is full");
    }
  fsync (fd);
  close (fd);
}

static double
measure_sha256 (const char *path)
{
  g_autofree char *block = g_malloc (MIB);
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  unsigned char digest[32];
  int fd = g_open (path, O_RDONLY, 0);
  double start = now ();
  ssize_t n;

  EVP_DigestInit_ex (context, EVP_sha256 (), NULL);
  while ((n = read (fd, block, MIB)) > 0)
    EVP_DigestUpdate (context, block, (gsize) n);
  EVP_DigestFinal_ex (context, digest, NULL);
  EVP_MD_CTX_free (context);
  close (fd);
  return now () - start;
}

/* What writing a copy costs that is certain to be on the disk: the floor of anything that makes a file. */
static double
measure_copy (const char *from, const char *to)
{
  g_autofree char *block = g_malloc (MIB);
  int in = g_open (from, O_RDONLY, 0);
  int out = g_open (to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  double start = now ();
  ssize_t n;

  while ((n = read (in, block, MIB)) > 0)
    if (write (out, block, (gsize) n) != n)
      g_error ("the disk is full");
  fsync (out);
  close (in);
  close (out);
  start = now () - start;
  g_unlink (to);
  return start;
}

static void
seal (const char *source, const char *package, QdSigner *signer)
{
  g_autoptr (QdPackageWriter) writer = qd_package_writer_new ();
  g_autoptr (GBytes) declaration = g_bytes_new_static ("<a/>", 4);
  g_autoptr (GError) error = NULL;
  g_autofree char *sha256 = NULL;

  if (!qd_package_writer_add_bytes (writer, "declaration.xml", "application/xml", declaration, &error) ||
      !qd_package_writer_add_file (writer, "attachments/a.bin", "application/octet-stream", source, &error) ||
      !qd_package_writer_write (writer, package, signer, NULL, NULL, NULL, NULL, &sha256, &error))
    g_error ("%s", error->message);
}

static void
verify (const char *package, const char *trust)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QdVerification) verification = qd_package_verify (package, trust, NULL, &error);

  if (!verification || !verification->valid || !verification->trusted)
    g_error ("the package does not verify");
}

static void
run (const char *folder, QdSigner *signer, const char *trust, gsize mib)
{
  g_autofree char *source = g_build_filename (folder, "source", NULL);
  g_autofree char *package = g_build_filename (folder, "p.asice", NULL);
  g_autofree char *copy = g_build_filename (folder, "copy", NULL);
  double best[4] = { G_MAXDOUBLE, G_MAXDOUBLE, G_MAXDOUBLE, G_MAXDOUBLE };
  double work[2] = { G_MAXDOUBLE, G_MAXDOUBLE };
  long before, after;

  make_noise (source, mib * MIB);
  measure_sha256 (source);
  before = peak ();
  for (guint i = 0; i < RUNS; i++)
    {
      double start, work_start;

      best[0] = MIN (best[0], measure_sha256 (source));
      best[1] = MIN (best[1], measure_copy (source, copy));
      work_start = processor ();
      start = now ();
      seal (source, package, signer);
      best[2] = MIN (best[2], now () - start);
      work[0] = MIN (work[0], processor () - work_start);
      work_start = processor ();
      start = now ();
      verify (package, trust);
      best[3] = MIN (best[3], now () - start);
      work[1] = MIN (work[1], processor () - work_start);
      g_unlink (package);
    }
  after = peak ();
  g_unlink (source);
  printf ("%zu MiB: SHA-256 %.3f s, copy to disk %.3f s; memory +%.1f MiB\n", mib, best[0], best[1], (double) (after - before) / 1024);
  printf ("  seal   %.3f s, %.0f %% of SHA-256 speed, %.3f s of processor time\n", best[2], 100 * best[0] / best[2], work[0]);
  printf ("  verify %.3f s, %.0f %% of SHA-256 speed, %.3f s of processor time\n", best[3], 100 * best[0] / best[3], work[1]);
}

int
main (int argc, char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("qd-bench-XXXXXX", NULL);
  g_autofree char *key = g_build_filename (folder, "key.p12", NULL);
  g_autofree char *trust = g_build_filename (folder, "trust.pem", NULL);
  g_autoptr (QdSigner) signer = NULL;
  g_autoptr (GError) error = NULL;

  if (!qd_demo_key_create (key, trust, "1234", "Bench", NULL, QD_KEY_EC_P256, &error))
    g_error ("%s", error->message);
  signer = qd_signer_new_from_pkcs12 (key, "1234", &error);
  if (!signer)
    g_error ("%s", error->message);
  /* 100 MB is what design budgets speak of: 0.6 s and 0.25 s. */
  run (folder, signer, trust, 96);
  run (folder, signer, trust, 1024);
  g_unlink (key);
  g_unlink (trust);
  g_rmdir (folder);
  return 0;
}
