// The network namespace of a run.
#define _GNU_SOURCE
#include "netspace.h"

#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "network.h"

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

int rd_netspace_make(void) {
  if (unshare(CLONE_NEWNET) < 0) return RD_HOLD_STAGE_CLONE;
  return raise_loopback() < 0 ? RD_HOLD_STAGE_LOOPBACK : RD_HOLD_STAGE_NONE;
}

int rd_netspace_listen(const struct rd_listener *listener) {
  struct rd_address address = {listener->is_v6 ? 16 : 4, {0}};
  if (listener->is_v6) address.bytes[15] = 1;
  else address.bytes[0] = 127, address.bytes[3] = 1;
  return rd_tcp_listen(&address, listener->port, 512);
}
