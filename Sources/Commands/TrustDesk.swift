internal import Execution
internal import Linux
internal import Policy
internal import SourceText

/// How a policy of a repository came to hold.
enum PolicyAcceptance: String {
  /// A person was asked and said so.
  case asked
  /// `--trust` or `--yes`, for this run.
  case flag
  /// Nobody could be asked.
  case unasked
}

/// Asks, once for each content, whether the policy that a repository brings along may hold.
struct TrustDesk {
  let console: Console
  let options: PolicyOptions

  /// How the policy came to hold, nil when it needed no word or was confirmed before; the exit code when it does not.
  func admit(_ loaded: LoadedPolicy) -> Result<PolicyAcceptance?, ToldFailure> {
    guard loaded.isDiscovered, let document = loaded.document, let path = loaded.path else {
      return .success(nil)
    }
    if options.allowAll, !options.denyAll { return .success(nil) }
    let store = TrustStore(environment: .current)
    let known = store.look(path, document.file.bytes)
    if known.isTrusted { return .success(nil) }
    let widenings = document.widenings
    if widenings.isEmpty { return .success(nil) }
    if options.trust { return .success(.flag) }
    let isRequired = loaded.user?.trust == .required
    if options.yes, !isRequired { return .success(.flag) }
    // Whether anybody is there does not depend on how questions about steps are answered.
    guard TerminalPrompter.isPossible, !options.nonInteractive, !RunOptions.isContinuousIntegration else {
      return isRequired ? .failure(refuse(document)) : .success(.unasked)
    }
    return ask(document, widenings, path, isChanged: known.knowsOther, store)
  }

  private func refuse(_ document: PolicyDocument) -> ToldFailure {
    console.fail(
      "\(document.file.name) was not confirmed, and your configuration requires that (trust: required)",
      help: "look at it, then: rundown trust add   (or for this run: --trust)")
    return ToldFailure(code: .refused)
  }

  private func ask(
    _ document: PolicyDocument, _ widenings: [Widening], _ path: String, isChanged: Bool, _ store: TrustStore
  ) -> Result<PolicyAcceptance?, ToldFailure> {
    console.tell(head(document, widenings, path, isChanged: isChanged))
    let answer: Keyboard.Answer
    do throws(Errno) {
      answer = try Keyboard().answer(deafFor: .milliseconds(250)) { [console] in console.tell($0) }
    } catch {
      console.fail("the terminal cannot be read: \(error.message)", help: "confirm it: rundown trust add")
      return .failure(ToldFailure(code: .refused))
    }
    console.tell("\n")
    switch answer {
    case .key("y"):
      do throws(FileError) { try store.add(path, document.file.bytes) } catch {
        console.warn("this cannot be remembered: \(error)", help: "it holds for this run")
      }
      return .success(.asked)
    case .key("o"): return .success(.asked)
    case .key, .enter, .escape, .interrupt, .end, .tooLong, .withdrawn, .gone:
      console.fail(
        "the policy of this project was not confirmed, so nothing is run",
        help: "run with another one: --policy FILE; or look at it and confirm it: rundown trust add")
      return .failure(ToldFailure(code: .refused))
    }
  }

  private func head(
    _ document: PolicyDocument, _ widenings: [Widening], _ path: String, isChanged: Bool
  ) -> String {
    let name = DisplayText.visible(document.file.name)
    var text = "\n \(name) decides what runbooks of this project may do, and "
    text += isChanged ? "has changed since you confirmed it\n" : "you have not confirmed it yet\n"
    text += " \(DisplayText.visible(path)), \(Self.facts(path))\n\n it allows, beyond the built-in policy:\n"
    text += Self.list(widenings, name)
    return text + "\n [y] yes, remember it   [o] for this run only   [n] no (Enter)\n Answer: "
  }

  /// What a policy allows beyond the built-in one, a line for each.
  static func list(_ widenings: [Widening], _ name: String) -> String {
    let most = 25
    var text = ""
    for item in widenings.prefix(most) {
      text += "     \(TextWidth.pad(DisplayText.visible(item.text), to: 48))  \(name):\(item.line)\n"
    }
    if widenings.count > most { text += "     and \(widenings.count - most) more: rundown trust show\n" }
    return text
  }

  /// Whose file it is and when it was changed.
  static func facts(_ path: String) -> String {
    do throws(FileError) {
      let info = try FileSystem.info(path)
      let owner = info.userID == ThisProcess.userID ? ThisProcess.userName : "user \(info.userID)"
      return "owned by \(owner), changed \(SystemClock.timestamp(info.modified).prefix(16))Z"
    } catch {
      return "which cannot be examined"
    }
  }
}
