// Private to CLinux: the network namespace of a run.
#ifndef CLINUX_NETSPACE_H
#define CLINUX_NETSPACE_H

#include "launch.h"
#include "network.h"

// The network namespace takes the kernel as long as all mounts together. So it is not the holder that makes it: the
// caller does, at the same time, by a child that shares its memory and its descriptors while the caller sleeps.
struct rd_netspace {
  int user;  // the user namespace that is to own it; -1 for the caller's own
  struct rd_listener *listeners;
  size_t count;
  int namespace, stage, error;
};

// -1 and errno when there is no such child; what the child could not do stands in `network`.
int rd_netspace_start(struct rd_netspace *network);
void rd_netspace_close(struct rd_netspace *network);

#endif
