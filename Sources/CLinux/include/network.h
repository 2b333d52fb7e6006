// Sockets of the Internet families, and the relay between two of them.
#ifndef CLINUX_NETWORK_H
#define CLINUX_NETWORK_H

#include <stddef.h>
#include <stdint.h>

// An address: 4 or 16 bytes in network order.
struct rd_address {
  int32_t length;
  uint8_t bytes[16];
};

// Every socket made here is close-on-exec and non-blocking.
int32_t rd_tcp_listen(const struct rd_address *_Nonnull address, uint16_t port, int32_t backlog);
int32_t rd_tcp_port(int32_t fd);
int32_t rd_tcp_accept(int32_t fd);
// Begins to connect; what came of it is told by rd_tcp_error when the socket is writable.
int32_t rd_tcp_connect(const struct rd_address *_Nonnull address, uint16_t port);
// The port of the other end.
int32_t rd_tcp_peer_port(int32_t fd);
int32_t rd_socket_family(int32_t fd);
int32_t rd_socket_listen(int32_t fd, int32_t backlog);
// Gives a socket of IPv4 a port at 127.0.0.1; the port.
int32_t rd_tcp_take_port(int32_t fd);
// Connects to 127.0.0.1 as the socket does: it waits, or not.
int32_t rd_tcp_connect_here(int32_t fd, uint16_t port);
// 0 or -errno of the connection attempt.
int32_t rd_tcp_error(int32_t fd);
int32_t rd_tcp_end_writing(int32_t fd);
// Closing then sends a reset, so that a broken transfer does not look like a whole one.
void rd_tcp_reset_at_close(int32_t fd);

// Asks the machine's resolver; waits as long as that takes. The count of addresses, or -1 when there are none.
int32_t rd_resolve(const char *_Nonnull name, struct rd_address *_Nonnull list, int32_t room);
// The addresses of this machine's own interfaces; the count, or -errno.
int32_t rd_own_addresses(struct rd_address *_Nonnull list, int32_t room);

enum rd_relay_end {
  RD_RELAY_DONE = 0,   // both sides have ended what they had to say
  RD_RELAY_BROKEN,     // a side broke off
  RD_RELAY_IDLE,       // nothing moved for too long
  RD_RELAY_STOPPED,    // the stop descriptor became readable
};
struct rd_relay {
  int32_t client, server;
  int32_t stop;
  int32_t padding;
  int64_t idle_nanoseconds;
  const uint8_t *_Nullable first;  // bytes for the server that were read or made before
  size_t first_length;
  int64_t upload_limit;  // bytes to read from the client, -1 for all
  uint64_t *_Nullable meter;  // gets the bytes from the client as they go on; read with rd_meter_read
  // Results.
  uint64_t uploaded, downloaded;
};
// Carries bytes both ways until both directions have ended. A direction that ends is ended on the other side too,
// while the other direction goes on. Nothing more is read than the other side takes.
uint64_t rd_meter_read(const uint64_t *_Nonnull meter);
void rd_meter_write(uint64_t *_Nonnull meter, uint64_t count);
int32_t rd_relay_run(struct rd_relay *_Nonnull relay);

#endif
