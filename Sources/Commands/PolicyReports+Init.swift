internal import Execution
internal import JSON
internal import Linux
internal import Policy
internal import SourceText

extension PolicyReports {
  /// Writes a document to start from into the project root; an existing one is left alone.
  package static func makeDocument(asJSON: Bool, from directory: String? = nil) -> PolicyReport {
    let loaded: LoadedPolicy
    do throws(PolicyLoadError) {
      loaded = try PolicyLoader.load(from: directory)
    } catch {
      return .failure(error)
    }
    var report = PolicyReport(errors: loaded.warnings.joined())
    if let path = loaded.path {
      report.errors += "rundown: error: there is a policy already: \(DisplayText.visible(path))\n"
      report.errors += "  help: edit it, or look at it with `rundown policy show`\n"
      report.code = .usage
      return report
    }
    let path = (loaded.root == "/" ? "" : loaded.root) + "/.rundownrc.yaml"
    do throws(FileError) {
      try FileSystem.writeFileAtomically(path, Array(ProjectLanguage.policy(for: []).utf8), mode: 0o644)
    } catch {
      report.errors += "\(DisplayText.visible(path)): error: the policy cannot be written: \(error.reason)\n"
      report.code = .inputOutput
      return report
    }
    if asJSON {
      report.output = JSONValue.object(["file": .string(path)]).encoded() + "\n"
    } else {
      report.output = "\(DisplayText.visible(path)): written; `rundown policy show` prints what holds now\n"
    }
    return report
  }

  /// What was allowed always.
  package static func grants(policy: String?, asJSON: Bool, from directory: String? = nil) -> PolicyReport {
    let loaded: LoadedPolicy
    do throws(PolicyLoadError) {
      loaded = try PolicyLoader.load(explicit: policy, from: directory)
    } catch {
      return .failure(error)
    }
    var report = PolicyReport(errors: loaded.warnings.joined())
    let grants = loaded.document?.grants ?? []
    if asJSON {
      report.output = grants.map { json($0, loaded).encoded() + "\n" }.joined()
      return report
    }
    if grants.isEmpty { report.output = "no grants in \(DisplayText.visible(loaded.name))\n" }
    for grant in grants {
      let line = loaded.document?.file.position(at: grant.span.start).line ?? 0
      var text = "\(DisplayText.visible(loaded.name)):\(line)  \(grant.kind.rawValue)  "
      text += DisplayText.visible(grant.pattern.text)
      if let runbook = grant.runbook { text += "  for \(DisplayText.visible(runbook.text))" }
      if grant.runbookDigest != nil { text += " (this text of it only)" }
      if let date = grant.grantedAt { text += "  since \(date)" }
      if !grant.isPermanent { text += "  without effect: scope session" }
      report.output += text + "\n"
    }
    if !grants.isEmpty { report.output += "remove a grant by deleting its entry\n" }
    return report
  }

  private static func json(_ grant: PolicyGrant, _ loaded: LoadedPolicy) -> JSONValue {
    .object([
      "type": .string(grant.kind.rawValue), "pattern": .string(grant.pattern.text),
      "scope": .string(grant.isPermanent ? "permanent" : "session"),
      "runbook": grant.runbook.map { .string($0.text) },
      "runbookDigest": grant.runbookDigest.map { .string($0.text) },
      "grantedAt": grant.grantedAt.map { .string($0) },
      "file": loaded.path.map { .string($0) },
      "line": .int(loaded.document?.file.position(at: grant.span.start).line ?? 0),
    ])
  }
}
