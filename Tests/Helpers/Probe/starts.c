// Ways to start a program, and races against who decides on it.
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/memfd.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

// Tells how a child ended: its status, a signal, or the error of a start that failed (127 and up hold an errno).
static int told(pid_t pid) {
  int status;
  if (pid < 0 || waitpid(pid, &status, 0) < 0) return report(-1);
  if (WIFSIGNALED(status)) printf("result: %s\n", sigabbrev_np(WTERMSIG(status)));
  else if (WEXITSTATUS(status) >= 128) printf("result: %s\n", strerrorname_np(WEXITSTATUS(status) - 128));
  else printf("result: exit %d\n", WEXITSTATUS(status));
  return 0;
}

static char **rest(void) { return argv_ + 2; }

static int act_start(void) {
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    execv(arg(2), rest());
    _exit(128 + errno);
  }
  return told(pid);
}

static int act_start_vfork(void) {
  arg(2);
  fflush(stdout);
  pid_t pid = vfork();
  if (pid == 0) {
    execv(argv_[2], argv_ + 2);
    _exit(128 + errno);
  }
  return told(pid);
}

static int act_start_spawn(void) {
  pid_t pid;
  int code = posix_spawn(&pid, arg(2), NULL, NULL, rest(), environ);
  if (code) {
    errno = code;
    return report(-1);
  }
  return told(pid);
}

static void *start_here(void *unused) {
  execv(arg(2), rest());
  _exit(128 + errno);
  return unused;
}

static void *idle(void *unused) {
  for (;;) pause();
  return unused;
}

// From a thread that is not the first, with others around.
static int act_start_thread(void) {
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    pthread_t thread;
    for (int count = 0; count < 3; count++) pthread_create(&thread, NULL, idle, NULL);
    pthread_create(&thread, NULL, start_here, NULL);
    for (;;) pause();
  }
  return told(pid);
}

static int copy(const char *from, int to) {
  int fd = open(from, O_RDONLY);
  char bytes[65536];
  ssize_t size;
  while ((size = read(fd, bytes, sizeof bytes)) > 0)
    if (write(to, bytes, (size_t)size) != size) return -1;
  close(fd);
  return fd < 0 ? -1 : 0;
}

static int start_descriptor(int fd, int by_path) {
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    if (by_path) execv(path, rest());
    else syscall(SYS_execveat, fd, "", rest(), environ, AT_EMPTY_PATH);
    _exit(128 + errno);
  }
  return told(pid);
}

static int in_memory(int by_path) {
  int fd = memfd_create("program", by_path ? 0 : MFD_CLOEXEC);
  if (fd < 0 || copy(arg(2), fd) < 0) return report(-1);
  return start_descriptor(fd, by_path);
}
static int act_start_memory(void) { return in_memory(0); }
static int act_start_memory_path(void) { return in_memory(1); }
static int act_start_descriptor(void) { return start_descriptor(open(arg(2), O_RDONLY | O_CLOEXEC), 0); }
static int act_start_path_descriptor(void) { return start_descriptor(open(arg(2), O_PATH | O_CLOEXEC), 0); }

// A file whose last name is taken away while it is open.
static int act_start_deleted(void) {
  int fd = open("deleted", O_WRONLY | O_CREAT | O_TRUNC, 0700);
  if (fd < 0 || copy(arg(2), fd) < 0) return report(-1);
  close(fd);
  fd = open("deleted", O_RDONLY | O_CLOEXEC);
  unlink("deleted");
  return start_descriptor(fd, 0);
}

static int act_start_at(void) {
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    char *path = strdup(arg(2)), *slash = strrchr(path, '/');
    *slash = 0;
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    syscall(SYS_execveat, folder, slash + 1, rest(), environ, 0);
    _exit(128 + errno);
  }
  return told(pid);
}

static int act_start_hidden(void) {
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    execv(arg(2), rest());
    _exit(128 + errno);
  }
  return told(pid);
}

static int act_start_empty(void) {
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    char *none[] = {NULL};
    execve(arg(2), none, environ);
    _exit(128 + errno);
  }
  return told(pid);
}

// 30,000 words, of which one is long; the program is told to count them.
static int act_start_long(void) {
  enum { COUNT = 30000, LONG = 100000 };
  static char *words[COUNT + 1], text[LONG + 1];
  memset(text, 'x', LONG);
  words[0] = argv_[2];
  words[1] = "count";
  for (int index = 2; index < COUNT; index++) words[index] = index == 777 ? text : "word";
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    execv(arg(2), words);
    _exit(128 + errno);
  }
  return told(pid);
}

static int act_count(void) { return printf("counted %d\n", argc_) < 0; }

// What a race wants to be run.
static int act_evil(void) { return puts("EVIL-RAN") < 0; }
static int act_good(void) { return 0; }

static int act_clone_parent(void) {
  return report(syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0));
}

#ifdef __x86_64__
// execve by the table of 32-bit calls, whose pointers must lie low.
static int low_execve(void) {
  char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  strcpy(low, arg(2));
  uint32_t *words = (uint32_t *)(low + 2048);
  words[0] = (uint32_t)(uintptr_t)low;
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(11), "b"(low), "c"(words), "d"(0) : "memory");
  return (int)-result;
}
static int x32_execve(void) { return syscall(0x40000000 | 520, arg(2), rest(), environ) < 0 ? errno : 0; }
#else
static int low_execve(void) { return ENOSYS; }
static int x32_execve(void) { return ENOSYS; }
#endif

static int act_start_i386(void) {
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) _exit(128 + low_execve());
  return told(pid);
}
static int act_start_x32(void) {
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) _exit(128 + x32_execve());
  return told(pid);
}

// ------------------------------------------------------------------------------------------------------------- races

// What both sides of a race see: the path and the first word, in memory that children share.
struct stage {
  char path[PATH_MAX];
  char word[16];
};
static struct stage *stage;
static char good[PATH_MAX], evil[PATH_MAX];

static void *flip_path(void *unused) {
  size_t at = strlen(good) - 1;
  for (;;) {
    // Paths differ in their last letter: one byte is swapped, as an attacker would do it.
    *(volatile char *)&stage->path[at] = evil[at];
    for (volatile int wait = 0; wait < 300; wait++) continue;
    *(volatile char *)&stage->path[at] = good[at];
    for (volatile int wait = 0; wait < 300; wait++) continue;
  }
  return unused;
}

static void *flip_word(void *unused) {
  for (;;) {
    memcpy(stage->word, "evil", 5);
    for (volatile int wait = 0; wait < 300; wait++) continue;
    memcpy(stage->word, "good", 5);
    for (volatile int wait = 0; wait < 300; wait++) continue;
  }
  return unused;
}

static void *flip_link(void *unused) {
  for (;;) {
    unlink("next");
    if (symlink(evil, "next") < 0 || rename("next", "now") < 0) continue;
    unlink("next");
    if (symlink(good, "next") < 0 || rename("next", "now") < 0) continue;
  }
  return unused;
}

static void *flip_file(void *unused) {
  for (;;) syscall(SYS_renameat2, AT_FDCWD, good, AT_FDCWD, evil, 2);
  return unused;
}

static void write_script(const char *interpreter) {
  FILE *file = fopen("next", "w");
  if (!file) return;
  fprintf(file, "#!%s\n", interpreter);
  fchmod(fileno(file), 0700);
  fclose(file);
  rename("next", "now");
}

static void *flip_script(void *unused) {
  for (;;) {
    write_script(evil);
    write_script(good);
  }
  return unused;
}

// `race KIND TRIES GOOD EVIL`: both programs are this one under names that differ in the last letter.
static int act_race(void) {
  const char *kind = arg(2);
  int tries = atoi(arg(3)), isShared = !strcmp(kind, "shared");
  snprintf(good, sizeof good, "%s", arg(4));
  snprintf(evil, sizeof evil, "%s", arg(5));
  struct stat info;
  if (stat(evil, &info) < 0) return report(-1);
  char number[32];
  snprintf(number, sizeof number, "EVIL=%lu", (unsigned long)info.st_ino);
  putenv(number);
  stage = mmap(NULL, sizeof *stage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int started = 0, killed = 0, refused = 0;
  for (int index = 0; index < tries; index++) {
    void *(*flip)(void *) = flip_path;
    const char *path = stage->path;
    strcpy(stage->path, good);
    strcpy(stage->word, "good");
    if (!strcmp(kind, "word")) flip = flip_word;
    if (!strcmp(kind, "file")) flip = flip_file, path = good;
    if (!strcmp(kind, "link")) flip = flip_link, path = "now";
    if (!strcmp(kind, "script")) flip = flip_script, path = "now";
    if (path[0] == 'n') {
      unlink("now");
      if (flip == flip_link && symlink(good, "now") < 0) return report(-1);
      if (flip == flip_script) write_script(good);
    }
    fflush(stdout);
    pid_t other = -1;
    if (isShared || flip == flip_file || flip == flip_link || flip == flip_script) {
      other = fork();
      if (other == 0) flip(NULL);
    }
    pid_t pid = fork();
    if (pid == 0) {
      pthread_t thread;
      if (other < 0) pthread_create(&thread, NULL, flip, NULL);
      char *words[] = {"racer", flip == flip_word ? stage->word : "what", NULL};
      // Each try begins at another moment of the other side's round.
      for (volatile int wait = 0; wait < index * 37 % 5000; wait++) continue;
      execv(path, words);
      _exit(128 + errno);
    }
    int status;
    waitpid(pid, &status, 0);
    if (WIFSIGNALED(status)) killed++;
    else if (WEXITSTATUS(status) >= 128) refused++;
    else started++;
    if (other > 0) {
      kill(other, SIGKILL);
      waitpid(other, NULL, 0);
    }
  }
  printf("result: %d tries\nstarted %d, refused %d, killed %d\n", tries, started, refused, killed);
  return 0;
}

#define ACT(name) {#name, act_##name}
const struct act start_acts[] = {
    ACT(start), ACT(start_vfork), ACT(start_spawn), ACT(start_thread), ACT(start_memory), ACT(start_memory_path),
    ACT(start_descriptor), ACT(start_path_descriptor), ACT(start_deleted), ACT(start_at), ACT(start_hidden),
    ACT(start_empty), ACT(start_long), ACT(count), ACT(evil), ACT(good), ACT(clone_parent), ACT(start_i386),
    ACT(start_x32), ACT(race), ACT(edges), {NULL, NULL},
};

// What was started in a race: the evil one is known by its inode, whatever its name is now.
int racer(void) {
  struct stat info;
  const char *evil = getenv("EVIL"), *word = argc_ > 1 ? argv_[1] : "";
  int isEvil = evil && stat("/proc/self/exe", &info) == 0 && info.st_ino == strtoul(evil, NULL, 10);
  if (isEvil || !strcmp(word, "evil")) puts("EVIL-RAN");
  return 0;
}
