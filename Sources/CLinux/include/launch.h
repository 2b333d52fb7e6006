// Starting a confined process. All that the child does between clone and execve is C in launch.c; everything it
// needs is prepared beforehand and stands in the plan.
#ifndef CLINUX_LAUNCH_H
#define CLINUX_LAUNCH_H

#include <stddef.h>
#include <stdint.h>

#include "clinux.h"

// The stage at which a launch failed. The order is the order of acts.
enum rd_stage {
  RD_STAGE_NONE = 0,
  RD_STAGE_CLONE,
  RD_STAGE_JOIN_USER,
  RD_STAGE_JOIN_IPC,
  RD_STAGE_JOIN_NETWORK,
  RD_STAGE_JOIN_PROCESSES,
  RD_STAGE_JOIN_MOUNTS,
  RD_STAGE_CLONE_INSIDE,
  RD_STAGE_SESSION,
  RD_STAGE_TERMINAL,
  RD_STAGE_STREAMS,
  RD_STAGE_DESCRIPTORS,
  RD_STAGE_DIRECTORY,
  RD_STAGE_LIMITS,
  RD_STAGE_NO_NEW_PRIVILEGES,
  RD_STAGE_CAPABILITIES,
  RD_STAGE_LANDLOCK,
  RD_STAGE_SECCOMP,
  RD_STAGE_GATE,
  RD_STAGE_EXECUTE,
  RD_STAGE_WARDEN,
};

enum { RD_LIMIT_PROCESSES = 0, RD_LIMIT_MEMORY, RD_LIMIT_FILE_SIZE, RD_LIMIT_CPU, RD_LIMIT_COUNT };
#define RD_NO_LIMIT UINT64_MAX

struct rd_launch_plan {
  const char *_Nonnull path;
  char *_Nullable const *_Nonnull arguments;    // ends with NULL
  char *_Nullable const *_Nonnull environment;  // ends with NULL
  const char *_Nullable directory;
  int32_t input, output, error;  // become 0, 1, 2
  int32_t terminal;              // 1: `input` becomes the controlling terminal
  // Namespaces to join, -1 for none.
  int32_t user_namespace, ipc_namespace, network_namespace, process_namespace, mount_namespace;
  int32_t group;    // cgroup.procs of the program's cgroup, open for writing, -1 for none
  int32_t ruleset;  // Landlock, -1 for none
  const void *_Nullable filter;
  uint32_t filter_length;      // instructions of 8 bytes
  int32_t gate_wants;  // what the gate asks about beside program starts
  int32_t gate;  // a socket that gets the listener of the gate on program starts, -1 for none
  uint64_t keep_capabilities;  // all others are dropped, from the bounding set too; all ones: nothing is touched
  uint64_t limits[RD_LIMIT_COUNT];
};

struct rd_launch_result {
  int32_t stage;  // RD_STAGE_NONE: the program runs
  int32_t error;  // errno of the failed stage
  int32_t pid;
  int32_t pidfd;
};

// Starts the program and waits until execve has succeeded or failed. The calling thread sleeps meanwhile.
void rd_launch(const struct rd_launch_plan *_Nonnull plan, struct rd_launch_result *_Nonnull result);

// Starts the program below a warden: a small process that becomes the parent of all that the program leaves behind,
// and that kills it all when it is told to or when this process ends. For machines without process namespaces.
// `control` is the caller's end of the channel; reading gives one rd_exit when the program has ended.
void rd_launch_warded(const struct rd_launch_plan *_Nonnull plan, struct rd_launch_result *_Nonnull result,
                      int32_t *_Nonnull control, int32_t *_Nonnull warden);

// Namespaces that outlive the steps of a run.
enum {
  RD_HOLD_USER = 1,
  RD_HOLD_MOUNTS = 2,
  RD_HOLD_NETWORK = 4,
  RD_HOLD_PROCESSES = 8,
  RD_HOLD_IPC = 16,
  RD_HOLD_DEVICES = 32,  // with MOUNTS: a /dev of harmless nodes
};
enum rd_hold_stage {
  RD_HOLD_STAGE_NONE = 0,
  RD_HOLD_STAGE_CLONE,
  RD_HOLD_STAGE_IDS,
  RD_HOLD_STAGE_PRIVATE_MOUNTS,
  RD_HOLD_STAGE_NAMESPACES,
  RD_HOLD_STAGE_LOOPBACK,
  RD_HOLD_STAGE_CHANNEL,
};
// What the holder does to its mounts, in the order of the list. All paths are absolute; none is followed through a
// symbolic link. Every act writes its errno into `result`.
enum rd_mount_act {
  RD_MOUNT_CLONE = 1,  // takes the tree at `path` aside, with `attributes`
  RD_MOUNT_READ_ONLY,  // makes the mount at `path` and all below it read-only
  RD_MOUNT_COVER,      // an empty directory in memory over `path`
  RD_MOUNT_ATTACH,     // puts the tree that act number `tree` took aside at `path`, making what is missing there
  RD_MOUNT_LINK,       // a symbolic link at `path` to `target`
  RD_MOUNT_SEAL,       // makes a cover read-only
  RD_MOUNT_HIDE,       // nothing readable at `path`
  RD_MOUNT_PIN,        // `path` onto itself, with `attributes`: it can no longer be renamed or replaced
};
enum { RD_MOUNT_NO_WRITE = 1, RD_MOUNT_NO_EXECUTE = 2 };
struct rd_mount {
  int32_t act;
  uint32_t attributes;
  int32_t tree;
  const char *_Nonnull path;
  const char *_Nullable target;
};

struct rd_holder {
  int32_t stage;  // RD_HOLD_STAGE_NONE: the holder stands
  int32_t error;
  int32_t devices_error;  // errno of making /dev, 0 when it was made or not wanted
  int32_t proc_error;     // the same for /proc
  int32_t limit_error;    // the same for the limit of processes
  int32_t pid;
  int32_t control;
  int32_t user, mounts, network, processes, ipc;  // namespaces, -1 for none
  int32_t root;                                   // the root directory as the steps see it
  int32_t children;  // its list of children, -1 for none: whether anything lives in its process namespace
  uint64_t plan, plan_size;  // the memory that both share until the holder is taken
};
// With RD_HOLD_NETWORK: a listener on the loopback of the new network, which this process takes connections from.
enum { RD_HOLD_LISTENERS = 60 };
struct rd_listener {
  uint16_t port;  // 0: the kernel chooses
  uint16_t is_v6;
  int32_t fd;  // result: the listener, or -errno
};
// Has what this process has just made run on another processor than this one.
void rd_process_beside(int32_t pid);
void rd_thread_beside(uint64_t thread);  // a pthread_t

// A holder is begun, given its plan and taken; the caller can do something else in between. When `stage` is set after a
// call there is no holder, and the calls after it do nothing.
//
// Begins a holder: it makes its namespaces and waits for its plan.
void rd_holder_begin(uint32_t wanted, struct rd_holder *_Nonnull holder);
// `limit` is how many processes and threads there may be, 0 for no limit.
void rd_holder_plan(struct rd_holder *_Nonnull holder, uint32_t limit, const struct rd_mount *_Nullable mounts,
                    size_t count, const struct rd_listener *_Nullable listeners, size_t listener_count);
// Waits until the plan is done. `results` gets one errno for each mount, `listeners` what became of them.
void rd_holder_take(struct rd_holder *_Nonnull holder, int32_t *_Nullable results,
                    struct rd_listener *_Nullable listeners);
// Ends a holder that was not taken.
void rd_holder_drop(struct rd_holder *_Nonnull holder);
// Asks a holder or a warden to kill every process below it, and waits until they are gone.
int32_t rd_sweep(int32_t control, int64_t nanoseconds);
// Does one act on the holder's mounts while steps may run: RD_MOUNT_HIDE or RD_MOUNT_PIN. 0 or -errno.
int32_t rd_holder_mount(int32_t control, int32_t act, uint32_t attributes, const char *_Nonnull path);
// The number of the mount that an open path lies in.
int64_t rd_mount_id(int32_t fd);
// Reads the end of a warded program; 1 when `end` was filled, 0 when it still runs.
int32_t rd_warden_wait(int32_t control, int32_t wait, struct rd_exit *_Nonnull end);

// Landlock. The version (1 and up), or -errno.
int32_t rd_landlock_version(void);
int32_t rd_landlock_create(uint64_t file_rights, uint64_t network_rights, uint64_t scopes);
int32_t rd_landlock_allow(int32_t ruleset, int32_t place, uint64_t rights);

uint64_t rd_effective_capabilities(void);

#endif
