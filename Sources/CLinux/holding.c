// A holder as its caller sees it: begun, given its plan, and taken when it stands.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "channel.h"
#include "clinux.h"
#include "holder.h"

static void fail(struct rd_holder *holder, int stage, int code) {
  holder->stage = stage;
  holder->error = code;
}

static struct plan *plan_of(const struct rd_holder *holder) { return (struct plan *)(uintptr_t)holder->plan; }

static void forget_plan(struct rd_holder *holder) {
  if (holder->plan) munmap(plan_of(holder), holder->plan_size);
  holder->plan = 0;
}

void rd_holder_begin(uint32_t wanted, struct rd_holder *holder) {
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
  unsigned long flags = SIGCHLD;
  for (size_t index = 0; index < sizeof kinds / sizeof *kinds; index++)
    if (wanted & kinds[index].bit) flags |= kinds[index].flag;
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
    return fail(holder, RD_HOLD_STAGE_CHANNEL, errno);
  uint32_t uid = geteuid(), gid = getegid();
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  long pid = syscall(SYS_clone, flags, 0, 0, 0, 0);
  if (pid == 0) rd_holder_be(wanted, ends[1], uid, gid);
  int code = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(ends[1]);
  holder->control = ends[0];
  holder->pid = (int32_t)pid;
  if (pid < 0) fail(holder, RD_HOLD_STAGE_CLONE, code);
}

// Where the next text is written; NULL counts as an empty one.
static uint32_t add_text(char *texts, size_t *end, const char *text) {
  size_t start = *end, size = text ? strlen(text) + 1 : 1;
  if (texts) memcpy(texts + start, text ? text : "", size);
  *end += size;
  return (uint32_t)start;
}

static size_t texts_of(const struct rd_mount *mounts, size_t count) {
  size_t size = 0;
  for (size_t index = 0; index < count; index++) {
    add_text(NULL, &size, mounts[index].path);
    add_text(NULL, &size, mounts[index].target);
  }
  return size;
}

void rd_holder_plan(struct rd_holder *holder, uint32_t limit, const struct rd_mount *mounts, size_t count,
                    const struct rd_listener *listeners, size_t listener_count) {
  if (holder->stage) return;
  if (listener_count > RD_HOLD_LISTENERS) listener_count = RD_HOLD_LISTENERS;
  size_t size = sizeof(struct plan) + count * sizeof(struct planned_mount) +
                listener_count * sizeof(struct rd_listener) + texts_of(mounts, count);
  // Texts are named by 32 bits.
  if (size > UINT32_MAX) return fail(holder, RD_HOLD_STAGE_CHANNEL, E2BIG);
  int fd = rd_memfd("rundown-plan");
  if (fd < 0) return fail(holder, RD_HOLD_STAGE_CHANNEL, -fd);
  struct plan *plan = MAP_FAILED;
  if (ftruncate(fd, (off_t)size) == 0) plan = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (plan == MAP_FAILED) {
    fail(holder, RD_HOLD_STAGE_CHANNEL, errno);
  } else {
    *plan = (struct plan){limit, (uint32_t)count, (uint32_t)listener_count};
    size_t end = 0;
    for (size_t index = 0; index < count; index++) {
      const struct rd_mount *item = &mounts[index];
      uint32_t path = add_text(plan_texts(plan), &end, item->path);
      uint32_t target = add_text(plan_texts(plan), &end, item->target);
      plan_mounts(plan)[index] =
          (struct planned_mount){item->act, item->attributes, item->tree, path, target, EINVAL, -1};
    }
    if (listener_count) memcpy(plan_listeners(plan), listeners, listener_count * sizeof *listeners);
    holder->plan = (uintptr_t)plan;
    holder->plan_size = size;
    char word = 'P';
    int code = rd_channel_send(holder->control, &word, 1, &fd, 1);
    if (code < 0) fail(holder, RD_HOLD_STAGE_CHANNEL, -code);
  }
  close(fd);
}

// Gives what was passed its places, and the listeners theirs.
static void place(struct rd_holder *holder, const struct report *report, const int *fds, int passed) {
  int32_t *const places[PLACES] = {&holder->user, &holder->mounts, &holder->network, &holder->processes,
                                   &holder->ipc,  &holder->root,   &holder->children};
  int next = 0;
  for (int index = 0; index < PLACES; index++)
    if (report->passed >> index & 1 && next < passed) *places[index] = fds[next++];
  struct plan *plan = plan_of(holder);
  struct rd_listener *listeners = plan_listeners(plan);
  for (uint32_t index = 0; index < plan->listeners; index++)
    if (listeners[index].fd >= 0) listeners[index].fd = next < passed ? fds[next++] : -EBADF;
}

void rd_holder_take(struct rd_holder *holder, int32_t *results, struct rd_listener *listeners) {
  struct report report;
  int fds[PASSED];
  if (!holder->stage && !holder->plan) fail(holder, RD_HOLD_STAGE_CHANNEL, EINVAL);
  if (!holder->stage) {
    int passed = rd_channel_receive(holder->control, &report, sizeof report, fds, PASSED);
    if (passed < 0) fail(holder, RD_HOLD_STAGE_CHANNEL, -passed);
    else if (report.stage) fail(holder, report.stage, report.error);
    else place(holder, &report, fds, passed);
  }
  struct plan *plan = plan_of(holder);
  if (!holder->stage) {
    holder->devices_error = report.devices_error;
    holder->proc_error = report.proc_error;
    holder->limit_error = report.limit_error;
    for (uint32_t index = 0; index < plan->mounts; index++) results[index] = plan_mounts(plan)[index].result;
    if (plan->listeners) memcpy(listeners, plan_listeners(plan), plan->listeners * sizeof *listeners);
  }
  forget_plan(holder);
  if (holder->stage) rd_holder_drop(holder);
}

void rd_holder_drop(struct rd_holder *holder) {
  forget_plan(holder);
  if (holder->control >= 0) close(holder->control);
  holder->control = -1;
  if (holder->pid < 0) return;
  // Whatever it is doing: its answer no longer counts.
  kill(holder->pid, SIGKILL);
  while (waitpid(holder->pid, NULL, __WALL) < 0 && errno == EINTR) continue;
  holder->pid = -1;
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
