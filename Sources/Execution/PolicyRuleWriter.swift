public import Linux
public import Policy
internal import SourceText

/// Why a rule was not saved.
public enum RuleSaveError: Error, Sendable {
  /// The document cannot be changed so.
  case unchangeable(String)
  /// The document was changed by somebody since it was read.
  case changedMeanwhile(name: String)
  /// The rule would stand there, and yet not allow what it is for.
  case withoutEffect(pattern: String, name: String)
  /// The file cannot be written.
  case unwritable(FileError)

  /// What went wrong, for a person.
  public var message: String {
    switch self {
    case .unchangeable(let why): "the rule cannot be added by itself: \(why)"
    case .changedMeanwhile(let name): "\(name) has changed since it was read; nothing was saved"
    case .withoutEffect(let pattern, let name):
      "the rule \"\(pattern)\" in \(name) would not allow this: another rule stands against it; nothing was saved"
    case .unwritable(let error): "the policy cannot be written: \(error)"
    }
  }
}

/// Saves rules into the policy document of a run, or into a new one, as a whole or not at all.
public struct PolicyRuleWriter: Sendable {
  /// The policy as it was loaded, or as the last save left it.
  public private(set) var loaded: LoadedPolicy
  private var bytes: [UInt8]?

  /// A writer for a loaded policy.
  public init(_ loaded: LoadedPolicy) {
    self.loaded = loaded
    bytes = loaded.document?.file.bytes
  }

  /// What a save would write.
  public struct Preview: Sendable {
    /// The document's name.
    public var name: String
    /// The list: `default.run.allow` or `grants`.
    public var list: String
    /// The line of the first rule.
    public var line: Int

    /// `.rundownrc.yaml, default.run.allow, line 14`.
    public var text: String { "\(name), \(list), line \(line)" }
  }

  /// Where rules would stand; nil when the document cannot be changed so.
  public func preview(_ patterns: [String], kind: AccessKind, for target: RuleTarget = .allRunbooks)
    -> Preview?
  {
    do throws(RuleSaveError) {
      let edits = try edits(patterns, kind, target, grantedAt: nil)
      return edits.first.map { Preview(name: name, list: $0.list, line: $0.line) }
    } catch {
      return nil
    }
  }

  /// Adds the rules, makes sure that each allows its request, and writes the document. The file is left alone unless
  /// all of that holds, and unless it still holds what was read.
  ///
  /// - Returns: where the first rule stands.
  public mutating func save(
    _ patterns: [String], for requests: [AccessRequest], target: RuleTarget = .allRunbooks,
    context: PolicyContext,
    options: PolicyOptions, grantedAt: String?
  ) throws(RuleSaveError) -> Preview {
    guard let kind = requests.first?.kind else { throw .unchangeable("there is nothing to save") }
    let edits = try edits(patterns, kind, target, grantedAt: grantedAt)
    guard let first = edits.first, let last = edits.last else {
      throw .unchangeable("there is nothing to save")
    }
    try prove(last, requests, context, options, pattern: patterns.joined(separator: ", "))
    let path = loaded.path ?? loaded.root + "/" + name
    try write(last.text, to: path)
    loaded.document = last.document
    loaded.path = path
    loaded.format = format
    bytes = last.document.file.bytes
    return Preview(name: name, list: first.list, line: first.line)
  }

  private var name: String { loaded.document?.file.name ?? ".rundownrc.yaml" }

  private var format: PolicyFormat { loaded.document == nil ? .yaml : loaded.format }

  private func edits(
    _ patterns: [String], _ kind: AccessKind, _ target: RuleTarget, grantedAt: String?
  ) throws(RuleSaveError) -> [PolicyEdit] {
    var file = loaded.document?.file
    var edits: [PolicyEdit] = []
    for pattern in patterns {
      do throws(Diagnostic) {
        let edit = try RuleEditor.adding(
          pattern, kind: kind, for: target, to: file, format: format, name: name, grantedAt: grantedAt)
        file = edit.document.file
        edits.append(edit)
      } catch {
        throw .unchangeable(error.message)
      }
    }
    return edits
  }

  private func prove(
    _ edit: PolicyEdit, _ requests: [AccessRequest], _ context: PolicyContext, _ options: PolicyOptions,
    pattern: String
  ) throws(RuleSaveError) {
    // The document alone must allow it: what options and answers allow goes with this run.
    var options = options
    options.allowRun = []
    options.allowAll = false
    options.yes = false
    options.nonInteractive = true
    options.denyAll = false
    do throws(Diagnostic) {
      let policy = try EffectivePolicy(document: edit.document, context: context, options: options)
      let evaluator = Evaluator(policy: policy)
      for request in requests {
        let decision = evaluator.decide(request)
        guard decision.verdict == .allow, decision.reason.cause == .allowRule else {
          throw Diagnostic("PO020", "without effect", at: SourceSpan(0, 0))
        }
      }
    } catch {
      throw .withoutEffect(pattern: pattern, name: name)
    }
  }

  private func write(_ text: String, to path: String) throws(RuleSaveError) {
    guard isAsRead(path) else { throw .changedMeanwhile(name: name) }
    do throws(FileError) {
      let mode = bytes == nil ? 0o644 : try FileSystem.info(path).permissions & 0o777
      try FileSystem.writeFileAtomically(path, Array(text.utf8), mode: mode)
    } catch {
      throw .unwritable(error)
    }
  }

  /// Whether the file still holds what was read, or is still missing.
  private func isAsRead(_ path: String) -> Bool {
    guard let bytes else { return !FileSystem.exists(path) }
    do throws(FileError) {
      return try FileSystem.readFile(path) == bytes
    } catch {
      return false
    }
  }
}
