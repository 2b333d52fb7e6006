// Text as kernels, shells and file formats compare it: byte by byte. Swift's own comparisons go by characters, where a
// combining mark joins the `/`, `=` or quote before it and hides it, and CR LF is no LF.

extension String {
  /// Whether a byte stands in the text. Looks at the bytes where they lie, which `utf8.contains` does not.
  public func containsByte(_ byte: UInt8) -> Bool {
    let bytes = utf8.span
    for index in bytes.indices where bytes[index] == byte { return true }
    return false
  }
}

extension StringProtocol {
  /// Whether the text begins with these bytes.
  public func startsBytewise(with prefix: some StringProtocol) -> Bool { utf8.starts(with: prefix.utf8) }

  /// Whether these bytes stand anywhere in the text.
  public func containsBytewise(_ text: String) -> Bool {
    let wanted = Array(text.utf8)
    guard let first = wanted.first else { return true }
    var rest = Substring(self).utf8[...]
    while let at = rest.firstIndex(of: first) {
      rest = rest[at...]
      if rest.starts(with: wanted) { return true }
      rest = rest.dropFirst()
    }
    return false
  }

  /// The parts between occurrences of an ASCII byte.
  public func splitBytewise(_ separator: Unicode.Scalar, omittingEmpty: Bool = true) -> [String] {
    utf8.split(separator: UInt8(ascii: separator), omittingEmptySubsequences: omittingEmpty)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  /// The text with bytes replaced for which there is a replacement.
  public func replacingBytes(_ replacement: (UInt8) -> String?) -> String {
    guard utf8.contains(where: { replacement($0) != nil }) else { return String(self) }
    var out: [UInt8] = []
    for byte in utf8 {
      if let text = replacement(byte) { out += text.utf8 } else { out.append(byte) }
    }
    return String(decoding: out, as: UTF8.self)
  }
}

/// Paths, by their bytes.
public enum PathText {
  /// The parts between slashes.
  public static func components(_ path: some StringProtocol) -> [String] { path.splitBytewise("/") }

  /// The last part; the path itself when it has none.
  public static func base(_ path: String) -> String {
    guard path.containsByte(0x2F) else { return path }
    return path.utf8.split(separator: 0x2F).last.map { String(decoding: $0, as: UTF8.self) } ?? path
  }

  /// Whether a path begins at the root.
  public static func isAbsolute(_ path: some StringProtocol) -> Bool { path.utf8.first == 0x2F }

  /// Whether a path is the folder or lies below it; both absolute and resolved.
  public static func isInside(_ path: String, _ folder: String) -> Bool {
    path.utf8.elementsEqual(folder.utf8) || isBelow(path, folder)
  }

  /// Whether a path lies below the folder; both absolute and resolved.
  public static func isBelow(_ path: String, _ folder: String) -> Bool {
    if folder == "/" { return isAbsolute(path) && path.utf8.count > 1 }
    return path.utf8.count > folder.utf8.count && path.startsBytewise(with: folder)
      && path.utf8.dropFirst(folder.utf8.count).first == 0x2F
  }

  /// An absolute path without empty parts, `.` and `..`, as if nothing on the way were a link.
  public static func simple(_ path: String) -> String {
    var parts: [String] = []
    for part in path.splitBytewise("/") where part != "." && !part.isEmpty {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// What of a path stands behind the folder that it lies below; nil elsewhere.
  public static func relative(_ path: String, to folder: String) -> String? {
    guard isBelow(path, folder) else { return nil }
    let length = folder == "/" ? 1 : folder.utf8.count + 1
    return String(decoding: path.utf8.dropFirst(length), as: UTF8.self)
  }
}
