// Holding a program between its start and its first instruction.
#define _GNU_SOURCE
#include "gate.h"

#include <elf.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#define RESULT(call)                       \
  do {                                     \
    int64_t value_ = (int64_t)(call);      \
    return value_ < 0 ? -errno : value_;   \
  } while (0)

int32_t rd_trace_seize(int32_t pid) {
  RESULT(ptrace(PTRACE_SEIZE, pid, NULL, (void *)(PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL)));
}

int32_t rd_trace_result(int32_t pid, int64_t *result) {
  struct user_regs_struct registers;
  struct iovec part = {&registers, sizeof registers};
  if (ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &part) < 0) return -errno;
#if defined(__x86_64__)
  *result = (int64_t)registers.rax;
#else
  *result = (int64_t)registers.regs[0];
#endif
  return 0;
}

int32_t rd_trace_release(int32_t pid, int32_t signal) {
  RESULT(ptrace(PTRACE_DETACH, pid, NULL, (void *)(uintptr_t)signal));
}

int32_t rd_trace_wait(int32_t own, struct rd_trace_event *event) {
  siginfo_t info;
  for (;;) {
    memset(&info, 0, sizeof info);
    // Not taken out of the queue: the end of `own` is for another thread to collect.
    int options = WEXITED | WSTOPPED | WNOWAIT | __WALL | __WNOTHREAD;
    if (syscall(SYS_waitid, P_ALL, 0, &info, options, NULL) == 0) break;
    if (errno != EINTR) return -errno;
  }
  *event = (struct rd_trace_event){RD_TRACE_ENDED, info.si_pid, 0};
  if (info.si_code == CLD_TRAPPED || info.si_code == CLD_STOPPED) {
    // Taken out of the queue now: a thread that took its leader's number cannot be let go before.
    siginfo_t same;
    syscall(SYS_waitid, P_PID, info.si_pid, &same, WSTOPPED | WNOHANG | __WALL | __WNOTHREAD, NULL);
    int number = info.si_status & 0xFF, what = info.si_status >> 8;
    event->kind = what == PTRACE_EVENT_EXEC ? RD_TRACE_EXECUTED : what == PTRACE_EVENT_STOP ? RD_TRACE_STOPPED
                                                                                           : RD_TRACE_SIGNAL;
    event->signal = what ? 0 : number;
    return 0;
  }
  if (info.si_pid != own)
    while (waitpid(info.si_pid, NULL, __WALL) < 0 && errno == EINTR) continue;
  return 0;
}

enum { WORD = 8 * sizeof(unsigned long) };
struct processors {
  unsigned long bits[1024 / WORD];
  long size;  // bytes in use; less than 1: unknown, as where there are more
};

static struct processors processors_of(int32_t thread) {
  struct processors set;
  set.size = syscall(SYS_sched_getaffinity, thread, sizeof set.bits, set.bits);
  return set;
}

static void allow_processors(int32_t thread, const struct processors *set) {
  syscall(SYS_sched_setaffinity, thread, (size_t)set->size, set->bits);
}

int32_t rd_trace_follow(int32_t listener, uint64_t id, int32_t thread, int32_t own, struct rd_trace_event *event) {
  // The two threads take turns, so one processor is enough for them. Left to itself the kernel wakes each of them on an
  // idle one, and to wake a processor takes longer than all that is done here. The program never sees it: what its
  // thread was allowed is given back while it is held.
  struct processors mine = processors_of(0), theirs = processors_of(thread), here = theirs;
  int processor = sched_getcpu();
  int shares = mine.size > 0 && processor >= 0 && processor < 8 * theirs.size &&
               theirs.bits[processor / WORD] >> processor % WORD & 1;
  if (shares) {
    memset(here.bits, 0, sizeof here.bits);
    here.bits[processor / WORD] = 1UL << processor % WORD;
    allow_processors(0, &here);
    allow_processors(thread, &here);
  }
  int32_t code = ptrace(PTRACE_INTERRUPT, thread, NULL, NULL) < 0 && errno != ESRCH ? -errno : 0;
  if (code == 0) {
    while (rd_gate_allow(listener, id) == -EINTR) continue;
    // Also when the caller has been killed, which is no error: what it leaves must be collected, or it would be taken for
    // the end of the next one.
    code = rd_trace_wait(own, event);
  }
  if (shares) {
    // A thread that executes takes its leader's number.
    allow_processors(code < 0 ? thread : event->pid, &theirs);
    allow_processors(0, &mine);
  }
  return code;
}
