// The holder: one small process a run that owns the namespaces. Its death, also by the death of rundown, ends every
// process in its process namespace. It runs C only and never returns.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <stddef.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
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

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

enum { CONTROL = 3, PLACES = 6, PASSED = PLACES + RD_HOLD_LISTENERS };

struct report {
  int32_t stage, error, devices_error, proc_error, limit_error;
  int32_t listeners[RD_HOLD_LISTENERS];  // errno of each, 0 for those that are passed
};

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

static int raise_loopback(void) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  struct ifreq request;
  memset(&request, 0, sizeof request);
  memcpy(request.ifr_name, "lo", 3);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  int result = ioctl(fd, SIOCSIFFLAGS, &request), code = errno;
  close(fd);
  errno = code;
  return result;
}

static int bind_descriptor(int fd, const char *target) {
  char source[32] = "/proc/self/fd/";
  source[append_number(source, 14, (uint32_t)fd)] = 0;
  return mount(source, target, NULL, MS_BIND, NULL);
}

// A /dev with nothing in it that reaches a device, another terminal or another's shared memory.
static int make_devices(void) {
  static const char *const names[] = {"null", "zero", "full", "random", "urandom", "tty"};
  enum { COUNT = sizeof names / sizeof *names };
  int nodes[COUNT];
  char path[32] = "/dev/";
  for (int index = 0; index < COUNT; index++) {
    strcpy(path + 5, names[index]);
    nodes[index] = open(path, O_PATH | O_CLOEXEC);
  }
  if (mount("tmpfs", "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=0755,size=64k") < 0) return -1;
  for (int index = 0; index < COUNT; index++) {
    if (nodes[index] < 0) continue;
    strcpy(path + 5, names[index]);
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0666);
    if (fd < 0) return -1;
    close(fd);
    if (bind_descriptor(nodes[index], path) < 0) return -1;
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
    char space[CMSG_SPACE(sizeof(int) * PASSED)];
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

// Listeners on the loopback of the namespace that this process is in.
static int open_listeners(const struct rd_listener *list, size_t count, struct report *report, int *fds, int passed) {
  for (size_t index = 0; index < count; index++) {
    struct rd_address address = {list[index].is_v6 ? 16 : 4, {0}};
    if (list[index].is_v6) address.bytes[15] = 1;
    else address.bytes[0] = 127, address.bytes[3] = 1;
    int fd = rd_tcp_listen(&address, list[index].port, 512);
    report->listeners[index] = fd < 0 ? -fd : 0;
    if (fd >= 0) fds[passed++] = fd;
  }
  return passed;
}

struct mounts {
  const struct rd_mount *list;
  size_t count;
  int32_t *results;  // shared with the parent
  int *trees;
};

__attribute__((noreturn)) static void be_holder(uint32_t wanted, uint32_t limit, int control, uint32_t uid, uint32_t gid,
                                                const struct mounts *mounts, const struct rd_listener *listeners,
                                                size_t listener_count) {
  static struct report report;
  static int fds[PASSED];
  for (int index = 0; index < PASSED; index++) fds[index] = -1;
  dup2(control, CONTROL);
  syscall(SYS_close_range, 4u, ~0u, 0u);
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int number = 0; number < 3; number++) dup2(null, number);
  if (null > CONTROL) close(null);
  setsid();
  prctl(PR_SET_NAME, "rundown-holder", 0, 0, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  umask(0);
  int passed = 0;
  if (wanted & RD_HOLD_USER && map_ids(uid, gid) < 0) {
    report.stage = RD_HOLD_STAGE_IDS;
  } else if (wanted & RD_HOLD_MOUNTS && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
    report.stage = RD_HOLD_STAGE_PRIVATE_MOUNTS;
  } else if (wanted & RD_HOLD_NETWORK && raise_loopback() < 0) {
    report.stage = RD_HOLD_STAGE_LOOPBACK;
  }
  if (!report.stage) {
    fds[0] = open_namespace(wanted, RD_HOLD_USER, "/proc/self/ns/user");
    fds[1] = open_namespace(wanted, RD_HOLD_NETWORK, "/proc/self/ns/net");
    fds[2] = open_namespace(wanted, RD_HOLD_PROCESSES, "/proc/self/ns/pid");
    fds[3] = open_namespace(wanted, RD_HOLD_IPC, "/proc/self/ns/ipc");
    fds[4] = open_namespace(wanted, RD_HOLD_MOUNTS, "/proc/self/ns/mnt");
    if (wanted & RD_HOLD_MOUNTS) {
      rd_mounts_apply(mounts->list, mounts->count, mounts->results, mounts->trees);
      if (wanted & RD_HOLD_DEVICES && make_devices() < 0) report.devices_error = errno;
      if (wanted & RD_HOLD_PROCESSES && mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
        report.proc_error = errno;
    }
    report.limit_error = ENOSYS;
    if (limit && wanted & RD_HOLD_PROCESSES)
      report.limit_error = report.proc_error ? report.proc_error : limit_processes(limit) < 0 ? errno : 0;
    fds[5] = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    static const uint32_t bits[PLACES] = {RD_HOLD_USER, RD_HOLD_NETWORK, RD_HOLD_PROCESSES, RD_HOLD_IPC,
                                          RD_HOLD_MOUNTS, ~0u};
    int listening[RD_HOLD_LISTENERS], opened = 0;
    if (wanted & RD_HOLD_NETWORK) opened = open_listeners(listeners, listener_count, &report, listening, 0);
    for (int index = 0; index < PLACES; index++) {
      if (!(wanted & bits[index])) continue;
      if (fds[index] < 0) {
        report.stage = RD_HOLD_STAGE_NAMESPACES;
        break;
      }
      fds[passed++] = fds[index];
    }
    for (int index = 0; index < opened; index++) fds[passed++] = listening[index];
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
    char space[CMSG_SPACE(sizeof(int) * PASSED)];
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

void rd_holder_start(uint32_t wanted, uint32_t limit, const struct rd_mount *mounts, size_t count, int32_t *results,
                     struct rd_listener *listeners, size_t listener_count, struct rd_holder *holder) {
  static const struct {
    uint32_t bit;
    unsigned long flag;
  } kinds[] = {{RD_HOLD_USER, CLONE_NEWUSER},
               {RD_HOLD_MOUNTS, CLONE_NEWNS},
               {RD_HOLD_NETWORK, CLONE_NEWNET},
               {RD_HOLD_PROCESSES, CLONE_NEWPID},
               {RD_HOLD_IPC, CLONE_NEWIPC}};
  memset(holder, 0, sizeof *holder);
  holder->pid = holder->control = holder->root = -1;
  holder->user = holder->mounts = holder->network = holder->processes = holder->ipc = -1;
  if (listener_count > RD_HOLD_LISTENERS) listener_count = RD_HOLD_LISTENERS;
  unsigned long flags = SIGCHLD;
  for (size_t index = 0; index < sizeof kinds / sizeof *kinds; index++)
    if (wanted & kinds[index].bit) flags |= kinds[index].flag;
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) {
    holder->stage = RD_HOLD_STAGE_CHANNEL;
    holder->error = errno;
    return;
  }
  // The holder is a copy of this process and sees the list; what it answers comes back through shared memory.
  struct mounts plan = {mounts, count, NULL, NULL};
  size_t shared = count * (sizeof(int32_t) + sizeof(int)) + 1;
  plan.results = mmap(NULL, shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (plan.results == MAP_FAILED) {
    holder->stage = RD_HOLD_STAGE_CHANNEL;
    holder->error = errno;
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
  if (pid == 0) be_holder(wanted, limit, ends[1], uid, gid, &plan, listeners, listener_count);
  int code = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(ends[1]);
  if (pid < 0) {
    holder->stage = RD_HOLD_STAGE_CLONE;
    holder->error = code;
    close(ends[0]);
    munmap(plan.results, shared);
    return;
  }
  struct report report;
  int fds[PASSED];
  int passed = receive_report(ends[0], &report, fds);
  if (results) memcpy(results, plan.results, count * sizeof *results);
  munmap(plan.results, shared);
  if (passed < 0 || report.stage) {
    holder->stage = passed < 0 ? RD_HOLD_STAGE_CHANNEL : report.stage;
    holder->error = passed < 0 ? -passed : report.error;
    close(ends[0]);
    while (waitpid((pid_t)pid, NULL, __WALL) < 0 && errno == EINTR) continue;
    return;
  }
  int next = 0;
  if (wanted & RD_HOLD_USER) holder->user = fds[next++];
  if (wanted & RD_HOLD_NETWORK) holder->network = fds[next++];
  if (wanted & RD_HOLD_PROCESSES) holder->processes = fds[next++];
  if (wanted & RD_HOLD_IPC) holder->ipc = fds[next++];
  if (wanted & RD_HOLD_MOUNTS) holder->mounts = fds[next++];
  holder->root = fds[next++];
  for (size_t index = 0; index < listener_count && wanted & RD_HOLD_NETWORK; index++)
    listeners[index].fd = report.listeners[index] ? -report.listeners[index] : fds[next++];
  holder->devices_error = report.devices_error;
  holder->proc_error = report.proc_error;
  holder->limit_error = report.limit_error;
  holder->pid = (int32_t)pid;
  holder->control = ends[0];
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
