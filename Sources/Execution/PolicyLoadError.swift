public import Linux
public import SourceText

/// Why no policy can be had. Nothing runs then: a mistake must never widen or drop rules.
public enum PolicyLoadError: Error, Sendable {
  /// The document could not be read.
  case unreadable(name: String, FileError)
  /// A list of hosts that the document names could not be read.
  case unreadableList(name: String, String)
  /// The document or a list of hosts has errors.
  case invalid(SourceFile, [Diagnostic])
  /// The document is a program.
  case program(name: String)
  /// The document or its folder can be changed by others.
  case untrusted(name: String, reason: String)
  /// The working directory cannot be used.
  case noWorkingDirectory(Errno)

  /// The whole message: a line for each problem, with its help, each made safe to show, with a final newline.
  public var rendered: String {
    switch self {
    case .unreadable(let name, let error):
      let help: String
      switch error {
      case .system(_, _, .noSuchFile): help = "check the path given with --policy"
      case .system(_, _, .permissionDenied): help = "make it readable: chmod u+r \(name)"
      case .system, .notRegular, .tooLarge: help = "a policy is a small YAML or JSON file"
      }
      return Self.line(name, "the policy cannot be read: \(error.reason) (PO019)", help)
    case .unreadableList(let name, let reason):
      return Self.line(
        name, "the list of hosts cannot be read: \(reason) (PO019)",
        "a list is a file of at most 1 MiB with a host on each line; an empty one lists no host")
    case .invalid(let file, let problems):
      return problems.map { $0.rendered(in: file) + "\n" }.joined()
    case .program(let name):
      return Self.line(name, "this is a program, which is never run as a policy (PO018)", Self.programHelp)
    case .untrusted(let name, let reason):
      return Self.line(
        name, "the policy is not used: \(reason) (PO022)",
        "let it belong to you and be writable by you alone, or name a document with --policy FILE")
    case .noWorkingDirectory(let errno):
      return Self.line(
        "rundown", "the working directory cannot be used: \(errno.message)", "change to another one")
    }
  }

  static let programHelp =
    "write what it exports as YAML into .rundownrc.yaml (`rundown policy init` makes a start) and remove it"

  private static func line(_ name: String, _ message: String, _ help: String) -> String {
    "\(DisplayText.visible(name)): error: \(DisplayText.visible(message))\n  help: \(DisplayText.visible(help))\n"
  }
}
