/// Shells that completion scripts are made for.
public enum CompletionShell: String, CaseIterable, Sendable {
  case bash, zsh, fish
}

/// Completion scripts, made from the same declarations that parsing uses. A script is whole: it needs no library of
/// completions and calls nothing but the shell's own words.
public enum CompletionScript {
  /// The script that completes the program of `spec` in a shell.
  public static func text(_ spec: CommandSpec, for shell: CompletionShell) -> String {
    switch shell {
    case .bash: return BashCompletion(program: spec.name, places: Place.all(spec)).text
    case .zsh: return ZshCompletion(program: spec.name, places: Place.all(spec)).text
    case .fish: return FishCompletion(program: spec.name, places: Place.all(spec)).text
    }
  }

  /// A command by the words that call it, without the program's name.
  struct Place {
    var words: [String]
    var spec: CommandSpec

    static func all(_ spec: CommandSpec, words: [String] = []) -> [Place] {
      [Place(words: words, spec: spec)] + spec.commands.flatMap { all($0, words: words + [$0.name]) }
    }

    /// The words with `/` between them, as scripts compare them.
    var path: String { words.joined(separator: "/") }
    var options: [(name: String, help: String)] {
      spec.options.flatMap { option in
        [("--\(option.name)", option.help)] + (option.short.map { [("-\($0)", option.help)] } ?? [])
      } + [("--help", "show help")]
    }
    /// Words that a command takes and that are known: `bash|zsh|fish`.
    var choices: [String] {
      spec.positionals.lazy.compactMap { positional -> [String]? in
        guard case .choice(let words) = ValueKind(positional.name) else { return nil }
        return words
      }.first ?? []
    }
    /// The spellings of an option at this place, as a `case` compares them.
    func pattern(_ option: OptionSpec) -> String {
      (["--\(option.name)"] + (option.short.map { ["-\($0)"] } ?? []))
        .map { CompletionScript.quoted("\(path):\($0)") }.joined(separator: "|")
    }
    var takesFiles: Bool { spec.positionals.contains { ValueKind($0.name) == .file } || spec.takesRest }
  }

  /// What the value of an option can be, by what help calls it.
  enum ValueKind: Equatable {
    case file
    case choice([String])
    case other

    init(_ placeholder: String) {
      if placeholder.contains("|") {
        self = .choice(placeholder.split(separator: "|").map(String.init))
      } else {
        self = ["FILE", "PATH", "RUNBOOK", "FOLDER"].contains(placeholder) ? .file : .other
      }
    }
  }

  /// A word in single quotes.
  static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}

/// For bash: a function that walks the words to the command, then offers what stands in a table.
private struct BashCompletion {
  let program: String
  let places: [CompletionScript.Place]

  var text: String {
    """
    # Completion of \(program) for bash: source it, or put it into the folder that bash-completion loads from.
    _\(program)() {
      local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} place= word index
      for ((index = 1; index < COMP_CWORD; index++)); do
        word=${place:+$place/}${COMP_WORDS[index]}
        case $word in
          \(places.dropFirst().map { CompletionScript.quoted($0.path) }.joined(separator: "|"))) place=$word ;;
        esac
      done
      COMPREPLY=()
      case $place:$previous in
    \(values)
      esac
      if [[ $current == -* ]]; then
        case $place in
    \(options)
        esac
        return
      fi
      case $place in
    \(words)
      esac
    }
    complete -o filenames -F _\(program) \(program)

    """
  }

  private var values: String {
    places.flatMap { place in
      place.spec.options.compactMap { option -> String? in
        guard let placeholder = option.placeholder else { return nil }
        let pattern = place.pattern(option)
        return "    \(pattern)) \(offer(CompletionScript.ValueKind(placeholder))) return ;;"
      }
    }.joined(separator: "\n")
  }

  private func offer(_ kind: CompletionScript.ValueKind) -> String {
    switch kind {
    case .file: return "mapfile -t COMPREPLY < <(compgen -f -- \"$current\");"
    case .choice(let words): return offer(words)
    case .other: return ""
    }
  }

  private func offer(_ words: [String]) -> String {
    let list = CompletionScript.quoted(words.joined(separator: " "))
    return "mapfile -t COMPREPLY < <(compgen -W \(list) -- \"$current\");"
  }

  private var options: String {
    places.map { "      \(CompletionScript.quoted($0.path))) \(offer($0.options.map(\.name))) ;;" }
      .joined(separator: "\n")
  }

  private var words: String {
    places.compactMap { place -> String? in
      if !place.spec.commands.isEmpty {
        return "    \(CompletionScript.quoted(place.path))) \(offer(place.spec.commands.map(\.name))) ;;"
      }
      if !place.choices.isEmpty {
        return "    \(CompletionScript.quoted(place.path))) \(offer(place.choices)) ;;"
      }
      guard place.takesFiles else { return nil }
      return "    \(CompletionScript.quoted(place.path))) \(offer(.file)) ;;"
    }.joined(separator: "\n")
  }
}

/// For zsh: the same walk; words are offered with what they do.
private struct ZshCompletion {
  let program: String
  let places: [CompletionScript.Place]

  var text: String {
    """
    #compdef \(program)
    # Completion of \(program) for zsh: put it into a folder of $fpath under the name _\(program).
    _\(program)() {
      local place= word previous=${words[CURRENT-1]} current=${words[CURRENT]}
      local -i index
      local -a offers
      for ((index = 2; index < CURRENT; index++)); do
        word=${place:+$place/}${words[index]}
        case $word in
          (\(places.dropFirst().map { CompletionScript.quoted($0.path) }.joined(separator: "|"))) place=$word ;;
        esac
      done
      case $place:$previous in
    \(values)
      esac
      if [[ $current == -* ]]; then
        case $place in
    \(places.map { "      (\(CompletionScript.quoted($0.path))) offers=(\(list($0.options))) ;;" }.joined(separator: "\n"))
        esac
        _describe option offers
        return
      fi
      case $place in
    \(words)
      esac
    }
    if [ "$funcstack[1]" = _\(program) ]; then _\(program) "$@"; else compdef _\(program) \(program); fi

    """
  }

  private func list(_ items: [(name: String, help: String)]) -> String {
    items.map { name, help in
      let escaped = name.split(separator: ":", omittingEmptySubsequences: false).joined(separator: "\\:")
      return CompletionScript.quoted("\(escaped):\(help)")
    }.joined(separator: " ")
  }

  private var values: String {
    places.flatMap { place in
      place.spec.options.compactMap { option -> String? in
        guard let placeholder = option.placeholder else { return nil }
        let pattern = place.pattern(option)
        let offer: String
        switch CompletionScript.ValueKind(placeholder) {
        case .file: offer = "_files;"
        case .choice(let words): offer = "compadd -- \(words.joined(separator: " "));"
        case .other: offer = ""
        }
        return "    (\(pattern)) \(offer) return ;;"
      }
    }.joined(separator: "\n")
  }

  private var words: String {
    places.compactMap { place -> String? in
      if !place.spec.commands.isEmpty {
        let offers = list(place.spec.commands.map { ($0.name, $0.summary) })
        return "    (\(CompletionScript.quoted(place.path))) offers=(\(offers)); _describe command offers ;;"
      }
      if !place.choices.isEmpty {
        let choices = place.choices.joined(separator: " ")
        return "    (\(CompletionScript.quoted(place.path))) compadd -- \(choices) ;;"
      }
      return place.takesFiles ? "    (\(CompletionScript.quoted(place.path))) _files ;;" : nil
    }.joined(separator: "\n")
  }
}

/// For fish: one line for each thing that can be offered.
private struct FishCompletion {
  let program: String
  let places: [CompletionScript.Place]

  var text: String {
    "# Completion of \(program) for fish: put it into ~/.config/fish/completions.\n"
      + "complete -c \(program) -f\n" + places.map(lines).joined()
  }

  /// When a place is the one to complete at: its words stand there, and none of its own commands does.
  private func condition(_ place: CompletionScript.Place) -> String {
    var parts = place.words.map { "__fish_seen_subcommand_from \($0)" }
    let own = place.spec.commands.map(\.name)
    if !own.isEmpty {
      parts.append(
        place.words.isEmpty
          ? "__fish_use_subcommand" : "not __fish_seen_subcommand_from \(own.joined(separator: " "))")
    }
    return CompletionScript.quoted(parts.joined(separator: "; and "))
  }

  private func lines(_ place: CompletionScript.Place) -> String {
    let head = "complete -c \(program) -n \(condition(place))"
    var text = ""
    for command in place.spec.commands {
      text += "\(head) -a \(command.name) -d \(CompletionScript.quoted(command.summary))\n"
    }
    if !place.choices.isEmpty {
      text += "\(head) -a \(CompletionScript.quoted(place.choices.joined(separator: " ")))\n"
    }
    if place.takesFiles { text += "\(head) -F\n" }
    for option in place.spec.options {
      text += "\(head) -l \(option.name)\(option.short.map { " -s \($0)" } ?? "")"
      if let placeholder = option.placeholder {
        switch CompletionScript.ValueKind(placeholder) {
        case .file: text += " -r -F"
        case .choice(let words): text += " -x -a \(CompletionScript.quoted(words.joined(separator: " ")))"
        case .other: text += " -x"
        }
      }
      text += " -d \(CompletionScript.quoted(option.help))\n"
    }
    return text + "\(head) -l help -d 'show help'\n"
  }
}
