#define _GNU_SOURCE
#include "clinux.h"

int32_t rd_clinux_version(void) { return 1; }
