// Private to CLinux: the mounts of a holder.
#ifndef CLINUX_MOUNTS_H
#define CLINUX_MOUNTS_H

#include "launch.h"

// Does one act after the other. `trees` has room for one descriptor an act.
void rd_mounts_apply(const struct rd_mount *mounts, size_t count, int32_t *results, int *trees);

// The mount that shows `path`, taken aside with nothing but itself, and put at another path. -1 and errno.
int rd_tree_take(const char *path);
int rd_tree_put(int tree, const char *path);

// What is asked of a holder: an act and a path that ends with NUL, or 'K' alone: kill everything.
struct rd_holder_request {
  int32_t act;
  uint32_t attributes;
  char path[4096];
};

#endif
