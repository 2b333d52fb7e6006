// The files of a folder with what tells whether they have changed.
#ifndef CLINUX_LISTING_H
#define CLINUX_LISTING_H

#include <stddef.h>
#include <stdint.h>

struct rd_file {
  uint64_t inode;
  int64_t size;
  int64_t modified, changed;  // nanoseconds since 1970
  uint32_t mode;              // kind and permissions
  uint32_t name;              // where the name begins
};

// How much one call can give.
enum { RD_LISTING_FILES = 1400, RD_LISTING_NAMES = 32768 };

// The next files of an open folder, in its own order and without following links, each name with its NUL; of a folder
// only the kind and the name. The count; 0 at the end; -errno.
int64_t rd_list_files(int32_t folder, struct rd_file *_Nonnull files, char *_Nonnull names, size_t *_Nonnull used);

#endif
