// Thin wrappers with one convention: a value of 0 or more, or -errno. No state, no allocation, no stdio.
#define _GNU_SOURCE
#include "clinux.h"
#include "result.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif

const char *rd_errno_name(int32_t number) {
  const char *name = strerrorname_np(number);
  return name ? name : "E?";
}

const char *rd_errno_message(int32_t number) {
  const char *text = strerrordesc_np(number);
  return text ? text : "unknown error";
}

const char *rd_signal_name(int32_t number) {
  const char *name = sigabbrev_np(number);
  return name ? name : "?";
}

int32_t rd_openat(int32_t directory, const char *path, int32_t flags, uint32_t mode) {
  RESULT(openat(directory, path, flags | O_CLOEXEC, (mode_t)mode));
}

int32_t rd_openat2(int32_t directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
  struct {
    uint64_t flags, mode, resolve;
  } how = {flags | O_CLOEXEC, mode, resolve};
  RESULT((int32_t)syscall(SYS_openat2, directory, path, &how, sizeof how));
}

int64_t rd_read(int32_t fd, void *buffer, size_t size) { RESULT((int64_t)read(fd, buffer, size)); }
int64_t rd_read_at(int32_t fd, void *buffer, size_t size, int64_t offset) { RESULT(pread(fd, buffer, size, offset)); }
int64_t rd_write(int32_t fd, const void *buffer, size_t size) { RESULT((int64_t)write(fd, buffer, size)); }
int32_t rd_fsync(int32_t fd) { RESULT(fsync(fd)); }
int32_t rd_rewind(int32_t fd) { RESULT((int32_t)lseek(fd, 0, SEEK_SET)); }
int32_t rd_ftruncate(int32_t fd, int64_t length) { RESULT(ftruncate(fd, length)); }
int32_t rd_fchmod(int32_t fd, uint32_t mode) { RESULT(fchmod(fd, (mode_t)mode)); }
int32_t rd_duplicate(int32_t fd, int32_t lowest) { RESULT(fcntl(fd, F_DUPFD_CLOEXEC, lowest)); }

int32_t rd_close(int32_t fd) {
  // On Linux the descriptor is gone even when close reports EINTR: closing again could close somebody else's.
  int result = close(fd);
  return result < 0 && errno != EINTR ? -errno : 0;
}

int32_t rd_pipe(int32_t *reader, int32_t *writer) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
  *reader = ends[0];
  *writer = ends[1];
  return 0;
}

int32_t rd_set_nonblocking(int32_t fd, int32_t on) {
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0) return -errno;
  RESULT(fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK));
}

int32_t rd_set_inheritable(int32_t fd, int32_t on) { RESULT(fcntl(fd, F_SETFD, on ? 0 : FD_CLOEXEC)); }

int32_t rd_flock(int32_t fd, int32_t exclusive, int32_t wait) {
  RESULT(flock(fd, (exclusive ? LOCK_EX : LOCK_SH) | (wait ? 0 : LOCK_NB)));
}

int32_t rd_memfd(const char *name) { RESULT(memfd_create(name, MFD_CLOEXEC)); }

int64_t rd_getdents(int32_t fd, void *buffer, size_t size) {
  RESULT((int64_t)syscall(SYS_getdents64, fd, buffer, size));
}

static void fill(struct rd_stat *info, const struct stat *st) {
  switch (st->st_mode & S_IFMT) {
    case S_IFREG: info->kind = RD_KIND_FILE; break;
    case S_IFDIR: info->kind = RD_KIND_DIRECTORY; break;
    case S_IFLNK: info->kind = RD_KIND_SYMLINK; break;
    case S_IFIFO: info->kind = RD_KIND_FIFO; break;
    case S_IFSOCK: info->kind = RD_KIND_SOCKET; break;
    case S_IFCHR: info->kind = RD_KIND_CHARACTER; break;
    case S_IFBLK: info->kind = RD_KIND_BLOCK; break;
    default: info->kind = RD_KIND_OTHER;
  }
  info->permissions = st->st_mode & 07777;
  info->uid = st->st_uid;
  info->gid = st->st_gid;
  info->device = st->st_dev;
  info->inode = st->st_ino;
  info->links = st->st_nlink;
  info->size = st->st_size;
  info->modified_seconds = st->st_mtim.tv_sec;
  info->modified_nanoseconds = st->st_mtim.tv_nsec;
  info->changed = (int64_t)st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec;
}

int32_t rd_stat(int32_t directory, const char *path, int32_t follow, struct rd_stat *info) {
  struct stat st;
  if (fstatat(directory, path, &st, follow ? 0 : AT_SYMLINK_NOFOLLOW) < 0) return -errno;
  fill(info, &st);
  return 0;
}

int32_t rd_fstat(int32_t fd, struct rd_stat *info) {
  struct stat st;
  if (fstat(fd, &st) < 0) return -errno;
  fill(info, &st);
  return 0;
}

int64_t rd_mount_id(int32_t fd) {
  struct statx info;
  // STATX_MNT_ID, Linux 5.8.
  if (statx(fd, "", AT_EMPTY_PATH, 0x1000, &info) < 0) return -errno;
  if (!(info.stx_mask & 0x1000)) return -ENOSYS;
  return (int64_t)info.stx_mnt_id;
}

int32_t rd_mkdirat(int32_t directory, const char *path, uint32_t mode) {
  RESULT(mkdirat(directory, path, (mode_t)mode));
}

int32_t rd_renameat(int32_t from_directory, const char *from, int32_t to_directory, const char *to) {
  RESULT(renameat(from_directory, from, to_directory, to));
}

int32_t rd_unlinkat(int32_t directory, const char *path, int32_t is_directory) {
  RESULT(unlinkat(directory, path, is_directory ? AT_REMOVEDIR : 0));
}

int32_t rd_open_directory_to_empty(int32_t directory, const char *name) {
  int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  struct stat st;
  int fd = openat(directory, name, flags);
  // Without write and search permission the entries could be listed but not removed.
  if (fd >= 0 && (fstat(fd, &st) < 0 || (st.st_mode & 0700) == 0700 || fchmod(fd, 0700) == 0)) return fd;
  if (fd >= 0) return fd;
  if (errno != EACCES) return -errno;
  int place = openat(directory, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (place < 0) return -errno;
  // fchmod refuses an O_PATH descriptor; its magic link leads to the same directory and nowhere else.
  char link[] = "/proc/self/fd/##########";
  size_t end = sizeof "/proc/self/fd/" - 1, digits = 1;
  for (int rest = place; rest >= 10; rest /= 10) digits++;
  link[end + digits] = 0;
  for (int rest = place; digits > 0; rest /= 10) link[end + --digits] = (char)('0' + rest % 10);
  int code = chmod(link, 0700) < 0 ? -errno : 0;
  close(place);
  if (code) return code;
  RESULT(openat(directory, name, flags));
}

int32_t rd_symlinkat(const char *target, int32_t directory, const char *path) {
  RESULT(symlinkat(target, directory, path));
}

int64_t rd_readlinkat(int32_t directory, const char *path, char *buffer, size_t size) {
  RESULT((int64_t)readlinkat(directory, path, buffer, size));
}

int64_t rd_realpath(const char *path, char *buffer, size_t size) {
  char resolved[PATH_MAX];
  if (!realpath(path, resolved)) return -errno;
  size_t length = strlen(resolved);
  if (length >= size) return -ENAMETOOLONG;
  memcpy(buffer, resolved, length + 1);
  return (int64_t)length;
}

int32_t rd_access(const char *path, int32_t read, int32_t write, int32_t execute) {
  int mode = (read ? R_OK : 0) | (write ? W_OK : 0) | (execute ? X_OK : 0);
  RESULT(faccessat(AT_FDCWD, path, mode ? mode : F_OK, AT_EACCESS));
}

int64_t rd_getcwd(char *buffer, size_t size) {
  // The kernel answers "(unreachable)/..." for a directory outside the root; getcwd(3) turns that into ENOENT.
  if (!getcwd(buffer, size)) return -errno;
  return (int64_t)strlen(buffer);
}

int32_t rd_chdir(const char *path) { RESULT(chdir(path)); }

int64_t rd_hostname(char *buffer, size_t size) {
  if (gethostname(buffer, size) < 0) return -errno;
  return (int64_t)strnlen(buffer, size);
}

int32_t rd_pid(void) { return getpid(); }
int32_t rd_parent_pid(void) { return getppid(); }
int32_t rd_process_group(void) { return getpgrp(); }
uint32_t rd_uid(void) { return getuid(); }
uint32_t rd_euid(void) { return geteuid(); }
uint32_t rd_gid(void) { return getgid(); }

int32_t rd_processor_count(void) {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) ? -errno : CPU_COUNT(&set);
}

int32_t rd_signal_process(int32_t pid, int32_t number) { RESULT(kill(pid, number)); }
int64_t rd_clock_ticks(void) { return sysconf(_SC_CLK_TCK); }

static int64_t clock_nanoseconds(clockid_t clock) {
  struct timespec now;
  if (clock_gettime(clock, &now) < 0) return 0;
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t rd_monotonic(void) { return clock_nanoseconds(CLOCK_MONOTONIC); }
int64_t rd_realtime(void) { return clock_nanoseconds(CLOCK_REALTIME); }
int64_t rd_getrandom(void *buffer, size_t size) { RESULT((int64_t)getrandom(buffer, size, 0)); }
char *const *rd_environment(void) { return environ; }

int32_t rd_pidfd_open(int32_t pid) { RESULT((int32_t)syscall(SYS_pidfd_open, pid, 0)); }

int32_t rd_pidfd_getfd(int32_t pidfd, int32_t number) {
  RESULT((int32_t)syscall(SYS_pidfd_getfd, pidfd, number, 0));
}

int32_t rd_pidfd_signal(int32_t pidfd, int32_t number) {
  RESULT((int32_t)syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0));
}

int32_t rd_wait(int32_t pid, int32_t wait, struct rd_exit *end) {
  int status = 0;
  struct rusage usage;
  pid_t found = wait4(pid, &status, wait ? 0 : WNOHANG, &usage);
  if (found < 0) return -errno;
  if (found == 0) return 0;
  end->exited = WIFEXITED(status);
  end->status = WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
  end->user_microseconds = (int64_t)usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec;
  end->system_microseconds = (int64_t)usage.ru_stime.tv_sec * 1000000 + usage.ru_stime.tv_usec;
  end->peak_kilobytes = usage.ru_maxrss;
  return 1;
}

int32_t rd_poll(struct rd_poll *items, size_t count, int64_t timeout) {
  struct pollfd list[64];
  if (count > 64) return -EINVAL;
  for (size_t i = 0; i < count; i++) {
    list[i].fd = items[i].fd;
    list[i].events = (short)((items[i].events & RD_POLL_IN ? POLLIN : 0) | (items[i].events & RD_POLL_OUT ? POLLOUT : 0));
    list[i].revents = 0;
  }
  struct timespec limit = {timeout / 1000000000, timeout % 1000000000};
  int ready = ppoll(list, count, timeout < 0 ? NULL : &limit, NULL);
  if (ready < 0) return -errno;
  for (size_t i = 0; i < count; i++) {
    short seen = list[i].revents;
    items[i].seen = (int16_t)((seen & POLLIN ? RD_POLL_IN : 0) | (seen & POLLOUT ? RD_POLL_OUT : 0) |
                              (seen & POLLHUP ? RD_POLL_HUP : 0) | (seen & (POLLERR | POLLNVAL) ? RD_POLL_ERROR : 0));
  }
  return ready;
}

int32_t rd_watch_open(void) { RESULT(inotify_init1(IN_CLOEXEC | IN_NONBLOCK)); }

int32_t rd_watch_add(int32_t fd, const char *folder) {
  RESULT(inotify_add_watch(fd, folder, IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR | IN_DONT_FOLLOW));
}

static void to_sigset(uint64_t bits, sigset_t *set) {
  sigemptyset(set);
  for (int number = 1; number <= 64; number++)
    if (bits >> (number - 1) & 1) sigaddset(set, number);
}

int32_t rd_ignore_sigpipe(void) {
  struct sigaction action = {.sa_handler = SIG_IGN};
  RESULT(sigaction(SIGPIPE, &action, NULL));
}

int32_t rd_block_signals(uint64_t bits, uint64_t *previous) {
  sigset_t set, old;
  to_sigset(bits, &set);
  int code = pthread_sigmask(SIG_BLOCK, &set, &old);
  if (code) return -code;
  *previous = 0;
  for (int number = 1; number <= 64; number++)
    if (sigismember(&old, number) == 1) *previous |= (uint64_t)1 << (number - 1);
  return 0;
}

int32_t rd_restore_signals(uint64_t bits) {
  sigset_t set;
  to_sigset(bits, &set);
  return -pthread_sigmask(SIG_SETMASK, &set, NULL);
}

int32_t rd_signalfd(uint64_t bits) {
  sigset_t set;
  to_sigset(bits, &set);
  RESULT(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

int32_t rd_read_signal(int32_t fd, struct rd_signal *signal) {
  struct signalfd_siginfo info;
  ssize_t size = read(fd, &info, sizeof info);
  if (size < 0) return errno == EAGAIN ? 0 : -errno;
  if (size != sizeof info) return -EIO;
  signal->number = (int32_t)info.ssi_signo;
  signal->sender = (int32_t)info.ssi_pid;
  return 1;
}

int32_t rd_stop_self(void) { RESULT(kill(getpid(), SIGSTOP)); }

_Static_assert(sizeof(struct termios) <= sizeof(struct rd_terminal_state), "a terminal state must fit");

int32_t rd_isatty(int32_t fd) { return isatty(fd) ? 1 : 0; }

int32_t rd_window_get(int32_t fd, struct rd_window *window) {
  struct winsize size;
  if (ioctl(fd, TIOCGWINSZ, &size) < 0) return -errno;
  *window = (struct rd_window){size.ws_row, size.ws_col, size.ws_xpixel, size.ws_ypixel};
  return 0;
}

int32_t rd_window_set(int32_t fd, const struct rd_window *window) {
  struct winsize size = {window->rows, window->columns, window->width, window->height};
  RESULT(ioctl(fd, TIOCSWINSZ, &size));
}

int32_t rd_terminal_save(int32_t fd, struct rd_terminal_state *state) {
  struct termios now;
  if (tcgetattr(fd, &now) < 0) return -errno;
  memset(state, 0, sizeof *state);
  memcpy(state, &now, sizeof now);
  return 0;
}

int32_t rd_terminal_restore(int32_t fd, const struct rd_terminal_state *state) {
  struct termios then;
  memcpy(&then, state, sizeof then);
  RESULT(tcsetattr(fd, TCSADRAIN, &then));
}

int32_t rd_terminal_mode(int32_t fd, const struct rd_terminal_state *base, int32_t mode) {
  struct termios next;
  memcpy(&next, base, sizeof next);
  if (mode == RD_MODE_RAW) {
    cfmakeraw(&next);
  } else {
    next.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    next.c_cc[VMIN] = 1;
    next.c_cc[VTIME] = 0;
  }
  RESULT(tcsetattr(fd, TCSADRAIN, &next));
}

int32_t rd_terminal_flush_input(int32_t fd) { RESULT(tcflush(fd, TCIFLUSH)); }

int32_t rd_terminal_foreground(int32_t fd) { RESULT((int32_t)tcgetpgrp(fd)); }

int32_t rd_pty_open(int32_t opened, int32_t *other) {
  int master = opened >= 0 ? opened : posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (master < 0) return -errno;
  int code = 0;
  // TIOCGPTPEER opens the other side without a path, so no /dev/pts of another namespace can answer.
  int unlocked = 0;
  if (ioctl(master, TIOCSPTLCK, &unlocked) < 0) code = -errno;
  int slave = code ? -1 : ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (!code && slave < 0) code = -errno;
  if (code) {
    close(master);
    return code;
  }
  *other = slave;
  return master;
}
