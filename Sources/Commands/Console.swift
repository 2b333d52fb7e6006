internal import Linux
internal import SourceText
internal import Synchronization

/// The two streams of the program, and what each can show.
///
/// Data and the course of a run go to stdout, talk (errors, warnings, questions) to stderr. A stream whose reader has
/// gone is written to no more; the run goes on and keeps its own exit code.
final class Console: Sendable {
  /// How a stream may be written to.
  struct Abilities: Sendable {
    var isTerminal: Bool
    /// Whether colours and other attributes may be used.
    var hasColor: Bool
    /// Whether lines may be redrawn.
    var canRedraw: Bool
    /// Whether symbols outside ASCII are shown.
    var hasUnicode: Bool
  }

  let output: Abilities
  let errors: Abilities
  /// Whether stdout is for data alone, and everything for people goes to stderr.
  private let isDataAlone: Bool
  /// Why data could not be written to stdout; a reader that has gone wants no more and is no failure.
  private let lostOutput = Mutex<Errno?>(nil)

  /// Who gets the text instead of the streams: a test.
  private let sink: (@Sendable (StandardStream, String) -> Void)?

  /// A console whose text goes to `sink`.
  init(abilities: Abilities, sink: @escaping @Sendable (StandardStream, String) -> Void) {
    (output, errors, isDataAlone, self.sink) = (abilities, abilities, false, sink)
  }

  init(environment: Environment, noColor: Bool = false, ascii: Bool = false, isDataAlone: Bool = false) {
    let unicode = !ascii && Self.isUTF8(environment)
    self.isDataAlone = isDataAlone
    sink = nil
    output = Self.abilities(isDataAlone ? .error : .output, environment, noColor: noColor, unicode: unicode)
    errors = Self.abilities(.error, environment, noColor: noColor, unicode: unicode)
  }

  private static func abilities(
    _ stream: StandardStream, _ environment: Environment, noColor: Bool, unicode: Bool
  ) -> Abilities {
    let isTerminal = stream.isTerminal
    let isDumb = ["", "dumb"].contains(environment["TERM"] ?? "")
    let isForced = environment["CLICOLOR_FORCE"].map { !$0.isEmpty && $0 != "0" } ?? false
    let isForbidden = noColor || environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    return Abilities(
      isTerminal: isTerminal, hasColor: !isForbidden && (isForced || (isTerminal && !isDumb)),
      canRedraw: isTerminal && !isDumb, hasUnicode: unicode)
  }

  /// The locale's own rule: LC_ALL, else LC_CTYPE, else LANG (POSIX 8.2).
  private static func isUTF8(_ environment: Environment) -> Bool {
    let value =
      ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    let upper = value.uppercased()
    return upper.containsBytewise("UTF-8") || upper.containsBytewise("UTF8")
  }

  /// Writes what a command is asked for: to stdout, unless that is kept for data.
  func print(_ text: String) { write(isDataAlone ? .error : .output, text) }

  /// Writes data to stdout.
  func data(_ text: String) { write(.output, text) }

  /// Passes bytes on as they are.
  func pass(_ bytes: [UInt8], isError: Bool) {
    let stream: StandardStream = isError ? .error : .output
    do throws(Errno) { try stream.write(bytes) } catch {
      if stream == .output, error != .brokenPipe { lostOutput.withLock { $0 = error } }
    }
  }

  /// Writes to stderr.
  func tell(_ text: String) { write(.error, text) }

  /// Writes an error as `rundown: error: what` and `  help: how`; the parts are made safe to show.
  func fail(_ message: String, help: String? = nil) {
    var text = "rundown: error: \(DisplayText.visible(message))\n"
    if let help { text += "  help: \(DisplayText.visible(help, keepingNewlines: true))\n" }
    tell(text)
  }

  /// Writes a warning.
  func warn(_ message: String, help: String? = nil) {
    var text = "rundown: warning: \(DisplayText.visible(message))\n"
    if let help { text += "  help: \(DisplayText.visible(help, keepingNewlines: true))\n" }
    tell(text)
  }

  private func write(_ stream: StandardStream, _ text: String) {
    if let sink { return sink(stream, text) }
    // While a step owns the keyboard, the terminal does not turn LF into CR LF.
    let isTerminal = stream == .output ? output.isTerminal : errors.isTerminal
    do throws(Errno) {
      try stream.write(isTerminal ? text.replacing("\n", with: "\r\n") : text)
    } catch {
      if stream == .output, error != .brokenPipe { lostOutput.withLock { $0 = error } }
    }
  }

  /// The exit code of the program: success only if all data was written.
  func settled(_ code: ExitCode) -> ExitCode {
    guard code == .success, let error = lostOutput.withLock({ $0 }) else { return code }
    fail(
      "standard output could not be written: \(error.message)", help: "free disk space, or write elsewhere")
    return .inputOutput
  }
}
