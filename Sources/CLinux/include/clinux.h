#ifndef RUNDOWN_CLINUX_H
#define RUNDOWN_CLINUX_H

// Only these two headers: a header that pulled in more of glibc would define types a second time beside
// Swift's own Glibc module.
#include <stddef.h>
#include <stdint.h>

/// The version of this shim; it changes with the layout of its structures.
int32_t rd_clinux_version(void);

#endif
