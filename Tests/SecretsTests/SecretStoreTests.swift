import Foundation
import Linux
import TestKit
import Testing

@testable import Secrets

@Suite struct SecretStoreTests {
  private let project: TemporaryProject
  init() throws { project = try TemporaryProject() }

  private func store(key: String? = nil) -> SecretStore {
    var variables = ["HOME": project.home]
    variables["RUNDOWN_SECRET_KEY"] = key
    return SecretStore(root: project.root, environment: Environment(variables: variables))
  }

  private func error(_ body: () throws(SecretError) -> Void) -> String? {
    do throws(SecretError) { try body() } catch { return error.message }
    return nil
  }

  @Test func whatIsSetIsFoundAgainAndNotInTheFile() throws {
    try store().set("A_TOKEN", "canary-4711", runbook: nil)
    try store().set("B", "second", runbook: "x/*.md")
    #expect(try store().value("A_TOKEN") { _ in false } == "canary-4711")
    #expect(try store().value("B") { $0 == "x/*.md" } == "second")
    let text = try #require(project.read(".rundown/secrets.json"))
    #expect(!text.contains("canary") && text.contains("A_TOKEN"))
    for path in [project.root + "/.rundown/secrets.json", project.home + "/.config/rundown/secret.key"] {
      #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }
    #expect(
      error { () throws(SecretError) in _ = try store().value("B") { _ in false } }?.contains("x/*.md")
        == true)
    try store().remove("B")
    #expect(
      error { () throws(SecretError) in _ = try store().value("B") { _ in true } }?.contains("no secret")
        == true)
    #expect(try store().entries().map(\.name) == ["A_TOKEN"])
  }

  @Test func changedOrMovedTextsDoNotOpen() throws {
    try store().set("A", "canary-4711", runbook: "deploy.md")
    let path = ".rundown/secrets.json"
    let text = try #require(project.read(path))
    for changed in [
      text.replacingOccurrences(of: "\"A\"", with: "\"B\""),
      text.replacingOccurrences(of: "deploy.md", with: "*"),
    ] {
      try project.write(path, changed, mode: 0o600)
      let name = changed.contains("\"B\"") ? "B" : "A"
      let message = error { () throws(SecretError) in _ = try store().value(name) { _ in true } }
      #expect(message?.contains("cannot be opened") == true, "\(message ?? "opened")")
    }
    try project.write(path, text, mode: 0o600)
    #expect(
      error { () throws(SecretError) in
        _ = try store(key: String(repeating: "0", count: 64)).value("A") { _ in true }
      }?.contains("another key") == true)
  }

  @Test func theKeyOfTheEnvironmentIsUsedAndChecked() throws {
    let key = String(repeating: "ab", count: 32)
    try store(key: key).set("A", "canary-4711", runbook: nil)
    #expect(try store(key: key).value("A") { _ in true } == "canary-4711")
    #expect(!FileManager.default.fileExists(atPath: project.home + "/.config"))
    #expect(
      error { () throws(SecretError) in _ = try store().value("A") { _ in true } }?.contains("no key") == true
    )
    #expect(
      error { () throws(SecretError) in try store(key: "abc").set("A", "x", runbook: nil) }?.contains(
        "no key") == true)
  }

  @Test func whatOthersCanReadIsRefused() throws {
    try store().set("A", "canary-4711", runbook: nil)
    let path = project.home + "/.config/rundown/secret.key"
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    #expect(
      error { () throws(SecretError) in _ = try store().value("A") { _ in true } }?.contains("others") == true
    )
  }

  @Test func emptyAndLongTextsAreSealed() throws {
    let box = try #require(SecretBox(key: Array(0..<32)))
    for text in [[], [7], [UInt8](repeating: 9, count: 100_000)] as [[UInt8]] {
      let sealed = box.seal(text, context: [1])
      #expect(box.open(sealed, context: [1]) == text && box.open(sealed, context: [2]) == nil)
      for cut in [0, 1, 39, sealed.count - 1] {
        #expect(box.open(Array(sealed.prefix(cut)), context: [1]) == nil)
      }
    }
    #expect(SecretBox(key: [1]) == nil)
  }
}
