// The child side of a launch. Between clone and execve only async-signal-safe C runs: no allocation, no stdio, no
// Swift. The child shares memory with its sleeping parent (CLONE_VM|CLONE_VFORK), so a parent of 300 MB costs no more
// than one of 3, and the failing stage is simply written into the result.
#define _GNU_SOURCE
#include "launch.h"

#include "gate.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_landlock_restrict_self
#define SYS_landlock_restrict_self 446
#endif
#define CLOSE_RANGE_CLOEXEC_FLAG 4u

// The program's own stack lies in that of the process that joins the namespaces, so the latter must hold both.
enum { STACK = 48 * 1024, OUTER_STACK = 2 * STACK };

struct context {
  const struct rd_launch_plan *plan;
  struct rd_launch_result *result;
  sigset_t mask;        // what the program starts with
  int death_signal;     // sent when the launching thread ends, 0 for none
};

#define FAIL(where)                    \
  do {                                 \
    context->result->error = errno;    \
    context->result->stage = (where);  \
    _exit(127);                        \
  } while (0)

static int drop_capabilities(uint64_t keep) {
  for (int number = 0; number < 64; number++) {
    if (keep >> number & 1) continue;
    if (prctl(PR_CAPBSET_READ, number, 0, 0, 0) != 1) continue;
    // An ordinary user outside a user namespace may not touch the bounding set; no_new_privs makes it useless.
    if (prctl(PR_CAPBSET_DROP, number, 0, 0, 0) < 0 && errno != EPERM) return -1;
  }
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL) return -1;
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data) < 0) return -1;
  for (int half = 0; half < 2; half++) {
    uint32_t kept = (uint32_t)(keep >> (32 * half));
    data[half].effective &= kept;
    data[half].permitted &= kept;
    data[half].inheritable = 0;
  }
  return (int)syscall(SYS_capset, &header, data);
}

static void set_limits(struct context *context) {
  // 0: who writes it.
  if (context->plan->group >= 0 && write(context->plan->group, "0", 1) != 1) FAIL(RD_STAGE_LIMITS);
  static const int resources[RD_LIMIT_COUNT] = {RLIMIT_NPROC, RLIMIT_AS, RLIMIT_FSIZE, RLIMIT_CPU};
  for (int index = 0; index < RD_LIMIT_COUNT; index++) {
    uint64_t wanted = context->plan->limits[index];
    struct rlimit limit;
    if (wanted == RD_NO_LIMIT) continue;
    if (getrlimit(resources[index], &limit) < 0) FAIL(RD_STAGE_LIMITS);
    if (limit.rlim_max == RLIM_INFINITY || limit.rlim_max > wanted) limit.rlim_max = wanted;
    limit.rlim_cur = limit.rlim_max;
    // SIGXCPU first, SIGKILL a second later.
    if (resources[index] == RLIMIT_CPU && limit.rlim_max == wanted) limit.rlim_max = wanted + 1;
    if (setrlimit(resources[index], &limit) < 0) {
      // CPU: the hard limit may already be lower.
      limit.rlim_max = limit.rlim_cur;
      if (setrlimit(resources[index], &limit) < 0) FAIL(RD_STAGE_LIMITS);
    }
  }
  // A core would hold the memory of a program that saw secrets. One byte is too small for a file, and for a program that
  // the machine hands cores to it is the one limit that the kernel heeds (fs/coredump.c); none at all it does not.
  struct rlimit least = {1, 1}, none = {0, 0};
  if (setrlimit(RLIMIT_CORE, &least) < 0 && setrlimit(RLIMIT_CORE, &none) < 0) FAIL(RD_STAGE_LIMITS);
}

// Puts the three streams in place, also when they overlap the numbers 0 to 2.
static void set_streams(struct context *context) {
  int wanted[3] = {context->plan->input, context->plan->output, context->plan->error};
  for (int index = 0; index < 3; index++) {
    if (wanted[index] < 3) {
      wanted[index] = fcntl(wanted[index], F_DUPFD_CLOEXEC, 3);
      if (wanted[index] < 0) FAIL(RD_STAGE_STREAMS);
    }
  }
  for (int index = 0; index < 3; index++)
    if (dup2(wanted[index], index) < 0) FAIL(RD_STAGE_STREAMS);
}

static void reset_signals(void) {
  // The kernel's own structure, all zero: the default action. glibc's wrapper would leave out the two signals that it
  // uses itself, which an ancestor may have ignored.
  uint64_t action[8] = {0};
  for (int number = 1; number <= 64; number++) syscall(SYS_rt_sigaction, number, action, NULL, sizeof(uint64_t));
}

static int mark_descriptors(void) {
  if (syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC_FLAG) == 0) return 0;
  if (errno != ENOSYS && errno != EINVAL) return -1;
  // Before Linux 5.11: one by one, as far as a descriptor can exist.
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return -1;
  rlim_t last = limit.rlim_max > 1048576 ? 1048576 : limit.rlim_max;
  for (rlim_t number = 3; number < last; number++) fcntl((int)number, F_SETFD, FD_CLOEXEC);
  return 0;
}

static void close_between(int first, int last) {
  if (first > last || syscall(SYS_close_range, (unsigned)first, (unsigned)last, 0u) == 0) return;
  // Before Linux 5.9.
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) < 0) limit.rlim_max = 1048576;
  for (int number = first; number <= last && (rlim_t)number < limit.rlim_max && number < 1048576; number++) close(number);
}

// Closes everything from 3 on but these. A program that waits behind the gate, and whoever waits for it, must hold no
// end of a channel of rundown's: with the death of rundown the channels must end, and with them the wait.
static void keep_only(const int *wanted, int count) {
  int next = 3;
  for (;;) {
    int lowest = INT_MAX;
    for (int index = 0; index < count; index++)
      if (wanted[index] >= next && wanted[index] < lowest) lowest = wanted[index];
    if (lowest == INT_MAX) break;
    close_between(next, lowest - 1);
    next = lowest + 1;
  }
  close_between(next, INT_MAX);
}

// The last stages, in the process that becomes the program.
__attribute__((no_sanitize("address"))) static int become_program(void *argument) {
  struct context *context = argument;
  const struct rd_launch_plan *plan = context->plan;
  reset_signals();
  if (context->death_signal && prctl(PR_SET_PDEATHSIG, context->death_signal, 0, 0, 0) < 0) FAIL(RD_STAGE_SESSION);
  if (setsid() < 0) FAIL(RD_STAGE_SESSION);
  set_streams(context);
  if (plan->terminal && ioctl(0, TIOCSCTTY, 0) < 0) FAIL(RD_STAGE_TERMINAL);
  if (mark_descriptors() < 0) FAIL(RD_STAGE_DESCRIPTORS);
  if (plan->directory && chdir(plan->directory) < 0) FAIL(RD_STAGE_DIRECTORY);
  set_limits(context);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) FAIL(RD_STAGE_NO_NEW_PRIVILEGES);
  if (plan->keep_capabilities != UINT64_MAX && drop_capabilities(plan->keep_capabilities) < 0)
    FAIL(RD_STAGE_CAPABILITIES);
  if (plan->ruleset >= 0 && syscall(SYS_landlock_restrict_self, plan->ruleset, 0u) < 0) FAIL(RD_STAGE_LANDLOCK);
  sigprocmask(SIG_SETMASK, &context->mask, NULL);
  // Behind a gate the filter is a part of the gate's.
  if (plan->filter && plan->gate < 0) {
    struct sock_fprog program = {(unsigned short)plan->filter_length, (struct sock_filter *)(uintptr_t)plan->filter};
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) < 0) FAIL(RD_STAGE_SECCOMP);
  }
  if (plan->gate >= 0) {
    keep_only(&plan->gate, 1);
    int code = rd_gate_install(plan->gate, plan->gate_wants, plan->filter, plan->filter ? plan->filter_length : 0);
    close(plan->gate);
    if (code < 0) {
      errno = -code;
      FAIL(RD_STAGE_GATE);
    }
  }
  execve(plan->path, plan->arguments, plan->environment);
  FAIL(RD_STAGE_EXECUTE);
}

static void join(struct context *context, int namespace, int kind, int stage) {
  if (namespace >= 0 && setns(namespace, kind) < 0) FAIL(stage);
}

// Joins the namespaces. A process namespace only counts for children, so there the program is one more clone away;
// CLONE_PARENT makes it the launcher's child all the same.
__attribute__((no_sanitize("address"))) static int join_and_become(void *argument) {
  struct context *context = argument;
  const struct rd_launch_plan *plan = context->plan;
  join(context, plan->user_namespace, CLONE_NEWUSER, RD_STAGE_JOIN_USER);
  join(context, plan->ipc_namespace, CLONE_NEWIPC, RD_STAGE_JOIN_IPC);
  join(context, plan->network_namespace, CLONE_NEWNET, RD_STAGE_JOIN_NETWORK);
  join(context, plan->process_namespace, CLONE_NEWPID, RD_STAGE_JOIN_PROCESSES);
  join(context, plan->mount_namespace, CLONE_NEWNS, RD_STAGE_JOIN_MOUNTS);
  if (plan->process_namespace < 0) return become_program(argument);
  const int wanted[] = {plan->input, plan->output, plan->error, plan->group, plan->ruleset, plan->gate};
  keep_only(wanted, sizeof wanted / sizeof *wanted);
  char stack[STACK] __attribute__((aligned(16)));
  int pid = clone(become_program, stack + STACK, CLONE_VM | CLONE_VFORK | CLONE_PARENT, argument);
  if (pid < 0) FAIL(RD_STAGE_CLONE_INSIDE);
  context->result->pid = pid;
  _exit(0);
}

static int reap(pid_t pid) {
  while (waitpid(pid, NULL, __WALL) < 0)
    if (errno != EINTR) return -1;
  return 0;
}

static void launch(const struct rd_launch_plan *plan, struct rd_launch_result *result, int death_signal) {
  struct context context = {.plan = plan, .result = result, .death_signal = death_signal};
  sigset_t all, before;
  sigemptyset(&context.mask);
  sigfillset(&all);
  result->stage = RD_STAGE_NONE;
  result->error = 0;
  result->pid = -1;
  result->pidfd = -1;
  // A handler that ran in the child would run in the memory of the parent.
  pthread_sigmask(SIG_SETMASK, &all, &before);
  char stack[OUTER_STACK] __attribute__((aligned(16)));
  int first = clone(join_and_become, stack + OUTER_STACK, CLONE_VM | CLONE_VFORK | SIGCHLD, &context);
  if (first < 0) {
    result->error = errno;
    result->stage = RD_STAGE_CLONE;
  } else if (plan->process_namespace >= 0) {
    reap(first);
    if (result->stage && result->pid >= 0) reap(result->pid);
  } else {
    result->pid = first;
    if (result->stage) reap(first);
  }
  if (result->stage) result->pid = -1;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void rd_launch(const struct rd_launch_plan *plan, struct rd_launch_result *result) {
  launch(plan, result, plan->process_namespace >= 0 ? 0 : SIGKILL);
  if (result->stage) return;
  // The child is not yet waited for, so its number cannot have come to mean another process.
  result->pidfd = rd_pidfd_open(result->pid);
  if (result->pidfd >= 0) return;
  result->error = -result->pidfd;
  result->stage = RD_STAGE_CLONE;
  kill(result->pid, SIGKILL);
  reap(result->pid);
  result->pid = -1;
}

// ---------------------------------------------------------------------------------------------------------- warden

// Kills the children of this process until there are none: what a dead child leaves becomes a child itself.
static void kill_children(void) {
  char path[64] = "/proc/thread-self/children";
  char list[4096];
  for (;;) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? 0 : read(fd, list, sizeof list);
    if (fd >= 0) close(fd);
    int number = 0;
    for (ssize_t index = 0; index < size; index++) {
      if (list[index] >= '0' && list[index] <= '9') {
        number = number * 10 + (list[index] - '0');
      } else if (number > 0) {
        kill(number, SIGKILL);
        number = 0;
      }
    }
    for (;;) {
      pid_t ended = waitpid(-1, NULL, __WALL | WNOHANG);
      if (ended > 0) continue;
      if (ended < 0 && errno == ECHILD) return;
      break;
    }
    poll(NULL, 0, 1);
  }
}

// How the program ended, without waiting for it: its number must go on meaning it, since the caller signals by number.
static int look_at_end(pid_t pid, struct rd_exit *end) {
  siginfo_t info;
  struct rusage usage;
  while (syscall(SYS_waitid, P_PID, pid, &info, WEXITED | WNOWAIT | __WALL, &usage) < 0)
    if (errno != EINTR) return -1;
  end->exited = info.si_code == CLD_EXITED;
  end->status = info.si_status;
  end->user_microseconds = (int64_t)usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec;
  end->system_microseconds = (int64_t)usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec;
  end->peak_kilobytes = usage.ru_maxrss;
  return 0;
}

__attribute__((noreturn)) static void be_warden(const struct rd_launch_plan *plan, int control) {
  struct rd_launch_result result;
  prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  setsid();
  // With a process namespace there is no warden, but the others there may be all the same.
  const int wanted[] = {control,       plan->input, plan->output,         plan->error,         plan->group,
                        plan->ruleset, plan->gate,  plan->user_namespace, plan->ipc_namespace, plan->network_namespace,
                        plan->mount_namespace};
  keep_only(wanted, sizeof wanted / sizeof *wanted);
  launch(plan, &result, SIGKILL);
  int pidfd = result.stage ? -1 : rd_pidfd_open(result.pid);
  if (!result.stage && pidfd < 0) {
    result.error = -pidfd;
    result.stage = RD_STAGE_CLONE;
  }
  // Nothing of the caller's stays open here: a pipe held by the warden would never come to its end.
  control = fcntl(control, F_DUPFD_CLOEXEC, 10);
  if (pidfd >= 0) pidfd = fcntl(pidfd, F_DUPFD_CLOEXEC, 10);
  dup2(control, 3);
  if (pidfd >= 0) pidfd = dup2(pidfd, 4);
  for (int number = 0; number < 3; number++) close(number);
  syscall(SYS_close_range, 5u, ~0u, 0u);
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  if (send(3, &result, sizeof result, MSG_NOSIGNAL) < 0 || result.stage) {
    kill_children();
    _exit(0);
  }
  for (;;) {
    struct pollfd list[2] = {{3, POLLIN, 0}, {pidfd, POLLIN, 0}};
    if (poll(list, 2, -1) < 0 && errno != EINTR) break;
    if (list[1].revents) {
      struct rd_exit end;
      if (look_at_end(result.pid, &end) == 0) send(3, &end, sizeof end, MSG_NOSIGNAL);
      pidfd = -1;
    }
    if (list[0].revents) break;  // a request to sweep, or the end of the caller
  }
  // The request is taken out: a channel closed with something unread is reset, and the answer would be lost.
  char done = 1;
  recv(3, &done, 1, MSG_DONTWAIT);
  kill_children();
  send(3, &done, 1, MSG_NOSIGNAL);
  _exit(0);
}

void rd_launch_warded(const struct rd_launch_plan *plan, struct rd_launch_result *result, int32_t *control,
                      int32_t *warden) {
  int ends[2];
  memset(result, 0, sizeof *result);
  result->pid = result->pidfd = -1;
  result->stage = RD_STAGE_WARDEN;
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
    result->error = errno;
    return;
  }
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  long pid = syscall(SYS_clone, (unsigned long)SIGCHLD, 0, 0, 0, 0);
  if (pid == 0) {
    close(ends[0]);
    be_warden(plan, ends[1]);
  }
  int code = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(ends[1]);
  if (pid < 0) {
    result->error = code;
    close(ends[0]);
    return;
  }
  ssize_t size;
  do size = recv(ends[0], result, sizeof *result, 0);
  while (size < 0 && errno == EINTR);
  if (size != (ssize_t)sizeof *result) {
    result->stage = RD_STAGE_WARDEN;
    result->error = size < 0 ? errno : ECHILD;
  }
  if (!result->stage) {
    // The warden waits for the program only after it has reported, so the number still means it unless it has ended;
    // then the descriptor is of no use and signals go nowhere.
    result->pidfd = rd_pidfd_open(result->pid);
    *control = ends[0];
    *warden = (int32_t)pid;
    return;
  }
  close(ends[0]);
  reap((pid_t)pid);
}

int32_t rd_warden_wait(int32_t control, int32_t wait, struct rd_exit *end) {
  ssize_t size;
  do size = recv(control, end, sizeof *end, wait ? 0 : MSG_DONTWAIT);
  while (size < 0 && errno == EINTR);
  if (size == (ssize_t)sizeof *end) return 1;
  if (size < 0 && errno == EAGAIN) return 0;
  return size < 0 ? -errno : -ECHILD;
}

int32_t rd_sweep(int32_t control, int64_t nanoseconds) {
  char byte = 'K';
  if (send(control, &byte, 1, MSG_NOSIGNAL) < 0) return -errno;
  for (;;) {
    struct rd_poll item = {control, RD_POLL_IN, 0};
    int32_t ready = rd_poll(&item, 1, nanoseconds);
    if (ready == -EINTR) continue;
    if (ready == 0) return -ETIMEDOUT;
    if (ready < 0) return ready;
    char answer[sizeof(struct rd_exit)];
    ssize_t size = recv(control, answer, sizeof answer, 0);
    if (size == 1) return 0;
    if (size == 0) return -ECHILD;
    if (size < 0 && errno != EINTR) return -errno;
    // The end of the program, which nobody asked for: the sweep's own answer follows.
  }
}

uint64_t rd_effective_capabilities(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  if (syscall(SYS_capget, &header, data) < 0) return 0;
  return (uint64_t)data[1].effective << 32 | data[0].effective;
}
