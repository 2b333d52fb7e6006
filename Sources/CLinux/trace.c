// Holding a program between its start and its first instruction.
#define _GNU_SOURCE
#include "gate.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
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

int32_t rd_trace_interrupt(int32_t pid) { RESULT(ptrace(PTRACE_INTERRUPT, pid, NULL, NULL)); }

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

int32_t rd_trace_wait(int32_t own, struct rd_trace_event *event) {
  siginfo_t info;
  for (;;) {
    memset(&info, 0, sizeof info);
    // Not taken out of the queue: the end of `own` is for another thread to collect.
    int options = WEXITED | WSTOPPED | WNOWAIT | __WALL | __WNOTHREAD;
    if (syscall(SYS_waitid, P_ALL, 0, &info, options, NULL) == 0) break;
    if (errno != EINTR) return -errno;
  }
  *event = (struct rd_trace_event){.kind = RD_TRACE_ENDED, .pid = info.si_pid, .processor = -1};
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

static struct rd_processors processors_of(int32_t thread) {
  struct rd_processors set;
  set.size = syscall(SYS_sched_getaffinity, thread, sizeof set.bits, set.bits);
  return set;
}

static void allow_processors(int32_t thread, const struct rd_processors *set) {
  syscall(SYS_sched_setaffinity, thread, (size_t)set->size, set->bits);
}

static int same_processors(const struct rd_processors *one, const struct rd_processors *other) {
  return one->size == other->size && one->size > 0 && memcmp(one->bits, other->bits, (size_t)one->size) == 0;
}

// One processor alone; whether the set had more than that one.
static int choose(const struct rd_processors *set, int processor, struct rd_processors *one) {
  enum { WORD = 8 * sizeof *set->bits };
  if (set->size <= 0 || processor < 0 || processor >= 8 * set->size) return 0;
  *one = *set;
  memset(one->bits, 0, sizeof one->bits);
  one->bits[processor / WORD] = (uint64_t)1 << processor % WORD;
  return set->bits[processor / WORD] & one->bits[processor / WORD] && !same_processors(set, one);
}

int32_t rd_trace_go_on(int32_t listener, uint64_t id, int32_t thread, int32_t own, struct rd_trace_event *event) {
  // The two threads take turns, so one processor is enough for them. Left to itself the kernel wakes each of them on
  // the idle one, and to wake a processor takes longer than all that is done here.
  struct rd_processors mine = processors_of(0), theirs = processors_of(thread), here;
  int processor = sched_getcpu();
  int shares = mine.size > 0 && choose(&theirs, processor, &here);
  if (shares) {
    allow_processors(0, &here);
    allow_processors(thread, &here);
  }
  while (rd_gate_allow(listener, id) == -EINTR) continue;
  // Also when the caller has gone, which is no error: what it leaves must be collected.
  int32_t code = rd_trace_wait(own, event);
  if (!shares) return code;
  allow_processors(0, &mine);
  if (code < 0) {
    allow_processors(thread, &theirs);
    return code;
  }
  event->processor = processor;
  event->before = theirs;
  return 0;
}

static int64_t switches(void) {
  struct rusage usage;
  return getrusage(RUSAGE_THREAD, &usage) < 0 ? -1 : usage.ru_nvcsw + usage.ru_nivcsw;
}

// Gives back to a process and to all that it started what it was allowed before.
static void give_back(int32_t process, const struct rd_trace_event *event, int depth) {
  struct rd_processors here;
  char path[64], text[4096];
  snprintf(path, sizeof path, "/proc/%d/task", process);
  DIR *threads = depth < 32 ? opendir(path) : NULL;
  if (!threads) return;
  for (struct dirent *entry; (entry = readdir(threads));) {
    int32_t thread = (int32_t)strtol(entry->d_name, NULL, 10);
    struct rd_processors now = processors_of(thread);
    if (thread <= 0 || !choose(&event->before, event->processor, &here) || !same_processors(&now, &here)) continue;
    // First the parent: what it starts from now on has it from there.
    allow_processors(thread, &event->before);
    snprintf(path, sizeof path, "/proc/%d/task/%d/children", process, thread);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    if (fd >= 0) close(fd);
    text[size > 0 ? size : 0] = 0;
    char *at = text, *end;
    for (long child; (child = strtol(at, &end, 10)) > 0 && end != at; at = end) give_back((int32_t)child, event, depth + 1);
  }
  closedir(threads);
}

int32_t rd_trace_release(const struct rd_trace_event *event, int32_t signal) {
  int64_t before = switches();
  int stays = event->processor >= 0 && event->kind == RD_TRACE_EXECUTED && before >= 0 &&
              sched_getcpu() == event->processor;
  if (event->processor >= 0 && !stays) allow_processors(event->pid, &event->before);
  int64_t code = ptrace(PTRACE_DETACH, event->pid, NULL, (void *)(uintptr_t)signal);
  int error = errno;
  if (stays) {
    // It was woken here, where its memory is warm, and cannot run before this thread has left the processor: if it has
    // not, nobody has seen it. Who asks for the processors that it may use waits for this thread anyway (gate.c).
    allow_processors(event->pid, &event->before);
    if (switches() != before) give_back(event->pid, event, 0);
  }
  return code < 0 ? -error : 0;
}
