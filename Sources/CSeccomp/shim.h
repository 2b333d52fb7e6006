#include <seccomp.h>

// What Swift does not see: function-like macros.
static inline uint32_t rd_scmp_errno(uint32_t number) { return SCMP_ACT_ERRNO(number); }
static const uint32_t rd_scmp_allow = SCMP_ACT_ALLOW;
static const uint32_t rd_scmp_kill_process = SCMP_ACT_KILL_PROCESS;
