// Looking at other processes: their memory, their family, what they execute.
#ifndef CLINUX_PROCESS_H
#define CLINUX_PROCESS_H

#include <stddef.h>
#include <stdint.h>

#include "clinux.h"

// Parts of another process' memory, as they were when they were read first.
struct rd_memory;
struct rd_memory *_Nullable rd_memory_make(void);
void rd_memory_free(struct rd_memory *_Nonnull memory);
// Forgets what was read, and reads around up to four addresses of this process in one call.
void rd_memory_begin(struct rd_memory *_Nonnull memory, int32_t pid, const uint64_t *_Nonnull addresses, size_t count);
// Text in that process: the length without its NUL; -ENAMETOOLONG when it does not end within `size`.
int64_t rd_memory_text(struct rd_memory *_Nonnull memory, uint64_t address, char *_Nonnull buffer, size_t size);
// An argument vector in that process, each word with its NUL; the bytes used, or -E2BIG when they do not fit.
int64_t rd_memory_words(struct rd_memory *_Nonnull memory, uint64_t address, char *_Nonnull buffer, size_t size,
                        size_t *_Nonnull count);
// Reads what is mapped from `address` on, at least one byte; a mapping's end cuts it short.
int64_t rd_process_bytes(int32_t pid, uint64_t address, void *_Nonnull buffer, size_t size);

// What tells a process from all others, and the process that has it for a child.
struct rd_process_kin {
  int32_t parent;
  uint64_t number;  // no other process ever has it (Linux 6.13), or had it within a clock tick (the start time)
};
// A descriptor of the process (pidfd_open), or -errno; -ENOENT: it is a thread of another process.
int32_t rd_process_kin(int32_t pid, struct rd_process_kin *_Nonnull kin);
// The same again of a process that is open: 0 or -errno.
int32_t rd_process_kin_of(int32_t pidfd, int32_t pid, struct rd_process_kin *_Nonnull kin);
int32_t rd_process_has_ended(int32_t pidfd);
// The number that was given last to a process or thread of this pid namespace or of one in it (proc(5)); `fd` is
// /proc/loadavg.
int32_t rd_last_process(int32_t fd);
struct rd_process_status {
  int32_t parent;
  int32_t state;
  uint64_t start_time;  // clock ticks since boot
};
int32_t rd_process_status(int32_t pid, struct rd_process_status *_Nonnull status);
// The process of a thread.
int32_t rd_process_of(int32_t thread);

// Opens a file in a process' entry of /proc.
int32_t rd_process_open(int32_t pid, const char *_Nonnull name, int32_t flags);
// What a process executes.
int32_t rd_process_image(int32_t pid, struct rd_stat *_Nonnull info);
// Reads up to `size` bytes of a file in a process' entry of /proc.
int64_t rd_process_file(int32_t pid, const char *_Nonnull name, char *_Nonnull buffer, size_t size);

// A thread that keeps a processor from halting: a program that is let go is put on an idle processor, and one that has
// halted takes 50 to 100 us to begin in a virtual machine. It runs below everything else (SCHED_IDLE).
struct rd_vigil;
struct rd_vigil *_Nullable rd_vigil_make(void);
// The thread's work, until rd_vigil_end.
void rd_vigil_keep(struct rd_vigil *_Nonnull vigil);
// Keeps awake from now on for a time.
void rd_vigil_extend(struct rd_vigil *_Nonnull vigil, int64_t nanoseconds);
void rd_vigil_end(struct rd_vigil *_Nonnull vigil);

#endif
