#define _GNU_SOURCE
#include "network.h"

#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

union endpoint {
  struct sockaddr any;
  struct sockaddr_in v4;
  struct sockaddr_in6 v6;
};

static socklen_t fill(union endpoint *to, const struct rd_address *address, uint16_t port) {
  memset(to, 0, sizeof *to);
  if (address->length == 4) {
    to->v4.sin_family = AF_INET;
    to->v4.sin_port = htons(port);
    memcpy(&to->v4.sin_addr, address->bytes, 4);
    return sizeof to->v4;
  }
  if (address->length != 16) return 0;
  to->v6.sin6_family = AF_INET6;
  to->v6.sin6_port = htons(port);
  memcpy(&to->v6.sin6_addr, address->bytes, 16);
  return sizeof to->v6;
}

static int take(struct rd_address *to, const struct sockaddr *from) {
  if (from && from->sa_family == AF_INET) {
    to->length = 4;
    memcpy(to->bytes, &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
    return 1;
  }
  if (from && from->sa_family == AF_INET6) {
    to->length = 16;
    memcpy(to->bytes, &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr, 16);
    return 1;
  }
  return 0;
}

static int fail(int fd) {
  int code = errno;
  close(fd);
  return -code;
}

static int make_socket(int family) {
  int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
  return fd < 0 ? -errno : fd;
}

static void hurry(int fd) {
  int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

int32_t rd_tcp_listen(const struct rd_address *address, uint16_t port, int32_t backlog) {
  union endpoint endpoint;
  socklen_t size = fill(&endpoint, address, port);
  if (!size) return -EINVAL;
  int fd = make_socket(endpoint.any.sa_family), on = 1;
  if (fd < 0) return fd;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address->length == 16) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (bind(fd, &endpoint.any, size) < 0 || listen(fd, backlog) < 0) return fail(fd);
  return fd;
}

// The port of one end: `name` is getsockname or getpeername.
static int32_t port_of(int32_t fd, int (*name)(int, struct sockaddr *, socklen_t *)) {
  union endpoint endpoint;
  socklen_t size = sizeof endpoint;
  if (name(fd, &endpoint.any, &size) < 0) return -errno;
  return ntohs(endpoint.any.sa_family == AF_INET ? endpoint.v4.sin_port : endpoint.v6.sin6_port);
}

int32_t rd_tcp_port(int32_t fd) { return port_of(fd, getsockname); }

int32_t rd_tcp_accept(int32_t fd) {
  int got = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (got < 0) return -errno;
  hurry(got);
  return got;
}

int32_t rd_tcp_connect(const struct rd_address *address, uint16_t port) {
  union endpoint endpoint;
  socklen_t size = fill(&endpoint, address, port);
  if (!size) return -EINVAL;
  int fd = make_socket(endpoint.any.sa_family);
  if (fd < 0) return fd;
  hurry(fd);
  if (connect(fd, &endpoint.any, size) < 0 && errno != EINPROGRESS && errno != EINTR) return fail(fd);
  return fd;
}

int32_t rd_tcp_peer_port(int32_t fd) { return port_of(fd, getpeername); }

int32_t rd_socket_family(int32_t fd) {
  int family = 0;
  socklen_t size = sizeof family;
  return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &size) < 0 ? -errno : family;
}

int32_t rd_socket_listen(int32_t fd, int32_t backlog) { return listen(fd, backlog) < 0 ? -errno : 0; }

static const struct rd_address loopback = {4, {127, 0, 0, 1}};

int32_t rd_tcp_take_port(int32_t fd) {
  union endpoint endpoint;
  socklen_t size = fill(&endpoint, &loopback, 0);
  if (bind(fd, &endpoint.any, size) < 0) return -errno;
  return rd_tcp_port(fd);
}

int32_t rd_tcp_connect_here(int32_t fd, uint16_t port) {
  union endpoint endpoint;
  socklen_t size = fill(&endpoint, &loopback, port);
  return connect(fd, &endpoint.any, size) < 0 ? -errno : 0;
}

int32_t rd_tcp_error(int32_t fd) {
  int code = 0;
  socklen_t size = sizeof code;
  if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size) < 0) return -errno;
  return -code;
}

int32_t rd_tcp_end_writing(int32_t fd) { return shutdown(fd, SHUT_WR) < 0 ? -errno : 0; }

void rd_tcp_reset_at_close(int32_t fd) {
  struct linger hard = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
}

int32_t rd_resolve(const char *name, struct rd_address *list, int32_t room) {
  struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_protocol = IPPROTO_TCP};
  struct addrinfo *found = NULL;
  if (getaddrinfo(name, NULL, &hints, &found) != 0) return -1;
  int32_t count = 0;
  for (struct addrinfo *item = found; item && count < room; item = item->ai_next)
    count += take(&list[count], item->ai_addr);
  freeaddrinfo(found);
  return count;
}

int32_t rd_own_addresses(struct rd_address *list, int32_t room) {
  struct ifaddrs *found = NULL;
  if (getifaddrs(&found) < 0) return -errno;
  int32_t count = 0;
  for (struct ifaddrs *item = found; item && count < room; item = item->ifa_next)
    count += take(&list[count], item->ifa_addr);
  freeifaddrs(found);
  return count;
}

// One direction. Small amounts go through a buffer; once a connection proves to be a bulk transfer, its bytes go
// through a pipe and are not copied here.
struct way {
  int from, to;
  uint8_t *buffer;
  size_t at, have;
  int pipe[2];
  size_t piped;
  uint64_t moved;
  int64_t left;  // bytes that may still be read, -1 for all
  int reads, finished, has_tried_pipe;
  short wants_from, wants_to;
};

enum { BUFFER = 65536, PIPE = 1 << 20, BULK = 1 << 18, ROUNDS = 16, LOCAL = 160 * 1024 };

static void finish(struct way *way, int stop_reading) {
  way->finished = 1;
  way->reads = 0;
  if (stop_reading) shutdown(way->from, SHUT_RD);
  shutdown(way->to, SHUT_WR);
}

static void try_pipe(struct way *way) {
  way->has_tried_pipe = 1;
  if (pipe2(way->pipe, O_CLOEXEC | O_NONBLOCK) < 0) {
    way->pipe[0] = way->pipe[1] = -1;
    return;
  }
  fcntl(way->pipe[1], F_SETPIPE_SZ, PIPE);  // a smaller one does as well
}

static ssize_t fetch(struct way *way) {
  size_t most = way->left >= 0 && way->left < PIPE ? (size_t)way->left : PIPE;
  if (way->moved >= BULK && !way->has_tried_pipe) try_pipe(way);
  ssize_t got;
  if (way->pipe[1] >= 0) {
    do got = splice(way->from, NULL, way->pipe[1], NULL, most, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    while (got < 0 && errno == EINTR);
    if (got > 0) way->piped = (size_t)got;
  } else {
    do got = recv(way->from, way->buffer, most < BUFFER ? most : BUFFER, 0);
    while (got < 0 && errno == EINTR);
    if (got > 0) way->at = 0, way->have = (size_t)got;
  }
  if (got > 0 && way->left >= 0) way->left -= got;
  return got;
}

static ssize_t deliver(struct way *way) {
  ssize_t put;
  if (way->piped) {
    do put = splice(way->pipe[0], NULL, way->to, NULL, way->piped, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    while (put < 0 && errno == EINTR);
    if (put > 0) way->piped -= (size_t)put;
  } else {
    do put = send(way->to, way->buffer + way->at, way->have - way->at, MSG_NOSIGNAL);
    while (put < 0 && errno == EINTR);
    if (put > 0) way->at += (size_t)put;
  }
  if (put > 0) way->moved += (uint64_t)put;
  return put;
}

// Moves what can be moved now. -1 when the source broke off.
static int pump(struct way *way) {
  way->wants_from = way->wants_to = 0;
  for (int round = 0; round < ROUNDS && !way->finished; round++) {
    if (way->piped || way->at < way->have) {
      if (deliver(way) > 0) continue;
      if (errno == EAGAIN) {
        way->wants_to = POLLOUT;
        return 0;
      }
      finish(way, 1);  // nobody takes it any more; what the other direction still has to say is heard
      return 0;
    }
    if (way->left == 0) way->reads = 0;
    if (!way->reads) {
      // With a limit the request has ended, but not the connection.
      if (way->left == 0) way->finished = 1;
      else finish(way, 0);
      return 0;
    }
    ssize_t got = fetch(way);
    if (got > 0) continue;
    if (got == 0) way->reads = 0;
    else if (errno == EAGAIN) {
      way->wants_from = POLLIN;
      return 0;
    } else {
      return -1;
    }
  }
  if (!way->finished) {
    if (way->piped || way->at < way->have) way->wants_to = POLLOUT;
    else way->wants_from = POLLIN;
    if (!way->reads) way->wants_to = POLLOUT;
  }
  return 0;
}

// Whether a way can go on, by what poll said of its ends. An error at either end is for both ways to find.
static int can_go_on(const struct way *way, short from, short to) {
  return ((from & way->wants_from) | (to & way->wants_to) | ((from | to) & (POLLERR | POLLHUP | POLLNVAL))) != 0;
}

static int carry(struct rd_relay *relay, struct way *up, struct way *down) {
  struct timespec idle = {relay->idle_nanoseconds / 1000000000, relay->idle_nanoseconds % 1000000000};
  int up_goes = 1, down_goes = 1;
  for (;;) {
    int ended = up_goes && pump(up) < 0;
    // A store to memory that is rarely read: it costs nothing beside the calls that moved the bytes.
    if (relay->meter) rd_meter_write(relay->meter, up->moved);
    if (ended) {
      rd_tcp_reset_at_close(relay->server);
      return RD_RELAY_BROKEN;
    }
    if (down_goes && pump(down) < 0) {
      rd_tcp_reset_at_close(relay->client);
      return RD_RELAY_BROKEN;
    }
    // A request with a limit does not end the client's side; the answer does.
    if (down->finished && (up->finished || up->left >= 0)) return RD_RELAY_DONE;
    struct pollfd list[3] = {
        {.fd = relay->client, .events = (short)(up->wants_from | down->wants_to)},
        {.fd = relay->server, .events = (short)(down->wants_from | up->wants_to)},
        {.fd = relay->stop, .events = POLLIN},
    };
    for (int index = 0; index < 2; index++)
      if (!list[index].events) list[index].fd = -1;
    int ready;
    do ready = ppoll(list, 3, &idle, NULL);
    while (ready < 0 && errno == EINTR);
    if (ready < 0) return RD_RELAY_BROKEN;
    if (ready == 0) return RD_RELAY_IDLE;
    if (list[2].revents) {
      rd_tcp_reset_at_close(relay->client);
      rd_tcp_reset_at_close(relay->server);
      return RD_RELAY_STOPPED;
    }
    up_goes = can_go_on(up, list[0].revents, list[1].revents);
    down_goes = can_go_on(down, list[1].revents, list[0].revents);
  }
}

// Whether a connection stays on this machine.
static int is_local(int fd) {
  union endpoint peer;
  socklen_t size = sizeof peer;
  if (getpeername(fd, &peer.any, &size) < 0) return 0;
  if (peer.any.sa_family == AF_INET) return (ntohl(peer.v4.sin_addr.s_addr) >> 24) == 127;
  return peer.any.sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&peer.v6.sin6_addr);
}

// A connection within the machine needs no megabytes under way: what waits in them has left the processor's cache by
// the time it is taken. The kernel's own measure is for far peers, who keep it.
static void keep_short(int fd) {
  if (!is_local(fd)) return;
  int size = LOCAL;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

uint64_t rd_meter_read(const uint64_t *meter) { return __atomic_load_n(meter, __ATOMIC_RELAXED); }

void rd_meter_write(uint64_t *meter, uint64_t count) { __atomic_store_n(meter, count, __ATOMIC_RELAXED); }

int32_t rd_relay_run(struct rd_relay *relay) {
  struct way up = {.from = relay->client, .to = relay->server, .left = relay->upload_limit, .reads = 1};
  struct way down = {.from = relay->server, .to = relay->client, .left = -1, .reads = 1};
  up.pipe[0] = up.pipe[1] = down.pipe[0] = down.pipe[1] = -1;
  size_t room = relay->first_length > BUFFER ? relay->first_length : BUFFER;
  up.buffer = malloc(room);
  down.buffer = malloc(BUFFER);
  int end = RD_RELAY_BROKEN;
  keep_short(relay->client);
  keep_short(relay->server);
  if (up.buffer && down.buffer) {
    if (relay->first_length) memcpy(up.buffer, relay->first, relay->first_length);
    up.have = relay->first_length;
    end = carry(relay, &up, &down);
  }
  for (int side = 0; side < 2; side++) {
    if (up.pipe[side] >= 0) close(up.pipe[side]);
    if (down.pipe[side] >= 0) close(down.pipe[side]);
  }
  free(up.buffer);
  free(down.buffer);
  relay->uploaded = up.moved;
  relay->downloaded = down.moved;
  return end;
}
