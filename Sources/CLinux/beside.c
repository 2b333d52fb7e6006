// A new process or thread may stand on its maker's processor until that blocks or its time is up, though others are idle
// (kernel/sched: where it is put depends on the machine's domains, and virtual machines pack). What is made to work beside
// its maker is moved to another processor at once; afterwards it may go where it likes.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>

#include "launch.h"

static int find_others(cpu_set_t *all, cpu_set_t *others) {
  if (sched_getaffinity(0, sizeof *all, all) < 0) return 0;
  int here = sched_getcpu();
  if (here < 0) return 0;
  *others = *all;
  CPU_CLR(here, others);
  return CPU_COUNT(others) > 0;
}

void rd_process_beside(int32_t pid) {
  cpu_set_t all, others;
  if (find_others(&all, &others) && sched_setaffinity(pid, sizeof others, &others) == 0)
    sched_setaffinity(pid, sizeof all, &all);
}

void rd_thread_beside(uint64_t thread) {
  cpu_set_t all, others;
  if (find_others(&all, &others) && pthread_setaffinity_np((pthread_t)thread, sizeof others, &others) == 0)
    pthread_setaffinity_np((pthread_t)thread, sizeof all, &all);
}
