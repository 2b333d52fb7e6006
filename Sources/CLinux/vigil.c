// A thread that keeps a processor from halting while another one is about to wake something.
#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

struct rd_vigil {
  _Atomic uint32_t awake;  // 1 while the thread turns; what it sleeps on
  _Atomic uint32_t ended;
  _Atomic uint32_t holders;
  _Atomic int64_t until;  // of rd_monotonic
};

enum { TURNS = 64 };

struct rd_vigil *rd_vigil_make(void) {
  struct rd_vigil *vigil = calloc(1, sizeof *vigil);
  // The thread, and who calls it.
  if (vigil) atomic_store(&vigil->holders, 2);
  return vigil;
}

static void leave(struct rd_vigil *vigil) {
  if (atomic_fetch_sub(&vigil->holders, 1) == 1) free(vigil);
}

static void rest(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#else
  __asm__ volatile("yield");
#endif
}

static long futex(struct rd_vigil *vigil, int operation, uint32_t value) {
  return syscall(SYS_futex, &vigil->awake, operation | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0);
}

void rd_vigil_keep(struct rd_vigil *vigil) {
  const struct sched_param none = {0};
  prctl(PR_SET_NAME, "rundown-vigil");
  // Below everything: whatever else wants the processor has it at once (sched(7)).
  int usable = sched_setscheduler(0, SCHED_IDLE, &none) == 0;
  while (!atomic_load(&vigil->ended)) {
    if (usable && rd_monotonic() < atomic_load(&vigil->until)) {
      for (int turn = 0; turn < TURNS; turn++) rest();
      continue;
    }
    atomic_store(&vigil->awake, 0);
    // Who asked meanwhile has seen it awake, and called nobody.
    if (atomic_load(&vigil->ended) || (usable && rd_monotonic() < atomic_load(&vigil->until))) {
      atomic_store(&vigil->awake, 1);
      continue;
    }
    futex(vigil, FUTEX_WAIT, 0);
  }
  leave(vigil);
}

static void call(struct rd_vigil *vigil) {
  if (!atomic_exchange(&vigil->awake, 1)) futex(vigil, FUTEX_WAKE, INT_MAX);
}

void rd_vigil_extend(struct rd_vigil *vigil, int64_t nanoseconds) {
  atomic_store(&vigil->until, rd_monotonic() + nanoseconds);
  call(vigil);
}

void rd_vigil_end(struct rd_vigil *vigil) {
  atomic_store(&vigil->ended, 1);
  call(vigil);
  leave(vigil);
}
