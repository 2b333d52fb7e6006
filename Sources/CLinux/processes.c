// Looking at other processes: their memory, their family, what they execute.
#define _GNU_SOURCE
#include "process.h"
#include "result.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

// ------------------------------------------------------------------------------------------------------------ memory

// Small, because copying costs more than looking: most calls need a hundred bytes here and a few hundred there.
enum { BLOCK = 1024, SLOTS = 16, PART = 4 };

struct rd_memory {
  int32_t pid;
  unsigned int next;      // the slot that is filled next
  uint64_t block[SLOTS];  // the addresses of what the slots hold; 1 for nothing
  char bytes[SLOTS][BLOCK];
};

struct rd_memory *rd_memory_make(void) { return malloc(sizeof(struct rd_memory)); }

void rd_memory_free(struct rd_memory *memory) { free(memory); }

static const char *find(const struct rd_memory *memory, uint64_t block) {
  for (unsigned int slot = 0; slot < SLOTS; slot++)
    if (memory->block[slot] == block) return memory->bytes[slot];
  return NULL;
}

// Reads blocks in one call; the first that is not there ends it. How many bytes, or -1.
static ssize_t fetch(struct rd_memory *memory, const uint64_t *blocks, size_t count) {
  struct iovec local[PART], remote[PART];
  unsigned int slots[PART];
  for (size_t index = 0; index < count; index++) {
    slots[index] = memory->next++ % SLOTS;
    memory->block[slots[index]] = 1;
    local[index] = (struct iovec){memory->bytes[slots[index]], BLOCK};
    remote[index] = (struct iovec){(void *)(uintptr_t)blocks[index], BLOCK};
  }
  ssize_t got = process_vm_readv(memory->pid, local, count, remote, count, 0);
  for (size_t index = 0; index < count && got >= (ssize_t)((index + 1) * BLOCK); index++)
    memory->block[slots[index]] = blocks[index];
  return got;
}

void rd_memory_begin(struct rd_memory *memory, int32_t pid, const uint64_t *addresses, size_t count) {
  memory->pid = pid;
  memory->next = 0;
  for (unsigned int slot = 0; slot < SLOTS; slot++) memory->block[slot] = 1;
  uint64_t blocks[PART];
  size_t used = 0;
  for (size_t index = 0; index < count && used < PART; index++) {
    uint64_t block = addresses[index] & ~(uint64_t)(BLOCK - 1);
    size_t same = 0;
    while (same < used && blocks[same] != block) same++;
    if (block && same == used) blocks[used++] = block;
  }
  // What is not there is missed, and told, when it is looked for.
  if (used) fetch(memory, blocks, used);
}

// The rest of the block in which an address stands; NULL with errno set.
static const char *look(struct rd_memory *memory, uint64_t address, size_t *left) {
  uint64_t block = address & ~(uint64_t)(BLOCK - 1);
  *left = BLOCK - (address - block);
  const char *bytes = find(memory, block);
  if (!bytes) {
    // Texts go on behind it more often than not.
    uint64_t blocks[PART];
    size_t count = 0;
    while (count < PART && !find(memory, block + count * BLOCK)) {
      blocks[count] = block + count * BLOCK;
      count++;
    }
    ssize_t got = fetch(memory, blocks, count);
    if (got >= 0 && got < BLOCK) errno = EFAULT;
    if (got < BLOCK) return NULL;
    bytes = find(memory, block);
  }
  return bytes + (address - block);
}

int64_t rd_memory_text(struct rd_memory *memory, uint64_t address, char *buffer, size_t size) {
  size_t used = 0;
  while (used < size) {
    size_t left;
    const char *bytes = look(memory, address + used, &left);
    if (!bytes) return -errno;
    if (left > size - used) left = size - used;
    const char *end = memchr(bytes, 0, left);
    memcpy(buffer + used, bytes, end ? (size_t)(end - bytes) : left);
    if (end) return (int64_t)(used + (size_t)(end - bytes));
    used += left;
  }
  return -ENAMETOOLONG;
}

static int word_at(struct rd_memory *memory, uint64_t address, uint64_t *word) {
  for (size_t used = 0; used < sizeof *word;) {
    size_t left;
    const char *bytes = look(memory, address + used, &left);
    if (!bytes) return -errno;
    if (left > sizeof *word - used) left = sizeof *word - used;
    memcpy((char *)word + used, bytes, left);
    used += left;
  }
  return 0;
}

int64_t rd_memory_words(struct rd_memory *memory, uint64_t address, char *buffer, size_t size, size_t *count) {
  size_t used = 0;
  *count = 0;
  if (!address) return 0;
  for (;; address += sizeof address) {
    uint64_t from = 0;
    int code = word_at(memory, address, &from);
    if (code) return code;
    if (!from) return (int64_t)used;
    // Its NUL is a part of it.
    int64_t length = used < size ? rd_memory_text(memory, from, buffer + used, size - used) : -ENAMETOOLONG;
    if (length < 0) return length == -ENAMETOOLONG ? -E2BIG : length;
    used += (size_t)length;
    buffer[used++] = 0;
    ++*count;
  }
}

int64_t rd_process_bytes(int32_t pid, uint64_t address, void *buffer, size_t size) {
  struct iovec local = {buffer, size}, remote = {(void *)(uintptr_t)address, size};
  ssize_t got = process_vm_readv(pid, &local, 1, &remote, 1, 0);
  return got < 0 ? -errno : got;
}

// ------------------------------------------------------------------------------------------------------------ family

int32_t rd_process_open(int32_t pid, const char *name, int32_t flags) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  RESULT(open(path, flags));
}

// PIDFD_GET_INFO of Linux 6.13 (include/uapi/linux/pidfd.h), as far as its first version goes.
struct pidfd_info {
  uint64_t mask, cgroup;
  uint32_t pid, process, parent, others[9];
};
#define PIDFD_GET_INFO _IOWR(0xFF, 11, struct pidfd_info)
#define PIDFD_INFO_PID 1

// The number of a pidfd's file is given once in the life of the machine (pidfs, on 64 bits).
static int describe(int pidfd, struct rd_process_kin *kin) {
  struct pidfd_info info = {.mask = PIDFD_INFO_PID};
  struct stat file;
  if (ioctl(pidfd, PIDFD_GET_INFO, &info) < 0 || fstat(pidfd, &file) < 0) return -errno;
  kin->parent = (int32_t)info.parent;
  kin->number = file.st_ino;
  return 0;
}

int32_t rd_process_kin_of(int32_t pidfd, int32_t pid, struct rd_process_kin *kin) {
  int code = describe(pidfd, kin);
  if (code != -ENOTTY && code != -EINVAL) return code;
  struct rd_process_status status = {0, 0, 0};
  code = rd_process_status(pid, &status);
  kin->parent = status.parent;
  kin->number = status.start_time;
  return code;
}

int32_t rd_process_kin(int32_t pid, struct rd_process_kin *kin) {
  int pidfd = rd_pidfd_open(pid);
  // Before 6.16 the answer for a thread that is no process was EINVAL.
  if (pidfd < 0) return pidfd == -EINVAL ? -ENOENT : pidfd;
  int code = rd_process_kin_of(pidfd, pid, kin);
  if (code == 0) return pidfd;
  close(pidfd);
  return code;
}

int32_t rd_process_has_ended(int32_t pidfd) {
  struct pollfd one = {pidfd, POLLIN, 0};
  return poll(&one, 1, 0) != 0;
}

int32_t rd_last_process(int32_t fd) {
  char text[128];
  ssize_t size = pread(fd, text, sizeof text - 1, 0);
  if (size <= 0) return size < 0 ? -errno : -EIO;
  text[size] = 0;
  const char *last = strrchr(text, ' ');
  return last ? (int32_t)strtol(last + 1, NULL, 10) : -EIO;
}

int32_t rd_process_status(int32_t pid, struct rd_process_status *status) {
  char text[1024];
  int fd = rd_process_open(pid, "stat", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fd;
  // One read gives all of it: the kernel writes it in one piece.
  ssize_t size = read(fd, text, sizeof text - 1);
  int code = errno;
  close(fd);
  if (size < 0) return -code;
  text[size] = 0;
  // The name stands in parentheses and may itself hold spaces and parentheses: the last one counts.
  char *at = strrchr(text, ')');
  if (!at || at[1] != ' ') return -ESRCH;
  status->state = at[2];
  status->parent = (int32_t)strtol(at + 3, &at, 10);
  // The start time is the 22nd field, and the parent the fourth.
  for (int field = 4; field < 21 && at; field++) at = strchr(at + 1, ' ');
  if (!at) return -ESRCH;
  status->start_time = strtoull(at, NULL, 10);
  return 0;
}

int32_t rd_process_of(int32_t thread) {
  // A signal that is none reaches a thread only through its own process.
  if (syscall(SYS_tgkill, thread, thread, 0) == 0) return thread;
  char text[256];
  int fd = rd_process_open(thread, "status", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fd;
  ssize_t size = read(fd, text, sizeof text - 1);
  close(fd);
  if (size <= 0) return -ESRCH;
  text[size] = 0;
  // The name stands before it, and cannot hold a line feed: the kernel writes that as \n.
  const char *line = strstr(text, "\nTgid:\t");
  if (!line) return -ESRCH;
  int number = 0;
  for (line += 7; *line >= '0' && *line <= '9'; line++) number = number * 10 + (*line - '0');
  return number;
}

// ----------------------------------------------------------------------------------------------------------- programs

int32_t rd_process_image(int32_t pid, struct rd_stat *info) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/exe", pid);
  return rd_stat(AT_FDCWD, path, 1, info);
}

int64_t rd_process_file(int32_t pid, const char *name, char *buffer, size_t size) {
  int fd = rd_process_open(pid, name, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fd;
  size_t used = 0;
  ssize_t got = 1;
  while (used < size && (got = read(fd, buffer + used, size - used)) > 0) used += (size_t)got;
  int code = errno;
  close(fd);
  return got < 0 ? -code : (int64_t)used;
}
