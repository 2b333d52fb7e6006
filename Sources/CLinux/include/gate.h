// The gate on program starts: the kernel asks before execve (seccomp user notification), and a started program is held
// before its first instruction (ptrace) until what runs was compared with what was approved.
#ifndef CLINUX_GATE_H
#define CLINUX_GATE_H

#include <stddef.h>
#include <stdint.h>

#include "clinux.h"

// Whether this process could put a step behind the gate: 1 yes, 0 yes but waits that any signal ends (before Linux
// 5.19), or -errno. Tried in a thread of its own, which ends.
int32_t rd_gate_probe(void);

// Two ends of a channel of packets.
int32_t rd_socket_pair(int32_t *_Nonnull first, int32_t *_Nonnull second);

// In the child of a launch: the filter is installed and its listener sent through `channel`. What it asks about beside
// program starts: calls that name files; connect and listen. `refusals` is a filter of its own, of `length`
// instructions, whose refusals come to the listener, too: it can say no and nothing else (rd_gate_refuse), and without it
// the kernel does. 0 or -errno.
enum { RD_GATE_ASKS_FILES = 1, RD_GATE_ASKS_SOCKETS = 2 };
int32_t rd_gate_install(int32_t channel, int32_t wants, const void *_Nullable refusals, uint32_t length);
// The listener that a child sent; `killable` tells whether only death ends the wait of who is asked about.
int32_t rd_gate_take_listener(int32_t channel, int32_t *_Nonnull killable);

// A program start that waits for an answer. Addresses are the caller's.
struct rd_exec_notice {
  uint64_t id;
  int32_t thread;     // the caller's thread, as this process sees it
  int32_t directory;  // AT_FDCWD for execve
  uint64_t path, words, environment;
  int32_t flags;  // of execveat
  int32_t is_descriptor;  // 1: execveat
  int32_t files;          // 0 for a program start, else what the call does with the file that it names
  int32_t call;           // the number of a call that is refused
  int32_t old_directory;  // of what is renamed or linked
  uint64_t old_path;      // 0 for none
};
enum { RD_GATE_READS = 1, RD_GATE_CHANGES, RD_GATE_LOOKS, RD_GATE_CONNECTS, RD_GATE_LISTENS, RD_GATE_REFUSES };
// -ENOENT when the caller has gone again.
int32_t rd_gate_receive(int32_t listener, struct rd_exec_notice *_Nonnull notice);
// 0 while the caller of this notice still waits, else -ENOENT.
int32_t rd_gate_is_waiting(int32_t listener, uint64_t id);
// Lets the call go on, or ends it with an error number.
int32_t rd_gate_allow(int32_t listener, uint64_t id);
int32_t rd_gate_refuse(int32_t listener, uint64_t id, int32_t error);

// For connect and listen: the caller's socket itself, or -errno.
int32_t rd_gate_take_socket(const struct rd_exec_notice *_Nonnull notice);
// For connect: the address family, and for IPv4 where to. -errno.
int32_t rd_gate_target(const struct rd_exec_notice *_Nonnull notice, uint32_t *_Nonnull address, uint16_t *_Nonnull port);

// Text in another process: the length without its NUL; -ENAMETOOLONG when it does not end within `size`.
int64_t rd_process_text(int32_t pid, uint64_t address, char *_Nonnull buffer, size_t size);
// An argument vector in another process, each word with its NUL; the bytes used, or -E2BIG when they do not fit.
int64_t rd_process_words(int32_t pid, uint64_t address, char *_Nonnull buffer, size_t size, size_t *_Nonnull count);
// Opens the file that a caller's path means to the caller, without the right to read it.
int32_t rd_exec_place(const struct rd_exec_notice *_Nonnull notice, const char *_Nonnull path);
// A readable descriptor of a file that is open without that right.
int32_t rd_reopen(int32_t place);
// The path of an open file; the length.
int64_t rd_place_path(int32_t place, char *_Nonnull buffer, size_t size);
// What a process executes.
int32_t rd_process_image(int32_t pid, struct rd_stat *_Nonnull info);
// Reads up to `size` bytes of a file in a process' entry of /proc.
int64_t rd_process_file(int32_t pid, const char *_Nonnull name, char *_Nonnull buffer, size_t size);
struct rd_process_status {
  int32_t parent;
  int32_t state;
  uint64_t start_time;  // clock ticks since boot
};
int32_t rd_process_status(int32_t pid, struct rd_process_status *_Nonnull status);
// The process of a thread.
int32_t rd_process_of(int32_t thread);

// Tracing. All calls about one process must come from one thread.
int32_t rd_trace_seize(int32_t pid);
// What the call gave in which a process stands that was stopped at its end.
int32_t rd_trace_result(int32_t pid, int64_t *_Nonnull result);
int32_t rd_trace_release(int32_t pid, int32_t signal);
enum { RD_TRACE_ENDED = 0, RD_TRACE_EXECUTED, RD_TRACE_STOPPED, RD_TRACE_SIGNAL };
struct rd_trace_event {
  int32_t kind;
  int32_t pid;
  int32_t signal;
};
// Waits for the one traced process of this thread. The end of `own`, a child that somebody else here waits for, is
// seen and left to them.
int32_t rd_trace_wait(int32_t own, struct rd_trace_event *_Nonnull event);// Lets the call of a seized thread go on (rd_gate_allow), stops the thread at the end of it, and waits for that.
int32_t rd_trace_follow(int32_t listener, uint64_t id, int32_t thread, int32_t own, struct rd_trace_event *_Nonnull event);

#endif
