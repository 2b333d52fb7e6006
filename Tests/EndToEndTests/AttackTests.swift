import Foundation
import TestKit
import Testing

/// Attacks on a project whose folder a step may write as a whole: what it does must neither show a canary nor outlive
/// the step as something that git or rundown will later run outside the sandbox.
@Suite(.enabled(if: ConfinementRunTests.isFull, "this machine gives no full sandbox")) struct AttackTests {
  static let canary = "CANARY-5c0e77"

  struct Attack: CustomTestStringConvertible, Sendable {
    var name: String
    /// Shell text before the runs, outside; then each step, in a run of its own.
    var setUp = ""
    var steps: [String]
    /// Shell text after them, outside: what it prints is a success of the attack.
    var proof = ""
    var testDescription: String { name }
    init(_ name: String, setUp: String = "", _ steps: String..., proof: String = "") {
      (self.name, self.setUp, self.steps, self.proof) = (name, setUp, steps, proof)
    }
  }

  private static let accounts: [Bool] = geteuid() == 0 ? [true, false] : [true]

  private static let policy = """
    version: 1
    default:
      mode: execute
      run: {allow: ["*"], deny: []}
      read: {allow: ["{repo}/**"], deny: ["**/.env", "{repo}/conf/*.txt", "{repo}/vault/**"]}
      write: {allow: ["{repo}/**"], deny: ["**/.env"]}

    """

  /// A repository with a submodule, a nested repository, hooks of its own, and canaries.
  private static let fixture = """
    set -e
    export GIT_CONFIG_GLOBAL=$PWD/../gitconfig
    git config --file ../gitconfig user.name x; git config --file ../gitconfig user.email x@y
    git config --file ../gitconfig protocol.file.allow always; git config --file ../gitconfig init.defaultBranch main
    mkdir ../lib; git -C ../lib init -q; echo 1 > ../lib/f; git -C ../lib add f; git -C ../lib commit -qm 1
    git init -q; git submodule -q add ../lib sub; mkdir .githooks conf vault deep; echo 1 > a
    git config core.hooksPath .githooks; git config include.path ../.gitextra; : > .gitextra
    git add a sub; git -c core.hooksPath=/dev/null commit -qm 1
    git init -q nested
    for f in .env conf/key.txt vault/x deep/.env; do echo \(canary) > $f; done
    """
  /// Settings that make git write a file when it looks at its state.
  private static let evil =
    "printf '[core]\\n\\trepositoryformatversion = 0\\n\\tfsmonitor = \"touch /tmp/pwned; false\"\\n'"
  private static let looks = """
    rm -f pwned; for d in . sub nested; do (cd $d && GIT_CONFIG_GLOBAL=/dev/null git status && GIT_CONFIG_GLOBAL=/dev/null \
    git -c user.name=x -c user.email=x@y commit --allow-empty -m x) >/dev/null 2>&1; done; test -e pwned && echo PWNED; true
    """

  static let attacks: [Attack] = [
    // names: bytes that are no UTF-8, and marks that join the slash before them
    Attack(
      "names that are no text",
      setUp: """
        f=$(printf '\\377'); m=$(printf '\\314\\201'); mkdir "d$f" "$m" "vault/$f"
        for x in "d$f/.env" "conf/$f.txt" "$m/.env" "conf/$m.txt" "vault/$f/x" "vault/$m"; do echo \(canary) > "$x"; done
        """,
      "cat d*/.env conf/*.txt */.env vault/* vault/*/*; ln d*/.env l; mv d*/.env l; cp -r . /tmp/all; cat l /tmp/all/*/.env",
      "echo PWNED > d*/.env; for x in d*; do echo PWNED > \"$x/.env\"; rm -f \"$x/.env\"; done",
      proof: "cat d*/.env */.env | grep PWNED; ls d*/.env >/dev/null || echo PWNED"),
    Attack(
      "a nested repository whose name is no text",
      setUp: "f=$(printf '\\377'); git init -q \"r$f\"",
      "for r in r*; do \(evil) > \"$r/.git/config\"; printf '#!/bin/sh\\ntouch pwned\\n' > \"$r/.git/hooks/pre-commit\"; chmod +x \"$r/.git/hooks/pre-commit\"; done",
      proof:
        "for r in r*; do grep -q fsmonitor \"$r/.git/config\" && echo PWNED; test -e \"$r/.git/hooks/pre-commit\" && echo PWNED; done; true"
    ),
    // git: other places for its settings, hooks, and the folders of submodules and nested repositories
    Attack(
      "commondir", "cp -r .git evil; \(evil) >> evil/config; echo ../evil > .git/commondir", proof: looks),
    Attack(
      "commondir by rename", "cp -r .git evil; \(evil) >> evil/config; echo ../evil > c; mv c .git/commondir",
      proof: looks),
    Attack(
      "config.worktree", "\(evil) > .git/config.worktree; git config extensions.worktreeConfig true",
      proof: looks),
    Attack("config", "\(evil) >> .git/config", proof: looks),
    Attack(
      "config by lock file", "\(evil) > .git/config.lock; mv .git/config.lock .git/config", proof: looks),
    Attack("git config", "git config core.fsmonitor 'touch /tmp/pwned; false'", proof: looks),
    Attack(".git exchanged", "cp -r .git g; \(evil) >> g/config; mv .git old; mv g .git", proof: looks),
    Attack(
      ".git a file", "mv .git old; cp -r old g; \(evil) >> g/config; echo gitdir: g > .git", proof: looks),
    Attack(
      ".git a link", "cp -r .git g; \(evil) >> g/config; ln -sfn g .git; mv .git old; ln -s g .git",
      proof: looks),
    Attack("submodule's config", "\(evil) >> .git/modules/sub/config", proof: looks),
    Attack(
      "submodule's hooks",
      "mkdir -p .git/modules/sub/hooks; printf '#!/bin/sh\ntouch /tmp/pwned\n' > .git/modules/sub/hooks/post-commit; chmod +x .git/modules/sub/hooks/*",
      proof: looks),
    Attack(
      "submodule's folder exchanged",
      "mv .git/modules old; cp -r old .git/modules; \(evil) >> .git/modules/sub/config", proof: looks),
    Attack(
      "submodule's commondir",
      "cp -r .git/modules/sub evil; \(evil) >> evil/config; echo ../../../evil > .git/modules/sub/commondir",
      proof: looks),
    Attack(
      "submodule's .git file",
      "cp -r .git/modules/sub evil; git config -f evil/config --unset core.worktree; \(evil) >> evil/config; echo gitdir: ../evil > sub/.git",
      proof: looks),
    Attack(
      "submodule's .git replaced",
      "cp -r .git/modules/sub evil; git config -f evil/config --unset core.worktree; \(evil) >> evil/config; rm -f sub/.git; cp -r evil sub/.git",
      proof: looks
    ),
    Attack(
      "submodule renamed",
      "mv sub s; cp -r s sub; cp -r .git/modules/sub evil; git config -f evil/config --unset core.worktree; \(evil) >> evil/config; echo gitdir: ../evil > sub/.git",
      proof: looks),
    Attack("nested repository's config", "\(evil) >> nested/.git/config", proof: looks),
    Attack(
      "nested repository exchanged", "mv nested n; cp -r n nested; \(evil) >> nested/.git/config",
      proof: looks),
    Attack(
      "nested repository's hooks",
      "mkdir -p nested/.git/hooks; printf '#!/bin/sh\ntouch /tmp/pwned\n' > nested/.git/hooks/post-commit; chmod +x nested/.git/hooks/post-commit",
      proof: looks),
    Attack(
      "a bare repository", setUp: "git init -q --bare deep/bare.git",
      "cd deep; \(evil) >> bare.git/config; git -C bare.git config core.fsmonitor x; mv bare.git b; cp -r b bare.git; \(evil) >> bare.git/config; printf '#!/bin/sh\n' > bare.git/hooks/post-update",
      proof:
        "grep fsmonitor deep/bare.git/config && echo PWNED; ls deep/bare.git/hooks | grep -v sample && echo PWNED; ls deep | grep -x b; true"
    ),
    Attack(
      "core.hooksPath",
      "printf '#!/bin/sh\ntouch /tmp/pwned\n' > .githooks/post-commit; chmod +x .githooks/post-commit",
      proof: looks),
    Attack(
      "core.hooksPath exchanged",
      "mv .githooks h; mkdir .githooks; printf '#!/bin/sh\ntouch /tmp/pwned\n' > .githooks/post-commit; chmod +x .githooks/post-commit",
      proof: looks),
    Attack("include.path", "\(evil) > .gitextra", proof: looks),
    Attack("include.path by rename", "\(evil) > x; mv x .gitextra", proof: looks),
    // rundown's own: a document that comes before the one that holds, its store
    Attack(
      "a policy that comes first", "echo '{version: 1, default: {mode: execute, sandbox: off}}' > .rundownrc",
      proof: "test -e .rundownrc && echo PWNED; true"),
    Attack(
      "a policy linked", "echo '{version: 1}' > p; ln -s p .rundownrc.json",
      proof: "test -e .rundownrc.json && echo PWNED; true"),
    Attack(
      "the store", "mv .rundown r; cp -r r .rundown; echo x > .rundown/rundown.db",
      proof: "test -e r && echo PWNED; true"),
    // reading: names, places and rights of the run before
    Attack("renamed above a rule's place", "mv conf moved", "cat moved/key.txt conf/key.txt"),
    Attack("renamed with a denied folder", "mv vault moved", "cat moved/x vault/x"),
    Attack("exchanged places", "mkdir other; mv conf/key.txt other/; mv other conf2", "cat other/* conf2/*"),
    Attack("rights taken and given", "chmod 000 deep", "chmod 755 deep; cat deep/.env"),
    Attack("rights to enter only", setUp: "chmod 111 deep", "chmod 755 deep; cat deep/.env"),
    Attack("a hard link of the run before", "ln deep/.env x; ln .env y", "cat x y"),
    Attack(
      "a descriptor without a path",
      "python3 -c 'import os\nf=os.open(\".env\",os.O_PATH)\nprint(open(\"/proc/self/fd/%d\"%f).read())'"),
    Attack(
      "a folder's descriptor",
      "exec 5<deep; cat /proc/self/fd/5/.env; python3 -c 'import os\nd=os.open(\"deep\",os.O_RDONLY)\nprint(os.read(os.open(\".env\",0,dir_fd=d),99))'"
    ),
    Attack(
      "a link exchanged in a race",
      "(while :; do ln -sfn a l; ln -sfn .env l; done) & for i in $(seq 300); do cat l; done 2>/dev/null; kill $!"
    ),
    Attack(
      "the holder's view",
      "cat /proc/1/root$PWD/.env /proc/1/cwd/.env /proc/self/task/*/cwd/.env; ls -l /proc/1/fd /proc/1/map_files"
    ),
    Attack(
      "memory of others",
      "cat /proc/1/environ /proc/1/mem /proc/$PPID/environ; python3 -c 'open(\"/proc/1/mem\",\"r+b\")'"),
    Attack("objects of git", "git hash-object -w .env && git cat-file -p $(git hash-object .env)"),
    Attack(
      "copies by programs",
      "tar cf - .env | cat; cp .env x; git add -f .env; git diff --no-index /dev/null .env; python3 -c 'import shutil;shutil.copy(\".env\",\"y\")'; cat x y"
    ),
    Attack(
      "handles",
      "python3 -c 'import ctypes\nl=ctypes.CDLL(None,use_errno=True)\nb=ctypes.create_string_buffer(136)\nb[0:4]=(128).to_bytes(4,\"little\")\nm=ctypes.c_int()\nprint(l.name_to_handle_at(-100,b\".env\",b,ctypes.byref(m),0))\nf=l.open_by_handle_at(3,b,0)\nimport os\nprint(os.read(f,99) if f>=0 else \"no\")' 3<."
    ),
    // the machine
    Attack(
      "kernel settings",
      "for f in kernel/core_pattern kernel/modprobe kernel/hotplug vm/overcommit_memory fs/suid_dumpable kernel/pid_max; do v=$(cat /proc/sys/$f); echo \"$v\" > /proc/sys/$f && echo \(canary); done; echo h > /proc/sysrq-trigger && echo \(canary); echo > /sys/kernel/uevent_helper && echo \(canary); :"
    ),
    Attack(
      "queues and shared memory",
      "python3 -c 'import ctypes\nl=ctypes.CDLL(None,use_errno=True)\nprint(l.mq_open(b\"/rundown-test\",0))\nprint(l.shmget(0x5c0e77,0,0), l.msgget(0x5c0e77,0))'; ls /dev/mqueue"
    ),
    Attack(
      "sockets of services", "ls /run /var/run /var/lib /var/spool 2>/dev/null | grep . && echo \(canary); :"),
    Attack(
      "timers of the machine",
      "echo '* * * * * touch /tmp/pwned' | crontab - && echo \(canary); echo x > /var/spool/cron/crontabs/x && echo \(canary); mkdir -p ~/.config/systemd/user ~/.config/autostart && echo x > ~/.bashrc && echo x > ~/.config/systemd/user/x.service; :",
      proof: "test -e ../home/.bashrc -o -e ../home/.config/systemd/user/x.service && echo PWNED; true"),
    Attack(
      "a device",
      "python3 -c 'import os,stat\nos.mknod(\"dev\",0o666|stat.S_IFBLK,os.makedev(254,0))\nprint(open(\"dev\",\"rb\").read(16) and \"\(canary)\")'"
    ),
    Attack(
      "metadata of denied files",
      "chmod 777 .env .git/config; touch -d 2001-01-01 .env .git/config; python3 -c 'import os;os.setxattr(\".git/config\",\"user.x\",b\"1\")'",
      proof: "find .env .git/config -perm 777 -o ! -newermt 2002-01-01 | grep . && echo PWNED; true"),
  ]

  @Test(arguments: attacks, accounts)
  func fails(_ attack: Attack, _ asSelf: Bool) throws {
    let project = try TemporaryProject()
    let program = project.top + "/rundown"
    try FileManager.default.copyItem(atPath: Built.rundown, toPath: program)
    try project.write(".rundownrc.yaml", Self.policy)
    for (index, step) in attack.steps.enumerated() {
      // The store that an attack wants to exchange is there from the first run.
      let text = step.replacingOccurrences(of: "touch /tmp/pwned", with: "touch \(project.root)/pwned")
      try project.write("step\(index).md", runbook(text, shell: "bash"))
    }
    if !asSelf { _ = try project.run(["/bin/chown", "-R", "65534:65534", project.top]) }
    let prefix =
      asSelf ? [] : ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    let made = try project.run(prefix + ["/bin/bash", "-c", Self.fixture + "\n" + attack.setUp])
    #expect(made.status == 0, "\(made.all)")
    var output = ""
    for index in attack.steps.indices {
      let result = try project.run(prefix + [program, "run", "step\(index).md"])
      output += result.all
      // It ran: a refusal is the end of a step that made what it must not, not of one that was never started.
      #expect([0, 1, 77].contains(result.status) && result.output.contains("sandbox full"), "\(result.all)")
    }
    #expect(!output.contains(Self.canary), "\(output)")
    let proof = try project.run(prefix + ["/bin/bash", "-c", attack.proof])
    #expect(proof.output == "", "\(attack.proof): \(proof.all) after \(output)")
    let found = try project.run(["/bin/grep", "-rla", Self.canary, project.root + "/.rundown"])
    // The text of the runbook is stored, and some texts print the canary themselves.
    #expect(found.output == "" || attack.steps.contains { $0.contains(Self.canary) }, "\(found.output)")
  }
}
