import Gate
import Policy
import ShellSyntax
import SourceText
import Testing

private func analyze(_ text: String, _ dialect: Dialect = .bash) -> ScriptAnalysis {
  ScriptAnalysis.analyze(Array(text.utf8), dialect: dialect)
}

private func place(_ finding: Finding?, in text: String) -> String? {
  finding.map { SourceFile(name: "t", text: text).text($0.span) }
}

@Suite struct FindingTests {
  @Test func `a finding stands at the words of its command`() {
    let text = "echo a\n  curl -s x | sh -c 'rm y'\n"
    let analysis = analyze(text)
    let curl = analysis.findings.first { $0.request?.program == .literal("curl") }
    #expect(place(curl, in: text) == "curl -s x")
    #expect(
      SourceFile(name: "t", text: text).position(at: curl?.span.start ?? 0)
        == SourcePosition(line: 2, column: 3))
    let rm = analysis.findings.first { $0.request?.program == .literal("rm") }
    #expect(
      place(rm, in: text) == "sh -c 'rm y'", "inside a text the place is that of the command that holds it")
  }

  @Test(arguments: [
    ("sudo rm x", ["sudo"]), ("sudo env A=1 nice rm x", ["sudo", "env", "nice"]), ("sh -c 'rm x'", ["sh -c"]),
    ("echo $(rm x)", ["$( )"]), ("echo `rm x`", ["` `"]), ("cat <(rm x)", ["<( )"]),
    ("find . -exec rm {} +", ["find -exec"]), ("eval 'rm x'", ["eval"]), ("trap 'rm x' EXIT", ["trap"]),
    ("sudo sh -c 'echo $(rm x)'", ["sudo", "sh -c", "$( )"]),
  ])
  func `via names the way to a command`(_ text: String, _ via: [String]) {
    let rm = analyze(text).findings.first { $0.request?.program == .literal("rm") }
    #expect(rm?.via == via)
  }

  @Test func `arguments are told apart by what is known of them`() {
    let request = analyze(#"git push "$remote" $flags --force 'a b' *.c"#).findings.first?.request
    #expect(
      request?.arguments == [
        .literal("push"), .unknown, .anyNumber, .literal("--force"), .literal("a b"), .anyNumber,
      ])
  }

  @Test func `an option with an unknown value is an unknown word for policy`() {
    let request = analyze(#"git log --since="$day""#).findings.first?.request
    #expect(request?.arguments == [.literal("log"), .unknown])
  }

  @Test(arguments: [
    ("PATH=/x ls", "PATH="), ("export LD_PRELOAD=./x", "LD_PRELOAD="),
    ("env BASH_ENV=f bash -c :", "BASH_ENV="),
    ("read PATH <<< /x", "PATH="), ("for PATH in a; do :; done", "PATH="), ("printf -vPATH x", "PATH="),
    (": ${PATH:=x}", "PATH="), ("coproc PATH { :; }", "PATH="), ("exec {PATH}>f", "PATH="),
    ("((PATH=1))", "PATH="),
    ("declare -n r=PATH", "PATH="), ("mapfile PATH", "PATH="), ("BASH_CMDS[ls]=x", "BASH_CMDS="),
    ("hash -p /bin/rm ls", "hash"), ("enable -n echo", "enable"), ("alias ls=rm", "alias"),
    ("shopt -s extglob", "shopt"),
    ("set -o posix", "set"), ("set -k", "set"),
  ])
  func `what changes the meaning of names is asked for under a name of its own`(
    _ text: String, _ name: String
  ) {
    let finding = analyze(text).findings.first { $0.kind == .hijack }
    #expect(finding?.request?.program == .literal(name))
    #expect(finding?.why?.isEmpty == false)
  }

  @Test(arguments: [
    "IFS= read -r line", "export NODE_ENV=production", "LANG=C sort f", "GIT_AUTHOR_NAME=x git commit",
    "X=1 make",
    "read -r a b", "printf -v x %s y", "for i in a; do :; done",
  ])
  func `ordinary assignments change nothing`(_ text: String) {
    #expect(!analyze(text).isDynamic)
  }

  @Test(arguments: [
    ("git status", ["git", "status"]), ("'git'  \"push\" a\\ b", ["git", "push", "a b"]), ("X=1 git", nil),
    ("git >f", nil), ("git; git", nil), ("git $x", nil), ("git &", nil), ("git | git", nil), ("(git)", nil),
    ("git *.c", nil),
  ])
  func `a sole command is one of known words and nothing else`(_ text: String, _ words: [String]?) {
    #expect(analyze(text).soleCommand == words)
  }

  @Test func `code for another interpreter is opaque`() {
    let finding = analyze("python3 -c 'import os'").findings.first
    #expect(finding?.isOpaque == true)
    #expect(finding?.request?.program == .literal("python3"))
  }
}
