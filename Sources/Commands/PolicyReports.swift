internal import Execution
internal import JSON
internal import Linux
internal import Policy
internal import SourceText

/// The reports of the policy commands, as values.
package enum PolicyReports {
  /// Every problem of policy documents; of the discovered one when none is named.
  package static func check(_ files: [String], asJSON: Bool, from directory: String? = nil) -> PolicyReport {
    var report = PolicyReport()
    var objects: [JSONValue] = []
    if files.isEmpty {
      do throws(PolicyLoadError) {
        let loaded = try PolicyLoader.load(from: directory)
        report.errors += loaded.warnings.joined()
        if let document = loaded.document {
          objects.append(accepted(document, [], &report, asJSON: asJSON))
        } else if !asJSON {
          report.output += "no policy document: the built-in policy holds (rundown policy show)\n"
        }
      } catch {
        if asJSON, case .invalid(let file, let problems) = error {
          objects.append(json(file, problems, document: nil))
          report.code = .invalidPolicy
        } else {
          return .failure(error)
        }
      }
    }
    for path in files { objects += check(path, &report, asJSON: asJSON).map { [$0] } ?? [] }
    if asJSON { report.output = objects.map { $0.encoded() + "\n" }.joined() }
    return report
  }

  private static func check(_ path: String, _ report: inout PolicyReport, asJSON: Bool) -> JSONValue? {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try FileSystem.readFile(path, limit: 4 << 20)
    } catch {
      report.errors += PolicyLoadError.unreadable(name: path, error).rendered
      if report.code == .success { report.code = error.errno == .noSuchFile ? .notFound : .inputOutput }
      return nil
    }
    let file = SourceFile(name: path, bytes: bytes)
    let reading = PolicyDocument.read(file, format: PolicyFormat(fileName: path))
    if let document = reading.document {
      return accepted(document, reading.diagnostics, &report, asJSON: asJSON)
    }
    var problems = reading.diagnostics
    if problems.isEmpty {
      problems = [Diagnostic("PO010", "this package.json has no key `rundown`", at: SourceSpan(0, 0))]
    }
    report.code = .invalidPolicy
    if !asJSON { report.output += problems.map { $0.rendered(in: file) + "\n" }.joined() }
    return json(file, problems, document: nil)
  }

  /// A good document: its warnings, its size, and every `undeny` for review.
  private static func accepted(
    _ document: PolicyDocument, _ warnings: [Diagnostic], _ report: inout PolicyReport, asJSON: Bool
  ) -> JSONValue {
    let file = document.file
    if !asJSON {
      report.output += warnings.map { $0.rendered(in: file) + "\n" }.joined()
      let reviews = reviews(document)
      for (kind, override, entry) in reviews {
        let place = file.position(at: entry.span.start)
        report.output +=
          "\(DisplayText.visible(file.name)):\(place.line):\(place.column): review: for "
          + "`\(DisplayText.visible(override.runbook.text))` no \(kind.rawValue) deny rule counts against "
          + "`\(DisplayText.visible(entry.text))` (undeny)\n"
      }
      let counts = [
        count(ruleCount(document), "rule"), count(document.overrides.count, "override"),
        count(document.grants.count, "grant"),
      ]
      report.output += "\(DisplayText.visible(file.name)): ok, \(counts.joined(separator: ", "))\n"
    }
    return json(file, warnings, document: document)
  }

  private static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  private static func reviews(
    _ document: PolicyDocument
  ) -> [(kind: AccessKind, override: PolicyOverride, entry: PolicyEntry)] {
    document.overrides.flatMap { override in
      AccessKind.allCases.flatMap { kind in
        (override.sections.lists(kind)?.undeny ?? []).map { (kind, override, $0) }
      }
    }
  }

  private static func ruleCount(_ document: PolicyDocument) -> Int {
    ([document.defaults] + document.overrides.map(\.sections)).reduce(0) { total, sections in
      let lists = AccessKind.allCases.compactMap(sections.lists).map {
        $0.allow.count + $0.deny.count + $0.undeny.count
      }
      let network = (sections.network?.allow?.count ?? 0) + (sections.network?.deny.count ?? 0)
      return total + lists.reduce(0, +) + network + (sections.protect?.count ?? 0)
    }
  }

  private static func json(_ file: SourceFile, _ problems: [Diagnostic], document: PolicyDocument?)
    -> JSONValue
  {
    .object([
      "file": .string(file.name), "valid": .bool(document != nil),
      "problems": .array(
        problems.map { problem in
          let place = file.position(at: problem.span.start)
          return .object([
            "severity": .string(problem.severity.rawValue), "code": .string(problem.code),
            "line": .int(place.line),
            "column": .int(place.column), "message": .string(problem.message),
            "help": problem.help.map { .string($0) },
          ])
        }),
      "undeny": document.map { document in
        .array(
          reviews(document).map { review in
            .object([
              "type": .string(review.kind.rawValue), "pattern": .string(review.entry.text),
              "runbook": .string(review.override.runbook.text),
              "line": .int(file.position(at: review.entry.span.start).line),
            ])
          })
      },
    ])
  }

  /// The policy of a run, or the report of why there is none.
  static func effective(
    policy: String?, runbook: String?, options: PolicyOptions, environment: Environment,
    from directory: String?
  ) -> Result<(loaded: LoadedPolicy, policy: EffectivePolicy), PolicyFailure> {
    let loaded: LoadedPolicy
    do throws(PolicyLoadError) {
      loaded = try PolicyLoader.load(explicit: policy, from: directory)
    } catch {
      return .failure(PolicyFailure(report: .failure(error)))
    }
    let context = loaded.context(environment: environment, runbook: runbook)
    do throws(Diagnostic) {
      return .success(
        (
          loaded,
          try EffectivePolicy(
            document: loaded.document, context: context, options: options, user: loaded.user)
        ))
    } catch {
      var text = "rundown: error: \(DisplayText.visible(error.message))\n"
      if let help = error.help { text += "  help: \(DisplayText.visible(help))\n" }
      return .failure(PolicyFailure(report: PolicyReport(errors: text, code: .usage)))
    }
  }
}

/// A report as an error.
struct PolicyFailure: Error {
  var report: PolicyReport
}
