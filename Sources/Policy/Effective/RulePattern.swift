/// A compiled pattern of any kind.
enum RulePattern: Hashable, Sendable {
  case run(RunPattern)
  case path(PathPattern)
  case name(Glob)
  case host(HostPattern)

  /// Compiles `text`; `base` is what relative paths are relative to (the project root unless said).
  init(
    _ text: String, kind: AccessKind, isDeny: Bool, context: PolicyContext, base: String? = nil
  ) throws(GlobError) {
    let base = base ?? context.repo
    switch kind {
    case .run: self = .run(try RunPattern(text, isDeny: isDeny, context: context, base: base))
    case .read, .write: self = .path(try PathPattern(text, context: context, base: base))
    case .env:
      if text.utf8.contains(where: { "= \t".utf8.contains($0) }) {
        throw GlobError("a variable's name has no blanks and no `=`", help: "name the variable alone")
      }
      self = .name(try Glob(text, options: .slashIsOrdinary))
    case .network: self = .host(try HostPattern(text))
    }
  }
}
