#define _GNU_SOURCE
#include "listing.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

// getdents64(2): the C library has no structure for it.
struct record {
  uint64_t inode;
  int64_t offset;
  unsigned short length;
  unsigned char type;
  char name[];
};
enum { DIRECTORY = 4 };

static int64_t nanoseconds(struct timespec time) { return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec; }

int64_t rd_list_files(int32_t folder, struct rd_file *files, char *names, size_t *used) {
  // A record is at least 24 bytes long, so a full buffer has fewer of them than RD_LISTING_FILES.
  _Alignas(struct record) char buffer[RD_LISTING_NAMES];
  int64_t count = 0;
  *used = 0;
  // What has gone again since the folder was read is left out; when all of it has, the next part is read.
  while (count == 0) {
    long size = syscall(SYS_getdents64, folder, buffer, sizeof buffer);
    if (size <= 0) return size < 0 ? -errno : 0;
    for (long at = 0; at < size;) {
      const struct record *record = (const struct record *)(const void *)(buffer + at);
      at += record->length;
      const char *name = record->name;
      if (name[0] == '.' && (!name[1] || (name[1] == '.' && !name[2]))) continue;
      struct rd_file file = {.mode = S_IFDIR, .name = (uint32_t)*used};
      if (record->type != DIRECTORY) {
        struct stat info;
        if (fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) < 0) continue;
        if (!S_ISDIR(info.st_mode)) {
          file.inode = info.st_ino;
          file.size = info.st_size;
          file.modified = nanoseconds(info.st_mtim);
          file.changed = nanoseconds(info.st_ctim);
          file.mode = info.st_mode;
        }
      }
      size_t length = strlen(name) + 1;
      memcpy(names + *used, name, length);
      *used += length;
      files[count++] = file;
    }
  }
  return count;
}
