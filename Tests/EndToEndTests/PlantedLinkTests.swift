import Foundation
import TestKit
import Testing

/// Links that a repository brings along, or that a step leaves behind: neither the rules of the next run nor what rundown
/// itself writes follows them.
@Suite(.enabled(if: ConfinementRunTests.isFull, "this machine gives no full sandbox")) struct PlantedLinkTests
{
  private static let canary = "CANARY-4d20ae"

  private func outside(_ project: TemporaryProject) throws -> String {
    let made = try project.run([
      "/bin/bash", "-c",
      "mkdir -p ../outside ../home/.config/tool ../home/keep && for f in ../outside/private ../home/keep/x ../home/.config/tool/x; "
        + "do echo \(Self.canary) > $f; done",
    ])
    #expect(made.status == 0, "\(made.all)")
    return "cd ..; find outside home | sort; cat outside/private"
  }

  /// The built-in policy makes `dist`, `build` and others writable; a repository that has links there names the user's home.
  @Test(arguments: [
    ("", ["ln -s ../home dist; ln -s ../outside build; ln -s ../outside/private .next"]),
    ("", ["mkdir -p node_modules; ln -s ../../home/.config/tool node_modules/.bin"]),
    (
      "read: {allow: [\"{repo}/**\", \"{repo}/a/b/**\"]}, write: {allow: [\"{repo}/a/b/**\"]}",
      ["ln -s ../outside a; mkdir ../outside/b"]
    ),
    (
      "write: {allow: [\"{repo}/out/sub/**\", \"{repo}/gone/**\"]}",
      ["ln -s ../outside out; ln -s ../outside/new gone"]
    ),
    // the same by a step of the run before
    (
      "write: {allow: [\"{repo}/w/**\", \"{repo}/w/x/**\"]}",
      ["mkdir -p w/x", "rm -rf w/x; ln -s ../../home w/x"]
    ),
  ])
  func aLinkInTheProjectWidensNoRule(_ rules: String, _ setUp: [String]) throws {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml",
      "default: {mode: execute, run: {allow: [\"*\"]}\(rules.isEmpty ? "" : ", " + rules)}\n")
    var look = try outside(project)
    #expect(try project.run(["/bin/bash", "-c", setUp[0]]).status == 0)
    for text in setUp.dropFirst() {
      try project.write("a.md", runbook(text, shell: "bash"))
      _ = try project.rundown("run", "a.md")
    }
    look += "; ls -d outside/b 2>/dev/null"
    let before = try project.run(["/bin/bash", "-c", look]).output
    try project.write(
      "b.md",
      runbook(
        "for d in dist build .next a/b out/sub gone w/x; do cat $d $d/* $d/*/*; ls $d $d/; touch $d/evil; echo x > $d/evil2; done; "
          + "cat ~/.config/tool/* ~/keep/x ../outside/*; ls -A ~; exit 0", shell: "bash"))
    let result = try project.rundown("run", "b.md")
    #expect(result.status == 0 && !result.all.contains(Self.canary), "\(result.all)")
    #expect(try project.run(["/bin/bash", "-c", look]).output == before, "\(result.all)")
    #expect(!result.all.contains("private\n") && !result.all.contains("keep\n"), "\(result.all)")
  }

  @Test(arguments: [
    ("rm out/r; ln -s ../../outside/private out/r", false),
    ("rm out/r; ln ../step.md out/r || ln step.md out/r", false),
    ("rm out/r; mkfifo out/r", false), ("mv out o; ln -s ../outside out", false),
    ("rm -rf out; mkdir out", true),
    ("rm out/r; ln -s ../../outside/new out/r", false),
  ])
  func reportsAreNotWrittenThroughLinks(_ text: String, _ isWritten: Bool) throws {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml",
      "default: {mode: execute, run: {allow: [\"*\"], deny: []}, write: {allow: [\"{repo}/**\"]}}\n")
    let look = try outside(project)
    try project.write("out/r", "")
    try project.write("step.md", runbook(text, shell: "bash"))
    let before = try project.run(["/bin/bash", "-c", look]).output
    for kind in ["junit", "markdown"] {
      let result = try project.rundown("run", "step.md", "--report", "\(kind)=out/r")
      #expect(result.status == (isWritten ? 0 : 74), "\(result.all)")
      #expect(try project.run(["/bin/bash", "-c", look]).output == before, "\(result.all)")
      if isWritten { #expect(project.read("out/r")?.contains("Step 1") == true) }
      // A link that was left behind is not opened at the start of the next run either.
      guard !isWritten, !text.contains("fifo"), !text.contains("step.md") else { break }
      try project.write("next.md", runbook("echo ran"))
      for option in [["--report", "\(kind)=out/r"], ["--events", "out/r"]] {
        let next = try project.rundown(["run", "next.md"] + option)
        #expect(next.status == 74 && !next.output.contains("ran"), "\(next.all)")
      }
      #expect(try project.run(["/bin/bash", "-c", look]).output == before)
      break
    }
  }

  /// What the machine has as links, and files elsewhere, are written as ever.
  @Test func namedFilesElsewhereAreWritten() throws {
    let project = try TemporaryProject()
    try project.write("step.md", runbook(":"))
    _ = try project.run(["/bin/bash", "-c", "mkdir ../real; ln -s real ../link"])
    let result = try project.rundown(
      "run", "step.md", "--report", "junit=../link/r.xml", "--report", "markdown=/dev/stdout")
    #expect(result.status == 0 && result.output.contains("| 1"), "\(result.all)")
    #expect(FileManager.default.fileExists(atPath: project.top + "/real/r.xml"))
  }
}

/// Denied files that somebody else makes while a step runs.
@Suite(.enabled(if: ConfinementRunTests.isFull, "this machine gives no full sandbox")) struct LaterFileTests {
  @Test(arguments: geteuid() == 0 ? [true, false] : [true])
  func areMaskedWhereAStepCannotWrite(_ asSelf: Bool) throws {
    let project = try TemporaryProject()
    let program = project.top + "/rundown"
    #expect(try project.run(["/bin/cp", Built.rundown, program]).status == 0)
    try project.write(
      ".rundownrc.yaml", "extends: builtin\ndefault: {mode: execute, run: {allow: [\"*\"]}}\n")
    try project.write(
      "step.md",
      runbook(
        "sleep 0.15; echo > dist/ready; while [ ! -e go ]; do sleep 0.01; done; cat a/plain; "
          + "for i in $(seq 100); do cat .env || break; sleep 0.01; done 2>/dev/null >&2; sleep 0.05; cat .env a/b/.env new/deep/.env new/k.pem made/x/.env; "
          + "grep -r CANARY-LATER . ; cat dist/.env; exit 0", shell: "bash"))
    let prefix = asSelf ? "" : "setpriv --reuid 65534 --regid 65534 --clear-groups"
    if !asSelf { _ = try project.run(["/bin/chown", "-R", "65534:65534", project.top]) }
    let result = try project.run([
      "/bin/bash", "-c",
      """
      umask 0; \(prefix) mkdir -p a/b dist; \(prefix) \(program) run step.md > ../out 2>&1 & run=$!
      for i in $(seq 500); do test -e dist/ready && break; sleep 0.01; done
      mkdir -p new/deep; echo CANARY-LATER > a/b/.env; echo CANARY-LATER > new/deep/.env; echo CANARY-LATER > new/k.pem
      mkdir -p ../x/x; echo CANARY-LATER > ../x/x/.env; mv ../x made; echo plain > a/plain
      echo CANARY-LATER > .env.tmp; mv .env.tmp .env; touch go; wait $run; cat ../out
      """,
    ])
    #expect(result.output.contains("plain\n") && result.output.contains("sandbox full"), "\(result.all)")
    #expect(
      !result.output.replacing("grep -r CANARY-LATER", with: "").contains("CANARY-LATER"), "\(result.all)")
  }

  /// Between steps a folder that has changed is listed again, also when its times are set back.
  @Test func areMaskedBetweenStepsWhateverTimesSay() throws {
    let project = try TemporaryProject()
    try project.write(
      ".rundownrc.yaml",
      "default: {mode: execute, run: {allow: [\"*\"], deny: []}, read: {allow: [\"{repo}/**\"], deny: [\"**/*.key\"]}, write: {allow: [\"{repo}/**\"]}}\n"
    )
    for folder in ["a/b", "c"] { try project.write(folder + "/x", "1") }
    try project.write(
      "step.md",
      runbook(
        "sleep 0.1", "touch -r a/b c/time; echo CANARY-1 > a/b/n.key; touch -r c/time a/b a; mv c d",
        "sleep 0.1; cat a/b/n.key && echo PWNED; echo CANARY-2 > d/n.key; exit 0",
        "cat d/n.key && echo PWNED; exit 0",
        shell: "bash"))
    let result = try project.rundown("run", "step.md")
    #expect(result.status == 0 && !result.output.contains("PWNED\n"), "\(result.all)")
  }
}
