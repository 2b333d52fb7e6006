import Foundation
import TestKit
import Testing

/// Toolchains in the user's home work, and nothing else of the home is open.
@Suite(.enabled(if: ConfinementRunTests.isFull, "this machine gives no full sandbox")) struct ToolFolderTests
{
  /// Makes programs whose `bin` starts what stands elsewhere.
  private static let setUp = """
    set -e; cd "$HOME"; make() { mkdir -p "${1%/*}"; printf '#!/bin/sh\\n%s\\n' "$2" > "$1"; chmod 755 "$1"; }
    make .rustup/toolchains/stable/bin/rustc 'echo rustc-ok'; make .cargo/bin/rustc 'exec "$HOME/.rustup/toolchains/stable/bin/rustc"'
    make .pyenv/versions/3/bin/python 'echo pyenv-ok'; make .pyenv/shims/python3x 'exec "$HOME/.pyenv/versions/3/bin/python"'
    make .nvm/versions/node/v20/bin/nodex 'cat "$HOME/.nvm/versions/node/v20/lib/x"'; mkdir .nvm/versions/node/v20/lib; echo nvm-ok > .nvm/versions/node/v20/lib/x
    make .sdkman/candidates/java/17/bin/javax 'cat "$HOME/.sdkman/candidates/java/17/conf/x"'; mkdir .sdkman/candidates/java/17/conf; echo sdkman-ok > .sdkman/candidates/java/17/conf/x
    ln -s 17 .sdkman/candidates/java/current
    make sdk/go/bin/gox 'cat "$HOME/sdk/go/pkg/tool/x"'; mkdir -p sdk/go/pkg/tool; echo go-ok > sdk/go/pkg/tool/x
    make .local/bin/tool 'exec "$HOME/.local/share/pipx/venvs/tool/bin/tool"'; make .local/share/pipx/venvs/tool/bin/tool 'echo pipx-ok'
    mkdir -p .cargo/registry .local/share/keyrings .nvm/versions/node/v20/etc .ssh gradle/caches gradle/init.d
    echo registry-ok > .cargo/registry/x; echo gradle-ok > gradle/caches/x
    for f in .cargo/credentials.toml .cargo/credentials .local/share/keyrings/x .nvm/versions/node/v20/etc/npmrc .ssh/config \\
      gradle/gradle.properties .pyenv/.env .netrc .sdkman/secret; do echo CANARY-TOOL > $f; done
    """

  @Test(arguments: geteuid() == 0 ? [true, false] : [true])
  func findTheirPartsAndNothingElse(_ asSelf: Bool) throws {
    let project = try TemporaryProject()
    let program = project.top + "/rundown"
    #expect(try project.run(["/bin/cp", Built.rundown, program]).status == 0)
    try project.write(".rundownrc.yaml", "default: {mode: execute, run: {allow: [\"*\"], deny: []}}\n")
    try project.write(
      "step.md",
      runbook(
        "rustc; python3x; nodex; javax; gox; tool; cat ~/.cargo/registry/x ~/gradle/caches/x; "
          + "cat ~/.cargo/cred* ~/.local/share/keyrings/* ~/.nvm/versions/node/v20/etc/* ~/.ssh/* ~/gradle/* ~/.pyenv/.env ~/.netrc ~/.sdkman/*; "
          + "echo x > ~/.cargo/bin/evil; echo x > ~/.pyenv/evil; exit 0", shell: "bash"))
    if !asSelf { _ = try project.run(["/bin/chown", "-R", "65534:65534", project.top]) }
    let prefix = asSelf ? [] : ["/usr/bin/setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    #expect(try project.run(prefix + ["/bin/bash", "-c", Self.setUp]).status == 0)
    let home = project.home
    let folders = [
      ".cargo/bin", ".pyenv/shims", ".nvm/versions/node/v20/bin", ".sdkman/candidates/java/current/bin",
      "sdk/go/bin",
      ".local/bin",
    ]
    let path = folders.map { "\(home)/\($0)" }.joined(separator: ":") + ":/usr/bin:/bin"
    let result = try project.run(
      prefix + [program, "run", "step.md"], environment: ["PATH": path, "GRADLE_USER_HOME": home + "/gradle"])
    for word in ["rustc", "pyenv", "nvm", "sdkman", "go", "pipx", "registry", "gradle"] {
      #expect(result.output.contains("\(word)-ok\n"), "\(word): \(result.all)")
    }
    #expect(!result.all.contains("CANARY-TOOL"), "\(result.all)")
    #expect(!FileManager.default.fileExists(atPath: home + "/.cargo/bin/evil"))
    #expect(!FileManager.default.fileExists(atPath: home + "/.pyenv/evil"))
  }

  /// A PATH that leads into the home itself opens it no more than the project's folders open what they link to.
  @Test func noPathOpensAHome() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", "default: {mode: execute, run: {allow: [\"*\"], deny: []}}\n")
    try project.write("step.md", runbook("cat ~/secret.txt ~/.ssh/config; exit 0", shell: "bash"))
    _ = try project.run([
      "/bin/bash", "-c",
      "mkdir -p ~/.ssh bin; echo CANARY-TOOL > ~/.ssh/config; cp ~/.ssh/config ~/secret.txt; ln -s ~/.ssh bin/tools",
    ])
    let result = try project.rundown(
      "run", "step.md",
      environment: [
        "PATH": "\(project.home):\(project.root)/bin/tools:/usr/bin:/bin", "GOPATH": project.home,
        "JAVA_HOME": "/",
        "CARGO_HOME": project.root + "/bin/tools",
      ])
    #expect(result.status == 0 && !result.all.contains("CANARY-TOOL"), "\(result.all)")
  }
}

/// What ended a step is told with the limit that did.
@Suite struct LimitHitTests {
  @Test(arguments: [
    ("fileSize: 1MiB", "head -c 2000000 /dev/zero > /tmp/x", "limits.fileSize"),
    ("fileSize: 1MiB", "exec head -c 2000000 /dev/zero > /tmp/x", "limits.fileSize"),
    ("cpu: 1s", "while :; do :; done", "limits.cpu"),
    ("cpu: 1s", "trap '' XCPU; while :; do :; done", "limits.cpu"),
  ])
  func isTold(_ limit: String, _ text: String, _ word: String) throws {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml", "default: {mode: execute, run: {allow: [\"*\"], deny: []}, limits: {\(limit)}}\n")
    try project.write("step.md", runbook(text, shell: "bash"))
    let result = try project.rundown("run", "step.md")
    #expect(
      result.status == 1 && result.errors.contains(word) && result.errors.contains(".rundownrc.yaml:1"),
      "\(result.all)")
  }

  @Test func isNotGuessed() throws {
    let project = try TemporaryProject()
    try project.write(".rundownrc.yaml", "default: {mode: execute, limits: {timeout: 1m}}\n")
    try project.write("step.md", runbook("kill -XFSZ $$", shell: "bash"))
    #expect(try !project.rundown("run", "step.md").errors.contains("limits."))
  }
}
