// The gate on program starts.
#define _GNU_SOURCE
#include "gate.h"
#include "channel.h"
#include "result.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

// Newer than the headers of the oldest supported distribution.
#ifndef SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV
#define SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV (1UL << 5)
#endif
#define SET_FLAGS SECCOMP_IOW(4, __u64)
#define SYNC_WAKE_UP 1UL
#ifndef SYS_clone3
#define SYS_clone3 435
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef RENAME_WHITEOUT
#define RENAME_WHITEOUT (1 << 2)
#endif
#define IN_ROOT 0x10
#define PATH_ONLY (O_PATH | O_CLOEXEC)

#if defined(__x86_64__)
#define NATIVE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE AUDIT_ARCH_AARCH64
#else
#error "the gate knows x86_64 and aarch64"
#endif

enum { JUMP_EQUAL = BPF_JMP | BPF_JEQ | BPF_K, LOAD = BPF_LD | BPF_W | BPF_ABS, RETURN = BPF_RET | BPF_K };

// Asks about execve and execveat. Other system call tables (int 0x80, x32) have other numbers for them, so they end
// the process. CLONE_PARENT would give a child to whoever started its parent, and clone3 hides its flags in memory.
static const struct sock_filter ask[] = {
    BPF_STMT(LOAD, offsetof(struct seccomp_data, arch)),
    BPF_JUMP(JUMP_EQUAL, NATIVE, 0, 12),
    BPF_STMT(LOAD, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 10, 0),
    BPF_JUMP(JUMP_EQUAL, SYS_execve, 6, 0),
    BPF_JUMP(JUMP_EQUAL, SYS_execveat, 5, 0),
    BPF_JUMP(JUMP_EQUAL, SYS_clone3, 5, 0),
    BPF_JUMP(JUMP_EQUAL, SYS_clone, 0, 2),
    BPF_STMT(LOAD, offsetof(struct seccomp_data, args)),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_PARENT, 3, 0),
    BPF_STMT(RETURN, SECCOMP_RET_ALLOW),
    BPF_STMT(RETURN, SECCOMP_RET_USER_NOTIF),
    BPF_STMT(RETURN, SECCOMP_RET_ERRNO | ENOSYS),
    BPF_STMT(RETURN, SECCOMP_RET_ERRNO | EPERM),
    BPF_STMT(RETURN, SECCOMP_RET_KILL_PROCESS),
};

// Calls that name files, where refused files are to be told: which arguments are the folder and the path, and where the
// flags of an open stand; for what is renamed or linked, the old folder and path, too. Without flags the call changes
// what it names.
static const struct file_call {
  unsigned int number;
  signed char directory, path, flags, old_directory, old_path;
} file_calls[] = {
#ifdef SYS_open
    {SYS_open, -1, 0, 1, -1, -1},
    {SYS_creat, -1, 0, -1, -1, -1},
    {SYS_mkdir, -1, 0, -1, -1, -1},
    {SYS_rmdir, -1, 0, -1, -1, -1},
    {SYS_unlink, -1, 0, -1, -1, -1},
    {SYS_rename, -1, 1, -1, -1, 0},
    {SYS_link, -1, 1, -1, -1, 0},
    {SYS_symlink, -1, 1, -1, -1, -1},
    {SYS_chmod, -1, 0, -1, -1, -1},
#endif
    {SYS_openat, 0, 1, 2, -1, -1},
    {SYS_openat2, 0, 1, 2, -1, -1},
    {SYS_mkdirat, 0, 1, -1, -1, -1},
    {SYS_unlinkat, 0, 1, -1, -1, -1},
#ifdef SYS_renameat
    {SYS_renameat, 2, 3, -1, 0, 1},
#endif
    {SYS_renameat2, 2, 3, -1, 0, 1},
    {SYS_linkat, 2, 3, -1, 0, 1},
    {SYS_symlinkat, 1, 2, -1, -1, -1},
    {SYS_truncate, -1, 0, -1, -1, -1},
    {SYS_fchmodat, 0, 1, -1, -1, -1},
};
// A rename that leaves a device node behind (RENAME_WHITEOUT). It is answered here, since a rename that is asked about is
// one about files, which goes on.
static const struct sock_filter whiteout[] = {
    BPF_JUMP(JUMP_EQUAL, SYS_renameat2, 0, 4),
    BPF_STMT(LOAD, offsetof(struct seccomp_data, args[4])),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, RENAME_WHITEOUT, 0, 1),
    BPF_STMT(RETURN, SECCOMP_RET_ERRNO | EPERM),
    BPF_STMT(LOAD, offsetof(struct seccomp_data, nr)),
};

enum {
  FILE_CALLS = sizeof file_calls / sizeof *file_calls,
  MORE_CALLS = FILE_CALLS + 2,
  ASK = sizeof ask / sizeof *ask,
  ASK_ALLOWS = 5,  // the return that lets a call go on, from the end of the filter
  WHITEOUT = sizeof whiteout / sizeof *whiteout,
  REFUSALS = 2048,
  GATE_CONFINES = 2,  // beside `killable` in the byte that goes with the listener
};

// The same filter with questions about these calls, and about sockets, before its own.
static size_t ask_with(struct sock_filter *filter, int32_t wants) {
  unsigned int numbers[MORE_CALLS];
  size_t more = 0, count = 4;
  for (size_t index = 0; wants & RD_GATE_ASKS_FILES && index < FILE_CALLS; index++) numbers[more++] = file_calls[index].number;
  if (wants & RD_GATE_ASKS_SOCKETS) {
    numbers[more++] = SYS_connect;
    numbers[more++] = SYS_listen;
  }
  memcpy(filter, ask, 4 * sizeof *ask);
  memcpy(filter + count, whiteout, sizeof whiteout);
  count += WHITEOUT;
  // The two jumps over the rest of the filter have become longer.
  size_t longer = count - 4 + 2 * more;
  filter[1].jf = (unsigned char)(filter[1].jf + longer);
  filter[3].jt = (unsigned char)(filter[3].jt + longer);
  for (size_t index = 0; index < more; index++) {
    filter[count++] = (struct sock_filter)BPF_JUMP(JUMP_EQUAL, numbers[index], 0, 1);
    filter[count++] = (struct sock_filter)BPF_STMT(RETURN, SECCOMP_RET_USER_NOTIF);
  }
  memcpy(filter + count, ask + 4, (ASK - 4) * sizeof *ask);
  return count + ASK - 4;
}

// Puts a filter behind this one, for the calls that it would let go on. What the other refuses is asked about instead: a
// filter that answers itself would come before one that asks (seccomp(2): the answers' order of precedence), and nobody
// would hear of it. Whoever is asked can only refuse, too; without a listener the kernel refuses (ENOSYS).
static size_t append_refusals(struct sock_filter *filter, size_t count, const void *refusals, uint32_t length) {
  if (!length) return count;
  filter[count - ASK_ALLOWS] = (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, ASK_ALLOWS - 1);
  memcpy(filter + count, refusals, length * sizeof *filter);
  for (size_t index = count; index < count + length; index++)
    if (filter[index].code == RETURN && (filter[index].k & SECCOMP_RET_ACTION_FULL) == SECCOMP_RET_ERRNO)
      filter[index].k = SECCOMP_RET_USER_NOTIF;
  return count + length;
}

static int install(const struct sock_filter *filter, size_t count, int *killable) {
  struct sock_fprog program = {(unsigned short)count, (struct sock_filter *)(uintptr_t)filter};
  unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV;
  int listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
  *killable = listener >= 0;
  if (listener < 0 && errno == EINVAL)
    listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
  return listener;
}

static void *probe(void *argument) {
  static const struct sock_filter allow[] = {BPF_STMT(RETURN, SECCOMP_RET_ALLOW)};
  int *result = argument;
  int killable;
  // Both belong to this thread alone and end with it.
  int listener = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -1 : install(allow, 1, &killable);
  *result = listener < 0 ? -errno : killable;
  if (listener >= 0) close(listener);
  return NULL;
}

int32_t rd_socket_pair(int32_t *first, int32_t *second) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return -errno;
  *first = ends[0];
  *second = ends[1];
  return 0;
}

int32_t rd_gate_probe(void) {
  int result = -EAGAIN;
  pthread_t thread;
  int code = pthread_create(&thread, NULL, probe, &result);
  if (code) return -code;
  pthread_join(thread, NULL);
  return result;
}

int32_t rd_gate_install(int32_t channel, int32_t wants, const void *refusals, uint32_t length) {
  int killable;
  struct sock_filter filter[ASK + WHITEOUT + 2 * MORE_CALLS + REFUSALS];
  if (length > REFUSALS) return -E2BIG;
  size_t count = append_refusals(filter, ask_with(filter, wants), refusals, length);
  int listener = install(filter, count, &killable);
  if (listener < 0) return -errno;
  char word = (char)(killable | (length ? GATE_CONFINES : 0));
  int code = rd_channel_send(channel, &word, 1, &listener, 1);
  close(listener);
  return code;
}

int32_t rd_gate_take_listener(int32_t channel, int32_t *killable, int32_t *confined) {
  char word = 0;
  int listener;
  int got = rd_channel_receive(channel, &word, 1, &listener, 1);
  if (got != 1) return got < 0 ? got : -ECHILD;
  *killable = word & 1;
  *confined = word & GATE_CONFINES;
  // Waking the other side at once saves ten times the round trip (Linux 6.6); without it things only take longer.
  ioctl(listener, SET_FLAGS, SYNC_WAKE_UP);
  return listener;
}

int32_t rd_gate_receive(int32_t listener, struct rd_exec_notice *notice) {
  struct seccomp_notif raw;
  memset(&raw, 0, sizeof raw);
  if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &raw) < 0) return -errno;
  memset(notice, 0, sizeof *notice);
  notice->id = raw.id;
  notice->thread = (int32_t)raw.pid;
  const __u64 *args = raw.data.args;
  if (raw.data.nr == SYS_connect || raw.data.nr == SYS_listen) {
    notice->directory = (int32_t)args[0];
    notice->path = args[1];
    notice->flags = (int32_t)args[2];
    notice->files = raw.data.nr == SYS_connect ? RD_GATE_CONNECTS : RD_GATE_LISTENS;
    return 0;
  }
  for (size_t index = 0; index < FILE_CALLS; index++) {
    const struct file_call *call = &file_calls[index];
    if (call->number != (unsigned int)raw.data.nr) continue;
    notice->directory = call->directory < 0 ? AT_FDCWD : (int32_t)args[call->directory];
    notice->path = args[call->path];
    notice->old_directory = call->old_directory < 0 ? AT_FDCWD : (int32_t)args[call->old_directory];
    notice->old_path = call->old_path < 0 ? 0 : args[call->old_path];
    notice->files = RD_GATE_CHANGES;
    uint64_t flags = call->flags < 0 ? 0 : args[call->flags];
    if (call->number == SYS_openat2 && rd_process_bytes(notice->thread, args[2], &flags, sizeof flags) != sizeof flags)
      return 0;
    if (call->flags >= 0 && (flags & O_ACCMODE) == O_RDONLY && !(flags & (O_CREAT | O_TRUNC)))
      notice->files = flags & O_PATH ? RD_GATE_LOOKS : RD_GATE_READS;
    return 0;
  }
  if (raw.data.nr == SYS_execveat) {
    notice->directory = (int32_t)args[0];
    notice->path = args[1];
    notice->words = args[2];
    notice->environment = args[3];
    notice->flags = (int32_t)args[4];
    notice->is_descriptor = 1;
  } else if (raw.data.nr == SYS_execve) {
    notice->directory = AT_FDCWD;
    notice->path = args[0];
    notice->words = args[1];
    notice->environment = args[2];
  } else {
    notice->files = RD_GATE_REFUSES;
    notice->call = raw.data.nr;
  }
  return 0;
}

int32_t rd_gate_is_waiting(int32_t listener, uint64_t id) { RESULT(ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &id)); }

int32_t rd_gate_allow(int32_t listener, uint64_t id) {
  struct seccomp_notif_resp answer = {.id = id, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
  RESULT(ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer));
}

int32_t rd_gate_refuse(int32_t listener, uint64_t id, int32_t error) {
  struct seccomp_notif_resp answer = {.id = id, .error = -error};
  RESULT(ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer));
}

int32_t rd_gate_take_socket(const struct rd_exec_notice *notice) {
  int pid = rd_process_of(notice->thread);
  if (pid < 0) return pid;
  int pidfd = rd_pidfd_open(pid);
  if (pidfd < 0) return pidfd;
  int fd = (int)syscall(SYS_pidfd_getfd, pidfd, notice->directory, 0), code = errno;
  close(pidfd);
  return fd < 0 ? -code : fd;
}

int32_t rd_gate_target(const struct rd_exec_notice *notice, uint32_t *address, uint16_t *port) {
  union {
    struct sockaddr any;
    struct sockaddr_in v4;
    char space[sizeof(struct sockaddr_storage)];
  } to;
  memset(&to, 0, sizeof to);
  size_t size = notice->flags < 0 ? 0 : (size_t)notice->flags;
  if (size > sizeof to) return -EINVAL;
  if (size < sizeof to.any.sa_family || rd_process_bytes(notice->thread, notice->path, &to, size) != (int64_t)size) return -EFAULT;
  if (to.any.sa_family == AF_INET && size < sizeof to.v4) return -EINVAL;
  *address = ntohl(to.v4.sin_addr.s_addr);
  *port = ntohs(to.v4.sin_port);
  return to.any.sa_family;
}

// ------------------------------------------------------------------------------------------------------------- files

static int open_descriptor(int32_t thread, int number) {
  char name[32];
  snprintf(name, sizeof name, "fd/%d", number);
  return rd_process_open(thread, name, PATH_ONLY);
}

static int has_prefix(const char *text, const char *prefix) { return strncmp(text, prefix, strlen(prefix)) == 0; }

// Names that mean something else to every process: they are looked up in the caller's entry here. -ENOENT: it is no
// such name; -EACCES: one that is not followed.
static int open_magic(int32_t thread, const char *path) {
  const char *rest = NULL;
  if (has_prefix(path, "/proc/self/")) rest = path + 11;
  else if (has_prefix(path, "/proc/thread-self/")) rest = path + 18;
  else if (has_prefix(path, "/dev/fd/")) rest = path + 5;
  else return has_prefix(path, "/proc/") ? -EACCES : -ENOENT;
  if (strcmp(rest, "exe") == 0) {
    int fd = rd_process_open(thread, "exe", PATH_ONLY);
    return fd < 0 ? -EACCES : fd;
  }
  if (!has_prefix(rest, "fd/")) return -EACCES;
  int number = 0;
  for (rest += 3; *rest >= '0' && *rest <= '9' && number < 1 << 24; rest++) number = number * 10 + (*rest - '0');
  if (*rest) return -EACCES;
  int fd = open_descriptor(thread, number);
  return fd < 0 ? -EACCES : fd;
}

static int open_in_root(int32_t thread, int32_t known, const char *path) {
  int root = known < 0 ? rd_process_open(thread, "root", PATH_ONLY | O_DIRECTORY) : known;
  if (root < 0) return -EACCES;
  struct {
    uint64_t flags, mode, resolve;
  } how = {PATH_ONLY, 0, IN_ROOT};
  int fd;
  // EAGAIN: something on the way was renamed meanwhile.
  for (int try = 0; try < 16; try++) {
    fd = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
    if (fd >= 0 || errno != EAGAIN) break;
  }
  int code = errno;
  if (root != known) close(root);
  if (fd >= 0) return fd;
  return code == ENOENT || code == ENOTDIR || code == ELOOP || code == ENAMETOOLONG ? -code : -EACCES;
}

int32_t rd_exec_root(const struct rd_exec_notice *notice) {
  return rd_process_open(notice->thread, "root", PATH_ONLY | O_DIRECTORY);
}

int32_t rd_exec_place(const struct rd_exec_notice *notice, int32_t root, const char *path) {
  if (!*path) {
    if (!(notice->flags & AT_EMPTY_PATH)) return -ENOENT;
    if (notice->directory < 0) return -EACCES;
    int fd = open_descriptor(notice->thread, notice->directory);
    return fd < 0 ? -EBADF : fd;
  }
  if (*path == '/') {
    int fd = open_magic(notice->thread, path);
    return fd == -ENOENT ? open_in_root(notice->thread, root, path) : fd;
  }
  char name[32] = "cwd", link[64], whole[2 * PATH_MAX];
  if (notice->directory >= 0) snprintf(name, sizeof name, "fd/%d", notice->directory);
  snprintf(link, sizeof link, "/proc/%d/%s", notice->thread, name);
  ssize_t length = readlink(link, whole, PATH_MAX);
  if (length < 0) return notice->directory >= 0 ? -EBADF : -EACCES;
  // A folder that is gone has " (deleted)" behind its name, and nothing is found there.
  if (length == PATH_MAX || whole[0] != '/') return -EACCES;
  whole[length] = '/';
  size_t rest = strlen(path) + 1;
  if ((size_t)length + 1 + rest > sizeof whole) return -ENAMETOOLONG;
  memcpy(whole + length + 1, path, rest);
  return open_in_root(notice->thread, root, whole);
}

int32_t rd_reopen(int32_t place) {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", place);
  RESULT(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
}

// This process' own descriptors by name, opened once: the way to them takes longer than the look.
static int own_descriptors(void) {
  static _Atomic int known = -1;
  int fd = atomic_load(&known);
  if (fd >= 0) return fd;
  fd = open("/proc/self/fd", PATH_ONLY | O_DIRECTORY);
  int none = -1;
  if (fd < 0 || atomic_compare_exchange_strong(&known, &none, fd)) return fd;
  close(fd);
  return none;
}

int64_t rd_place_path(int32_t place, char *buffer, size_t size) {
  char name[16];
  snprintf(name, sizeof name, "%d", place);
  int folder = own_descriptors();
  if (folder < 0) return -errno;
  RESULT((int64_t)readlinkat(folder, name, buffer, size));
}
