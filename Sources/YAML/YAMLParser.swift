internal import CYAML
public import SourceText

/// A YAML tree; nothing in it is typed implicitly.
public typealias YAMLNode = DocumentNode

/// Reads YAML strictly into a tree with positions.
///
/// Refused, each with its place: duplicate keys, keys that are no scalars, tags other than `!!str`, more than one
/// document, nesting deeper than 64, documents over 1 MiB, and aliases that expand to more than 20,000 nodes
/// ("alias bombs"). Merge keys (`<<`) are resolved; a mapping's own key wins, then the earlier source.
public enum YAMLParser {
  /// Deeper nesting than this is an error.
  public static let depthLimit = 64
  /// Longer documents than this are an error.
  public static let sizeLimit = 1 << 20
  /// More nodes than this, aliases expanded, are an error.
  public static let nodeLimit = 20_000

  /// The tree of a document, or of the slice `range` of it; spans count from the beginning of the file.
  ///
  /// A document that holds nothing is a null scalar.
  public static func parse(_ file: SourceFile, range: SourceSpan? = nil) throws(Diagnostic) -> YAMLNode {
    let range = range ?? SourceSpan(0, file.bytes.count)
    let start = min(max(range.start, 0), file.bytes.count)
    let slice = Array(file.bytes[start..<min(max(range.end, start), file.bytes.count)])
    guard slice.count <= sizeLimit else {
      throw Diagnostic(
        "YA001", "this YAML is longer than \(sizeLimit) bytes", at: SourceSpan(start, start + 1))
    }
    if let bad = UTF8Check.firstInvalid(in: slice) {
      throw Diagnostic("YA002", "this is not UTF-8", at: SourceSpan(start + bad, start + bad + 1))
    }
    let marks = MarkTable(bytes: slice, origin: start)
    return try unsafe slice.withUnsafeBufferPointer { (buffer) throws(Diagnostic) -> YAMLNode in
      // The buffer outlives the reader, which ends with this closure.
      var composer = Composer(reader: try unsafe EventReader(buffer: buffer, marks: marks))
      return try composer.document()
    }
  }
}

/// Turns libyaml's marks, which count characters, into byte offsets of the file.
struct MarkTable: Sendable {
  private let origin: Int
  private let count: Int
  /// Byte offset of each character; empty when all are ASCII and both counts agree.
  private var offsets: [Int32] = []

  init(bytes: [UInt8], origin: Int) {
    self.origin = origin
    count = bytes.count
    guard bytes.contains(where: { $0 >= 0x80 }) else { return }
    offsets.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 {
      offsets.append(Int32(index))
    }
  }

  func offset(_ characters: Int) -> Int {
    if offsets.isEmpty { return origin + min(characters, count) }
    return origin + (characters < offsets.count ? Int(offsets[characters]) : count)
  }

  func offset(bytes: Int) -> Int { origin + min(bytes, count) }
}
