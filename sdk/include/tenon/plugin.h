/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin's entry and lifecycle, and the host as a plugin sees it.
 *
 *   create -> start -> drain -> destroy
 *
 * create   registers routes and services and may read configuration. It starts no thread and causes no
 *          traffic. If it fails, the host withdraws whatever it had registered.
 * start    may acquire other plugins' services, start threads and do work. Providers have started.
 * drain    finishes or abandons work by the deadline, joins every thread, releases every ref. The host
 *          has already stopped sending requests. May be called twice.
 * destroy  frees memory only. Called after a successful drain, or after a failed create or start.
 *
 * An instance that misses its drain deadline is abandoned: never freed, never called again, and its
 * library stays mapped. Libraries are never unmapped.
 */
#ifndef TENON_PLUGIN_H
#define TENON_PLUGIN_H

#include "abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TENON_MAGIC 0x314e5454u /* "TTN1", little-endian */

/* A counted hold on another plugin's service. The provider is not drained while it is held. */
typedef struct tenon_ref {
  uint32_t size, reserved;
  const void *table; /* the service's table, at least as long as its 1.0 form; gaps answer UNSUPPORTED */
  void *self;        /* first argument of the table's functions */
  void *hold;        /* the host's */
} tenon_ref;

typedef struct tenon_host tenon_host;
struct tenon_host {
  uint32_t size;
  uint16_t abi_major, abi_minor;
  void *impl;
  /* [any] A host service by id, or NULL when absent or shorter than need_size. Valid until destroy returns. */
  const void *(*service)(const tenon_host *, const char *id, uint32_t need_size);
  /* [control] Offer a service, inside create() only. `table` begins with its uint32_t size and lives as
   * long as the library. The host copies it; members missing at its end answer UNSUPPORTED. Refused with
   * INVALID when an essential member is missing, CONFLICT when (id, name) is taken. Withdrawn by the
   * host after drain or on failure. */
  tenon_status (*provide)(const tenon_host *, const char *id, const char *name, const void *table, void *self,
                          tenon_error *);
  /* [any] Hold another plugin's service, from start() on. name NULL = the only or first one offered.
   * out->size is the caller's. NOT_FOUND when nobody offers it or the provider is draining. */
  tenon_status (*acquire)(const tenon_host *, const char *id, const char *name, tenon_ref *out, tenon_error *);
  /* [any] Drop a hold; clears *ref. */
  void (*release)(const tenon_host *, tenon_ref *ref);
  /* [any] Names under which `id` is offered now, in alphabetical order; on_name runs before this returns. */
  void (*names)(const tenon_host *, const char *id, void (*on_name)(void *ctx, tenon_str name), void *ctx);
};

#define TENON_NEED_OPTIONAL 1u
/* A service this plugin cannot work without (or, flagged optional, would like). Frozen. */
typedef struct tenon_need {
  const char *id;   /* "tenon.http/1" */
  const char *name; /* of a service that plugins offer; NULL = any */
  uint32_t min_size; /* TENON_UPTO(table, last member used); 0 for services that plugins offer */
  uint32_t flags;
} tenon_need;

/* A service this plugin will provide in create(). Frozen. */
typedef struct tenon_offer {
  const char *id;
  const char *name;
} tenon_offer;

typedef struct tenon_plugin {
  uint32_t magic; /* TENON_MAGIC */
  uint32_t size;
  uint16_t abi_major, abi_minor; /* what it was compiled for */
  uint16_t abi_minor_needed;     /* the oldest host it works with */
  uint16_t reserved;
  const char *id;      /* [a-z][a-z0-9_.]*, at most 64 characters; equals the manifest's */
  const char *version; /* semantic version */
  const char *title;
  const tenon_need *needs;
  uint64_t n_needs;
  const tenon_offer *offers;
  uint64_t n_offers;
  /* [control] all four; see the head of this file. *self is written only on success. */
  tenon_status (*create)(const tenon_host *, void **self, tenon_error *);
  tenon_status (*start)(void *self, tenon_error *);
  tenon_status (*drain)(void *self, uint64_t deadline_ms, tenon_error *); /* deadline: milliseconds from now */
  void (*destroy)(void *self);
  /* [any] between start and drain; may be NULL. Fast: it looks, it does not try. */
  tenon_status (*health)(void *self, tenon_error *);
} tenon_plugin;

/* The one exported symbol. Side-effect free, callable before any check, always the same pointer. */
TENON_EXPORT const tenon_plugin *tenon_plugin_entry_1(void);

#ifdef __cplusplus
}
#endif
#endif
