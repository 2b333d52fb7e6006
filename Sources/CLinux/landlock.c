// Landlock system calls, with own copies of the structures: the headers of Debian 12 know ABI 2 only.
#define _GNU_SOURCE
#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "launch.h"

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#endif

struct ruleset_attributes {
  uint64_t file_rights, network_rights, scopes;
};
struct path_beneath {
  uint64_t rights;
  int32_t place;
} __attribute__((packed));

int32_t rd_landlock_version(void) {
  long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1u);
  return version < 0 ? -errno : (int32_t)version;
}

int32_t rd_landlock_create(uint64_t file_rights, uint64_t network_rights, uint64_t scopes) {
  struct ruleset_attributes attributes = {file_rights, network_rights, scopes};
  // An older kernel accepts the longer structure as long as what it does not know is zero.
  long fd = syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0u);
  return fd < 0 ? -errno : (int32_t)fd;  // close-on-exec by the kernel's own rule
}

int32_t rd_landlock_allow(int32_t ruleset, int32_t place, uint64_t rights) {
  struct path_beneath rule = {rights, place};
  return syscall(SYS_landlock_add_rule, ruleset, 1, &rule, 0u) < 0 ? -errno : 0;
}
