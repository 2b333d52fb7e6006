// Private to CLinux: the mounts of a holder.
#ifndef CLINUX_MOUNTS_H
#define CLINUX_MOUNTS_H

#include "launch.h"

// An act on mounts, its texts by where they begin among all texts.
struct planned_mount {
  int32_t act;
  uint32_t attributes;
  int32_t tree;
  uint32_t path, target;
  int32_t result;      // its errno
  int32_t descriptor;  // the tree that it took aside
};

// Does one act after the other.
void rd_mounts_apply(struct planned_mount *mounts, size_t count, const char *texts);

// The mount that shows `path`, taken aside with nothing but itself, and put at another path. -1 and errno.
int rd_tree_take(const char *path);
int rd_tree_put(int tree, const char *path);

#endif
