internal import Arguments
internal import JSON
internal import Linux
internal import SourceText

/// `rundown approve`: what runs of this project ask, answered from another terminal.
struct ApproveCommand {
  let console: Console

  func run(_ arguments: ParsedArguments) -> ExitCode {
    let root: String
    switch ProjectLoader(console: console).root() {
    case .success(let found): root = found
    case .failure(let failure): return failure.code
    }
    let desk = ApprovalDesk(root: root)
    do throws(FileError) {
      let pending = try desk.pending()
      var words = arguments.positionals[...]
      let question: ApprovalDesk.Pending?
      let token = arguments.value("token").map { $0 == "-" ? readToken() : $0 }
      if let token {
        question = pending.first { $0.tokenHash == ApprovalToken.hash(token) }
        if let id = question?.id, words.first == id { words.removeFirst() }
        guard question != nil else {
          console.fail("no question waits for this token", help: "it was answered, or its time is over")
          return .notFound
        }
      } else {
        guard let id = words.popFirst() else { return list(pending, arguments) }
        question = pending.first { $0.id == id }
        guard question != nil else {
          console.fail("no question \(id) waits", help: "‘rundown approve’ lists those that do")
          return .notFound
        }
      }
      guard let question else { return .notFound }
      guard let word = words.first else {
        console.print(arguments.has("json") ? question.value.encoded() + "\n" : shown(question))
        return .success
      }
      return try answer(word, question, desk, token)
    } catch {
      console.fail("the questions cannot be read: \(error)")
      return .inputOutput
    }
  }

  private func answer(
    _ word: String, _ question: ApprovalDesk.Pending, _ desk: ApprovalDesk, _ token: String?
  ) throws(FileError) -> ExitCode {
    guard question.choices.contains(word) else {
      console.fail(
        "\(word) is no answer to this question", help: "answers: \(question.choices.joined(separator: ", "))")
      return .usage
    }
    guard token != nil || question.tokenHash == nil else {
      console.fail(
        "question \(question.id) is answered with its token alone",
        help: "the run told it with the question: rundown approve --token TOKEN \(word)")
      return .refused
    }
    guard try desk.give(word, to: question.id, token: token ?? "") else {
      console.fail("question \(question.id) was answered already")
      return .stopped
    }
    console.print("\(question.id): \(word)\n")
    return .success
  }

  /// The token from standard input.
  private func readToken() -> String {
    do throws(Errno) {
      let bytes = try StandardStream.input.read(upTo: 256)
      return String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
    } catch {
      return ""  // belongs to no question
    }
  }

  private func list(_ pending: [ApprovalDesk.Pending], _ arguments: ParsedArguments) -> ExitCode {
    if arguments.has("json") {
      console.print(JSONValue.array(pending.map(\.value)).encoded() + "\n")
    } else if pending.isEmpty {
      console.print("nothing waits for an answer\n")
    } else {
      for question in pending {
        let commands = question.value["commands"]?.array?.compactMap(\.string) ?? []
        console.print(
          "\(question.id)  \(DisplayText.visible(question.text("step")))  "
            + TextWidth.cut(DisplayText.visible(commands.joined(separator: "; ")), to: 100) + "\n")
      }
    }
    return .success
  }

  private func shown(_ question: ApprovalDesk.Pending) -> String {
    func texts(_ name: String) -> [String] { question.value[name]?.array?.compactMap(\.string) ?? [] }
    var text = "question  \(question.id)\n"
    for (name, value) in [
      ("step", question.text("step")), ("place", question.text("place")), ("why", question.text("why")),
      ("via", texts("via").joined(separator: " > ")), ("until", question.text("until")),
    ] where !value.isEmpty {
      text += "\(TextWidth.pad(name, to: 8))  \(DisplayText.visible(value))\n"
    }
    for (command, path) in zip(texts("commands"), texts("paths")) {
      text += "program   \(DisplayText.visible(command))   \(DisplayText.visible(path))\n"
    }
    text += "answers   \(question.choices.joined(separator: ", "))\n\nThe text of the step:\n"
    for row in question.text("text").split(separator: "\n", omittingEmptySubsequences: false) {
      text += "   \(DisplayText.visible(String(row)))\n"
    }
    return text
  }
}
