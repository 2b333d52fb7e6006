// How the calls of this room answer.
#ifndef CLINUX_RESULT_H
#define CLINUX_RESULT_H

#include <errno.h>

// Returns what a system call gives, an error as its negative number.
#define RESULT(call)                      \
  do {                                    \
    __typeof__(call) result_ = (call);    \
    return result_ < 0 ? -errno : result_; \
  } while (0)

#endif
