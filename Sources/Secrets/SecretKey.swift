internal import Linux

/// The key that all secrets of a user are encrypted with: `RUNDOWN_SECRET_KEY`, or a file of the user's own.
struct SecretKey {
  static let variable = "RUNDOWN_SECRET_KEY"
  let bytes: [UInt8]

  /// The key; with `isMade`, a new one where there is none.
  static func load(_ environment: Environment, isMade: Bool) throws(SecretError) -> SecretKey {
    if let text = environment[variable], !text.isEmpty { return try parse(text, place: variable) }
    let folder = environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? ThisProcess.homeDirectory
    guard let folder = (folder ?? home.map { $0 + "/.config" }).map({ $0 + "/rundown" }) else {
      throw .noKey(path: "~/.config/rundown/secret.key")
    }
    let path = folder + "/secret.key"
    if !FileSystem.exists(path) {
      guard isMade else { throw .noKey(path: path) }
      do throws(FileError) { try make(path, in: folder) } catch { throw .file(error) }
    }
    try PrivateFile.check(path)
    let bytes: [UInt8]
    do throws(FileError) { bytes = try FileSystem.readFile(path, limit: 4096) } catch { throw .file(error) }
    return try parse(String(decoding: bytes, as: UTF8.self), place: path)
  }

  private static func make(_ path: String, in folder: String) throws(FileError) {
    try FileSystem.makeDirectories(folder, mode: 0o700)
    try FileSystem.writeFileAtomically(
      path, Array((RandomBytes.hex(SecretBox.keyLength) + "\n").utf8), mode: 0o600)
  }

  private static func parse(_ text: String, place: String) throws(SecretError) -> SecretKey {
    var digits = Array(text.utf8)
    while let last = digits.last, [0x0A, 0x0D, 0x20].contains(last) { digits.removeLast() }
    guard digits.count == 2 * SecretBox.keyLength, let bytes = Hexadecimal.bytes(digits) else {
      throw .badKey(place: place)
    }
    return SecretKey(bytes: bytes)
  }
}

/// Files that nobody else may read.
enum PrivateFile {
  static func check(_ path: String) throws(SecretError) {
    let info: FileInfo
    do throws(FileError) { info = try FileSystem.linkInfo(path) } catch { throw .file(error) }
    guard info.kind == .regular else { throw .exposed(path: path, why: "it is a \(info.kind.name)") }
    guard info.userID == ThisProcess.effectiveUserID else {
      throw .exposed(path: path, why: "it belongs to another user")
    }
    guard info.permissions & 0o077 == 0 else { throw .exposed(path: path, why: "others can read it") }
  }
}

/// Bytes as pairs of hexadecimal digits.
enum Hexadecimal {
  static func text(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  static func bytes(_ digits: [UInt8]) -> [UInt8]? {
    guard digits.count.isMultiple(of: 2) else { return nil }
    var out: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(digits[index]), let low = value(digits[index + 1]) else { return nil }
      out.append(high << 4 | low)
    }
    return out
  }

  private static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit - 0x30
    case 0x61...0x66: digit - 0x57
    case 0x41...0x46: digit - 0x37
    default: nil
    }
  }
}
