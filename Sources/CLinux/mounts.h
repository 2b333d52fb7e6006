// Private to CLinux: the mounts of a holder.
#ifndef CLINUX_MOUNTS_H
#define CLINUX_MOUNTS_H

#include "launch.h"

// Does one act after the other. `trees` has room for one descriptor an act.
void rd_mounts_apply(const struct rd_mount *mounts, size_t count, int32_t *results, int *trees);

#endif
