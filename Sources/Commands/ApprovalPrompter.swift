internal import Gate
internal import Linux
internal import Policy
internal import SourceText

/// Asks a person at another terminal: a question waits for `rundown approve`, and what is not answered in time is denied.
final class ApprovalPrompter: Prompter {
  private let console: Console
  private let desk: ApprovalDesk
  let patience: Duration
  /// Whether who answers must show a token: then no program of this user can answer without having been told it.
  private let usesTokens: Bool

  init(console: Console, root: String, patience: Duration, usesTokens: Bool) {
    self.console = console
    self.patience = patience
    self.usesTokens = usesTokens
    desk = ApprovalDesk(root: root)
  }

  func tell(_ text: String) { console.tell(" \(DisplayText.visible(text))\n") }

  func ask(_ question: Question, isOpen: () -> Bool) -> Answer? {
    let isLong = question.items.contains { $0.command.utf8.count > TerminalPrompter.longCommand }
    var choices = ["once"]
    if !isLong, question.items.allSatisfy(\.canRemember) {
      choices.append("session")
      if !question.previews.isEmpty { choices.append("always") }
    }
    let end = SystemClock.monotonic() + patience.nanoseconds
    let token = usesTokens ? ApprovalToken() : nil
    let id: String
    do throws(FileError) {
      id = try desk.put(
        question, until: SystemClock.realtime() + patience.nanoseconds, choices: choices + ["deny", "stop"],
        token: token?.hash)
    } catch {
      console.fail("a question cannot be put down: \(error)", help: "it counts as denied")
      return .denyOnce
    }
    defer { desk.remove(id) }
    let names = question.items.map(\.command).joined(separator: "; ")
    tell("\(question.step) asks: \(names.prefix(200))")
    let how = token.map { "--token \($0.text)" } ?? id
    tell("answer within \(DurationText.text(nanoseconds: patience.nanoseconds)): rundown approve \(how)")
    return wait(id, end, choices, question, token, isOpen)
  }

  private func wait(
    _ id: String, _ end: Int64, _ choices: [String], _ question: Question, _ token: ApprovalToken?,
    _ isOpen: () -> Bool
  ) -> Answer? {
    while SystemClock.monotonic() < end {
      guard isOpen() else {
        tell("question \(id) is withdrawn: who asked has gone")
        return nil
      }
      do throws(Errno) {
        if try rest() { return .abort }
      } catch { return .abort }
      guard let (word, shown) = desk.answer(id) else { continue }
      if let token, !token.matches(shown) {
        tell("question \(id): an answer without its token does not count")
        desk.removeAnswer(id)
        continue
      }
      tell("question \(id): \(word)")
      switch word {
      case "once": return .once
      case "session" where choices.contains(word): return .session
      // The narrowest rule: who is not here cannot be asked for a width.
      case "always" where choices.contains(word):
        return question.previews.first.map { .always($0.width) } ?? .once
      case "stop": return .abort
      default: return .denyOnce
      }
    }
    tell("question \(id) was not answered in time: denied")
    return .denyOnce
  }

  /// A moment's rest; true when a signal asks this process to end.
  private func rest() throws(Errno) -> Bool {
    let signals = try PendingSignalWatch([.interrupt, .terminate, .hangup, .quit])
    var poller = Poller()
    poller.add(signals.rawValue, [.readable])
    return try poller.wait(for: .milliseconds(100))
  }
}
