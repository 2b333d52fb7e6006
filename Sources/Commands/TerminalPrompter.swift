internal import Gate
internal import Linux
internal import Policy
internal import SourceText

/// Asks a person at the terminal.
///
/// It reads from the terminal itself, never from an inherited stdin that somebody else may write to. What was typed
/// before the question stood there is thrown away, an answer is one key and Enter, and whatever is not clearly a yes
/// is a no.
final class TerminalPrompter: Prompter {
  private let console: Console
  private let lines: RunLines

  /// A person needs at least this long to read; what comes sooner was meant for something else.
  private static let deafFor: Duration = .milliseconds(250)
  /// A longer command is shown in part, and must be seen whole before it can be allowed.
  static let longCommand = 2000

  init(console: Console) {
    self.console = console
    lines = RunLines(abilities: console.errors)
  }

  /// Whether somebody can be asked: stdin and stderr are a terminal and this is its foreground job.
  static var isPossible: Bool {
    StandardStream.input.isTerminal && StandardStream.error.isTerminal
      && Terminal.isForeground(StandardStream.input.rawValue)
  }

  func tell(_ text: String) { console.tell(" \(DisplayText.visible(text))\n") }

  func ask(_ question: Question, isOpen: () -> Bool) -> Answer? {
    let keyboard: Keyboard
    do throws(Errno) {
      keyboard = try Keyboard()
    } catch {
      console.fail(
        "the terminal cannot be read: \(error.message)", help: "run with --non-interactive and flags")
      return .abort
    }
    let isLong = question.items.contains { $0.command.utf8.count > Self.longCommand }
    var wasSeen = !isLong
    let canRemember = !isLong && question.items.allSatisfy(\.canRemember)
    let canSave = canRemember && !question.previews.isEmpty
    console.tell(head(question) + menu(question, canRemember: canRemember, canSave: canSave))
    while true {
      let answer = read(keyboard, "Answer", isOpen)
      switch answer {
      case .key("a") where question.alarm != nil, .key("d") where question.alarm != nil:
        tell("that is none of the answers; n or Enter ends the step")
      case .key("y"), .key("a"):
        guard wasSeen else {
          tell("the command is too long to be shown above; see it whole with e, then answer")
          continue
        }
        if answer == .key("a") {
          return told(.allForSession, "all \(Self.things(question)) allowed for this session", question)
        }
        return told(.once, "allowed once", question)
      case .key("s") where canRemember: return told(.session, "allowed for this session", question)
      case .withdrawn:
        tell("the question is withdrawn: who asked has gone")
        return nil
      case .key("p") where canSave:
        if let width = askWidth(question, keyboard, isOpen) { return .always(width) }
        console.tell(menu(question, canRemember: canRemember, canSave: canSave))
      case .key("d"):
        return told(.denyAllForSession, "all \(Self.things(question)) denied for this session", question)
      case .key("q"), .interrupt, .gone: return told(.abort, "the run is stopped", question)
      case .key("e"):
        console.tell(explanation(question) + menu(question, canRemember: canRemember, canSave: canSave))
        wasSeen = true
      case .key("n"), .enter, .escape, .end: return told(.denyOnce, "denied", question)
      case .tooLong: return told(.denyOnce, "denied: an answer is one key and Enter", question)
      case .key: tell("that is none of the answers; n or Enter denies")
      }
    }
  }

  // MARK: the answer

  private func read(
    _ keyboard: borrowing Keyboard, _ label: String, _ isOpen: () -> Bool
  ) -> Keyboard.Answer {
    console.tell(" \(label): ")
    let answer = keyboard.answer(deafFor: Self.deafFor, isOpen: isOpen) { [console] in console.tell($0) }
    console.tell("\n")
    return answer
  }

  private func told(_ answer: Answer, _ what: String, _ question: Question) -> Answer {
    let names = question.items.map { DisplayText.visible($0.program) }.joined(separator: ", ")
    let isYes: Bool
    switch answer {
    case .once, .session, .allForSession, .always: isYes = true
    case .denyOnce, .denyAllForSession, .abort: isYes = false
    }
    let mark = console.errors.hasUnicode ? (isYes ? "✓" : "✗") : (isYes ? "ok" : "no")
    console.tell(" \(lines.paint(mark, isYes ? .good : .bad)) \(what): \(names)\n")
    return answer
  }

  private func askWidth(
    _ question: Question, _ keyboard: borrowing Keyboard, _ isOpen: () -> Bool
  ) -> RunWidth? {
    var text = "\n Which rule is to be saved?\n"
    for (index, preview) in question.previews.enumerated() {
      let name: String
      switch preview.width {
      case .command: name = "this command"
      case .words: name = "these first words"
      case .program: name = question.kind == .network ? "the host" : "the program"
      }
      let rules = preview.rules.map { "\"\(DisplayText.visible($0))\"" }.joined(separator: ", ")
      text += "   \(index + 1)  \(TextWidth.pad(name, to: 18))  \(rules)   \(lines.arrow) \(preview.target)\n"
    }
    console.tell(text + "   n  back\n")
    guard case .key(let key) = read(keyboard, "Width", isOpen), let number = Int(String(key)),
      question.previews.indices.contains(number - 1)
    else { return nil }
    return question.previews[number - 1].width
  }

  // MARK: the question

  private func head(_ question: Question) -> String {
    let place = question.items.first?.place ?? ""
    if let alarm = question.alarm {
      let whose = "\(lines.paint(DisplayText.visible(place), .strong))  \(DisplayText.visible(question.step))"
      let detail = question.items.first.map { DisplayText.visible(Self.shortened($0.command)) } ?? ""
      return "\n \(whose) is held: \(lines.paint(alarm, .warn))\n\n     \(detail)\n\n"
    }
    let what =
      question.kind == .network
      ? "reach a host that no rule lists"
      : question.items.count == 1
        ? "run a program that no rule lists" : "run \(question.items.count) programs that no rule lists"
    var text =
      "\n \(lines.paint(DisplayText.visible(place), .strong))  \(DisplayText.visible(question.step)) wants to \(what)\n\n"
    for item in question.items {
      let command = Self.shortened(item.command)
      text +=
        "     \(lines.paint(DisplayText.visible(command), .strong))        \(Self.file(item, question))\n"
      if !item.via.isEmpty {
        text += "     via: \(DisplayText.visible(item.via.joined(separator: " > ")))\n"
      }
      if item.why.isEmpty == false { text += "     \(lines.paint(DisplayText.visible(item.why), .dim))\n" }
    }
    if let line = Self.context(question) { text += "     in: \(DisplayText.visible(Self.shortened(line)))\n" }
    return text + "\n"
  }

  private static func file(_ item: Question.Item, _ question: Question) -> String {
    question.kind == .network ? "" : DisplayText.visible(item.path ?? "not found on PATH")
  }

  /// The step's text when it is one line and says more than the command alone.
  private static func context(_ question: Question) -> String? {
    let rows = question.text.split(separator: "\n")
    guard rows.count == 1, let only = rows.first,
      question.items.count != 1 || String(only) != question.items[0].command
    else { return nil }
    return String(only)
  }

  private static func shortened(_ text: String) -> String {
    guard text.utf8.count > longCommand else { return text }
    let hidden = text.unicodeScalars.count - 800
    return "\(text.prefix(600)) [… \(hidden) characters hidden: see them with e …] \(text.suffix(200))"
  }

  /// What one of which is asked about.
  private static func things(_ question: Question) -> String {
    question.kind == .network ? "hosts" : "programs"
  }

  private func menu(_ question: Question, canRemember: Bool, canSave: Bool) -> String {
    if question.alarm != nil {
      return " [y] it goes on   [n] end the step (Enter)   [e] explain   [q] stop the run\n"
    }
    let things = Self.things(question)
    var first = [" [y] once"]
    if canRemember { first.append("[s] this session") }
    first.append("[a] all \(things) this session")
    if canSave { first.append("[p] always\(lines.ellipsis)") }
    return first.joined(separator: "   ")
      + "\n [n] no (Enter)   [d] deny all this session   [e] explain   [q] stop the run\n"
  }

  private func explanation(_ question: Question) -> String {
    var text = "\n"
    for item in question.items {
      if question.kind == .network {
        text += "   host      \(DisplayText.visible(item.command))\n"
      } else {
        text += "   program   \(DisplayText.visible(item.program))\n"
        text += "   words     \(DisplayText.visible(item.command))\n"
        text +=
          "   file      \(DisplayText.visible(item.path ?? "none on PATH; the shell will not find it"))\n"
      }
      text += "   place     \(DisplayText.visible(item.place))\n"
      if !item.via.isEmpty {
        text += "   via       \(DisplayText.visible(item.via.joined(separator: " > ")))\n"
      }
      text += "   why       \(DisplayText.visible(item.why))\n\n"
    }
    text += "   What you allow is still confined: files, network and environment stay as the policy says.\n"
    text += "   The whole text of the step:\n"
    for (index, row) in question.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      text +=
        "   \(lines.paint(TextWidth.pad("\(index + 1)", to: 4), .dim)) \(lines.bar) \(DisplayText.visible(String(row)))\n"
    }
    return text + "\n"
  }
}
