/// An absolute path that is compared by its bytes. Swift's strings are equal when they look the same, but a
/// file named with one code point for "é" and one named with two are different files, and both may have to
/// be masked.
struct BytePath: Hashable, Comparable {
  let text: String
  /// Texts of ASCII alone are compared by the standard library byte by byte, ten times as fast as by its views.
  private let isASCII: Bool

  init(_ text: String) {
    self.text = text
    isASCII = text.utf8.allSatisfy { $0 < 0x80 }
  }

  static func == (left: BytePath, right: BytePath) -> Bool {
    if left.isASCII && right.isASCII { return left.text == right.text }
    // What does not even look the same is not the same; that is the quicker question.
    return left.text == right.text && left.text.utf8.elementsEqual(right.text.utf8)
  }

  static func < (left: BytePath, right: BytePath) -> Bool {
    if left.isASCII && right.isASCII { return left.text < right.text }
    return left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
  }

  /// Equal bytes make equal texts, so the text's own hash will do.
  func hash(into hasher: inout Hasher) { hasher.combine(text) }

  /// Whether `path` is this path or lies below it.
  func contains(_ path: BytePath) -> Bool {
    let outer = text.utf8
    let inner = path.text.utf8
    if outer.count == 1 { return true }
    guard inner.starts(with: outer) else { return false }
    return inner.count == outer.count || inner[inner.index(inner.startIndex, offsetBy: outer.count)] == 0x2F
  }

  /// Whether the path is absolute and without empty parts, `.` and `..`; some other paths are not simple
  /// either, such as those with a part that begins with a point and is one or two bytes long.
  var isSimple: Bool {
    // The length of the part so far, and whether it began with a point.
    var length = -1
    var hasPoint = false
    for byte in text.utf8 {
      if byte == 0x2F {
        if length == 0 || hasPoint && length < 3 { return false }
        length = 0
        hasPoint = false
      } else {
        if length < 0 { return false }
        if length == 0 { hasPoint = byte == 0x2E }
        length += 1
      }
    }
    return length > 0 && !(hasPoint && length < 3)
  }

  /// The path of the folder; "/" for itself.
  var parent: BytePath {
    guard let slash = text.utf8.lastIndex(of: 0x2F), slash != text.utf8.startIndex else {
      return BytePath("/")
    }
    return BytePath(String(text[..<slash]))
  }

  /// Whether a folder above this path, and not the path itself, is in the set.
  func isBelow(oneOf folders: Set<BytePath>) -> Bool {
    if folders.isEmpty { return false }
    var above = self
    while above.text.utf8.count > 1 {
      above = above.parent
      if folders.contains(above) { return true }
    }
    return false
  }

  /// The last part of the path.
  var name: BytePath {
    guard let slash = text.utf8.lastIndex(of: 0x2F) else { return self }
    return BytePath(String(text[text.utf8.index(after: slash)...]))
  }
}
