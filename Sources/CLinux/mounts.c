// Mounts of the holder's own namespace, made with descriptors: a path is opened once, without following links, and
// what was opened is what is mounted.
#define _GNU_SOURCE
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef SYS_open_tree
#define SYS_open_tree 428
#define SYS_move_mount 429
#endif

enum {
  TREE_CLONE = 1,
  TREE_CLOEXEC = O_CLOEXEC,
  RECURSIVE = 0x8000,
  MOVE_FROM_EMPTY = 0x04,
  MOVE_TO_EMPTY = 0x40,
  ATTRIBUTE_READ_ONLY = 0x01,
  ATTRIBUTE_NO_SUID = 0x02,
  ATTRIBUTE_NO_DEVICES = 0x04,
  ATTRIBUTE_NO_EXECUTE = 0x08,
};
static const uint64_t NO_SYMLINKS = 0x04 | 0x02;

static int open_place(const char *path) {
  return rd_openat2(AT_FDCWD, path, O_PATH, 0, NO_SYMLINKS);
}

static int clone_tree(int place) {
  return (int)syscall(SYS_open_tree, place, "", TREE_CLONE | TREE_CLOEXEC | AT_EMPTY_PATH | RECURSIVE);
}

static int set_attributes(int place, uint64_t set, unsigned how) {
  uint64_t attributes[4] = {set, 0, 0, 0};
  return (int)syscall(SYS_mount_setattr, place, "", AT_EMPTY_PATH | how, attributes, sizeof attributes);
}

static int attach(int tree, int place) {
  return (int)syscall(SYS_move_mount, tree, "", place, "", MOVE_FROM_EMPTY | MOVE_TO_EMPTY);
}

static uint64_t attributes_of(uint32_t wanted) {
  return ATTRIBUTE_NO_SUID | ATTRIBUTE_NO_DEVICES | (wanted & RD_MOUNT_NO_WRITE ? ATTRIBUTE_READ_ONLY : 0) |
         (wanted & RD_MOUNT_NO_EXECUTE ? ATTRIBUTE_NO_EXECUTE : 0);
}

// Takes the tree at a path aside. What lies mounted below keeps its own attributes, unless it is to be read-only too.
static int take(const char *path, uint32_t wanted) {
  int place = open_place(path);
  if (place < 0) {
    errno = -place;
    return -1;
  }
  int tree = clone_tree(place), code = errno;
  close(place);
  errno = code;
  if (tree < 0) return -1;
  if (set_attributes(tree, attributes_of(wanted), wanted & RD_MOUNT_NO_WRITE ? RECURSIVE : 0) == 0) return tree;
  code = errno;
  close(tree);
  errno = code;
  return -1;
}

static int put(int tree, const char *path) {
  int place = open_place(path);
  if (place < 0) {
    errno = -place;
    return -1;
  }
  int result = attach(tree, place), code = errno;
  close(place);
  errno = code;
  return result;
}

// Makes the missing directories above a path, and the path itself as an empty file or directory.
static int make_place(const char *path, int is_directory) {
  char part[4096];
  size_t length = strlen(path);
  if (length >= sizeof part) {
    errno = ENAMETOOLONG;
    return -1;
  }
  for (size_t index = 1; index < length; index++) {
    if (path[index] != '/') continue;
    memcpy(part, path, index);
    part[index] = 0;
    if (mkdir(part, 0755) < 0 && errno != EEXIST && errno != EROFS) return -1;
  }
  if (is_directory) return mkdir(path, 0755) < 0 && errno != EEXIST && errno != EROFS ? -1 : 0;
  int fd = open(path, O_CREAT | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0444);
  if (fd < 0) return errno == EROFS || errno == EEXIST || errno == EACCES ? 0 : -1;
  close(fd);
  return 0;
}

// A path that leads to what a descriptor has open, for calls that know only paths. `path` has 32 bytes.
static const char *path_of(int fd, char *path) {
  size_t end = 14, digits = 1;
  for (int rest = fd; rest >= 10; rest /= 10) digits++;
  memcpy(path, "/proc/self/fd/", end);
  path[end + digits] = 0;
  for (int rest = fd; digits > 0; rest /= 10) path[end + --digits] = (char)('0' + rest % 10);
  return path;
}

static int cover(const char *path) {
  int place = open_place(path);
  if (place < 0) {
    errno = -place;
    return -1;
  }
  char buffer[32];
  const char *target = path_of(place, buffer);
  int result = mount("tmpfs", target, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755,size=256k"), code = errno;
  close(place);
  errno = code;
  return result;
}

static int seal(const char *path, unsigned how) {
  int place = open_place(path);
  if (place < 0) {
    errno = -place;
    return -1;
  }
  int result = set_attributes(place, ATTRIBUTE_READ_ONLY, how), code = errno;
  close(place);
  errno = code;
  return result;
}

// What is kept from one mask to the next: files of one folder that are hidden one after the other cost four cheap calls each.
struct masks {
  int tree;      // the first mask, mounted; the others are copies of it, which take its attributes with them
  int folder;    // the folder of the last one
  size_t named;  // the length of that folder's path within `path`
  const char *path;
};

static void forget_folder(struct masks *masks) {
  if (masks->folder >= 0) close(masks->folder);
  masks->folder = -1;
}

static int enter_folder(const char *path, size_t length, struct masks *masks) {
  if (masks->folder >= 0 && masks->named == length && memcmp(masks->path, path, length) == 0) return 0;
  forget_folder(masks);
  char folder[4096];
  if (length >= sizeof folder) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(folder, path, length);
  folder[length] = 0;
  int place = open_place(length ? folder : "/");
  if (place < 0) {
    errno = -place;
    return -1;
  }
  masks->folder = place;
  masks->named = length;
  masks->path = path;
  return 0;
}

// A device that cannot be opened over a file: nobody gets past it, not even root, whom permissions do not stop. A link
// at the end of the path is not followed: then the mask lies over the link. EISDIR for a directory.
static int hide_file(const char *path, struct masks *masks) {
  const char *slash = strrchr(path, '/');
  if (!slash || !slash[1]) {
    errno = EISDIR;
    return -1;
  }
  struct stat st;
  if (enter_folder(path, (size_t)(slash - path), masks) < 0) return -1;
  if (fstatat(masks->folder, slash + 1, &st, AT_SYMLINK_NOFOLLOW) < 0) return -1;
  if (S_ISDIR(st.st_mode)) {
    errno = EISDIR;
    return -1;
  }
  int is_first = masks->tree < 0;
  int tree = is_first ? take("/dev/null", RD_MOUNT_NO_WRITE | RD_MOUNT_NO_EXECUTE) : clone_tree(masks->tree);
  if (tree < 0) return -1;
  int result = (int)syscall(SYS_move_mount, tree, "", masks->folder, slash + 1, MOVE_FROM_EMPTY), code = errno;
  // Only what is mounted is kept: closing a tree that is not waits for all processors (synchronize_rcu_expedited).
  if (is_first && result == 0) masks->tree = tree;
  else close(tree);
  errno = code;
  return result;
}

static int hide(const char *path, struct masks *masks) {
  if (hide_file(path, masks) == 0) return 0;
  if (errno != EISDIR) return -1;
  // What is mounted over a folder is not seen by who opened it before.
  forget_folder(masks);
  return cover(path) < 0 ? -1 : seal(path, 0);
}

static int pin(const char *path, uint32_t wanted) {
  int tree = take(path, wanted);
  if (tree < 0) return -1;
  int result = put(tree, path), code = errno;
  close(tree);
  errno = code;
  return result;
}

int rd_tree_take(const char *path) {
  // A link is followed: this is for the machine's own device nodes.
  return (int)syscall(SYS_open_tree, AT_FDCWD, path, TREE_CLONE | TREE_CLOEXEC);
}

int rd_tree_put(int tree, const char *path) {
  return (int)syscall(SYS_move_mount, tree, "", AT_FDCWD, path, MOVE_FROM_EMPTY);
}

static int put_tree(int tree, const char *path) {
  struct stat st;
  if (tree < 0) {
    errno = EBADF;
    return -1;
  }
  if (fstat(tree, &st) < 0 || make_place(path, S_ISDIR(st.st_mode)) < 0) return -1;
  return put(tree, path);
}

void rd_mounts_apply(struct planned_mount *mounts, size_t count, const char *texts) {
  struct masks masks = {-1, -1, 0, NULL};
  for (size_t index = 0; index < count; index++) {
    struct planned_mount *item = &mounts[index];
    const char *path = texts + item->path;
    int result = -1;
    item->descriptor = -1;
    if (item->act != RD_MOUNT_HIDE) forget_folder(&masks);
    switch ((enum rd_mount_act)item->act) {
      case RD_MOUNT_CLONE: result = item->descriptor = take(path, item->attributes); break;
      case RD_MOUNT_READ_ONLY: result = seal(path, RECURSIVE); break;
      case RD_MOUNT_COVER: result = cover(path); break;
      case RD_MOUNT_ATTACH: result = put_tree(mounts[item->tree].descriptor, path); break;
      case RD_MOUNT_LINK: result = symlink(texts + item->target, path); break;
      case RD_MOUNT_SEAL: result = seal(path, 0); break;
      case RD_MOUNT_HIDE: result = hide(path, &masks); break;
      case RD_MOUNT_PIN: result = pin(path, item->attributes); break;
    }
    item->result = result < 0 ? errno : 0;
  }
  for (size_t index = 0; index < count; index++)
    if (mounts[index].descriptor >= 0) close(mounts[index].descriptor);
  forget_folder(&masks);
  if (masks.tree >= 0) close(masks.tree);
}
