internal import CCMark
public import SourceText

/// A CommonMark document as blocks with byte spans; inline markup is looked at in headings alone.
public struct Document: Sendable {
  /// The blocks from top to bottom.
  public let blocks: [Block]

  /// Containers deeper than this are refused: no runbook nests so, and each level costs machine stack.
  static let depthLimit = 64

  /// Reads the bytes of `file` from `start` on. The bytes must be valid UTF-8 without NUL.
  ///
  /// libcmark ends code lines with LF where the document has CR LF, so the code is what a Unix editor would save.
  /// A CR alone would also end a line for it and not for `SourceFile`: the caller refuses such documents.
  ///
  /// - Throws: a diagnostic `MD001` when lists and quotations nest deeper than 64 levels.
  public static func parse(_ file: SourceFile, from start: Int = 0) throws(Diagnostic) -> Document {
    let slice = Array(file.bytes[start...])
    // libcmark copies what it keeps, so the buffer need live only for this call.
    let parsed = unsafe slice.withUnsafeBytes { buffer in
      unsafe cmark_parse_document(
        buffer.bindMemory(to: CChar.self).baseAddress, buffer.count, CMARK_OPT_DEFAULT)
    }
    guard let root = unsafe parsed else { return Document(blocks: []) }
    defer { unsafe cmark_node_free(root) }
    let reader = BlockReader(file: file, firstLine: file.position(at: start).line)
    return Document(blocks: try unsafe reader.children(of: root, depth: 0))
  }
}

/// Turns libcmark's nodes into blocks.
private struct BlockReader {
  let file: SourceFile
  /// The document's line that libcmark calls line 1.
  let firstLine: Int

  @unsafe func children(of node: OpaquePointer, depth: Int) throws(Diagnostic) -> [Block] {
    var blocks: [Block] = []
    var next = unsafe cmark_node_first_child(node)
    while let child = unsafe next {
      if let block = try unsafe block(child, depth: depth) { blocks.append(block) }
      unsafe next = cmark_node_next(child)
    }
    return blocks
  }

  @unsafe private func block(_ node: OpaquePointer, depth: Int) throws(Diagnostic) -> Block? {
    var span = unsafe span(node)
    guard depth < Document.depthLimit else {
      throw Diagnostic(
        "MD001", "lists or quotations nest deeper than \(Document.depthLimit) levels", at: span,
        help: "flatten the document")
    }
    let kind: Block.Kind
    switch unsafe cmark_node_get_type(node) {
    case CMARK_NODE_HEADING:
      kind = .heading(
        level: Int(unsafe cmark_node_get_heading_level(node)), text: unsafe inlineText(node))
    case CMARK_NODE_PARAGRAPH: kind = .paragraph
    case CMARK_NODE_LIST: kind = .list(try unsafe items(node, depth: depth))
    case CMARK_NODE_CODE_BLOCK: kind = .code(unsafe codeBlock(node))
    case CMARK_NODE_BLOCK_QUOTE: kind = .quote(try unsafe children(of: node, depth: depth + 1))
    case CMARK_NODE_HTML_BLOCK:
      kind = .html
      // libcmark 0.30 ends such a block a line too early when its end condition closes it.
      let length = unsafe cmark_node_get_literal(node).map { unsafe String(cString: $0).utf8.count } ?? 0
      span = SourceSpan(span.start, min(file.bytes.count, max(span.end, span.start + max(0, length - 1))))
    case CMARK_NODE_THEMATIC_BREAK: kind = .thematicBreak
    default: return nil
    }
    return Block(kind: kind, span: span)
  }

  @unsafe private func items(_ list: OpaquePointer, depth: Int) throws(Diagnostic) -> [ListItem] {
    let isBullet = unsafe cmark_node_get_list_type(list) == CMARK_BULLET_LIST
    var items: [ListItem] = []
    var next = unsafe cmark_node_first_child(list)
    while let item = unsafe next {
      items.append(
        ListItem(
          blocks: try unsafe children(of: item, depth: depth + 1), span: unsafe span(item),
          isBullet: isBullet))
      unsafe next = cmark_node_next(item)
    }
    return items
  }

  /// A node's bytes. libcmark counts lines and byte columns from 1; the end column is inclusive.
  @unsafe private func span(_ node: OpaquePointer) -> SourceSpan {
    let startLine = Int(unsafe cmark_node_get_start_line(node)) + firstLine - 1
    let endLine = Int(unsafe cmark_node_get_end_line(node)) + firstLine - 1
    let start = file.offset(ofLine: startLine) + Int(unsafe cmark_node_get_start_column(node)) - 1
    let end = file.offset(ofLine: endLine) + Int(unsafe cmark_node_get_end_column(node))
    return SourceSpan(min(start, file.bytes.count), min(max(start, end), file.bytes.count))
  }

  /// The text of a heading without its markup.
  @unsafe private func inlineText(_ node: OpaquePointer) -> String {
    var text = ""
    guard let iterator = unsafe cmark_iter_new(node) else { return text }
    defer { unsafe cmark_iter_free(iterator) }
    while true {
      let event = unsafe cmark_iter_next(iterator)
      if event == CMARK_EVENT_DONE { return text }
      guard event == CMARK_EVENT_ENTER, let current = unsafe cmark_iter_get_node(iterator) else { continue }
      switch unsafe cmark_node_get_type(current) {
      case CMARK_NODE_TEXT, CMARK_NODE_CODE, CMARK_NODE_HTML_INLINE:
        if let literal = unsafe cmark_node_get_literal(current) { text += unsafe String(cString: literal) }
      case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK: text += " "
      default: break
      }
    }
  }

  @unsafe private func codeBlock(_ node: OpaquePointer) -> CodeBlock {
    let text = unsafe cmark_node_get_literal(node).map { unsafe Self.bytes($0) } ?? []
    let startLine = Int(unsafe cmark_node_get_start_line(node)) + firstLine - 1
    let endLine = Int(unsafe cmark_node_get_end_line(node)) + firstLine - 1
    let fence = fence(startLine: startLine, column: Int(unsafe cmark_node_get_start_column(node)))
    let info =
      unsafe cmark_node_get_fence_info(node).map { unsafe String(cString: $0) } ?? ""
    return CodeBlock(
      info: info, infoSpan: fence?.info ?? SourceSpan(0, 0), text: text,
      origin: origin(of: text, firstLine: fence == nil ? startLine : startLine + 1),
      isFenced: fence != nil,
      isClosed: fence.map { endLine > startLine && closes($0, line: endLine) } ?? true)
  }

  @unsafe private static func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
    var count = 0
    while unsafe text[count] != 0 { count += 1 }
    return unsafe UnsafeBufferPointer(start: text, count: count).map { UInt8(bitPattern: $0) }
  }

  private struct Fence {
    var character: UInt8
    var length: Int
    var info: SourceSpan
  }

  private func fence(startLine: Int, column: Int) -> Fence? {
    let line = file.line(startLine)
    var at = line.startIndex + column - 1
    while at < line.endIndex, line[at] == 0x20 { at += 1 }
    guard at < line.endIndex, line[at] == 0x60 || line[at] == 0x7E else { return nil }
    let character = line[at]
    let first = at
    while at < line.endIndex, line[at] == character { at += 1 }
    guard at - first >= 3 else { return nil }
    let length = at - first
    var end = line.endIndex
    while at < end, line[at] == 0x20 || line[at] == 0x09 { at += 1 }
    while end > at, line[end - 1] == 0x20 || line[end - 1] == 0x09 { end -= 1 }
    return Fence(character: character, length: length, info: SourceSpan(at, end))
  }

  /// Whether a line is a closing fence: nothing but at least as many of the opening character (CommonMark 4.5).
  private func closes(_ fence: Fence, line number: Int) -> Bool {
    var line = file.line(number)
    while let last = line.last, last == 0x20 || last == 0x09 { line.removeLast() }
    let run = line.reversed().prefix { $0 == fence.character }.count
    // What stands before the run is the container's own marker or indentation, never code.
    return run >= fence.length
      && line.dropLast(run).allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x3E }
  }

  /// Each code line is what remains of its document's line after indentation, so it is aligned to the line's end.
  private func origin(of text: [UInt8], firstLine: Int) -> OriginMap {
    var lines: [(derived: Int, origin: Int)] = []
    var start = 0
    var number = firstLine
    while start < text.count || lines.isEmpty {
      let end = text[start...].firstIndex(of: 0x0A) ?? text.count
      let line = file.line(number)
      lines.append((start, max(line.startIndex, line.endIndex - (end - start))))
      start = end + 1
      number += 1
    }
    return OriginMap(lines: lines)
  }
}
