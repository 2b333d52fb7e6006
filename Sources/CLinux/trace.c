// Holding a program between its start and its first instruction.
#define _GNU_SOURCE
#include "gate.h"
#include "result.h"

#include <elf.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

int32_t rd_trace_seize(int32_t pid) {
  RESULT(ptrace(PTRACE_SEIZE, pid, NULL, (void *)(PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL)));
}

// -ENOEXEC: a 32-bit program, which has fewer of them.
static int registers_of(int32_t pid, struct user_regs_struct *registers) {
  struct iovec part = {registers, sizeof *registers};
  if (ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &part) < 0) return -errno;
  return part.iov_len == sizeof *registers ? 0 : -ENOEXEC;
}

int32_t rd_trace_result(int32_t pid, int64_t *result) {
  struct user_regs_struct registers;
  int code = registers_of(pid, &registers);
  if (code) return code;
#if defined(__x86_64__)
  *result = (int64_t)registers.rax;
#else
  *result = (int64_t)registers.regs[0];
#endif
  return 0;
}

// The kernel has put on the new stack, from its pointer up: the count of words, their addresses, NULL, the addresses of the
// variables, NULL, and further above the texts of both one behind the other (create_elf_tables in fs/binfmt_elf.c).
int64_t rd_trace_given(int32_t pid, size_t words, size_t variables, char *buffer, size_t size) {
  struct user_regs_struct registers;
  int code = registers_of(pid, &registers);
  if (code) return code;
#if defined(__x86_64__)
  uint64_t stack = registers.rsp;
#else
  uint64_t stack = registers.sp;
#endif
  size_t count = 1 + words + 1 + variables + 1;
  uint64_t *list = malloc(count * sizeof *list);
  if (!list) return -ENOMEM;
  int64_t got = rd_process_bytes(pid, stack, list, count * sizeof *list);
  if (got >= 0) {
    int fits = (size_t)got == count * sizeof *list && list[0] == words && words && !list[1 + words] && !list[count - 1];
    for (size_t index = 1; fits && index < count - 1; index++) fits = index == 1 + words || list[index];
    got = fits ? rd_process_bytes(pid, list[1], buffer, size) : -EINVAL;
  }
  free(list);
  return got;
}

int32_t rd_trace_release(int32_t pid, int32_t signal) {
  RESULT(ptrace(PTRACE_DETACH, pid, NULL, (void *)(uintptr_t)signal));
}

int32_t rd_trace_wait(int32_t own, struct rd_trace_event *event) {
  siginfo_t info;
  // The end of `own` is for another thread to collect: not taken out of the queue.
  int options = WEXITED | WSTOPPED | __WALL | __WNOTHREAD | (own < 0 ? 0 : WNOWAIT);
  for (;;) {
    memset(&info, 0, sizeof info);
    if (syscall(SYS_waitid, P_ALL, 0, &info, options, NULL) == 0) break;
    if (errno != EINTR) return -errno;
  }
  *event = (struct rd_trace_event){RD_TRACE_ENDED, info.si_pid, 0};
  if (info.si_code == CLD_TRAPPED || info.si_code == CLD_STOPPED) {
    // Taken out of the queue now: a thread that took its leader's number cannot be let go before.
    siginfo_t same;
    if (own >= 0) syscall(SYS_waitid, P_PID, info.si_pid, &same, WSTOPPED | WNOHANG | __WALL | __WNOTHREAD, NULL);
    int number = info.si_status & 0xFF, what = info.si_status >> 8;
    event->kind = what == PTRACE_EVENT_EXEC ? RD_TRACE_EXECUTED : what == PTRACE_EVENT_STOP ? RD_TRACE_STOPPED
                                                                                           : RD_TRACE_SIGNAL;
    event->signal = what ? 0 : number;
    return 0;
  }
  if (own >= 0 && info.si_pid != own)
    while (waitpid(info.si_pid, NULL, __WALL) < 0 && errno == EINTR) continue;
  return 0;
}

int32_t rd_trace_follow(int32_t listener, uint64_t id, int32_t thread, int32_t own, struct rd_trace_event *event) {
  if (ptrace(PTRACE_INTERRUPT, thread, NULL, NULL) < 0 && errno != ESRCH) return -errno;
  while (rd_gate_allow(listener, id) == -EINTR) continue;
  // Also when the caller has been killed, which is no error: what it leaves must be collected, or it would be taken for
  // the end of the next one.
  return rd_trace_wait(own, event);
}
