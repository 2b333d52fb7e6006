// Messages between two processes that carry descriptors.
#define _GNU_SOURCE
#include "channel.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

union descriptors {
  struct cmsghdr header;
  char space[CMSG_SPACE(sizeof(int) * RD_CHANNEL_MOST)];
};

int rd_channel_send(int channel, const void *bytes, size_t size, const int *fds, int count) {
  struct iovec part = {(void *)(uintptr_t)bytes, size};
  union descriptors control;
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (count > 0) {
    size_t length = sizeof(int) * (size_t)count;
    memset(&control, 0, CMSG_SPACE(length));
    message.msg_control = &control;
    message.msg_controllen = CMSG_SPACE(length);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(length);
    memcpy(CMSG_DATA(header), fds, length);
  }
  return sendmsg(channel, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

int rd_channel_receive(int channel, void *bytes, size_t size, int *fds, int room) {
  struct iovec part = {bytes, size};
  union descriptors control;
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_LEN(sizeof(int) * (size_t)room)};
  ssize_t got;
  do got = recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
  while (got < 0 && errno == EINTR);
  if (got < 0) return -errno;
  if ((size_t)got != size) return -ECHILD;
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  if (!header || header->cmsg_type != SCM_RIGHTS) return 0;
  int count = (int)((header->cmsg_len - CMSG_LEN(0)) / sizeof(int));
  memcpy(fds, CMSG_DATA(header), sizeof(int) * (size_t)count);
  return count;
}
