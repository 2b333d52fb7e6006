import Foundation
import Testing

@testable import Execution

/// What a document's blocks hand on is read as data, and never changes what the next block's commands run.
@Suite struct SharedEnvironmentTests {
  /// What the shells themselves print comes back as it was.
  @Test(arguments: ["/bin/dash", "/bin/bash"]) func listsOfShells(_ shell: String) throws {
    let values = [
      "A": "plain", "B": "with 'single' and \"double\" $x `y` \\ end", "C": "two\nlines", "D": "",
      "E": "a=b=c", "F": "ü 漢",
    ]
    let process = Process()
    process.executableURL = URL(fileURLWithPath: shell)
    process.arguments = ["-c", "export -p"]
    process.environment = values
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = [UInt8](output.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    let found = Dictionary(ExportList.parse(bytes).map { ($0.name, $0.value) }) { $1 }
    for (name, value) in values { #expect(found[name] == value, "\(name)") }
  }

  @Test func whatIsHandedOn() {
    let list = """
      export A='1'
      export PATH='/evil'
      export LD_PRELOAD='/evil.so'
      export PYTHONPATH='/evil'
      export KUBECONFIG='/mine'
      export RD_STEP='9'
      export http_proxy='http://evil'
      export SAME='old'
      export BROKEN='x

      """
    var shared = SharedEnvironment()
    shared.take(environment: Array(list.utf8), directory: Array("/p/sub\n".utf8), before: ["SAME": "old"]) {
      $0 == "KUBECONFIG"
    }
    #expect(shared.variables == ["A": "1", "KUBECONFIG": "/mine"])
    #expect(shared.directory == "/p/sub")
    shared.take(environment: [], directory: Array("relative\n".utf8), before: [:]) { _ in true }
    #expect(shared.directory == "/p/sub")
  }

  @Test func cutsNeverTrap() {
    let bytes = Array("declare -x A=\"x\\\"y\"\ndeclare -x B=$'a\\'b'\nexport C='1'\\''2'\nexport D\n".utf8)
    for end in 0...bytes.count { _ = ExportList.parse(Array(bytes[..<end])) }
  }
}
