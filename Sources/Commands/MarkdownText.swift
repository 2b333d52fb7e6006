internal import Markdown
internal import SourceText

/// A runbook's own text for a terminal: headings, lists, code and quotations, wrapped to the width.
struct MarkdownText {
  let lines: RunLines
  /// Columns that may be used.
  let width: Int

  /// The lines, each safe to show; the text as it is where it cannot be read as Markdown.
  func rendered(_ text: String) -> [String] {
    let file = SourceFile(name: "", text: text)
    guard !text.utf8.contains(0), !text.utf8.contains(0x0D), let document = try? Document.parse(file) else {
      return text.split(separator: "\n", omittingEmptySubsequences: false).map {
        DisplayText.visible(String($0))
      }
    }
    return blocks(document.blocks, file, width)
  }

  private func blocks(_ blocks: [Block], _ file: SourceFile, _ width: Int) -> [String] {
    var out: [String] = []
    for block in blocks {
      if !out.isEmpty { out.append("") }
      out += self.block(block, file, max(width, 10))
    }
    return out
  }

  private func block(_ block: Block, _ file: SourceFile, _ width: Int) -> [String] {
    switch block.kind {
    case .heading(_, let text): return wrap([Word(DisplayText.visible(text), .strong)], width)
    case .paragraph: return wrap(words(file.text(block.span)), width)
    case .list(let items): return list(items, file, width)
    case .code(let code):
      var text = String(decoding: code.text, as: UTF8.self)
      if text.hasSuffix("\n") { text.removeLast() }
      return text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
        Self.pieces(DisplayText.visible(String(line).replacing("\t", with: "    ")), width - 2).map {
          "\(lines.paint(lines.bar, .dim)) \($0)"
        }
      }
    case .quote(let inner):
      return blocks(inner, file, width - 2).map { "\(lines.paint(lines.bar, .dim)) \($0)".trimmedRight() }
    case .html:
      return file.text(block.span).split(separator: "\n").map {
        lines.paint(DisplayText.visible(String($0)), .dim)
      }
    case .thematicBreak:
      return [
        lines.paint(String(repeating: lines.abilities.hasUnicode ? "─" : "-", count: min(width, 20)), .dim)
      ]
    }
  }

  private func list(_ items: [ListItem], _ file: SourceFile, _ width: Int) -> [String] {
    let bullet = lines.abilities.hasUnicode ? "•" : "-"
    return items.flatMap { item -> [String] in
      let mark: String
      if item.isBullet {
        mark = bullet
      } else {
        mark = String(file.text(item.span).prefix { $0.isNumber || $0 == "." || $0 == ")" })
      }
      let indent = String(repeating: " ", count: TextWidth.columns(mark) + 1)
      let body = blocks(item.blocks, file, width - indent.count).filter {
        item.blocks.count > 2 || !$0.isEmpty
      }
      guard let first = body.first else { return [mark] }
      return ["\(mark) \(first)"] + body.dropFirst().map { $0.isEmpty ? "" : indent + $0 }
    }
  }

  // MARK: words

  private struct Word {
    var text: String
    var tone: RunLines.Tone?
    /// Whether no blank stands before it.
    var isGlued = false

    init(_ text: String, _ tone: RunLines.Tone? = nil) {
      self.text = text
      self.tone = tone
    }
  }

  /// The words of a paragraph; code spans and strong text keep their looks, other markup stays as written.
  private func words(_ source: String) -> [Word] {
    var words: [Word] = []
    var rest = source[...]
    var isStrong = false
    var isGlued = false
    while let first = rest.first {
      if first.isWhitespace {
        rest = rest.drop { $0.isWhitespace }
        isGlued = false
        continue
      }
      var word: Word
      if first == "`", let (code, end) = Self.codeSpan(rest) {
        word = Word(DisplayText.visible(code), .warn)
        rest = rest[end...]
      } else if rest.hasPrefix("**") {
        isStrong.toggle()
        rest = rest.dropFirst(2)
        continue
      } else {
        var text = ""
        while let next = rest.first, !next.isWhitespace, next != "`", !rest.hasPrefix("**") {
          text.append(next)
          rest = rest.dropFirst()
        }
        if text.isEmpty {
          text = String(first)
          rest = rest.dropFirst()
        }
        word = Word(DisplayText.visible(text), isStrong ? .strong : nil)
      }
      word.isGlued = isGlued
      words.append(word)
      isGlued = true
    }
    return words
  }

  private static func codeSpan(_ text: Substring) -> (String, Substring.Index)? {
    let ticks = text.prefix { $0 == "`" }
    let body = text.dropFirst(ticks.count)
    guard let end = body.firstRange(of: String(ticks)) else { return nil }
    return (body[..<end.lowerBound].split { $0.isNewline }.joined(separator: " "), end.upperBound)
  }

  private func wrap(_ words: [Word], _ width: Int) -> [String] {
    var out: [String] = []
    var line = ""
    var columns = 0
    for word in words {
      for (number, piece) in Self.pieces(word.text, width).enumerated() {
        let space = columns == 0 || word.isGlued || number > 0 ? 0 : 1
        if columns > 0, columns + space + TextWidth.columns(piece) > width {
          out.append(line)
          (line, columns) = ("", 0)
        } else if space == 1 {
          line += " "
          columns += 1
        }
        line += word.tone.map { lines.paint(piece, $0) } ?? piece
        columns += TextWidth.columns(piece)
      }
    }
    if !line.isEmpty { out.append(line) }
    return out
  }

  /// A text cut into pieces that fit; at least one piece.
  private static func pieces(_ text: String, _ width: Int) -> [String] {
    let width = max(width, 1)
    guard TextWidth.columns(text) > width else { return [text] }
    var out: [String] = []
    var piece = ""
    var columns = 0
    for scalar in text.unicodeScalars {
      let more = TextWidth.columns(scalar)
      if columns + more > width, !piece.isEmpty {
        out.append(piece)
        (piece, columns) = ("", 0)
      }
      piece.unicodeScalars.append(scalar)
      columns += more
    }
    return piece.isEmpty ? out : out + [piece]
  }
}
