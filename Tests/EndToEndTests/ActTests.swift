import Foundation
import TestKit
import Testing

/// Some hundreds of acts of one hostile step: each is refused, nothing outside changes, and no canary shows anywhere.
@Suite(
  .enabled(
    if: ConfinementRunTests.isFull && access("/usr/bin/python3", X_OK) == 0,
    "this machine gives no full sandbox, or has no /usr/bin/python3")) struct ActTests
{
  private static let canary = "CANARY-9b1f02"

  private static let policy = """
    version: 1
    default:
      mode: execute
      run: {allow: ["*"], deny: []}
      read: {allow: ["{repo}/**", "{home}/.cache/**"], deny: ["**/.env", "**/*.pem", "{repo}/conf/*.txt", "{repo}/vault/**"]}
      write: {allow: ["{repo}/work/**", "{home}/.cache/**"], deny: ["**/*.lock"]}

    """

  private static let fixture = """
    set -e
    git init -q; mkdir -p work/deep conf vault src node_modules/p; echo plain > plain; echo 1 > work/mine; echo 1 > src/a.c
    for f in .env work/.env work/deep/k.pem conf/key.txt vault/x node_modules/p/.env .git/k.pem; do echo \(canary) > $f; done
    echo \(canary) > orig.pem; ln orig.pem innocent; echo 1 > work/x.lock
    mkdir -p ../outside ../home/.ssh ../home/.aws ../home/.cache; echo \(canary) > ../outside/secret
    for f in .ssh/id_ed25519 .aws/credentials .netrc .bash_history; do echo \(canary) > ../home/$f; done
    for f in ../outside/secret plain work/x.lock; do
      /usr/bin/python3 -c 'import os,sys; os.setxattr(sys.argv[1],"user.keep",b"1")' $f 2>/dev/null || true; done
    """

  /// Runs numbered acts and prints the answer to each.
  private static let harness = """
    import ctypes,errno,fcntl,mmap,os,resource,shutil,signal,socket,stat,sys as _sys
    libc=ctypes.CDLL(None,use_errno=True)
    def sys(number,*words):
      words=[w.encode() if isinstance(w,str) else ctypes.c_long(w) if isinstance(w,int) else w for w in words]
      answer=libc.syscall(ctypes.c_long(number),*words)
      if answer<0: raise OSError(ctypes.get_errno(),'')
      return answer
    def show(text): print('SHOWN',text,flush=True)
    def child(act):
      pid=os.fork()
      if pid==0:
        try: act()
        except OSError as problem: os._exit(min(problem.errno,120))
        os._exit(0)
      status=os.waitpid(pid,0)[1]
      code=os.WEXITSTATUS(status) if os.WIFEXITED(status) else errno.EPERM
      if code: raise OSError(errno.EACCES if code in (126,127) else code,'')
    def run(path,*words,keep=None):
      if keep is not None: os.set_inheritable(keep,True)
      child(lambda: os.execve(path,[path]+list(words),{}))
    def runat(fd):
      os.set_inheritable(fd,True)
      words=(ctypes.c_char_p*2)(b'x',None)
      child(lambda: sys(322,fd,b'',words,(ctypes.c_char_p*1)(None),0x1000))
    def protect(area,how):
      place=ctypes.addressof(ctypes.c_char.from_buffer(area))
      if libc.mprotect(ctypes.c_void_p(place),4096,how)<0: raise OSError(ctypes.get_errno(),'')
    def load(path):
      try: ctypes.CDLL(path)
      except OSError: raise OSError(errno.EACCES,'')
    def connect(path):
      s=socket.socket(socket.AF_UNIX); s.connect(path); show(s.recv(99))
    LD=os.path.realpath('/lib64/ld-linux-x86-64.so.2' if os.path.exists('/lib64/ld-linux-x86-64.so.2') else '/lib/ld-linux-aarch64.so.1')
    R=os.getcwd(); W=R+'/work'; H=os.environ['HOME']; C=H+'/.cache'; O=os.path.dirname(R)+'/outside'; T0=R+'/.env'
    for place in (W,C,'/tmp','/dev/shm'):
      shutil.copyfile('/bin/true',place+'/prog')
      libs=[l.split()[-1] for l in open('/proc/self/maps') if 'libc.so' in l]
      shutil.copyfile(libs[0],place+'/lib.so')
      for name in ('prog','lib.so'): os.chmod(place+'/'+name,0o755)
    for n,(text,target) in enumerate(acts):
      os.chdir(R)
      if not os.path.exists(W+'/mine'): open(W+'/mine','w').write('1')
      scope=dict(globals(),T=target,n=n)
      try:
        exec(text,scope); answer='OK'
      except OSError as problem: answer=errno.errorcode.get(problem.errno,str(problem.errno))
      except Exception as problem: answer=repr(problem).replace(' ','_')
      print('ACT',n,answer,flush=True)
    """

  private struct Row {
    var act: StepAct
    var target = ""
    var name: String { target.isEmpty ? act.text : "\(act.text) of \(target)" }
  }

  /// The acts with what they are done to.
  private static func rows(_ project: TemporaryProject) -> [Row] {
    let root = project.root
    let outside = project.top + "/outside/secret"
    let unchangeable = [
      outside, project.home + "/.ssh/id_ed25519", root + "/plain", root + "/conf/key.txt",
      root + "/work/.env",
      root + "/work/x.lock", root + "/.git/config", root + "/.rundownrc.yaml", "/etc/passwd",
    ]
    let unreadable =
      [outside]
      + [".ssh/id_ed25519", ".aws/credentials", ".netrc", ".bash_history"].map { "\(project.home)/\($0)" }
      + [
        ".env", "work/.env", "work/deep/k.pem", "conf/key.txt", "vault/x", "node_modules/p/.env",
        ".git/k.pem",
        "orig.pem", "innocent",
      ].map { "\(root)/\($0)" }
    var rows = unchangeable.flatMap { path in ActTables.changes.map { Row(act: StepAct($0), target: path) } }
    rows += unreadable.flatMap { path in ActTables.readings.map { Row(act: StepAct($0), target: path) } }
    rows += (ActTables.executions + ActTables.machine).map { Row(act: $0) }
    #if arch(x86_64)
      return rows
    #else
      // Numbers of calls differ.
      return rows.filter { !$0.act.text.contains("sys(") }
    #endif
  }

  /// All that is outside, with times, rights and content.
  private static let fingerprint = """
    cd ..; find outside home repo/plain repo/conf repo/vault repo/src repo/.git/config repo/.rundownrc.yaml repo/work/x.lock \
    repo/work/.env -not -path 'home/.cache*' -printf '%p %y %m %u %n %s %T@ %C@\\n' | sort; cat repo/.git/config | cksum
    """

  @Test(arguments: geteuid() == 0 ? [true, false] : [true])
  func areRefused(_ asSelf: Bool) throws {
    // Not in /tmp, which a step has of its own: there nothing outside is to be seen at all.
    let place = ["/srv", "/opt"].first { FileManager.default.isWritableFile(atPath: $0) } ?? "/tmp"
    let project = try TemporaryProject(in: place)
    let program = project.top + "/rundown"
    #expect(try project.run(["/bin/cp", Built.rundown, program]).status == 0)
    try project.write(".rundownrc.yaml", Self.policy)
    let rows = Self.rows(project)
    let prefix = asSelf ? [] : ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    if !asSelf { _ = try project.run(["/bin/chown", "-R", "65534:65534", project.top]) }
    let made = try project.run(prefix + ["/bin/bash", "-c", Self.fixture])
    #expect(made.status == 0, "\(made.all)")

    // A process, a socket and an abstract one of the same user, outside: only the sandbox protects them.
    let name = "rundown-test-\(UUID().uuidString)"
    let service = Process()
    service.executableURL = URL(fileURLWithPath: asSelf ? "/usr/bin/python3" : "/usr/bin/setpriv")
    service.arguments =
      (asSelf ? [] : Array(prefix.dropFirst()) + ["/usr/bin/python3"]) + [
        "-c",
        """
        import os,socket,sys,threading
        def serve(s):
          while True:
            c=s.accept()[0]; c.sendall(b'\(Self.canary)'); c.close()
        for n in (sys.argv[1],'\\0'+sys.argv[2]):
          s=socket.socket(socket.AF_UNIX); s.bind(n); s.listen(9); threading.Thread(target=serve,args=(s,),daemon=True).start()
        sys.stdin.read()
        """, project.top + "/outside/socket", name,
      ]
    service.environment = ["OUTSIDE": Self.canary]
    let lifeline = Pipe()
    service.standardInput = lifeline
    try service.run()
    defer {
      try? lifeline.fileHandleForWriting.close()
      kill(service.processIdentifier, SIGKILL)
      service.waitUntilExit()
    }
    #expect(eventually { FileManager.default.fileExists(atPath: project.top + "/outside/socket") })

    let list = rows.map { "(\(literal($0.act.text)),\(literal($0.target)))" }.joined(separator: ",\n")
    let values =
      "P=\(service.processIdentifier); A=\(literal(name)); S=\(literal(project.top + "/outside/socket"))\nacts=[\(list)]\n"
    try project.write("acts.py", values + Self.harness)
    try project.write("acts.md", runbook("/usr/bin/python3 acts.py", shell: "bash"))
    let before = try project.run(["/bin/bash", "-c", Self.fingerprint]).output
    let result = try project.run(
      prefix + [program, "run", "acts.md", "--var", "word=\(Self.canary)"],
      environment: ["SECRET_TOKEN": Self.canary])
    let after = try project.run(["/bin/bash", "-c", Self.fingerprint]).output

    var answers: [Int: String] = [:]
    for line in result.all.split(separator: "\n") {
      let words = line.split(separator: " ")
      if let mark = words.firstIndex(of: "ACT"), words.count > mark + 2, let number = Int(words[mark + 1]) {
        answers[number] = String(words[mark + 2])
      }
    }
    for (number, row) in rows.enumerated() {
      let answer = answers[number] ?? "nothing"
      #expect(row.act.answers.contains(answer), "\(row.name): \(answer)")
    }
    #expect(result.status == 0 && result.output.contains("sandbox full"), "\(result.all.suffix(2000))")
    #expect(
      !result.all.contains(Self.canary),
      "\(result.all.split(separator: "\n").filter { $0.contains(Self.canary) })")
    #expect(before == after)
    #expect(service.isRunning)
  }

  /// A text of Python.
  private func literal(_ text: String) -> String {
    "'" + text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "'", with: "\\'") + "'"
  }
}
