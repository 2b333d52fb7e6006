internal import ShellSyntax

/// Names with marks, found by their bytes: one cheap hash, no String and no second comparison of characters.
///
/// Each command of a text asks several tables about its name, and nearly every name is short.
struct NameTable<Marks: OptionSet & Sendable>: Sendable where Marks.Element == Marks {
  /// A name of up to 15 bytes, with its length in the last one.
  private struct Key: Equatable {
    var low: UInt64 = 0
    var high: UInt64 = 0

    init() {}

    init?(_ bytes: some Collection<UInt8>) {
      let count = bytes.count
      guard count < 16 else { return nil }
      var shift: UInt64 = 0
      for byte in bytes {
        if shift < 64 {
          low |= UInt64(byte) << shift
        } else {
          high |= UInt64(byte) << (shift - 64)
        }
        shift += 8
      }
      // Never zero, so that an unused slot is none.
      high |= UInt64(count + 1) << 56
    }

    var hash: Int { Int(truncatingIfNeeded: ((low ^ (high &* 0x9E37_79B9_7F4A_7C15)) &* 0xC2B2_AE3D_27D4_EB4F) >> 32) }
  }

  private var keys: [Key]
  private var marks: [Marks]
  private var count = 0
  /// Names that are too long for a key.
  private var long: [String: Marks] = [:]

  init() {
    keys = [Key](repeating: Key(), count: 16)
    marks = [Marks](repeating: [], count: 16)
  }

  var isEmpty: Bool { count == 0 && long.isEmpty }

  /// The marks of a name; none when it is not in the table.
  subscript(name: some Collection<UInt8>) -> Marks {
    guard let key = Key(name) else {
      return long.isEmpty ? [] : long[String(decoding: name, as: UTF8.self)] ?? []
    }
    return marks[slot(key)]
  }

  /// The marks of a name; none when it is not in the table.
  subscript(name: String) -> Marks { self[name.utf8] }

  /// The slot that holds the key, or the one that would.
  private func slot(_ key: Key) -> Int {
    var index = key.hash & (keys.count - 1)
    while keys[index] != key, keys[index] != Key() { index = (index + 1) & (keys.count - 1) }
    return index
  }

  /// Adds marks to a name.
  mutating func insert(_ name: String, _ new: Marks) {
    guard let key = Key(name.utf8) else {
      long[name, default: []].formUnion(new)
      return
    }
    if count * 2 >= keys.count { grow() }
    let index = slot(key)
    if keys[index] == Key() {
      keys[index] = key
      count += 1
    }
    marks[index].formUnion(new)
  }

  private mutating func grow() {
    let old = zip(keys, marks).filter { $0.0 != Key() }
    let size = keys.count * 4
    keys = [Key](repeating: Key(), count: size)
    marks = [Marks](repeating: [], count: size)
    for (key, mark) in old {
      let index = slot(key)
      keys[index] = key
      marks[index] = mark
    }
  }
}

/// What the gate's tables say of a command's name.
struct CommandMarks: OptionSet, Sendable {
  let rawValue: UInt16

  /// A built-in of sh.
  static let sh = CommandMarks(rawValue: 1)
  /// A built-in of bash.
  static let bash = CommandMarks(rawValue: 2)
  /// A built-in that is harmless whatever its arguments are.
  static let harmless = CommandMarks(rawValue: 4)
  /// A built-in that is harmless without `-v` and `-R`, behind which names of variables stand.
  static let tests = CommandMarks(rawValue: 8)
  /// A built-in whose arguments are assignments.
  static let declaration = CommandMarks(rawValue: 16)
  /// A program which may start others.
  static let starter = CommandMarks(rawValue: 32)
  /// A command that may write variables or files, or run code.
  static let surveyed = CommandMarks(rawValue: 64)
  /// A function of the text.
  static let function = CommandMarks(rawValue: 128)
  /// A built-in whose words name variables that it writes.
  static let writer = CommandMarks(rawValue: 256)
  /// A built-in that runs code, or changes how the text is read.
  static let evaluator = CommandMarks(rawValue: 512)

  static func builtin(_ dialect: Dialect) -> CommandMarks { dialect == .bash ? .bash : .sh }

  /// The names of all tables.
  static let table: NameTable<CommandMarks> = {
    var table = NameTable<CommandMarks>()
    for name in Builtins.sh { table.insert(name, .sh) }
    for name in Builtins.bash { table.insert(name, .bash) }
    for name in Builtins.harmless { table.insert(name, .harmless) }
    for name in Builtins.tests { table.insert(name, .tests) }
    for name in Builtins.declarations { table.insert(name, .declaration) }
    for name in Analyzer.starters { table.insert(name, .starter) }
    for name in Survey.noteworthy { table.insert(name, .surveyed) }
    for name in Survey.writers { table.insert(name, .writer) }
    for name in Survey.evaluators { table.insert(name, .evaluator) }
    return table
  }()
}
