// The holder: one small process a run that owns the namespaces. Its death, also by the death of rundown, ends every
// process in its process namespace. It runs C only and never returns.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "launch.h"
#include "mounts.h"
#include "netspace.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

enum { CONTROL = 3, PLACES = 5 };

struct report {
  int32_t stage, error, devices_error, proc_error, limit_error;
  int32_t passed;  // a bit for each place that is passed
};

// The words that this program was started with, as the kernel shows them in /proc/PID/cmdline.
static char *words;
static size_t words_size;

__attribute__((constructor)) static void find_words(int count, char **list) {
  if (count < 1 || !list[0]) return;
  words = list[0];
  words_size = (size_t)(list[count - 1] - list[0]) + strlen(list[count - 1]);
}

// The holder is the first process that a step sees: it must not show what rundown was given on its command line. These
// are the holder's own copies.
static void forget_words(void) {
  static const char name[] = "rundown-holder";
  memset(words, 0, words_size);
  memcpy(words, name, words_size < sizeof name - 1 ? words_size : sizeof name - 1);
}

static int write_file(const char *path, const char *bytes, size_t size) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  ssize_t written = write(fd, bytes, size);
  int code = errno;
  close(fd);
  errno = code;
  return written == (ssize_t)size ? 0 : -1;
}

static size_t append_number(char *text, size_t at, uint32_t number) {
  char digits[10];
  size_t count = 0;
  do digits[count++] = (char)('0' + number % 10);
  while (number /= 10);
  while (count) text[at++] = digits[--count];
  return at;
}

// Maps this user to itself, and nobody else.
static int map_ids(uint32_t uid, uint32_t gid) {
  char text[32];
  size_t size = append_number(text, 0, uid);
  text[size++] = ' ';
  size = append_number(text, size, uid);
  memcpy(text + size, " 1", 2);
  if (write_file("/proc/self/uid_map", text, size + 2) < 0) return -1;
  if (write_file("/proc/self/setgroups", "deny", 4) < 0 && errno != ENOENT) return -1;
  size = append_number(text, 0, gid);
  text[size++] = ' ';
  size = append_number(text, size, gid);
  memcpy(text + size, " 1", 2);
  return write_file("/proc/self/gid_map", text, size + 2);
}

// A /dev with nothing in it that reaches a device, another terminal or another's shared memory.
static int make_devices(void) {
  static const char *const names[] = {"null", "zero", "full", "random", "urandom", "tty"};
  enum { COUNT = sizeof names / sizeof *names };
  int nodes[COUNT];
  char path[32] = "/dev/";
  for (int index = 0; index < COUNT; index++) {
    strcpy(path + 5, names[index]);
    nodes[index] = rd_tree_take(path);
  }
  if (mount("tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=0755,size=64k") < 0) return -1;
  for (int index = 0; index < COUNT; index++) {
    if (nodes[index] < 0) continue;
    strcpy(path + 5, names[index]);
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
    if (fd < 0) return -1;
    close(fd);
    if (rd_tree_put(nodes[index], path) < 0) return -1;
    close(nodes[index]);
  }
  if (mkdir("/dev/pts", 0755) < 0 || mkdir("/dev/shm", 01777) < 0) return -1;
  if (symlink("pts/ptmx", "/dev/ptmx") < 0 || symlink("/proc/self/fd", "/dev/fd") < 0 ||
      symlink("/proc/self/fd/0", "/dev/stdin") < 0 || symlink("/proc/self/fd/1", "/dev/stdout") < 0 ||
      symlink("/proc/self/fd/2", "/dev/stderr") < 0)
    return -1;
  if (mount("devpts", "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620") < 0)
    return -1;
  if (mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=1777") < 0) return -1;
  return mount(NULL, "/dev", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NOEXEC, NULL);
}

static int send_report(const struct report *report, const int *fds, int count) {
  struct iovec part = {(void *)(uintptr_t)report, sizeof *report};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int) * PLACES)];
  } control;
  memset(&control, 0, sizeof control);
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (count) {
    message.msg_control = &control;
    message.msg_controllen = CMSG_SPACE(sizeof(int) * (size_t)count);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int) * (size_t)count);
    memcpy(CMSG_DATA(header), fds, sizeof(int) * (size_t)count);
  }
  return sendmsg(CONTROL, &message, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

// Since Linux 6.14 each process namespace has a pid_max of its own, and what has no number is not made: a limit that holds
// for root too, for processes and threads alike. Before, the file is the machine's, which is not ours to change.
static int has_own_pid_max(void) {
  struct utsname name;
  if (uname(&name) < 0) return 0;
  int parts[2] = {0, 0}, part = 0;
  for (const char *at = name.release; part < 2; at++) {
    if (*at >= '0' && *at <= '9' && parts[part] < 100000) parts[part] = parts[part] * 10 + (*at - '0');
    else part++;
    if (!*at) break;
  }
  return parts[0] > 6 || (parts[0] == 6 && parts[1] >= 14);
}

static int limit_processes(uint32_t limit) {
  // The first 300 numbers are given out once only; without them pid_max is the limit itself (kernel/pid.c).
  enum { RESERVED = 300, MOST = 4194304 };
  if (!has_own_pid_max()) {
    errno = ENOSYS;
    return -1;
  }
  // Where the kernel has no such file, up to 300 more can be made.
  write_file("/proc/sys/kernel/ns_last_pid", "300", 3);
  char text[16];
  size_t size = append_number(text, 0, limit > MOST - RESERVED ? MOST : limit + RESERVED);
  return write_file("/proc/sys/kernel/pid_max", text, size);
}

static void serve(void) {
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  // Ignored children are waited for by the kernel; wait then ends with ECHILD when the last one is gone.
  signal(SIGCHLD, SIG_IGN);
  static struct rd_holder_request request;
  for (;;) {
    ssize_t size = recv(CONTROL, &request, sizeof request, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) _exit(0);  // rundown is gone: with this process its namespace ends
    if (size > (ssize_t)offsetof(struct rd_holder_request, path)) {
      request.path[sizeof request.path - 1] = 0;
      struct rd_mount mount = {request.act, request.attributes, 0, request.path, NULL};
      int32_t result = EINVAL;
      int tree;
      if (request.act == RD_MOUNT_HIDE || request.act == RD_MOUNT_PIN) rd_mounts_apply(&mount, 1, &result, &tree);
      if (send(CONTROL, &result, sizeof result, MSG_NOSIGNAL) < 0) _exit(0);
      continue;
    }
    // Only as the first process of a namespace does -1 mean that namespace, and not the machine.
    if (getpid() == 1) {
      kill(-1, SIGKILL);
      while (waitpid(-1, NULL, __WALL) > 0 || errno == EINTR) continue;
    }
    char answer = 1;
    if (send(CONTROL, &answer, 1, MSG_NOSIGNAL) < 0) _exit(0);
  }
}

static int open_namespace(uint32_t wanted, uint32_t bit, const char *path) {
  return wanted & bit ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}

// The user namespace goes ahead of all, since the network is made below it meanwhile. The caller could open it by itself
// as long as the holder can be traced, and that nobody can foretell.
static int send_user(void) {
  struct report report = {.passed = 1};
  int fd = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  int result = send_report(&report, &fd, 1), code = errno;
  close(fd);
  errno = code;
  return result;
}

struct mounts {
  const struct rd_mount *list;
  size_t count;
  int32_t *results;  // shared with the parent
  int *trees;
};

__attribute__((noreturn)) static void be_holder(uint32_t wanted, uint32_t limit, int control, uint32_t uid, uint32_t gid,
                                                const struct mounts *mounts) {
  static struct report report;
  int fds[PLACES], passed = 0;
  for (int index = 0; index < PLACES; index++) fds[index] = -1;
  dup2(control, CONTROL);
  syscall(SYS_close_range, 4u, ~0u, 0u);
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int number = 0; number < 3; number++) dup2(null, number);
  if (null > CONTROL) close(null);
  setsid();
  prctl(PR_SET_NAME, "rundown-holder", 0, 0, 0);
  forget_words();
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  umask(0);
  if (wanted & RD_HOLD_USER && (map_ids(uid, gid) < 0 || send_user() < 0)) {
    report.stage = RD_HOLD_STAGE_IDS;
  } else if (wanted & RD_HOLD_MOUNTS && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
    report.stage = RD_HOLD_STAGE_PRIVATE_MOUNTS;
  }
  if (!report.stage) {
    fds[0] = open_namespace(wanted, RD_HOLD_PROCESSES, "/proc/self/ns/pid");
    fds[1] = open_namespace(wanted, RD_HOLD_IPC, "/proc/self/ns/ipc");
    fds[2] = open_namespace(wanted, RD_HOLD_MOUNTS, "/proc/self/ns/mnt");
    if (wanted & RD_HOLD_MOUNTS) {
      rd_mounts_apply(mounts->list, mounts->count, mounts->results, mounts->trees);
      if (wanted & RD_HOLD_DEVICES && make_devices() < 0) report.devices_error = errno;
      if (wanted & RD_HOLD_PROCESSES && mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
        report.proc_error = errno;
    }
    report.limit_error = ENOSYS;
    if (limit && wanted & RD_HOLD_PROCESSES)
      report.limit_error = report.proc_error ? report.proc_error : limit_processes(limit) < 0 ? errno : 0;
    fds[3] = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    // Of the new /proc, so that it is this process whatever the caller's /proc shows.
    if (wanted & RD_HOLD_PROCESSES && wanted & RD_HOLD_MOUNTS && !report.proc_error)
      fds[4] = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    static const uint32_t bits[PLACES] = {RD_HOLD_PROCESSES, RD_HOLD_IPC, RD_HOLD_MOUNTS, ~0u, 0};
    for (int index = 0; index < PLACES; index++) {
      if (fds[index] >= 0) {
        report.passed |= 1 << index;
        fds[passed++] = fds[index];
      } else if (wanted & bits[index]) {
        report.stage = RD_HOLD_STAGE_NAMESPACES;
        break;
      }
    }
  }
  if (report.stage) {
    report.error = errno;
    passed = 0;
  }
  if (send_report(&report, fds, passed) < 0 || report.stage) _exit(1);
  syscall(SYS_close_range, 4u, ~0u, 0u);
  serve();
  _exit(0);
}

static int receive_report(int control, struct report *report, int *fds) {
  struct iovec part = {report, sizeof *report};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int) * PLACES)];
  } space;
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &space, .msg_controllen = sizeof space};
  ssize_t size;
  do size = recvmsg(control, &message, MSG_CMSG_CLOEXEC);
  while (size < 0 && errno == EINTR);
  if (size < 0) return -errno;
  if (size != (ssize_t)sizeof *report) return -ECHILD;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (!header || header->cmsg_type != SCM_RIGHTS) return 0;
  int count = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
  memcpy(fds, CMSG_DATA(header), sizeof(int) * (size_t)count);
  return count;
}

static void fail(struct rd_holder *holder, int stage, int code) {
  holder->stage = stage;
  holder->error = code;
}

static void take_user(int control, struct rd_holder *holder) {
  struct report report;
  int fds[PLACES];
  int passed = receive_report(control, &report, fds);
  if (passed < 0) fail(holder, RD_HOLD_STAGE_CHANNEL, -passed);
  else if (report.stage) fail(holder, report.stage, report.error);
  else if (passed == 1) holder->user = fds[0];
  else fail(holder, RD_HOLD_STAGE_CHANNEL, EBADF);
}

// Takes what the holder reports; it is gone when it could not be made.
static void take_report(int control, pid_t pid, struct rd_holder *holder) {
  struct report report;
  int fds[PLACES];
  int passed = receive_report(control, &report, fds);
  if (passed < 0) fail(holder, RD_HOLD_STAGE_CHANNEL, -passed);
  else if (report.stage) fail(holder, report.stage, report.error);
  if (holder->stage) return;
  int32_t *const places[PLACES] = {&holder->processes, &holder->ipc, &holder->mounts, &holder->root, &holder->children};
  for (int index = 0, next = 0; index < PLACES; index++)
    if (report.passed >> index & 1 && next < passed) *places[index] = fds[next++];
  holder->devices_error = report.devices_error;
  holder->proc_error = report.proc_error;
  holder->limit_error = report.limit_error;
  holder->pid = (int32_t)pid;
  holder->control = control;
}

void rd_holder_start(uint32_t wanted, uint32_t limit, const struct rd_mount *mounts, size_t count, int32_t *results,
                     struct rd_listener *listeners, size_t listener_count, struct rd_holder *holder) {
  static const struct {
    uint32_t bit;
    unsigned long flag;
  } kinds[] = {{RD_HOLD_USER, CLONE_NEWUSER},
               {RD_HOLD_MOUNTS, CLONE_NEWNS},
               {RD_HOLD_PROCESSES, CLONE_NEWPID},
               {RD_HOLD_IPC, CLONE_NEWIPC}};
  memset(holder, 0, sizeof *holder);
  holder->pid = holder->control = holder->root = holder->children = -1;
  holder->user = holder->mounts = holder->network = holder->processes = holder->ipc = -1;
  if (listener_count > RD_HOLD_LISTENERS) listener_count = RD_HOLD_LISTENERS;
  struct rd_netspace network = {-1, listeners, listener_count, -1, 0, 0};
  for (size_t index = 0; index < listener_count; index++) listeners[index].fd = -ENETDOWN;
  unsigned long flags = SIGCHLD;
  for (size_t index = 0; index < sizeof kinds / sizeof *kinds; index++)
    if (wanted & kinds[index].bit) flags |= kinds[index].flag;
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    return fail(holder, RD_HOLD_STAGE_CHANNEL, errno);
  // The holder is a copy of this process and sees the list; what it answers comes back through shared memory.
  struct mounts plan = {mounts, count, NULL, NULL};
  size_t shared = count * (sizeof(int32_t) + sizeof(int)) + 1;
  plan.results = mmap(NULL, shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (plan.results == MAP_FAILED) {
    fail(holder, RD_HOLD_STAGE_CHANNEL, errno);
    close(ends[0]);
    close(ends[1]);
    return;
  }
  plan.trees = (int *)(plan.results + count);
  uint32_t uid = geteuid(), gid = getegid();
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  long pid = syscall(SYS_clone, flags, 0, 0, 0, 0);
  if (pid == 0) be_holder(wanted, limit, ends[1], uid, gid, &plan);
  int code = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(ends[1]);
  if (pid < 0) {
    fail(holder, RD_HOLD_STAGE_CLONE, code);
  } else {
    if (wanted & RD_HOLD_USER) take_user(ends[0], holder);
    if (wanted & RD_HOLD_NETWORK && !holder->stage) {
      network.user = holder->user;
      if (rd_netspace_start(&network) < 0) fail(holder, RD_HOLD_STAGE_CLONE, errno);
      else if (network.stage) fail(holder, network.stage, network.error);
    }
    if (!holder->stage) take_report(ends[0], (pid_t)pid, holder);
  }
  if (results) memcpy(results, plan.results, count * sizeof *results);
  munmap(plan.results, shared);
  holder->network = network.namespace;
  if (!holder->stage) return;
  holder->network = -1;
  rd_netspace_close(&network);
  if (holder->user >= 0) close(holder->user);
  holder->user = -1;
  close(ends[0]);
  if (pid < 0) return;
  // Whatever it is doing: its answer no longer counts.
  kill((pid_t)pid, SIGKILL);
  while (waitpid((pid_t)pid, NULL, __WALL) < 0 && errno == EINTR) continue;
}

int32_t rd_holder_mount(int32_t control, int32_t act, uint32_t attributes, const char *path) {
  struct rd_holder_request request = {act, attributes, {0}};
  size_t length = strlen(path);
  if (length >= sizeof request.path) return -ENAMETOOLONG;
  memcpy(request.path, path, length + 1);
  size_t size = offsetof(struct rd_holder_request, path) + length + 1;
  if (send(control, &request, size, MSG_NOSIGNAL) < 0) return -errno;
  int32_t result;
  ssize_t got;
  do got = recv(control, &result, sizeof result, 0);
  while (got < 0 && errno == EINTR);
  if (got < 0) return -errno;
  return got == (ssize_t)sizeof result ? -result : -ECHILD;
}
