// The holder: one small process a run that owns the namespaces. Its death, also by the death of rundown, ends every
// process in its process namespace. It runs C only and never returns.
#define _GNU_SOURCE
#include "holder.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
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

#include "channel.h"
#include "netspace.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

enum { CONTROL = 3 };

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

// Waits for the plan. NULL and errno; ECHILD when rundown is gone or wants no holder any more.
static struct plan *receive_plan(void) {
  char word;
  int fd;
  int got = rd_channel_receive(CONTROL, &word, 1, &fd, 1);
  if (got != 1) {
    errno = got < 0 ? -got : ECHILD;
    return NULL;
  }
  struct stat st;
  struct plan *plan = MAP_FAILED;
  if (fstat(fd, &st) == 0) plan = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  int code = errno;
  close(fd);
  errno = code;
  return plan == MAP_FAILED ? NULL : plan;
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
      struct planned_mount mount = {request.act, request.attributes, 0, 0, 0, EINVAL, -1};
      if (request.act == RD_MOUNT_HIDE || request.act == RD_MOUNT_PIN) rd_mounts_apply(&mount, 1, request.path);
      if (send(CONTROL, &mount.result, sizeof mount.result, MSG_NOSIGNAL) < 0) _exit(0);
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

static void open_namespace(int *fd, uint32_t wanted, uint32_t bit, const char *path) {
  if (wanted & bit) *fd = open(path, O_RDONLY | O_CLOEXEC);
}

// Makes the namespaces that the clone did not, and opens them all. They are ready while the plan is still being made.
static void make_namespaces(uint32_t wanted, uint32_t uid, uint32_t gid, int *fds, struct report *report) {
  if (wanted & RD_HOLD_USER && map_ids(uid, gid) < 0) {
    report->stage = RD_HOLD_STAGE_IDS;
  } else if (wanted & RD_HOLD_MOUNTS && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
    report->stage = RD_HOLD_STAGE_PRIVATE_MOUNTS;
  } else if (wanted & RD_HOLD_NETWORK) {
    report->stage = rd_netspace_make();
  }
  report->error = errno;
  if (report->stage) return;
  open_namespace(&fds[PLACE_USER], wanted, RD_HOLD_USER, "/proc/self/ns/user");
  open_namespace(&fds[PLACE_MOUNTS], wanted, RD_HOLD_MOUNTS, "/proc/self/ns/mnt");
  open_namespace(&fds[PLACE_NETWORK], wanted, RD_HOLD_NETWORK, "/proc/self/ns/net");
  open_namespace(&fds[PLACE_PROCESSES], wanted, RD_HOLD_PROCESSES, "/proc/self/ns/pid");
  open_namespace(&fds[PLACE_IPC], wanted, RD_HOLD_IPC, "/proc/self/ns/ipc");
}

static void follow(struct plan *plan, uint32_t wanted, int *fds, struct report *report) {
  if (wanted & RD_HOLD_MOUNTS) {
    rd_mounts_apply(plan_mounts(plan), plan->mounts, plan_texts(plan));
    if (wanted & RD_HOLD_DEVICES && make_devices() < 0) report->devices_error = errno;
    if (wanted & RD_HOLD_PROCESSES && mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
      report->proc_error = errno;
  }
  if (plan->limit && wanted & RD_HOLD_PROCESSES)
    report->limit_error = report->proc_error ? report->proc_error : limit_processes(plan->limit) < 0 ? errno : 0;
  fds[PLACE_ROOT] = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  // Of the new /proc, so that it is this process whatever the caller's /proc shows.
  if (wanted & RD_HOLD_PROCESSES && wanted & RD_HOLD_MOUNTS && !report->proc_error)
    fds[PLACE_CHILDREN] = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
}

// What there is, one after the other; what is missing and wanted ends the attempt.
static int collect(uint32_t wanted, const int *fds, int *passing, struct report *report) {
  static const uint32_t bits[PLACES] = {RD_HOLD_USER,      RD_HOLD_MOUNTS, RD_HOLD_NETWORK,
                                        RD_HOLD_PROCESSES, RD_HOLD_IPC,    ~0u,
                                        0};
  int passed = 0;
  for (int index = 0; index < PLACES; index++) {
    if (fds[index] >= 0) {
      report->passed |= 1 << index;
      passing[passed++] = fds[index];
    } else if (wanted & bits[index]) {
      report->stage = RD_HOLD_STAGE_NAMESPACES;
      report->error = errno;
      return 0;
    }
  }
  return passed;
}

static int listen_all(struct plan *plan, uint32_t wanted, int *passing) {
  int passed = 0;
  struct rd_listener *listeners = plan_listeners(plan);
  for (uint32_t index = 0; index < plan->listeners; index++) {
    int fd = wanted & RD_HOLD_NETWORK ? rd_netspace_listen(&listeners[index]) : -ENETDOWN;
    listeners[index].fd = fd;
    if (fd >= 0) passing[passed++] = fd;
  }
  return passed;
}

void rd_holder_be(uint32_t wanted, int control, uint32_t uid, uint32_t gid) {
  static struct report report;
  static int fds[PLACES], passing[PASSED];
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
  report.limit_error = ENOSYS;
  int passed = 0;
  make_namespaces(wanted, uid, gid, fds, &report);
  struct plan *plan = receive_plan();
  if (!plan) {
    report.stage = RD_HOLD_STAGE_CHANNEL;
    report.error = errno;
  } else if (!report.stage) {
    follow(plan, wanted, fds, &report);
    passed = collect(wanted, fds, passing, &report);
    if (!report.stage) passed += listen_all(plan, wanted, passing + passed);
  }
  if (rd_channel_send(CONTROL, &report, sizeof report, passing, passed) < 0 || report.stage) _exit(1);
  syscall(SYS_close_range, 4u, ~0u, 0u);
  serve();
  _exit(0);
}
