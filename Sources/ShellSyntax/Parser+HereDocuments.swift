internal import SourceText

extension Parser {
  /// The rest of `<<` or `<<-`: its delimiter. The body follows the next newline (POSIX 2.7.4).
  mutating func parseHereDocument(
    _ start: Int, descriptor: Int?, variable: String?
  ) throws(UnsupportedSyntax) -> Redirection {
    let stripsTabs = take("-")
    skipBlanks()
    let wordStart = position
    var delimiter: [UInt8] = []
    var isQuoted = false
    while let byte = peek(), !Self.isBreak(byte) { try readDelimiter(byte, &delimiter, &isQuoted) }
    guard position > wordStart else {
      throw error("a here-document without a delimiter", at: start, to: position)
    }
    hereDocumentCount += 1
    guard hereDocumentCount <= SyntaxLimits.hereDocuments else {
      throw error("more than \(SyntaxLimits.hereDocuments) here-documents", at: start)
    }
    let word = Word(
      parts: [WordPart(kind: .quoted(delimiter[...]), isQuoted: true, span: span(wordStart, position))],
      span: span(wordStart, position))
    hereDocuments.append(
      PendingHereDocument(
        delimiter: delimiter, isQuoted: isQuoted, stripsTabs: stripsTabs, span: span(start, position),
        slot: bodies.count))
    bodies.append(Word(parts: [], span: span(position, position)))
    return Redirection(
      kind: .hereDocument, descriptor: descriptor, variable: variable, target: word, slot: bodies.count - 1,
      span: span(start, position))
  }

  /// One piece of the delimiter: quotes are removed, nothing is expanded.
  private mutating func readDelimiter(
    _ byte: UInt8, _ delimiter: inout [UInt8], _ isQuoted: inout Bool
  ) throws(UnsupportedSyntax) {
    let start = position
    switch byte {
    case 0x5C:
      isQuoted = true
      position += 1
      guard position < bytes.count else { throw error("the delimiter ends too early", at: start) }
      delimiter.append(bytes[position])
      position += 1
    case 0x27, 0x22:
      isQuoted = true
      position += 1
      guard let end = bytes[position...].firstIndex(of: byte) else {
        throw error("the quote is not closed", at: start)
      }
      let text = bytes[position..<end]
      if byte == 0x22, text.contains(where: { $0 == 0x5C || $0 == 0x24 || $0 == 0x60 }) {
        throw error("a delimiter with ‘\\’, ‘$’ or ‘`’ in double quotes", at: start, to: end + 1)
      }
      delimiter += text
      position = end + 1
    case 0x24, 0x60: throw error("an expansion in a delimiter, which shells do not expand", at: start)
    default:
      var parts = PartCollector()
      try takeBare(byte, into: &parts)
      delimiter += bytes[start..<position]
    }
  }

  func requireNoPendingHereDocuments() throws(UnsupportedSyntax) {
    if let pending = hereDocuments.first {
      throw UnsupportedSyntax(
        "the here-document has no body", at: pending.span,
        help: "put its text on the next lines and end it with its delimiter")
    }
  }

  /// Reads the bodies that begin behind a newline.
  mutating func readHereDocuments() throws(UnsupportedSyntax) {
    guard !hereDocuments.isEmpty else { return }
    let pending = hereDocuments
    hereDocuments = []
    for document in pending { try readBody(document) }
  }

  private mutating func readBody(_ document: PendingHereDocument) throws(UnsupportedSyntax) {
    let start = position
    var parts = PartCollector()
    if let range = takePlainBody(document) {
      let first = place(range.lowerBound)
      if !document.isQuoted {
        try parseHereText(Array(bytes[range]), .from(first), into: &parts)
      } else if !range.isEmpty {
        parts.add(range, of: bytes, isBare: false, from: first, to: first + range.count)
      }
    } else {
      try readChangedBody(document, into: &parts)
    }
    parts.flush(of: bytes)
    bodies[document.slot] = Word(parts: parts.takeParts(), span: span(start, position))
  }

  /// The body of a document when its lines stand in the text as they are; nothing is taken of another.
  private mutating func takePlainBody(_ document: PendingHereDocument) -> Range<Int>? {
    guard case .from = places else { return nil }
    var line = position
    while line < bytes.count {
      var end = line
      while end < bytes.count, bytes[end] != 0x0A {
        if bytes[end] == 0x5C, !document.isQuoted, end + 1 < bytes.count {
          if bytes[end + 1] == 0x0A { return nil }
          end += 1
        }
        end += 1
      }
      if document.stripsTabs, bytes[line] == 0x09 { return nil }
      if end - line == document.delimiter.count, bytes[line..<end].elementsEqual(document.delimiter) {
        let body = position..<line
        position = min(bytes.count, end + 1)
        return body
      }
      line = end + 1
    }
    return nil
  }

  /// A body whose lines are joined or lose their tabs.
  private mutating func readChangedBody(
    _ document: PendingHereDocument, into parts: inout PartCollector
  ) throws(UnsupportedSyntax) {
    var text: [UInt8] = []
    var textPlaces: [Int] = []
    while true {
      guard position < bytes.count else {
        throw UnsupportedSyntax(
          "the here-document is not ended", at: document.span,
          help: "end it with a line ‘\(String(decoding: document.delimiter, as: UTF8.self))’")
      }
      var line: [UInt8] = []
      var linePlaces: [Int] = []
      readLine(joins: !document.isQuoted, &line, &linePlaces)
      if document.stripsTabs {
        let tabs = line.prefix { $0 == 0x09 }.count
        line.removeFirst(tabs)
        linePlaces.removeFirst(tabs)
      }
      let content = line.last == 0x0A ? line.dropLast() : line[...]
      if content.elementsEqual(document.delimiter) { break }
      text += line
      textPlaces += linePlaces
    }
    textPlaces.append(place(position))
    if document.isQuoted {
      if let first = textPlaces.first, !text.isEmpty {
        parts.add(text, of: bytes, isBare: false, from: first, to: first + text.count)
      }
    } else {
      try parseHereText(text, .table(textPlaces), into: &parts)
    }
  }

  /// A line with its newline; a backslash before the newline joins it with the next when the delimiter is not quoted.
  private mutating func readLine(joins: Bool, _ line: inout [UInt8], _ linePlaces: inout [Int]) {
    while position < bytes.count {
      let byte = bytes[position]
      if joins, byte == 0x5C, position + 1 < bytes.count {
        if bytes[position + 1] == 0x0A {
          position += 2
          continue
        }
        line += [byte, bytes[position + 1]]
        linePlaces += [place(position), place(position + 1)]
        position += 2
        continue
      }
      line.append(byte)
      linePlaces.append(place(position))
      position += 1
      if byte == 0x0A { return }
    }
  }
}
