/// Words that begin or continue compound commands, only unquoted and only where a command may begin (POSIX 2.4).
enum ReservedWord: UInt8 {
  case bang, leftBrace, rightBrace, `if`, then, `else`, elif, fi, `for`, `while`, until, `do`, done, `case`,
    esac, `in`
  // bash alone has these.
  case leftBrackets, function, select, time, coproc

  /// The word as it is written.
  var text: String { Self.texts[Int(rawValue)] }

  private static let texts = [
    "!", "{", "}", "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac",
    "in",
    "[[", "function", "select", "time", "coproc",
  ]

  /// Whether bash alone has it.
  var isBashOnly: Bool { rawValue >= Self.leftBrackets.rawValue }

  /// How many bytes the longest has.
  static let longest = 8

  /// The word of these bytes, packed into a number with the last one lowest.
  init?(packed: UInt64) {
    guard let index = Self.packed.firstIndex(of: packed) else { return nil }
    self.init(rawValue: UInt8(index))
  }

  private static let packed = texts.map { $0.utf8.reduce(0) { $0 << 8 | UInt64($1) } }

  /// Whether one of the words begins with this byte; most words of a text are ruled out by it.
  @inline(__always)
  static func mayBegin(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x21, 0x5B, 0x63...0x66, 0x69, 0x73...0x75, 0x77, 0x7B, 0x7D: return true
    default: return false
    }
  }

  /// Some of the words.
  struct Set: Equatable, ExpressibleByArrayLiteral {
    private var bits: UInt32 = 0

    init(arrayLiteral words: ReservedWord...) {
      for word in words { bits |= 1 << UInt32(word.rawValue) }
    }

    func contains(_ word: ReservedWord) -> Bool { bits & 1 << UInt32(word.rawValue) != 0 }
  }
}
