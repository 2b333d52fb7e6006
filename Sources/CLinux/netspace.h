// Private to CLinux: the network namespace of a run.
#ifndef CLINUX_NETSPACE_H
#define CLINUX_NETSPACE_H

#include "launch.h"

// Moves this process into a network of its own, where loopback is all there is. 0, or the stage that failed, and errno.
int rd_netspace_make(void);
// Listens there: the descriptor, or -errno.
int rd_netspace_listen(const struct rd_listener *listener);

#endif
