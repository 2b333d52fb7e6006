internal import Policy

/// Reads the options of a wrapper by its table.
struct OptionScanner {
  let spec: WrapperSpec

  /// What was read.
  struct Result {
    /// Options by name (`n`, `adjustment`) with their values.
    var options: [(name: String, value: Argument?)] = []
    /// The words behind them.
    var rest: [Argument] = []

    func has(_ names: Set<String>) -> Bool { options.contains { names.contains($0.name) } }

    func value(_ names: Set<String>) -> Argument? { options.last { names.contains($0.name) }?.value }
  }

  /// Why the options cannot be told from the command.
  struct Undecidable: Error {
    var why: String
  }

  func scan(_ arguments: ArraySlice<Argument>) throws(Undecidable) -> Result {
    var result = Result()
    var left = arguments
    while let first = left.first {
      guard case .literal(let text) = first else {
        if spec.permutes {
          result.rest.append(first)
          left.removeFirst()
          continue
        }
        break
      }
      if text == "--" {
        left.removeFirst()
        // `env -- - rm x`: the dash is still an option of its own.
        if spec.takesDash, left.first == .literal("-") { left.removeFirst() }
        break
      }
      if text.hasPrefix("--") {
        left.removeFirst()
        try long(String(text.dropFirst(2)), &left, &result)
      } else if text.hasPrefix("-"), text != "-" {
        left.removeFirst()
        try short(text.dropFirst(), &left, &result)
      } else if text == "-", spec.takesDash {
        left.removeFirst()
        result.options.append(("-", nil))
      } else if text == "-", !spec.permutes {
        throw Undecidable(why: "a lone - is an option to some and a command to others")
      } else if spec.permutes {
        result.rest.append(first)
        left.removeFirst()
      } else {
        break
      }
    }
    result.rest += left
    return result
  }

  private func long(
    _ text: String, _ left: inout ArraySlice<Argument>, _ result: inout Result
  ) throws(Undecidable) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let name = parts[0]
    let exact = spec.long.filter { Self.name($0) == name }
    // GNU getopt takes any unambiguous beginning of a long option.
    let found = exact.isEmpty ? spec.long.filter { Self.name($0).hasPrefix(name) } : exact
    guard found.count == 1, let entry = found.first else {
      throw Undecidable(why: "the option --\(name) is \(found.isEmpty ? "not known" : "ambiguous")")
    }
    if parts.count == 2 {
      result.options.append((Self.name(entry), .literal(parts[1])))
    } else if entry.hasSuffix("=") {
      guard let value = left.popFirst() else { throw Undecidable(why: "--\(name) has no value") }
      guard value != .anyNumber else { throw Undecidable(why: "only the run knows the value of --\(name)") }
      result.options.append((Self.name(entry), value))
    } else {
      result.options.append((Self.name(entry), nil))
    }
  }

  private static func name(_ entry: String) -> String {
    entry.hasSuffix("=") || entry.hasSuffix("?") ? String(entry.dropLast()) : entry
  }

  private func short(
    _ text: Substring, _ left: inout ArraySlice<Argument>, _ result: inout Result
  ) throws(Undecidable) {
    if spec.takesNumbers, text.allSatisfy({ $0.isNumber || $0 == "-" || $0 == "+" }) {
      result.options.append(("n", .literal(String(text))))
      return
    }
    var letters = text
    while let letter = letters.popFirst() {
      guard let kind = kind(letter) else { throw Undecidable(why: "the option -\(letter) is not known") }
      switch kind {
      case .flag: result.options.append((String(letter), nil))
      case .optional:
        result.options.append((String(letter), letters.isEmpty ? nil : .literal(String(letters))))
        return
      case .value:
        if !letters.isEmpty {
          result.options.append((String(letter), .literal(String(letters))))
        } else {
          guard let value = left.popFirst() else { throw Undecidable(why: "-\(letter) has no value") }
          guard value != .anyNumber else {
            throw Undecidable(why: "only the run knows the value of -\(letter)")
          }
          result.options.append((String(letter), value))
        }
        return
      }
    }
  }

  private enum Kind {
    case flag
    case value
    case optional
  }

  private func kind(_ letter: Character) -> Kind? {
    guard letter != ":", let index = spec.short.firstIndex(of: letter) else { return nil }
    let rest = spec.short[spec.short.index(after: index)...]
    if rest.hasPrefix("::") { return .optional }
    return rest.hasPrefix(":") ? .value : .flag
  }
}
