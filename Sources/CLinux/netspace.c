// The network namespace of a run.
#define _GNU_SOURCE
#include "netspace.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

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

__attribute__((no_sanitize("address"))) static int make_network(void *argument) {
  struct rd_netspace *network = argument;
  if ((network->user >= 0 && setns(network->user, CLONE_NEWUSER) < 0) || unshare(CLONE_NEWNET) < 0) {
    network->stage = RD_HOLD_STAGE_CLONE;
  } else if (raise_loopback() < 0) {
    network->stage = RD_HOLD_STAGE_LOOPBACK;
  } else if ((network->namespace = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC)) < 0) {
    network->stage = RD_HOLD_STAGE_NAMESPACES;
  }
  network->error = errno;
  for (size_t index = 0; index < network->count && !network->stage; index++) {
    struct rd_listener *listener = &network->listeners[index];
    struct rd_address address = {listener->is_v6 ? 16 : 4, {0}};
    if (listener->is_v6) address.bytes[15] = 1;
    else address.bytes[0] = 127, address.bytes[3] = 1;
    listener->fd = rd_tcp_listen(&address, listener->port, 512);
  }
  _exit(0);
}

void rd_netspace_close(struct rd_netspace *network) {
  for (size_t index = 0; index < network->count; index++)
    if (network->listeners[index].fd >= 0) close(network->listeners[index].fd);
  if (network->namespace >= 0) close(network->namespace);
}

int rd_netspace_start(struct rd_netspace *network) {
  enum { STACK = 64 * 1024 };
  char stack[STACK] __attribute__((aligned(16)));
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pid_t pid = clone(make_network, stack + STACK, CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, network);
  int code = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  while (pid >= 0 && waitpid(pid, NULL, __WALL) < 0 && errno == EINTR) continue;
  errno = code;
  return pid < 0 ? -1 : 0;
}
