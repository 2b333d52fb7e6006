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

  /// The word of these bytes, packed into a number with the last one lowest.
  init?(packed: UInt64) {
    switch packed {
    case 0x21: self = .bang
    case 0x7B: self = .leftBrace
    case 0x7D: self = .rightBrace
    case 0x6966: self = .if
    case 0x7468656E: self = .then
    case 0x656C7365: self = .else
    case 0x656C6966: self = .elif
    case 0x6669: self = .fi
    case 0x666F72: self = .for
    case 0x7768696C65: self = .while
    case 0x756E74696C: self = .until
    case 0x646F: self = .do
    case 0x646F6E65: self = .done
    case 0x63617365: self = .case
    case 0x65736163: self = .esac
    case 0x696E: self = .in
    case 0x5B5B: self = .leftBrackets
    case 0x66756E6374696F6E: self = .function
    case 0x73656C656374: self = .select
    case 0x74696D65: self = .time
    case 0x636F70726F63: self = .coproc
    default: return nil
    }
  }

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
