public import SourceText

/// Hosts from a file of their own: one a line, `#` begins a comment.
public struct HostList: Hashable, Sendable {
  /// A host and where it stands.
  public struct Entry: Hashable, Sendable {
    /// The pattern, as in `network.allow`.
    public var text: String
    /// The line, from 1.
    public var line: Int
  }

  /// The file's name, as it is shown.
  public var name: String
  /// Its absolute path, with links followed.
  public var path: String
  /// The hosts in the order of the file.
  public var entries: [Entry] = []

  /// Reads a list. One line that is no host makes all of it invalid: half a list is none.
  public static func read(
    _ file: SourceFile, path: String
  ) -> (list: HostList?, problems: [Diagnostic]) {
    var list = HostList(name: file.name, path: path)
    var problems: [Diagnostic] = []
    var start = 0
    for (index, line) in file.bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let span = SourceSpan(start, start + line.count)
      start += line.count + 1
      let words = line.prefix { $0 != 0x23 }.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
      guard let word = words.first else { continue }
      guard words.count == 1, let text = String(validating: word, as: UTF8.self) else {
        problems.append(Diagnostic("PO007", "a line holds one host, or a comment after `#`", at: span))
        continue
      }
      do throws(GlobError) {
        _ = try RulePattern(text, kind: .network, isDeny: true, context: .checking)
        list.entries.append(Entry(text: text, line: index + 1))
      } catch {
        problems.append(Diagnostic("PO007", "`\(text)`: \(error.message)", at: span, help: error.help))
      }
      if problems.count == 20 { break }
    }
    return (problems.isEmpty ? list : nil, problems)
  }
}

extension PolicyDocument {
  /// The host files that it names anywhere, each once.
  public var hostFiles: [PolicyEntry] {
    var seen: Set<String> = []
    return ([defaults] + overrides.map(\.sections)).compactMap(\.network)
      .flatMap { $0.allowFiles + $0.denyFiles }.filter { seen.insert($0.text).inserted }
  }
}
