internal import Policy
internal import ShellSyntax

/// Programs that start others in a way of their own.
extension Analyzer {
  // MARK: env

  private static let envSpec = WrapperSpec(
    "i0vu:C:S:",
    "ignore-environment null debug unset= chdir= split-string= block-signal? default-signal? ignore-signal? list-signal-handling argv0="
  ).with {
    $0.takesDash = true
    $0.takesAssignments = true
  }

  mutating func environment(
    _ arguments: [Argument], _ request: ProgramRequest, _ place: Place, _ scope: Scope, _ input: Input?
  ) {
    add(.exec, place, request: request)
    let inner = place.through("env")
    var arguments = arguments
    // -S splits one word into words, options among them; then everything is read anew.
    for _ in 0..<8 {
      let result: OptionScanner.Result
      do throws(OptionScanner.Undecidable) {
        result = try OptionScanner(spec: Self.envSpec).scan(arguments[...])
      } catch {
        return dynamic(inner, arguments, why: "env: \(error.why), so its command is not certain")
      }
      if let value = result.value(["S", "split-string"]) {
        let count = result.options.filter { $0.name == "S" || $0.name == "split-string" }.count
        guard count == 1, case .literal(let text) = value, let words = Self.splitString(text) else {
          return dynamic(inner, arguments, why: "only the run knows what env -S splits")
        }
        arguments = words.map { .literal($0) } + result.rest
        continue
      }
      var rest = result.rest[...]
      takeAssignments(&rest, inner)
      return run(rest, inner, scope, input: input)
    }
    dynamic(inner, arguments, why: "env -S inside env -S")
  }

  /// The words of `env -S`: blanks separate, quotes hold together, `\\_` is a blank; variables are left to the run.
  private static func splitString(_ text: String) -> [String]? {
    var words: [String] = []
    var current: String?
    var quote: Character?
    var characters = text[...]
    while let character = characters.popFirst() {
      if character == "$" { return nil }
      if character == "\\", quote != "'" {
        guard let escaped = characters.popFirst() else { return nil }
        switch escaped {
        case "_":
          if quote == nil {
            if let word = current { words.append(word) }
            current = nil
          } else {
            current = (current ?? "") + " "
          }
        case "\\", "\"", "'", "#": current = (current ?? "") + String(escaped)
        default: return nil
        }
      } else if let open = quote {
        if character == open { quote = nil } else { current = (current ?? "") + String(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        current = current ?? ""
      } else if character == "#", current == nil {
        return nil
      } else if character == " " || character == "\t" || character.isNewline {
        if let word = current { words.append(word) }
        current = nil
      } else {
        current = (current ?? "") + String(character)
      }
    }
    if quote != nil { return nil }
    if let word = current { words.append(word) }
    return words
  }

  // MARK: xargs, find, parallel, fd

  private static let xargsSpec = WrapperSpec(
    "0rtpxoa:d:E:I:L:n:P:s:e::i::l::",
    "null no-run-if-empty verbose interactive exit open-tty arg-file= delimiter= eof? replace? max-lines? max-args= max-procs= max-chars= process-slot-var= show-limits"
  )

  mutating func xargs(_ arguments: [Argument], _ request: ProgramRequest, _ place: Place, _ scope: Scope) {
    add(.exec, place, request: request)
    let inner = place.through("xargs")
    let result: OptionScanner.Result
    do throws(OptionScanner.Undecidable) {
      result = try OptionScanner(spec: Self.xargsSpec).scan(arguments[...])
    } catch {
      return dynamic(inner, arguments, why: "xargs: \(error.why), so its command is not certain")
    }
    guard !result.rest.isEmpty else { return }
    let replaced: String?
    if result.has(["I"]), case .literal(let text)? = result.value(["I"]) {
      replaced = text
    } else if result.has(["i", "replace"]) {
      if case .literal(let text)? = result.value(["i", "replace"]) {
        replaced = text
      } else {
        replaced = "{}"
      }
    } else {
      replaced = nil
    }
    if let replaced, replaced.utf8.contains(0) || result.has(["I"]) && result.value(["I"]) == .unknown {
      return dynamic(inner, arguments, why: "only the run knows what xargs replaces")
    }
    guard let mark = replaced else { return run((result.rest + [.anyNumber])[...], inner, scope) }
    let words = result.rest.enumerated().map { index, argument -> Argument in
      // GNU xargs does not replace in the command's own word.
      if index > 0, case .literal(let text) = argument, text.contains(mark) { return .unknown }
      return argument
    }
    run(words[...], inner, scope)
  }

  mutating func find(_ arguments: [Argument], _ request: ProgramRequest, _ place: Place, _ scope: Scope) {
    add(.exec, place, request: request)
    let inner = place.through("find -exec")
    var index = 0
    while index < arguments.count {
      defer { index += 1 }
      guard case .literal(let word) = arguments[index] else { continue }
      guard ["-exec", "-execdir", "-ok", "-okdir"].contains(word) else { continue }
      var words: [Argument] = []
      index += 1
      if index < arguments.count, case .literal(let text) = arguments[index], text.hasPrefix("-") {
        dynamic(inner, why: "\(word) is followed by \(text), which is no command")
      }
      while index < arguments.count, arguments[index] != .literal(";") {
        if arguments[index] == .literal("+"), words.last == .unknown { break }
        if case .literal(let text) = arguments[index], text.contains("{}") {
          words.append(.unknown)
        } else {
          words.append(arguments[index])
        }
        index += 1
      }
      run(words[...], inner, scope)
    }
  }

  mutating func fd(_ arguments: [Argument], _ place: Place, _ scope: Scope) {
    guard
      let index = arguments.firstIndex(where: {
        guard case .literal(let text) = $0 else { return false }
        return text.hasPrefix("-x") || text.hasPrefix("-X") || text.hasPrefix("--ex")
      }), case .literal(let option) = arguments[index]
    else { return }
    if option != "-x", option != "-X", option != "--exec", option != "--exec-batch",
      !option.hasPrefix("--exc"),
      !option.hasPrefix("--ext")
    {
      return dynamic(place, why: "\(option) starts a command")
    }
    if option.hasPrefix("--exc") || option.hasPrefix("--ext") { return }
    run(arguments[(index + 1)...].prefix { $0 != .literal(";") }[...], place, scope)
  }

  mutating func parallel(_ rest: ArraySlice<Argument>, _ place: Place, _ scope: Scope) {
    let markers: [Argument] = [":::", "::::", ":::+", "::::+"].map { .literal($0) }
    let command = rest.prefix { !markers.contains($0) }
    if command.isEmpty {
      guard rest.first == .literal(":::") else {
        return dynamic(place, why: "parallel runs the lines of its input")
      }
      for case .literal(let text) in rest.dropFirst() { analyze(text: text, dialect: .sh, place) }
      if rest.dropFirst().contains(where: { $0 == .unknown || $0 == .anyNumber }) {
        dynamic(place, why: "parallel runs texts that only the run knows")
      }
      return
    }
    let words = command.map { argument -> Argument in
      if case .literal(let text) = argument, text.contains("{") { return .unknown }
      return argument
    }
    // parallel joins the words and gives them to a shell; what is put in for `{}` it quotes itself.
    let isText = command.contains { argument in
      guard case .literal(let text) = argument else { return false }
      return text.utf8.contains { !Self.isPlainWord($0) }
    }
    if isText {
      var text = ""
      for argument in command {
        guard case .literal(let word) = argument else {
          return dynamic(place, why: "only the run knows the text that parallel gives to a shell")
        }
        text += (text.isEmpty ? "" : " ") + word
      }
      guard !text.contains("{") else {
        return dynamic(place, why: "only the run knows the text that parallel gives to a shell")
      }
      return analyze(text: text, dialect: .sh, place)
    }
    run((words + [.anyNumber])[...], place, scope)
  }

  private static func isPlainWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2E, 0x2F, 0x2D, 0x5F, 0x2B, 0x2C, 0x3A, 0x40, 0x25, 0x3D,
      0x7B, 0x7D:
      return true
    default: return false
    }
  }

  // MARK: setarch, bwrap, ip

  mutating func architecture(
    _ base: String, _ arguments: [Argument], _ request: ProgramRequest, _ place: Place, _ scope: Scope
  ) {
    add(.exec, place, request: request)
    let spec = WrapperSpec(
      "BFILRSTXZ3v",
      "32bit fdpic-funcptrs short-inode addr-compat-layout addr-no-randomize whole-seconds sticky-timeouts read-implies-exec mmap-page-zero 3gb 4gb uname-2.6 verbose list show?"
    )
    var left = arguments[...]
    if base == "setarch", case .literal(let first)? = left.first, !first.hasPrefix("-") { left.removeFirst() }
    wrapper(base, spec, Array(left), place, scope, nil)
  }

  /// Options of bwrap by how many words follow them; others are flags.
  private static let bubblewrapArity: [String: Int] = [
    "--bind": 2, "--bind-try": 2, "--dev-bind": 2, "--dev-bind-try": 2, "--ro-bind": 2, "--ro-bind-try": 2,
    "--symlink": 2,
    "--file": 2, "--bind-data": 2, "--ro-bind-data": 2, "--setenv": 2, "--chmod": 2, "--bind-fd": 2,
    "--ro-bind-fd": 2,
    "--args": 1, "--argv0": 1, "--userns": 1, "--userns2": 1, "--pidns": 1, "--uid": 1, "--gid": 1,
    "--hostname": 1,
    "--chdir": 1, "--unsetenv": 1, "--lock-file": 1, "--sync-fd": 1, "--remount-ro": 1, "--exec-label": 1,
    "--file-label": 1,
    "--proc": 1, "--dev": 1, "--tmpfs": 1, "--mqueue": 1, "--dir": 1, "--seccomp": 1, "--add-seccomp-fd": 1,
    "--block-fd": 1, "--userns-block-fd": 1, "--info-fd": 1, "--json-status-fd": 1, "--cap-add": 1,
    "--cap-drop": 1,
    "--perms": 1, "--size": 1, "--overlay-src": 1,
  ]

  mutating func bubblewrap(_ arguments: [Argument], _ request: ProgramRequest, _ place: Place, _ scope: Scope)
  {
    add(.exec, place, request: request)
    let inner = place.through("bwrap")
    var left = arguments[...]
    while let first = left.first, case .literal(let text) = first, text.hasPrefix("--") {
      left.removeFirst()
      if text == "--" { break }
      if text == "--args" { return dynamic(inner, why: "bwrap reads further arguments from a descriptor") }
      for _ in 0..<(Self.bubblewrapArity[text] ?? 0) {
        if left.popFirst() == .anyNumber {
          return dynamic(inner, why: "only the run knows where the command begins")
        }
      }
    }
    run(left, inner, scope)
  }

  /// `ip netns exec NAME COMMAND`, `ip vrf exec NAME COMMAND`.
  mutating func netns(_ arguments: [Argument], _ request: ProgramRequest, _ place: Place, _ scope: Scope) {
    add(.exec, place, request: request)
    guard let index = arguments.firstIndex(of: .literal("exec")), index > 0,
      case .literal(let object) = arguments[index - 1],
      "netns".hasPrefix(object) || object == "vrf"
    else { return }
    run(arguments.dropFirst(index + 2), place.through("ip \(object) exec"), scope)
  }

  // MARK: time, make

  mutating func timeProgram(
    _ arguments: [Argument], _ request: ProgramRequest, _ place: Place, _ scope: Scope, _ input: Input?
  ) {
    add(.exec, place, request: request)
    let spec = WrapperSpec("apqvVf:o:", "append portability quiet verbose version format= output= help")
    wrapper("time", spec, arguments, place, scope, input)
  }

  mutating func make(_ arguments: [Argument], _ request: ProgramRequest, _ place: Place) {
    let isCode = arguments.contains { argument in
      guard case .literal(let text) = argument else { return false }
      return text.hasPrefix("SHELL=") || text.hasPrefix("--eval") || text == "-f-"
        || text == "-f" && arguments.contains(.literal("-"))
        || text.hasPrefix("--file=-") || text.hasPrefix("-E") || text.hasPrefix("--ev")
        || text.hasPrefix("--mak") && text.hasSuffix("=-") || text.hasPrefix(".SHELLFLAGS=")
        || text.hasPrefix("SHELL:=") || text.hasPrefix("SHELL::=") || text.hasPrefix("SHELL+=")
    }
    add(isCode ? .opaque : .exec, place, request: request, why: isCode ? "make is given code" : nil)
  }

  // MARK: editors, filters, consoles

  mutating func editor(_ arguments: [Argument], _ request: ProgramRequest, _ place: Place, _ input: Input?) {
    let isScripted = arguments.contains { argument in
      guard case .literal(let text) = argument else { return true }
      return text.hasPrefix("-c") || text.hasPrefix("--cmd") || text.hasPrefix("+") || text == "-s"
        || text == "-es" || text == "-S"
    }
    add(
      isScripted || input != nil ? .opaque : .exec, place, request: request, why: "an editor can run commands"
    )
  }

  mutating func filter(_ request: ProgramRequest, _ place: Place, _ input: Input?) {
    add(.opaque, place, request: request, why: "its input can run commands")
  }

  mutating func console(_ request: ProgramRequest, _ place: Place, _ input: Input?) {
    var isCode = false
    for case .literal(let text) in request.arguments {
      if text.contains("\\!") || text.contains(".shell") || text.contains(".system") || text.hasPrefix("-ex")
        || text == "--eval-command" || text.hasPrefix("--pager") || Self.isSystem(text)
      {
        isCode = true
      }
    }
    if case .text(let text)? = input,
      text.contains("\\!") || text.contains(".shell") || text.contains(".system") || text.contains("!")
        || Self.isSystem(text)
    {
      isCode = true
    }
    add(isCode ? .opaque : .exec, place, request: request, why: isCode ? "it can start a shell" : nil)
  }

  /// `system COMMAND` of mysql, at the beginning of a statement.
  private static func isSystem(_ text: String) -> Bool {
    text.split { ";\n".contains($0) }.contains { statement in
      statement.drop { $0 == " " || $0 == "\t" }.lowercased().hasPrefix("system ")
    }
  }

  mutating func pager(_ arguments: [Argument], _ place: Place) {
    for case .literal(let text) in arguments where text.hasPrefix("+") && text.contains("!") {
      dynamic(place, why: "a pager's start command runs a shell")
    }
  }
}
