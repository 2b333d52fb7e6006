internal import SourceText

/// Puts the lines of a block together and makes templates of its `<placeholders>`, which a shell would take for
/// redirections.
struct PlaceholderReader {
  private let origin: OriginMap
  private var lines: [(bytes: ArraySlice<UInt8>, start: Int)] = []

  /// - Parameter origin: from the offsets that `add` is given to the document's.
  init(origin: OriginMap) {
    self.origin = origin
  }

  mutating func add(_ line: ArraySlice<UInt8>, at start: Int) { lines.append((line, start)) }

  /// The text with its places, and the placeholders in the order of their first use.
  func finish() -> (text: [UInt8], origin: OriginMap, placeholders: [(name: String, text: String)]) {
    let markup = closedTags()
    var text: [UInt8] = []
    var map: [(derived: Int, origin: Int)] = []
    var found: [(name: String, text: String)] = []
    for (line, start) in lines {
      map.append((text.count, origin.offset(start)))
      var index = line.startIndex
      while index < line.endIndex {
        if line[index] == 0x3C, let (inner, end) = Self.placeholder(line, at: index), !markup.contains(inner)
        {
          let name = Self.name(inner)
          if !found.contains(where: { $0.name == name }) { found.append((name, "<\(inner)>")) }
          text += Array("{{\(name)}}".utf8)
          index = end
          map.append((text.count, origin.offset(start + (index - line.startIndex))))
        } else {
          text.append(line[index])
          index += 1
        }
      }
      text.append(0x0A)
    }
    return (text, OriginMap(lines: map.isEmpty ? [(0, origin.offset(0))] : map), found)
  }

  /// Names of tags that are closed somewhere in the block, or that HTML and C write alone: those are no placeholders.
  private func closedTags() -> Set<String> {
    var names: Set<String> = ["br", "hr", "stdio.h", "stdlib.h", "string.h", "iostream"]
    for (line, _) in lines {
      for part in String(decoding: line, as: UTF8.self).split(
        separator: "<", omittingEmptySubsequences: false
      ).dropFirst()
      where part.hasPrefix("/") {
        names.insert(String(part.dropFirst().prefix { $0 != ">" && $0 != " " }))
      }
    }
    return names
  }

  /// `<name>`, `<your name>`, `<path/to/file>`: letters first, no blank at the end, nothing that a redirection would have.
  private static func placeholder(_ line: ArraySlice<UInt8>, at start: Int) -> (inner: String, end: Int)? {
    // `<<word`, `\<`, and `(?<name>` of a regular expression are something else.
    if start > line.startIndex, [0x3C, 0x5C, 0x3F].contains(line[start - 1]) { return nil }
    guard let end = line[start...].prefix(64).firstIndex(of: 0x3E), end > start + 1 else { return nil }
    let inner = line[(start + 1)..<end]
    guard let first = inner.first, let last = inner.last, isLetter(first), last != 0x20 else { return nil }
    let isPlain = inner.allSatisfy { byte in
      Identifier.isPart(byte) || byte >= 0x80 || Array(" -./:|,'".utf8).contains(byte)
    }
    guard isPlain else { return nil }
    // `<in 2>err` redirects twice.
    let words = inner.split(separator: 0x20)
    if words.count > 1, words.last?.count == 1, words.last?.first.map({ (0x30...0x39).contains($0) }) == true
    {
      return nil
    }
    return (String(decoding: inner, as: UTF8.self), end + 1)
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte >= 0x80
  }

  /// The variable's name for a placeholder: `pod-name` is `pod_name`.
  static func name(_ inner: String) -> String {
    var name = ""
    for byte in inner.utf8 {
      if Identifier.isPart(byte) {
        name.unicodeScalars.append(Unicode.Scalar(byte))
      } else if name.last != "_" {
        name += "_"
      }
    }
    while name.last == "_" { name.removeLast() }
    if name.isEmpty || !Identifier.isValid(name) { name = "value_" + name }
    return ReservedWords.isReservedVariable(name) ? name + "_" : name
  }
}
