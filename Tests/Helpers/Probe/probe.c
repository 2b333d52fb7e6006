// One forbidden act per run, for the tests of the sandbox: `probe ACT [ARGUMENT...]` tries it and prints
// "result: OK", "result: ENAME" or "result: SIGNAL", so that a test can tell a refusal from a leak.
#define _GNU_SOURCE
#include "probe.h"

#include <errno.h>
#include <pthread.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>

int argc_;
char **argv_;

const char *arg(int index) {
  if (index >= argc_) {
    fprintf(stderr, "probe: an argument is missing\n");
    exit(2);
  }
  return argv_[index];
}

int report(long result) {
  if (result >= 0) printf("result: OK\n");
  else printf("result: %s\n", strerrorname_np(errno));
  return 0;
}

// What a read gives is shown, so that a leaked canary is seen in the output.
static int read_out(int fd) {
  if (fd < 0) return report(-1);
  char bytes[512];
  ssize_t size = read(fd, bytes, sizeof bytes - 1);
  if (size < 0) return report(-1);
  bytes[size] = 0;
  printf("read: %s\n", bytes);
  return report(0);
}

static int act_read(void) { return read_out(open(arg(2), O_RDONLY)); }
static int act_list(void) { return report(open(arg(2), O_RDONLY | O_DIRECTORY)); }
static int act_write(void) { return report(open(arg(2), O_WRONLY)); }
static int act_create(void) { return report(open(arg(2), O_WRONLY | O_CREAT, 0600)); }
static int act_truncate(void) { return report(truncate(arg(2), 0)); }
static int act_mkdir(void) { return report(mkdir(arg(2), 0700)); }
static int act_unlink(void) { return report(unlink(arg(2))); }
static int act_rmdir(void) { return report(rmdir(arg(2))); }
static int act_link(void) { return report(link(arg(2), arg(3))); }
static int act_symlink(void) { return report(symlink(arg(2), arg(3))); }
static int act_rename(void) { return report(rename(arg(2), arg(3))); }
static int act_exchange(void) { return report(syscall(SYS_renameat2, AT_FDCWD, arg(2), AT_FDCWD, arg(3), 2)); }
static int act_chmod(void) { return report(chmod(arg(2), 0777)); }
static int act_utime(void) { return report(utime(arg(2), NULL)); }
static int act_setxattr(void) { return report(setxattr(arg(2), "user.probe", "1", 1, 0)); }
static int act_mkfifo(void) { return report(mkfifo(arg(2), 0600)); }
static int act_mknod(void) { return report(mknod(arg(2), S_IFCHR | 0666, makedev(1, 3))); }
static int act_whiteout(void) { return report(mknod(arg(2), S_IFCHR | 0666, 0)); }
static int act_mkblock(void) { return report(mknod(arg(2), S_IFBLK | 0666, makedev(7, 0))); }
static int act_execute(void) {
  execl(arg(2), arg(2), (char *)NULL);
  return report(-1);
}

static int act_mount_tmpfs(void) { return report(mount("none", arg(2), "tmpfs", 0, NULL)); }
static int act_mount_bind(void) { return report(mount("/", arg(2), NULL, MS_BIND, NULL)); }
static int act_remount(void) { return report(mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL)); }
static int act_umount(void) { return report(umount2(arg(2), MNT_DETACH)); }
static int act_fsopen(void) { return report(syscall(SYS_fsopen, "tmpfs", 0)); }
static int act_open_tree(void) { return report(syscall(SYS_open_tree, AT_FDCWD, "/", 1)); }
static int act_move_mount(void) { return report(syscall(SYS_move_mount, AT_FDCWD, "/", AT_FDCWD, "/", 0)); }
static int act_mount_setattr(void) {
  uint64_t attributes[4] = {0};
  return report(syscall(442, AT_FDCWD, "/", 0, attributes, sizeof attributes));
}
static int act_pivot_root(void) { return report(syscall(SYS_pivot_root, "/", "/")); }
static int act_chroot(void) { return report(chroot(arg(2))); }

static int act_unshare(void) { return report(unshare((int)strtoul(arg(2), NULL, 16))); }
static int act_clone(void) {
  long pid = syscall(SYS_clone, strtoul(arg(2), NULL, 16) | SIGCHLD, 0, 0, 0, 0);
  if (pid == 0) _exit(0);
  return report(pid);
}
static int act_clone3(void) {
  uint64_t arguments[8] = {CLONE_NEWUSER, 0, 0, 0, SIGCHLD, 0, 0, 0};
  long pid = syscall(SYS_clone3, arguments, sizeof arguments);
  if (pid == 0) _exit(0);
  return report(pid);
}
static int act_setns(void) { return report(setns(open("/proc/self/ns/net", O_RDONLY), CLONE_NEWNET)); }

static int act_trace_me(void) { return report(ptrace(PTRACE_TRACEME, 0, 0, 0)); }
static int act_attach(void) { return report(ptrace(PTRACE_ATTACH, atoi(arg(2)), 0, 0)); }
static int act_seize(void) { return report(ptrace(PTRACE_SEIZE, atoi(arg(2)), 0, 0)); }
static int act_vm_read(void) {
  char bytes[8];
  struct iovec here = {bytes, 8}, there = {(void *)0x400000, 8};
  return report(process_vm_readv(atoi(arg(2)), &here, 1, &there, 1, 0));
}
static int act_vm_write(void) {
  char bytes[8] = {0};
  struct iovec here = {bytes, 8}, there = {(void *)0x400000, 8};
  return report(process_vm_writev(atoi(arg(2)), &here, 1, &there, 1, 0));
}
static int act_signal(void) { return report(kill(atoi(arg(2)), atoi(arg(3)))); }
static int act_pidfd_open(void) { return report(syscall(SYS_pidfd_open, atoi(arg(2)), 0)); }
static int act_pidfd_getfd(void) {
  return report(syscall(438, (int)syscall(SYS_pidfd_open, getpid(), 0), 1, 0));
}
static int act_process_madvise(void) { return report(syscall(440, 0, NULL, 0, 0, 0)); }
// A rename that leaves a whiteout: a device node.
static int act_rename_whiteout(void) {
  close(open("whiteout", O_CREAT | O_WRONLY, 0600));
  return report(syscall(SYS_renameat2, AT_FDCWD, "whiteout", AT_FDCWD, "whiteout2", 1 << 2));
}
static int act_open_tree_attr(void) { return report(syscall(467, AT_FDCWD, "/", 0, NULL, 0)); }
// Lowers how many files another process may open; without a third argument it only asks.
static int act_limit(void) {
  struct rlimit limit = {0, 0};
  return report(syscall(SYS_prlimit64, atoi(arg(2)), RLIMIT_NOFILE, argc_ > 3 ? &limit : NULL, NULL));
}
static int act_kcmp(void) { return report(syscall(SYS_kcmp, getpid(), getpid(), 0, 0, 0)); }

static int act_bpf(void) { return report(syscall(SYS_bpf, 0, NULL, 0)); }
static int act_perf(void) { return report(syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0)); }
static int act_userfaultfd(void) { return report(syscall(SYS_userfaultfd, 1)); }
static int act_keyctl(void) { return report(syscall(SYS_keyctl, 0, -3, 0)); }
static int act_refused_later(void) {
  usleep(400000);
  return act_keyctl();
}
static int act_flood(void) {
  for (int count = atoi(arg(0)); count > 1; count--) syscall(SYS_keyctl, 0, -3, 0);
  return act_keyctl();
}
static int act_add_key(void) { return report(syscall(SYS_add_key, "user", "probe", "x", 1, -3)); }
static int act_request_key(void) { return report(syscall(SYS_request_key, "user", "probe", NULL, -3)); }
static int act_io_uring(void) {
  char parameters[120] = {0};
  return report(syscall(425, 4, parameters));
}
static int act_kexec(void) { return report(syscall(SYS_kexec_load, 0, 0, NULL, 0)); }
static int act_kexec_file(void) { return report(syscall(SYS_kexec_file_load, -1, -1, 0, NULL, 0)); }
static int act_init_module(void) { return report(syscall(SYS_init_module, NULL, 0, "")); }
static int act_finit_module(void) { return report(syscall(SYS_finit_module, -1, "", 0)); }
static int act_delete_module(void) { return report(syscall(SYS_delete_module, "x", 0)); }
static int act_open_by_handle(void) {
  struct {
    struct file_handle handle;
    char bytes[128];
  } place;
  int mount;
  memset(&place, 0, sizeof place);
  place.handle.handle_bytes = 128;
  if (name_to_handle_at(AT_FDCWD, arg(2), &place.handle, &mount, 0) < 0) place.handle.handle_bytes = 8;
  int root = open("/", O_PATH | O_DIRECTORY);
  return read_out(open_by_handle_at(root, &place.handle, O_RDONLY));
}
static int act_personality(void) { return report(personality(ADDR_NO_RANDOMIZE)); }
static int act_acct(void) { return report(acct(NULL)); }
static int act_quotactl(void) { return report(syscall(SYS_quotactl, 0x800007 << 8, "/dev/vda", 0, NULL)); }
static int act_syslog(void) { return report(syscall(SYS_syslog, 10, NULL, 0)); }
static int act_swapon(void) { return report(syscall(SYS_swapon, "/none", 0)); }
static int act_reboot(void) { return report(reboot(RB_DISABLE_CAD)); }
static int act_set_time(void) {
  struct timeval now;
  gettimeofday(&now, NULL);
  return report(settimeofday(&now, NULL));
}
static int act_set_clock(void) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  return report(clock_settime(CLOCK_REALTIME, &now));
}
static int act_hostname(void) { return report(sethostname("probe", 5)); }
static int act_domainname(void) { return report(setdomainname("probe", 5)); }
static int act_fanotify(void) { return report(syscall(SYS_fanotify_init, 0x200, 0)); }
static int act_vhangup(void) { return report(vhangup()); }
#ifdef __x86_64__
static int act_iopl(void) { return report(syscall(SYS_iopl, 3)); }
static int act_ioperm(void) { return report(syscall(SYS_ioperm, 0x80, 1, 1)); }
static int act_modify_ldt(void) { return report(syscall(SYS_modify_ldt, 0, NULL, 0)); }
#endif

// A command to a terminal, with junk in the half of the argument that the kernel does not look at.
static int act_terminal(void) {
  char byte = 'y';
  return report(syscall(SYS_ioctl, 0, strtoul(arg(2), NULL, 16), &byte));
}

static int in_child(void (*body)(void)) {
  fflush(stdout);
  pid_t pid = fork();
  if (pid == 0) {
    body();
    _exit(0);
  }
  int status;
  waitpid(pid, &status, 0);
  if (WIFSIGNALED(status)) printf("result: SIG%s\n", sigabbrev_np(WTERMSIG(status)));
  else printf("result: %s\n", WEXITSTATUS(status) ? "EXIT" : "OK");
  return 0;
}
static void x32_call(void) {
  if (syscall(0x40000000 | 39) < 0) _exit(1);
}
static void i386_call(void) {
#ifdef __x86_64__
  long result = 20;
  __asm__ volatile("int $0x80" : "+a"(result) : : "memory", "r8", "r9", "r10", "r11");
  if (result < 0) _exit(1);
#else
  raise(SIGSYS);
#endif
}
static int act_x32(void) { return in_child(x32_call); }
static int act_i386(void) { return in_child(i386_call); }

static int act_socket(void) {
  return report(syscall(SYS_socket, strtoul(arg(2), NULL, 16), strtoul(arg(3), NULL, 16), strtoul(arg(4), NULL, 16)));
}
static int act_socketpair(void) {
  int ends[2];
  return report(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
}

static socklen_t address(struct sockaddr_storage *place, const char *host, const char *port) {
  memset(place, 0, sizeof *place);
  struct sockaddr_in *four = (struct sockaddr_in *)place;
  struct sockaddr_in6 *six = (struct sockaddr_in6 *)place;
  if (inet_pton(AF_INET, host, &four->sin_addr) == 1) {
    four->sin_family = AF_INET;
    four->sin_port = htons((uint16_t)atoi(port));
    return sizeof *four;
  }
  inet_pton(AF_INET6, host, &six->sin6_addr);
  six->sin6_family = AF_INET6;
  six->sin6_port = htons((uint16_t)atoi(port));
  return sizeof *six;
}
static int act_connect(void) {
  struct sockaddr_storage to;
  socklen_t size = address(&to, arg(2), arg(3));
  int protocol = argc_ > 4 ? atoi(arg(4)) : 0;
  int fd = socket(to.ss_family, SOCK_STREAM, protocol);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, size) < 0) return report(-1);
  return read_out(fd);
}
static int act_fast_open(void) {
  struct sockaddr_storage to;
  socklen_t size = address(&to, arg(2), arg(3));
  int fd = socket(to.ss_family, SOCK_STREAM, 0);
  if (fd < 0 || sendto(fd, "x", 1, MSG_FASTOPEN, (struct sockaddr *)&to, size) < 0) return report(-1);
  return read_out(fd);
}
static int act_datagram(void) {
  struct sockaddr_storage to;
  socklen_t size = address(&to, arg(2), arg(3));
  int fd = socket(to.ss_family, SOCK_DGRAM, 0);
  struct timeval limit = {0, 200000};
  if (fd >= 0) setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, size) < 0 || send(fd, "x", 1, 0) < 0) return report(-1);
  return read_out(fd);
}
static int act_unix(void) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  const char *name = arg(2);
  size_t length = strlen(name);
  memcpy(to.sun_path, name, length);
  if (name[0] == '@') to.sun_path[0] = 0;
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connect(fd, (struct sockaddr *)&to, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) < 0)
    return report(-1);
  return read_out(fd);
}
// A server and a client within the step: this must work.
static int act_loopback(void) {
  struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof place;
  int server = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(server, (struct sockaddr *)&place, sizeof place) < 0 || listen(server, 1) < 0) return report(-1);
  getsockname(server, (struct sockaddr *)&place, &size);
  return report(connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&place, sizeof place));
}

static int act_shared_memory(void) { return report(shmget((key_t)strtoul(arg(2), NULL, 16), 1, 0)); }

static int act_set_uid(void) { return report(setuid((uid_t)atoi(arg(2)))); }
static int act_no_new_privileges(void) {
  printf("result: %d\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  return 0;
}
static int act_capabilities(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  syscall(SYS_capget, &header, data);
  uint64_t bounding = 0;
  for (int number = 0; number < 64; number++)
    if (prctl(PR_CAPBSET_READ, number, 0, 0, 0) == 1) bounding |= (uint64_t)1 << number;
  printf("result: %llx %llx\n", (unsigned long long)data[1].permitted << 32 | data[0].permitted,
         (unsigned long long)bounding);
  return 0;
}
static int act_descriptors(void) {
  printf("result:");
  for (int number = 3; number < 1024; number++)
    if (fcntl(number, F_GETFD) >= 0) printf(" %d", number);
  printf("\n");
  return 0;
}
static int act_session(void) {
  printf("result: %d %d %d\n", getsid(0) == getpid(), getpgrp() == getpid(), isatty(0));
  return 0;
}
// Signals as they were found: the blocked and the ignored ones.
static int act_signals(void) {
  FILE *file = fopen("/proc/self/status", "r");
  char line[256];
  printf("result:");
  while (file && fgets(line, sizeof line, file))
    if (!strncmp(line, "SigBlk", 6) || !strncmp(line, "SigIgn", 6)) printf(" %.16s", line + 8);
  printf("\n");
  return 0;
}

static int act_forks(void) {
  int count = 0;
  while (count < 500) {
    pid_t pid = fork();
    if (pid < 0) break;
    if (pid == 0) {
      pause();
      _exit(0);
    }
    count++;
  }
  int code = errno;
  errno = code;
  return count == 500 ? report(0) : report(-1);
}
static void *wait_here(void *unused) {
  pause();
  return unused;
}
// How many threads could be made, of the number given.
static int act_threads(void) {
  int count = 0, most = atoi(arg(2));
  pthread_t thread;
  while (count < most && pthread_create(&thread, NULL, wait_here, NULL) == 0) count++;
  printf("result: %d\n", count);
  fflush(stdout);
  _exit(0);
}
static int act_memory(void) {
  void *place = malloc((size_t)1 << 32);
  return report(place ? 0 : -1);
}
static void write_large(void) {
  int fd = open(arg(2), O_WRONLY | O_CREAT, 0600);
  char bytes[65536] = {0};
  for (int index = 0; index < 64; index++)
    if (write(fd, bytes, sizeof bytes) < 0) _exit(1);
}
static int act_large_file(void) { return in_child(write_large); }
static void spin(void) {
  for (;;) __asm__ volatile("");
}
static int act_spin(void) { return in_child(spin); }

// Leaves a daemon behind that has its own session and parent, and holds the output open.
static int act_daemon(void) {
  if (fork() == 0) {
    setsid();
    if (fork() == 0) {
      setsid();
      for (int number = 1; number < NSIG; number++) signal(number, SIG_IGN);
      execl("/bin/sleep", "sleep", arg(2), (char *)NULL);
      _exit(1);
    }
    _exit(0);
  }
  usleep(50000);
  return report(0);
}

// Ignores what it can and says so, then waits.
static int act_stubborn(void) {
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  printf("ready\n");
  fflush(stdout);
  for (;;) pause();
}

// `become UID GID PROGRAM...`: another user, without groups. Not an attack: the tests use it.
static int act_become(void) {
  uid_t uid = (uid_t)atoi(arg(2));
  gid_t gid = (gid_t)atoi(arg(3));
  if (syscall(SYS_setgroups, 0, NULL) < 0 || setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0)
    return report(-1);
  execv(arg(4), argv_ + 4);
  return report(-1);
}

// `no_landlock PROGRAM...`: as if the kernel had no Landlock.
static int act_no_landlock(void) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 444, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof code / sizeof *code, code};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0) return report(-1);
  execv(arg(2), argv_ + 2);
  return report(-1);
}

// `listen FILE`: serves the canary on TCP, UDP and an abstract socket of the machine, and writes the port to FILE.
static int act_listen(void) {
  struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof place;
  int stream = socket(AF_INET, SOCK_STREAM, 0), datagram = socket(AF_INET, SOCK_DGRAM, 0);
  if (bind(stream, (struct sockaddr *)&place, sizeof place) < 0 || listen(stream, 8) < 0) return report(-1);
  getsockname(stream, (struct sockaddr *)&place, &size);
  if (bind(datagram, (struct sockaddr *)&place, sizeof place) < 0) return report(-1);
  printf("%d\n", ntohs(place.sin_port));
  fflush(stdout);
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  int length = snprintf(name.sun_path, sizeof name.sun_path, "%s", arg(2));
  name.sun_path[0] = 0;
  int local = socket(AF_UNIX, SOCK_STREAM, 0);
  bind(local, (struct sockaddr *)&name, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)length));
  listen(local, 8);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;) {
    fd_set set;
    FD_ZERO(&set);
    FD_SET(stream, &set);
    FD_SET(datagram, &set);
    FD_SET(local, &set);
    if (select(64, &set, NULL, NULL, NULL) < 0) return 1;
    for (int index = 0; index < 2; index++) {
      int server = index ? local : stream;
      if (!FD_ISSET(server, &set)) continue;
      int client = accept(server, NULL, NULL);
      if (write(client, arg(3), strlen(arg(3))) < 0) perror("write");
      close(client);
    }
    if (FD_ISSET(datagram, &set)) {
      struct sockaddr_in from;
      socklen_t from_size = sizeof from;
      char byte;
      recvfrom(datagram, &byte, 1, 0, (struct sockaddr *)&from, &from_size);
      sendto(datagram, arg(3), strlen(arg(3)), 0, (struct sockaddr *)&from, from_size);
    }
  }
}

// `remap FILE NEW GO READY`: maps FILE and makes it dirty, makes READY, waits for GO, and puts NEW at the file's end: the
// times of the file tell of the first write alone.
static int act_remap(void) {
  const char *text = arg(3);
  struct stat info;
  int fd = open(arg(2), O_RDWR);
  if (fd < 0 || fstat(fd, &info) < 0 || (size_t)info.st_size < strlen(text)) return report(-1);
  char *map = mmap(NULL, (size_t)info.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (map == MAP_FAILED) return report(-1);
  volatile char *first = map;
  *first = *map;
  close(open(arg(5), O_WRONLY | O_CREAT, 0600));
  while (access(arg(4), F_OK) < 0) usleep(1000);
  memcpy(map + info.st_size - strlen(text), text, strlen(text));
  return report(munmap(map, (size_t)info.st_size));
}

#define ACT(name) {#name, act_##name}
static const struct act acts[] = {
    ACT(read), ACT(list), ACT(write), ACT(create), ACT(truncate), ACT(mkdir), ACT(unlink), ACT(rmdir), ACT(link),
    ACT(symlink), ACT(rename), ACT(exchange), ACT(chmod), ACT(utime), ACT(setxattr), ACT(mkfifo), ACT(mknod),
    ACT(whiteout), ACT(mkblock), ACT(execute), ACT(mount_tmpfs), ACT(mount_bind), ACT(remount), ACT(umount),
    ACT(fsopen), ACT(open_tree), ACT(move_mount), ACT(mount_setattr), ACT(pivot_root), ACT(chroot), ACT(unshare),
    ACT(clone), ACT(clone3), ACT(setns), ACT(trace_me), ACT(attach), ACT(seize), ACT(vm_read), ACT(vm_write),
    ACT(signal), ACT(pidfd_open), ACT(pidfd_getfd), ACT(process_madvise), ACT(open_tree_attr), ACT(rename_whiteout), ACT(limit), ACT(kcmp), ACT(bpf), ACT(perf),
    ACT(userfaultfd), ACT(keyctl), ACT(refused_later), ACT(flood), ACT(add_key), ACT(request_key), ACT(io_uring), ACT(kexec), ACT(kexec_file),
    ACT(init_module), ACT(finit_module), ACT(delete_module), ACT(open_by_handle), ACT(personality), ACT(acct),
    ACT(quotactl), ACT(syslog), ACT(swapon), ACT(reboot), ACT(set_time), ACT(set_clock), ACT(hostname),
    ACT(domainname), ACT(fanotify), ACT(vhangup), ACT(terminal), ACT(x32), ACT(i386), ACT(socket), ACT(socketpair),
    ACT(connect), ACT(fast_open), ACT(datagram), ACT(unix), ACT(loopback), ACT(shared_memory), ACT(set_uid),
    ACT(no_new_privileges), ACT(capabilities), ACT(descriptors), ACT(session), ACT(signals), ACT(forks), ACT(memory),
    ACT(threads),
    ACT(large_file), ACT(remap), ACT(spin), ACT(daemon), ACT(stubborn), ACT(become), ACT(listen), ACT(no_landlock),
#ifdef __x86_64__
    ACT(iopl), ACT(ioperm), ACT(modify_ldt),
#endif
};

int main(int argc, char **argv) {
  argc_ = argc;
  argv_ = argv;
  size_t length = strlen(argv[0]);
  // Started under the name of a racer, or as the interpreter of a script.
  if (!strcmp(argv[0], "racer") || (length > 5 && !strncmp(argv[0] + length - 5, "race", 4))) return racer();
  const char *name = arg(1);
  for (size_t index = 0; index < sizeof acts / sizeof *acts; index++)
    if (!strcmp(acts[index].name, name)) return acts[index].run();
  for (const struct act *act = start_acts; act->name; act++)
    if (!strcmp(act->name, name)) return act->run();
  fprintf(stderr, "probe: no act %s\n", name);
  return 2;
}
