// Private to CLinux: what a holder and its caller say to each other.
#ifndef CLINUX_HOLDER_H
#define CLINUX_HOLDER_H

#include <stddef.h>

#include "launch.h"
#include "mounts.h"

// The descriptors that a holder passes, in this order; after them the listeners.
enum {
  PLACE_USER,
  PLACE_MOUNTS,
  PLACE_NETWORK,
  PLACE_PROCESSES,
  PLACE_IPC,
  PLACE_ROOT,
  PLACE_CHILDREN,
  PLACES,
  PASSED = PLACES + RD_HOLD_LISTENERS,
};

struct report {
  int32_t stage, error, devices_error, proc_error, limit_error;
  int32_t passed;  // a bit for each place that is passed
};

// What a holder is to do, and what came of it: memory that both share. Behind it lie the mounts, the listeners and the
// texts that the mounts name.
struct plan {
  uint32_t limit, mounts, listeners;
};

static inline struct planned_mount *plan_mounts(struct plan *plan) { return (struct planned_mount *)(plan + 1); }

static inline struct rd_listener *plan_listeners(struct plan *plan) {
  return (struct rd_listener *)(plan_mounts(plan) + plan->mounts);
}

static inline char *plan_texts(struct plan *plan) { return (char *)(plan_listeners(plan) + plan->listeners); }

// What is asked of a holder that has done its plan: an act and a path that ends with NUL, or 'K' alone: kill everything.
struct rd_holder_request {
  int32_t act;
  uint32_t attributes;
  char path[4096];
};

// Is the holder, in the process that was cloned for it.
__attribute__((noreturn)) void rd_holder_be(uint32_t wanted, int control, uint32_t uid, uint32_t gid);

#endif
