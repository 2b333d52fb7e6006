/// One act of a step and what the kernel may answer.
struct StepAct: Sendable {
  /// Statements of Python, run by `ActTests.harness`.
  var text: String
  /// Names of errors, or OK.
  var answers: Set<String>

  init(_ text: String, _ answers: String...) {
    self.text = text
    self.answers = answers.isEmpty ? Self.refusals : Set(answers)
  }

  /// What a refusal may look like: the path is not there, cannot be opened, cannot be changed, is a mount of its own.
  static let refusals: Set<String> = [
    "EACCES", "EPERM", "EROFS", "ENOENT", "EXDEV", "EBUSY", "ELOOP", "ENXIO", "ENOSYS", "ESRCH",
    "ECONNREFUSED",
    "EAFNOSUPPORT", "EBADF", "EOPNOTSUPP", "ENOTDIR",
    // emptying the device that hides a file
    "EINVAL",
  ]
}

/// What a hostile step tries, in one process: each act costs microseconds.
enum ActTables {
  /// Acts on a file that a step may not change; `T` is its path, `W` a folder that it may write.
  static let changes = [
    "os.chmod(T,0o777)", "sys(452,-100,T,0o777,0)", "sys(452,-100,T,0o777,0x100)",
    "os.utime(T,(1,1))", "os.utime(T,(1,1),follow_symlinks=False)", "os.setxattr(T,'user.x',b'1')",
    "os.setxattr(T,'user.x',b'1',follow_symlinks=False)", "sys(463,-100,T,0,b'user.y',bytes(16),16)",
    "os.removexattr(T,'user.keep')", "os.chown(T,os.getuid(),os.getgid())",
    "os.lchown(T,os.getuid(),os.getgid())",
    "os.truncate(T,0)", "os.open(T,os.O_WRONLY)", "os.open(T,os.O_RDWR|os.O_APPEND)",
    "os.open(T,os.O_WRONLY|os.O_TRUNC)", "os.open(T,os.O_RDONLY|os.O_TRUNC)", "os.unlink(T)",
    "os.rename(T,W+'/taken')", "os.rename(W+'/mine',T)", "sys(316,-100,W+'/mine',-100,T,2)",
    "os.link(T,W+'/hard')", "os.symlink('x',T+'/l')", "os.rmdir(T)",
    "fd=os.open(T,os.O_PATH); os.chmod('/proc/self/fd/%d'%fd,0o777)",
    "fd=os.open(T,os.O_PATH); sys(452,fd,'',0o777,0x1000)",
    "fd=os.open(T,os.O_PATH); sys(280,fd,'',bytes(32),0x1000)",
    "fd=os.open(T,os.O_PATH); os.open('/proc/self/fd/%d'%fd,os.O_WRONLY)",
    "fd=os.open(T,os.O_PATH); sys(265,fd,'',-100,W+'/hard2',0x1000)",
    "fd=os.open(T,os.O_RDONLY); os.fchmod(fd,0o777)", "fd=os.open(T,os.O_RDONLY); os.utime(fd,(1,1))",
    "fd=os.open(T,os.O_RDONLY); os.setxattr(fd,'user.x',b'1')",
    "fd=os.open(T,os.O_RDONLY); os.fchown(fd,os.getuid(),-1)",
    "fd=os.open(T,os.O_RDONLY); fcntl.ioctl(fd,0x40086602,(0x40).to_bytes(8,'little'))",
    "fd=os.open(T,os.O_RDONLY); fcntl.ioctl(fd,0x401c5820,bytes(28))", "sys(469,-100,T,bytes(24),24,0)",
    "sys(155,T,'old')", "sys(165,T,W,0,0x1000,0)", "sys(165,W,T,0,0x1000,0)",
  ]

  /// Ways to the content of a file that a step may not read; what they give is printed.
  static let readings = [
    "show(open(T).read())", "show(os.read(os.open(T,os.O_RDONLY|os.O_NOATIME),99))",
    "fd=os.open(T,os.O_PATH); show(open('/proc/self/fd/%d'%fd).read())",
    "d=os.open(os.path.dirname(T),os.O_PATH); show(os.read(os.open(os.path.basename(T),0,dir_fd=d),99))",
    "show(open('/proc/self/root'+T).read())", "show(open('/proc/thread-self/root'+T).read())",
    "show(open('/proc/1/root'+T).read())",
    "os.chdir(os.path.dirname(T)); show(open(os.path.basename(T)).read())",
    "os.symlink(T,W+'/s%d'%n); show(open(W+'/s%d'%n).read())",
    "os.link(T,W+'/h%d'%n); show(open(W+'/h%d'%n).read())",
    "shutil.copyfile(T,W+'/c%d'%n); show(open(W+'/c%d'%n).read())",
    "os.sendfile(1,os.open(T,os.O_RDONLY),0,99)",
    "fd=os.open(T,os.O_RDONLY); show(mmap.mmap(fd,9,prot=1)[:9])",
    "s=open(W+'/o%d'%n,'wb'); os.copy_file_range(os.open(T,0),s.fileno(),99); show(open(W+'/o%d'%n).read())",
    "os.rename(T,W+'/r%d'%n); show(open(W+'/r%d'%n).read())", "sys(437,-100,T,bytes(24),24)",
    "h=ctypes.create_string_buffer(136); h[0:4]=(128).to_bytes(4,'little'); m=ctypes.c_int(); "
      + "sys(303,-100,T,h,ctypes.byref(m),0); show(os.read(sys(304,os.open(W,0),h,0),99))",
  ]

  /// Programs that a step has written where it may write data only, and other ways to run what it wrote.
  static let executions = [
    StepAct("run(C+'/prog')"), StepAct("run('/dev/shm/prog')"), StepAct("os.chdir(C); run('./prog')"),
    StepAct("run(LD,C+'/prog')"), StepAct("run(LD,'/dev/shm/prog')"),
    StepAct("fd=os.open(C+'/prog',0); run('/proc/self/fd/%d'%fd,keep=fd)"),
    StepAct("fd=os.open(C+'/prog',0); runat(fd)"),
    StepAct("fd=os.open('/dev/shm/prog',os.O_PATH); runat(fd)"),
    StepAct("mmap.mmap(os.open(C+'/prog',0),4096,flags=2,prot=5)"),
    StepAct("mmap.mmap(os.open('/dev/shm/prog',0),4096,flags=2,prot=5)"),
    StepAct("m=mmap.mmap(os.open(C+'/prog',0),4096,flags=2,prot=3); protect(m,7)"),
    StepAct("load(C+'/lib.so')"), StepAct("load('/dev/shm/lib.so')"),
    StepAct("fd=os.open(C+'/lib.so',0); load('/proc/self/fd/%d'%fd)"),
    StepAct("os.symlink(C+'/prog',W+'/link'); run(W+'/link')"),
    StepAct("os.link(C+'/prog',W+'/hardprog'); run(W+'/hardprog')"),
    StepAct(
      "open(C+'/script','w').write('#!/bin/sh\\necho hi'); os.chmod(C+'/script',0o755); run(C+'/script')"),
    StepAct("fd=os.memfd_create('x',8); os.write(fd,open('/bin/true','rb').read()); runat(fd)"),
    // the loader given as a program's interpreter, and set-user-id bits, which mean nothing
    StepAct("shutil.copy('/bin/true',W+'/suid'); os.chmod(W+'/suid',0o6755); run(W+'/suid')", "OK"),
    StepAct("run('/tmp/prog')", "OK"), StepAct("run(W+'/prog')", "OK"),
    StepAct("open(C+'/ok.py','w').write('print(1)'); run('/usr/bin/python3',C+'/ok.py')", "OK"),
  ]

  /// Other processes and the machine; `P` is a process outside, `A` the name of an abstract socket, `S` the path of one.
  static let machine = [
    StepAct("os.kill(P,0)"), StepAct("os.kill(P,9)"), StepAct("os.killpg(P,15)"), StepAct("sys(434,P,0)"),
    StepAct("sys(234,P,P,9)"), StepAct("sys(200,P,9)"), StepAct("open('/proc/%d/environ'%P).read()"),
    StepAct("os.listdir('/proc/%d'%P)"), StepAct("os.setpriority(os.PRIO_PROCESS,P,19)"),
    StepAct("os.sched_setaffinity(P,[0])"), StepAct("resource.prlimit(P,resource.RLIMIT_NOFILE)"),
    StepAct("resource.prlimit(1,resource.RLIMIT_NPROC,(1,1))"), StepAct("sys(310,P,0,0,0,0,0)"),
    StepAct("sys(101,16,P,0,0)"),
    StepAct("sys(101,0x4206,1,0,0)"), StepAct("os.kill(1,0)", "OK", "EPERM"),
    StepAct("show(open('/proc/1/environ').read())"),
    StepAct("show(open('/proc/1/mem','rb').read(1))"), StepAct("show(open('/proc/1/maps').read())"),
    // Its numbers say nothing; what they stand for is not told.
    StepAct("[os.readlink('/proc/1/fd/'+x) for x in os.listdir('/proc/1/fd')]"),
    StepAct("[open('/proc/1/fd/'+x) for x in os.listdir('/proc/1/fd')]"),
    StepAct("os.readlink('/proc/1/exe')"),
    StepAct("os.listdir('/proc/1/root')"), StepAct("os.listdir('/proc/1/cwd')"),
    StepAct("os.listdir('/proc/1/map_files')"),
    StepAct("sys(438,sys(434,1,0),0,0)"), StepAct("sys(308,sys(434,1,0),0)"),
    StepAct("show(open('/proc/1/cmdline').read())", "OK"),
    StepAct("f=open('/dev/null'); fcntl.fcntl(f,fcntl.F_SETOWN,P)", "ESRCH", "EINVAL", "OK"),
    StepAct("sys(251,1,P,0)"), StepAct("os.sched_setscheduler(P,0,os.sched_param(0))"),
    StepAct("open('/proc/self/oom_score_adj','w').write('-1000')"),
    StepAct("open('/proc/self/attr/current','w')"),
    StepAct("open('/proc/self/uid_map','w').write('0 0 1')"),
    StepAct("open('/proc/self/coredump_filter','w')"),
    StepAct("open('/proc/sys/kernel/core_pattern','w')"), StepAct("open('/proc/sys/kernel/pid_max','w')"),
    StepAct("open('/proc/sys/kernel/ns_last_pid','w')"),
    StepAct("open('/proc/sys/user/max_user_namespaces','w')"),
    StepAct("open('/proc/sys/fs/binfmt_misc/register','w')"), StepAct("open('/proc/sysrq-trigger','w')"),
    StepAct("open('/proc/sys/net/ipv4/ip_forward','w')"),
    StepAct("open('/proc/irq/default_smp_affinity','w')"),
    StepAct("open('/sys/kernel/uevent_helper','w')"), StepAct("os.listdir('/sys/kernel/debug')"),
    StepAct("os.listdir('/sys/fs/cgroup')"), StepAct("os.mkdir('/sys/fs/cgroup/x')"),
    StepAct("open('/proc/kcore','rb').read(1)"),
    StepAct("open('/proc/kmsg').read(1)"), StepAct("open('/dev/kmsg')"), StepAct("open('/dev/mem','rb')"),
    StepAct("open('/dev/vda','rb')"), StepAct("open('/dev/pts/0','w')"), StepAct("open('/dev/console','w')"),
    StepAct("open('/dev/tty','r+b',0)"), StepAct("open('/dev/tty1','w')"), StepAct("open('/dev/fuse','r+b')"),
    StepAct("open('/dev/net/tun','r+b')"), StepAct("open('/dev/kvm','r+b')"),
    StepAct("open('/dev/loop-control')"),
    StepAct("open('/dev/userfaultfd')"), StepAct("os.mknod('/dev/shm/n',0o666|stat.S_IFCHR,os.makedev(1,3))"),
    StepAct("os.mknod(W+'/n',0o666|stat.S_IFBLK,os.makedev(254,0))"), StepAct("open('/dev/x','w')"),
    StepAct("connect(S)"), StepAct("connect('\\0'+A)"), StepAct("connect('/run/docker.sock')"),
    StepAct("connect('/var/run/dbus/system_bus_socket')"), StepAct("os.listdir('/run')"),
    StepAct("os.listdir('/var')"),
    StepAct("os.listdir(H)"), StepAct("os.listdir('/root')"), StepAct("os.listdir('/home')"),
    StepAct("os.listdir(O)"),
    StepAct("os.chroot(W)"), StepAct("sys(272,0x10000000)"), StepAct("sys(272,0x20000)"),
    StepAct("sys(435,bytes(88),88)"),
    StepAct("sys(56,0x10000011,0,0,0,0)"), StepAct("sys(428,-100,'/',1)"),
    StepAct("sys(442,-100,'/',0,bytes(32),32)"),
    StepAct("sys(430,b'tmpfs',0)"), StepAct("sys(166,T0,2)"), StepAct("sys(166,W,2)"),
    StepAct("sys(308,os.open('/proc/self/ns/mnt',0),0)"),
    StepAct("sys(321,0,bytes(128),128)"), StepAct("sys(425,1,bytes(120))"), StepAct("sys(323,0)"),
    StepAct("sys(250,0,0,0)"),
    StepAct("sys(248,b'user',b'x',b'y',1,-3)"), StepAct("sys(298,bytes(128),0,-1,-1,0)"),
    StepAct("sys(300,0,0)"),
    StepAct("sys(103,3,bytes(99),99)"), StepAct("sys(170,b'x',1)"),
    StepAct("sys(169,0xfee1dead,0x28121969,0,0)"),
    StepAct("sys(175,bytes(9),9,b'')"), StepAct("sys(246,0,0,0,0)"), StepAct("sys(163,0)"),
    StepAct("sys(153)"),
    StepAct("sys(29,0x5c0e77,0,0)"), StepAct("socket.socket(40,1)"), StepAct("socket.socket(17,3)"),
    StepAct("socket.socket(38,5)"),
    StepAct("fd=os.open(R+'/.rundown/rundown.db',0); fcntl.flock(fd,fcntl.LOCK_EX)"),
    StepAct("fd=os.open(R+'/.rundown/policy.lock',0); fcntl.flock(fd,fcntl.LOCK_EX)"),
    StepAct("[open(R+'/.rundown/'+x).read() for x in ['rundown.db','approvals','.gitignore']]"),
    StepAct("os.rename(R+'/.rundown',W+'/store')"), StepAct("os.mkdir(R+'/.rundown/x')"),
    StepAct("open(R+'/.rundownrc.yaml','a')"), StepAct("open(R+'/.rundownrc','w')"),
    StepAct("open('/etc/passwd','a')"), StepAct("open('/usr/lib/x','w')"), StepAct("open('/x','w')"),
    // no core, for whom ever the machine makes them
    StepAct("assert resource.getrlimit(resource.RLIMIT_CORE) in ((1,1),(0,0))", "OK"),
    StepAct("child(lambda: os.kill(os.getpid(),11)) if not os.listdir(W).count('core') else 0", "EPERM"),
    // what a step may do, or the answers above would mean nothing
    StepAct("os.kill(os.getpid(),0)", "OK"), StepAct("open('/proc/self/environ').read()", "OK"),
    StepAct("open('/dev/null','w').write('x')", "OK"), StepAct("os.openpty()", "OK"),
    StepAct("os.listdir(R)", "OK"),
    StepAct("open(W+'/new','w').write('x')", "OK"), StepAct("open(C+'/new','w').write('x')", "OK"),
    StepAct("open('/tmp/new','w').write('x')", "OK"), StepAct("os.chmod(W+'/mine',0o600)", "OK"),
    StepAct("socket.socketpair()", "OK"), StepAct("open(R+'/plain').read()", "OK"),
  ]
}
