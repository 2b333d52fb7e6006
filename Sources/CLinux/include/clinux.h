// Calls that Swift cannot make or cannot make safely. Every function returns a value of 0 or more, or -errno.
// The header includes nothing beyond <stddef.h> and <stdint.h>: anything else breaks clang modules beside Glibc.
#ifndef CLINUX_H
#define CLINUX_H

#include <stddef.h>
#include <stdint.h>

// Names and messages of error numbers. Both return static text.
const char *_Nonnull rd_errno_name(int32_t number);
const char *_Nonnull rd_errno_message(int32_t number);
const char *_Nonnull rd_signal_name(int32_t number);

// Files. Every descriptor made here is close-on-exec.
int32_t rd_openat(int32_t directory, const char *_Nonnull path, int32_t flags, uint32_t mode);
int32_t rd_openat2(int32_t directory, const char *_Nonnull path, uint64_t flags, uint64_t mode, uint64_t resolve);
int64_t rd_read(int32_t fd, void *_Nonnull buffer, size_t size);
int64_t rd_read_at(int32_t fd, void *_Nonnull buffer, size_t size, int64_t offset);
int64_t rd_write(int32_t fd, const void *_Nonnull buffer, size_t size);
int32_t rd_close(int32_t fd);
int32_t rd_fsync(int32_t fd);
int32_t rd_rewind(int32_t fd);
int32_t rd_ftruncate(int32_t fd, int64_t length);
int32_t rd_fchmod(int32_t fd, uint32_t mode);
int32_t rd_duplicate(int32_t fd, int32_t lowest);
int32_t rd_pipe(int32_t *_Nonnull reader, int32_t *_Nonnull writer);
int32_t rd_set_nonblocking(int32_t fd, int32_t on);
int32_t rd_set_inheritable(int32_t fd, int32_t on);
int32_t rd_flock(int32_t fd, int32_t exclusive, int32_t wait);
int32_t rd_memfd(const char *_Nonnull name);
int64_t rd_getdents(int32_t fd, void *_Nonnull buffer, size_t size);

enum { RD_KIND_OTHER = 0, RD_KIND_FILE, RD_KIND_DIRECTORY, RD_KIND_SYMLINK, RD_KIND_FIFO, RD_KIND_SOCKET, RD_KIND_CHARACTER,
       RD_KIND_BLOCK };
struct rd_stat {
  int32_t kind;
  uint32_t permissions;
  uint32_t uid;
  uint32_t gid;
  uint64_t device;
  uint64_t inode;
  uint64_t links;
  int64_t size;
  int64_t modified_seconds;
  int64_t modified_nanoseconds;
  int64_t changed;  // of the file's own data, nanoseconds since 1970
};
int32_t rd_stat(int32_t directory, const char *_Nonnull path, int32_t follow, struct rd_stat *_Nonnull info);
int32_t rd_fstat(int32_t fd, struct rd_stat *_Nonnull info);
int32_t rd_mkdirat(int32_t directory, const char *_Nonnull path, uint32_t mode);
int32_t rd_renameat(int32_t from_directory, const char *_Nonnull from, int32_t to_directory, const char *_Nonnull to);
int32_t rd_unlinkat(int32_t directory, const char *_Nonnull path, int32_t is_directory);
// Opens a directory to empty it; one without permission for its owner is given that permission first.
int32_t rd_open_directory_to_empty(int32_t directory, const char *_Nonnull name);
int32_t rd_symlinkat(const char *_Nonnull target, int32_t directory, const char *_Nonnull path);
int64_t rd_readlinkat(int32_t directory, const char *_Nonnull path, char *_Nonnull buffer, size_t size);
int64_t rd_realpath(const char *_Nonnull path, char *_Nonnull buffer, size_t size);
int32_t rd_access(const char *_Nonnull path, int32_t read, int32_t write, int32_t execute);
int64_t rd_getcwd(char *_Nonnull buffer, size_t size);
int32_t rd_chdir(const char *_Nonnull path);

// This process and others.
int64_t rd_hostname(char *_Nonnull buffer, size_t size);
int32_t rd_pid(void);
int32_t rd_parent_pid(void);
int32_t rd_process_group(void);
uint32_t rd_uid(void);
uint32_t rd_euid(void);
// How many processors this process may run on, or -errno.
int32_t rd_processor_count(void);
uint32_t rd_gid(void);
int32_t rd_signal_process(int32_t pid, int32_t number);
int64_t rd_clock_ticks(void);
int64_t rd_monotonic(void);
int64_t rd_realtime(void);
int64_t rd_getrandom(void *_Nonnull buffer, size_t size);
char *_Nullable const *_Nullable rd_environment(void);

// Processes by descriptor.
int32_t rd_pidfd_open(int32_t pid);
// A copy of the same open file that the process has under a number, with the same rights to it.
int32_t rd_pidfd_getfd(int32_t pidfd, int32_t number);
int32_t rd_pidfd_signal(int32_t pidfd, int32_t number);
struct rd_exit {
  int32_t exited;  // 1: `status` is the exit code; 0: the process was ended by signal `status`
  int32_t status;
  int64_t user_microseconds;
  int64_t system_microseconds;
  int64_t peak_kilobytes;
};
// Returns 1 and fills `end` if the child has ended, 0 if it has not (only when `wait` is 0).
int32_t rd_wait(int32_t pid, int32_t wait, struct rd_exit *_Nonnull end);

// Polling. `events` and `seen` are sets of RD_POLL_ bits.
enum { RD_POLL_IN = 1, RD_POLL_OUT = 2, RD_POLL_HUP = 4, RD_POLL_ERROR = 8 };
struct rd_poll {
  int32_t fd;
  int16_t events;
  int16_t seen;
};
// A timeout below 0 waits without end. Nanoseconds.
int32_t rd_poll(struct rd_poll *_Nullable items, size_t count, int64_t timeout);

// Watching folders for names that come and go.
int32_t rd_watch_open(void);
int32_t rd_watch_add(int32_t fd, const char *_Nonnull folder);

// Signals. A set is a bit mask: bit n-1 stands for signal n.
int32_t rd_ignore_sigpipe(void);
int32_t rd_block_signals(uint64_t set, uint64_t *_Nonnull previous);
int32_t rd_restore_signals(uint64_t set);
int32_t rd_signalfd(uint64_t set);
struct rd_signal {
  int32_t number;
  int32_t sender;
};
// Returns 1 with a signal, 0 when none is pending.
int32_t rd_read_signal(int32_t fd, struct rd_signal *_Nonnull signal);
int32_t rd_stop_self(void);

// Terminals.
struct rd_terminal_state {
  uint64_t words[16];
};
struct rd_window {
  uint16_t rows, columns, width, height;
};
enum { RD_MODE_RAW = 0, RD_MODE_CBREAK = 1 };
int32_t rd_isatty(int32_t fd);
int32_t rd_window_get(int32_t fd, struct rd_window *_Nonnull window);
int32_t rd_window_set(int32_t fd, const struct rd_window *_Nonnull window);
int32_t rd_terminal_save(int32_t fd, struct rd_terminal_state *_Nonnull state);
int32_t rd_terminal_restore(int32_t fd, const struct rd_terminal_state *_Nonnull state);
int32_t rd_terminal_mode(int32_t fd, const struct rd_terminal_state *_Nonnull base, int32_t mode);
int32_t rd_terminal_flush_input(int32_t fd);
int32_t rd_terminal_foreground(int32_t fd);
// Opens a new pseudo terminal: the controlling side is returned, the other side in `other`. `opened` is the
// controlling side when it is open already, and is closed on failure; -1 takes one of /dev/ptmx.
int32_t rd_pty_open(int32_t opened, int32_t *_Nonnull other);

#include "gate.h"
#include "launch.h"
#include "listing.h"
#include "network.h"

#endif
