// Private to CLinux: messages between two processes that carry descriptors (SCM_RIGHTS, unix(7)).
#ifndef CLINUX_CHANNEL_H
#define CLINUX_CHANNEL_H

#include <stddef.h>

// The kernel passes this many at once (SCM_MAX_FD).
enum { RD_CHANNEL_MOST = 253 };

// 0 or -errno.
int rd_channel_send(int channel, const void *bytes, size_t size, const int *fds, int count);
// How many descriptors came, of at most `room`; -ECHILD when it was no whole message, since the other side is gone.
int rd_channel_receive(int channel, void *bytes, size_t size, int *fds, int room);

#endif
