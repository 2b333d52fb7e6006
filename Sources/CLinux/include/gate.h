// The gate on program starts: the kernel asks before execve (seccomp user notification), and a started program is held
// before its first instruction (ptrace) until what runs was compared with what was approved.
#ifndef CLINUX_GATE_H
#define CLINUX_GATE_H

#include <stddef.h>
#include <stdint.h>

#include "clinux.h"
#include "process.h"

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
// The listener that a child sent; `killable` tells whether only death ends the wait of who is asked about, `confined`
// whether a filter of refusals came along.
int32_t rd_gate_take_listener(int32_t channel, int32_t *_Nonnull killable, int32_t *_Nonnull confined);

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

// The caller's root, without the right to read it.
int32_t rd_exec_root(const struct rd_exec_notice *_Nonnull notice);
// Opens the file that a caller's path means to the caller, without the right to read it. `root`: the caller's root where
// it is known, or -1.
int32_t rd_exec_place(const struct rd_exec_notice *_Nonnull notice, int32_t root, const char *_Nonnull path);
// A readable descriptor of a file that is open without that right.
int32_t rd_reopen(int32_t place);
// The path of an open file; the length.
int64_t rd_place_path(int32_t place, char *_Nonnull buffer, size_t size);

// Tracing. All calls about one process must come from one thread.
int32_t rd_trace_seize(int32_t pid);
// What the call gave in which a process stands that was stopped at its end.
int32_t rd_trace_result(int32_t pid, int64_t *_Nonnull result);
// The words and variables that a program was given, before its first instruction: `size` bytes from the first word on,
// each with its NUL. -EINVAL when there are not just so many words and variables, -ENOEXEC for a program of another kind
// of processor than this one's.
int64_t rd_trace_given(int32_t pid, size_t words, size_t variables, char *_Nonnull buffer, size_t size);
int32_t rd_trace_release(int32_t pid, int32_t signal);
enum { RD_TRACE_ENDED = 0, RD_TRACE_EXECUTED, RD_TRACE_STOPPED, RD_TRACE_SIGNAL };
struct rd_trace_event {
  int32_t kind;
  int32_t pid;
  int32_t signal;
};
// Waits for the one traced process of this thread. The end of `own`, a child that somebody else here waits for, is
// seen and left to them; -1: it is not traced.
int32_t rd_trace_wait(int32_t own, struct rd_trace_event *_Nonnull event);
// Lets the call of a seized thread go on (rd_gate_allow), stops the thread at the end of it, and waits for that.
int32_t rd_trace_follow(int32_t listener, uint64_t id, int32_t thread, int32_t own,
                        struct rd_trace_event *_Nonnull event);

#endif
