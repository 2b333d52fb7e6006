import Foundation
import TestKit
import Testing

/// Acts of a step that want to reach the machine or the world past the proxy. All are tried in one run; outside, services of
/// every kind wait with a canary, and whatever a step gets of it is a success of the attack.
@Suite(
  .enabled(if: NetworkRunTests.obstacle.isEmpty, Comment(rawValue: NetworkRunTests.obstacle)),
  .enabled(if: access("/usr/bin/python3", X_OK) == 0, "there is no python3"))
struct NetworkAttackTests {
  private static let accounts: [Bool] = geteuid() == 0 ? [true, false] : [true]
  static let canary = "CANARY-91d2c4"

  /// The services outside: TCP and UDP of both families, local sockets with and without a name. Says its ports and waits.
  private static let outside = """
    import socket,threading,sys,os
    word=b'\(canary)\\n'
    def stream(s):
      def serve():
        while True:
          c,_=s.accept(); c.sendall(word); c.settimeout(0.5)
          try: c.shutdown(1); c.recv(999)
          except OSError: pass
          c.close()
      s.listen(50); threading.Thread(target=serve,daemon=True).start()
    def packets(s):
      def serve():
        while True:
          _,w=s.recvfrom(999)
          if w: s.sendto(word,w)
          open('packet','w').write('x')
      threading.Thread(target=serve,daemon=True).start()
    t=socket.socket(); t.bind(('0.0.0.0',0)); stream(t); p=t.getsockname()[1]
    u=socket.socket(2,2); u.bind(('0.0.0.0',p)); packets(u)
    try:
      t6=socket.socket(10); t6.setsockopt(41,26,1); t6.bind(('::',p)); stream(t6)
    except OSError: pass
    n='rundown-test-%d'%p
    for kind,f in ((1,stream),(2,packets)):
      for name in ('\\0'+n+str(kind),'local'+str(kind)):
        s=socket.socket(1,kind); s.bind(name); f(s)
        if name[0]!='\\0': os.chmod(name,0o777)
    own='127.0.0.1'
    try:
      s=socket.socket(2,2); s.connect(('192.0.2.1',9)); own=s.getsockname()[0]
    except OSError: pass
    open('ports.new','w').write('%d %s %s'%(p,n,own)); os.rename('ports.new','ports')
    sys.stdin.read()
    """

  /// What stands before the acts: P is the port of the services, N their name, O the machine's own address, D their folder,
  /// X the proxy's port. An act is reached when it gives something that is true.
  private static let harness = """
    import socket,os,struct,ctypes,sys,subprocess,threading,mmap
    P,N,O,D=int(sys.argv[1]),sys.argv[2],sys.argv[3],sys.argv[4]
    X=int(os.environ.get('http_proxy',':1').rsplit(':',1)[1])
    l=ctypes.CDLL(None,use_errno=True)
    socket.setdefaulttimeout(1)
    def say(s,b=b'x'):
      s.settimeout(0.3)
      try: s.send(b)
      except OSError: pass
      return s.recv(99)
    def tcp(host,family=2,port=None,kind=1,proto=0):
      s=socket.socket(family,kind,proto); s.connect((host,port or P)); return s.recv(99)
    def udp(host,family=2,proto=0,call=lambda s,to:s.sendto(b'x',to)):
      s=socket.socket(family,2,proto); s.settimeout(0.3); call(s,(host,P)); return s.recv(99)
    def made(*a): socket.socket(*a); return 'made'
    def local(name,kind=1):
      s=socket.socket(1,kind); s.settimeout(0.3)
      if kind==2: s.bind('')
      s.connect(name); return say(s)
    def call(number,*a):
      r=l.syscall(number,*a)
      if r<0: raise OSError(ctypes.get_errno(),'')
      return 'done'
    def child(f):
      p=os.fork()
      if p==0:
        try: f()
        except BaseException: os._exit(1)
        os._exit(0)
      return os.WIFEXITED(os.waitpid(p,0)[1])
    def address(port,host='127.0.0.1'): return struct.pack('=H',2)+struct.pack('>H',port)+socket.inet_aton(host)+bytes(8)
    def again():
      s=socket.socket(); s.connect(('127.0.0.1',X)); l.connect(s.fileno(),bytes(16),16); s.connect(('127.0.0.1',P)); return s.recv(99)
    def deferred():
      s=socket.socket(); s.setsockopt(6,30,1); s.connect(('127.0.0.1',P)); return say(s)
    def many(kind=2):
      s=socket.socket(2,kind); s.settimeout(0.3); a=ctypes.create_string_buffer(address(P)); b=ctypes.create_string_buffer(b'x')
      v=(ctypes.c_size_t*2)(ctypes.addressof(b),1); h=(ctypes.c_size_t*8)(ctypes.addressof(a),16,ctypes.addressof(v),1)
      l.sendmmsg(s.fileno(),h,1,0); return s.recv(99)
    def race():
      a=ctypes.create_string_buffer(address(X),16); stop=[]
      def flip():
        while not stop: ctypes.memmove(ctypes.addressof(a)+2,struct.pack('>H',P),2); ctypes.memmove(ctypes.addressof(a)+2,struct.pack('>H',X),2)
      t=threading.Thread(target=flip); t.start(); got=None
      for i in range(100):
        s=socket.socket(); s.settimeout(1)
        if l.connect(s.fileno(),a,16)==0 and s.getpeername()[1]==P: got=s.recv(99)
        s.close()
      stop.append(1); t.join(); return got
    def old():
      code=mmap.mmap(-1,4096,prot=7); code.write(bytes([0x53,0xb8,102,0,0,0,0xbb,1,0,0,0,0x31,0xc9,0xcd,0x80,0x5b,0xc3]))
      ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))()
    def shell(text): return b'\(canary)' in subprocess.run(['timeout','-s','KILL','3','bash','-c',text],stdin=subprocess.DEVNULL,capture_output=True).stdout
    def act(name,f):
      try: r=f()
      except OSError as e: r=None
      print(('REACHED ' if r else 'refused ')+name,flush=True)
    """

  /// The acts, by name; those of the second list have no sense, or are a known gap, where there are no namespaces.
  static let acts: [(String, String)] = [
    ("tcp", "tcp('127.0.0.1')"), ("tcp, another loopback", "tcp('127.9.9.9')"),
    ("tcp, no address", "tcp('0.0.0.0')"),
    ("tcp, the machine's address", "tcp(O)"), ("tcp, a name", "tcp('localhost')"),
    ("tcp over IPv6", "tcp('::1',10)"),
    ("tcp over IPv6, mapped", "tcp('::ffff:127.0.0.1',10)"),
    ("tcp over IPv6, mapped own", "tcp('::ffff:'+O,10)"),
    ("tcp, its number", "tcp('127.0.0.1',proto=6)"), ("mptcp", "tcp('127.0.0.1',proto=262)"),
    ("mptcp over IPv6", "tcp('::1',10,proto=262)"), ("sctp", "tcp('127.0.0.1',proto=132)"),
    ("sctp, one to many", "made(2,5,132)"), ("dccp", "made(2,6,33)"), ("l2tp", "made(2,2,115)"),
    ("fast open", "(lambda s: s.sendto(b'x',0x20000000,('127.0.0.1',P)) and s.recv(99))(socket.socket())"),
    (
      "fast open by message",
      "(lambda s: s.sendmsg([b'x'],[],0x20000000,('127.0.0.1',P)) and s.recv(99))(socket.socket())"
    ),
    ("fast open deferred", "deferred()"), ("unconnected and connected anew", "again()"),
    ("a race for the port", "race()"),
    ("udp", "udp('127.0.0.1')"), ("udp to the machine's address", "udp(O)"),
    ("udp over IPv6", "udp('::ffff:127.0.0.1',10)"),
    ("udp connected", "udp('127.0.0.1',call=lambda s,to:(s.connect(to),s.send(b'x')))"),
    ("udp by message", "udp('127.0.0.1',call=lambda s,to:s.sendmsg([b'x'],[],0,to))"),
    ("udp, many messages", "many()"),
    ("udp-lite", "udp('127.0.0.1',proto=136)"), ("raw", "made(2,3,1)"),
    ("raw, any protocol", "made(2,3,255)"),
    ("raw over IPv6", "made(10,3,58)"), ("packet", "made(17,3,0x300)"), ("packet, cooked", "made(17,2,0)"),
    ("ax25", "made(3,5)"), ("ipx", "made(4,2)"), ("appletalk", "made(5,2)"), ("x25", "made(9,5)"),
    ("key", "made(15,3,2)"),
    ("rds", "made(21,5)"), ("can", "made(29,3,1)"), ("tipc", "made(30,5)"), ("bluetooth", "made(31,3,1)"),
    ("alg", "made(38,5)"),
    ("nfc", "made(39,3,0)"), ("vsock", "made(40,1)"), ("kcm", "made(41,2)"), ("qipcrtr", "made(42,2)"),
    ("smc", "made(43,1)"),
    ("xdp", "made(44,3)"), ("a family with high bits", "call(41,ctypes.c_long(1<<32|40),1,0)"),
    ("netlink of sockets", "made(16,3,4)"), ("netlink of the packet filter", "made(16,3,12)"),
    ("netlink of audit", "made(16,3,9)"),
    ("netlink of devices", "made(16,3,15)"), ("netlink, generic", "made(16,3,16)"),
    ("a local socket without a name", "local('\\0'+N+'1')"),
    ("packets without a name", "local('\\0'+N+'2',2)"),
    ("io_uring", "call(425,4,ctypes.create_string_buffer(200))"),
    ("a network of its own", "call(272,0x40000000)"),
    ("a user of its own", "call(272,0x50000000)"),
    ("a child in another network", "child(lambda:call(56,0x40000011,0,0,0,0)) and None"),
    ("another network", "call(308,os.open('/proc/1/ns/net',0),0)"),
    ("its own network", "call(308,os.open('/proc/self/ns/net',0),0x40000000)"),
    ("somebody's descriptor", "call(438,os.pidfd_open(os.getppid()),0,0)"),
    ("calls of x32", "child(lambda:l.syscall(0x40000000|41,2,1,0))"),
    ("calls of 32 bits", "child(old)"), ("a tunnel device", "os.open('/dev/net/tun',2) and 'open'"),
    (
      "an interface",
      "__import__('fcntl').ioctl(socket.socket(1),0x8914,struct.pack('16sH22x',b'lo',0)) and 'set'"
    ),
    ("names by packets", "socket.getaddrinfo('rundown.invalid',80)"),
    ("bash, tcp", "shell('exec 3<>/dev/tcp/127.0.0.1/%d && cat <&3'%P)"),
    ("bash, udp", "shell('exec 3<>/dev/udp/127.0.0.1/%d && echo x >&3 && timeout 0.3 cat <&3'%P)"),
    ("curl past it", "shell('curl -s --max-time 2 --noproxy \\\"*\\\" --http0.9 http://127.0.0.1:%d/'%P)"),
    ("curl through it", "shell('curl -s --max-time 2 --noproxy \\\"\\\" --http0.9 http://127.0.0.1:%d/'%P)"),
    (
      "curl by a tunnel",
      "shell('curl -s --max-time 2 -p --noproxy \\\"\\\" --http0.9 http://127.0.0.1:%d/'%P)"
    ),
    ("curl by socks", "shell('curl -s --max-time 2 --socks5 127.0.0.1:%d http://127.0.0.1:%d/'%(X,P))"),
  ]
  static let actsOfNamespaces: [(String, String)] = [
    ("a local socket", "local(D+'/local1')"), ("packets to a local socket", "local(D+'/local2',2)"),
    ("curl by a local socket", "shell('curl -s --max-time 2 --http0.9 --unix-socket %s/local1 http://x/'%D)"),
  ]

  private func attack(_ network: String, _ acts: [(String, String)], asSelf: Bool, prefix: [String] = [])
    throws
  {
    let project = try TemporaryProject()
    let program = project.top + "/rundown"
    try FileManager.default.copyItem(atPath: Built.rundown, toPath: program)
    let services = project.top + "/services"
    try FileManager.default.createDirectory(atPath: services, withIntermediateDirectories: true)
    let helper = Process()
    helper.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    helper.arguments = ["-c", Self.outside]
    helper.currentDirectoryURL = URL(fileURLWithPath: services)
    let input = Pipe()
    helper.standardInput = input
    try helper.run()
    defer {
      try? input.fileHandleForWriting.close()
      helper.waitUntilExit()
    }
    #expect(eventually { FileManager.default.fileExists(atPath: services + "/ports") })
    let ports = try String(contentsOfFile: services + "/ports", encoding: .utf8)
    try project.write(
      ".rundownrc.yaml",
      "default: {mode: execute, run: {allow: [\"*\"], deny: []}, network: \(network)}\n")
    try project.write("acts.py", Self.script(acts))
    try project.write("a.md", runbook("python3 acts.py \(ports) \(services); echo over", shell: "bash"))
    if asSelf, prefix.isEmpty, network == "deny" {
      try prove(ports.split(separator: " ").map(String.init) + [services], in: project)
    }
    if !asSelf { _ = try project.run(["/bin/chown", "-R", "65534:65534", project.top]) }
    let account =
      asSelf ? [] : ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    let result = try project.run(
      account + prefix + [program, "run", "--verbose", "a.md"], environment: ["PATH": "/usr/bin:/bin"])
    let lines = result.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    #expect(!lines.contains { $0.hasPrefix("REACHED") }, "\(lines.filter { $0.hasPrefix("REACHED") })")
    let untried = acts.map(\.0).filter { !lines.contains("refused \($0)") }
    #expect(untried.isEmpty, "\(result.errors.suffix(500))")
    #expect(!result.all.contains(Self.canary), "\(result.all)")
    #expect(!FileManager.default.fileExists(atPath: services + "/packet"), "a packet came out")
    let found = try project.run(["/bin/grep", "-rla", Self.canary, project.root + "/.rundown"])
    #expect(found.output == "", "\(found.output)")
  }

  /// The acts as a script. The canary is spelt so that its text does not hold it.
  private static func script(_ acts: [(String, String)]) -> String {
    (harness + "\n" + acts.map { "act(\"\($0.0)\",lambda:\($0.1))" }.joined(separator: "\n"))
      .replacingOccurrences(of: canary, with: "CANA\\x52Y-91d2c4") + "\n"
  }

  /// Outside of any sandbox such acts do reach what they are to be kept from.
  private func prove(_ words: [String], in project: TemporaryProject) throws {
    let names = [
      "tcp", "tcp, the machine's address", "udp", "udp by message", "a local socket without a name",
      "a local socket",
      "packets to a local socket", "bash, tcp", "curl past it", "curl by a local socket",
      "fast open deferred",
    ]
    let acts = (Self.acts + Self.actsOfNamespaces).filter { names.contains($0.0) }
    try project.write("control.py", Self.script(acts))
    let result = try project.run(
      ["/usr/bin/python3", "control.py"] + words, environment: ["PATH": "/usr/bin:/bin"])
    let missed = names.filter { !result.output.contains("REACHED \($0)\n") }
    #expect(missed.isEmpty, "\(result.all)")
    try? FileManager.default.removeItem(atPath: words[3] + "/packet")
  }

  @Test(arguments: accounts)
  func throughTheProxyAlone(_ asSelf: Bool) throws {
    try attack("{mode: proxied, allow: [listed.invalid]}", Self.acts + Self.actsOfNamespaces, asSelf: asSelf)
  }

  @Test(arguments: accounts)
  func withoutANetwork(_ asSelf: Bool) throws {
    try attack("deny", Self.acts + Self.actsOfNamespaces, asSelf: asSelf)
  }

  @Test(.enabled(if: NoNamespaces.obstacle.isEmpty, Comment(rawValue: NoNamespaces.obstacle)))
  func withoutNamespaces() throws {
    try attack(
      "{mode: proxied, allow: [listed.invalid]}", Self.acts, asSelf: true, prefix: NoNamespaces.prefix)
  }
}
