internal import SourceText

/// Builds the tree from the events and enforces the limits.
struct Composer: ~Copyable {
  private struct Anchored {
    var node: YAMLNode
    var weight: Int
    var height: Int
  }

  private var reader: EventReader
  private var anchors: [String: Anchored] = [:]
  private var nodes = 0
  private var depth = 0

  init(reader: consuming EventReader) {
    self.reader = reader
  }

  mutating func document() throws(Diagnostic) -> YAMLNode {
    _ = try reader.next()
    let start = try reader.next()
    guard case .documentStart(let hasTagDirectives) = start.kind else {
      return YAMLNode(.scalar("", .plain), at: start.span)
    }
    if hasTagDirectives { throw Diagnostic("YA005", "%TAG is not supported here", at: start.span) }
    let root = try node(from: reader.next()).node
    _ = try reader.next()
    let end = try reader.next()
    if case .streamEnd = end.kind { return root }
    throw Diagnostic("YA006", "a second document begins here; only one is allowed", at: end.span)
  }

  private mutating func node(from event: YAMLEvent) throws(Diagnostic) -> Anchored {
    if let tag = event.tag, tag != "tag:yaml.org,2002:str" {
      throw Diagnostic(
        "YA005", "the tag `\(tag)` is not supported", at: event.span,
        help: "leave the tag out; values get their meaning from the key they stand under")
    }
    try count(1, at: event.span)
    let result: Anchored
    switch event.kind {
    case .alias(let name): return try expand(name, at: event.span)
    case .scalar(let text, let style):
      // A tagged plain scalar is a string by its author's word, so that `!!str null` is no null.
      let style = event.tag != nil && style == .plain ? .doubleQuoted : style
      result = Anchored(node: YAMLNode(.scalar(text, style), at: event.span), weight: 1, height: 1)
    case .sequenceStart(let isFlow): result = try sequence(from: event.span, isFlow: isFlow)
    case .mappingStart(let isFlow): result = try mapping(from: event.span, isFlow: isFlow)
    case .documentStart, .documentEnd, .streamStart, .streamEnd, .sequenceEnd, .mappingEnd:
      throw Diagnostic("YA004", "a value is missing", at: event.span)
    }
    if let anchor = event.anchor { anchors[anchor] = result }
    return result
  }

  private mutating func count(_ more: Int, at span: SourceSpan) throws(Diagnostic) {
    nodes += more
    guard nodes <= YAMLParser.nodeLimit else {
      throw Diagnostic(
        "YA007", "more than \(YAMLParser.nodeLimit) values when the aliases are expanded", at: span,
        help: "write fewer values, and fewer aliases of aliases")
    }
  }

  private mutating func expand(_ name: String, at span: SourceSpan) throws(Diagnostic) -> Anchored {
    guard let target = anchors[name] else {
      throw Diagnostic(
        "YA008", "no anchor `&\(name)` stands before this alias", at: span,
        help:
          "a text that begins with * needs quotes: \"*\(name)\"; an alias must not stand inside its own anchor"
      )
    }
    try count(target.weight, at: span)
    guard depth + target.height <= YAMLParser.depthLimit else { throw tooDeep(at: span) }
    return target
  }

  private func tooDeep(at span: SourceSpan) -> Diagnostic {
    Diagnostic("YA009", "nested deeper than \(YAMLParser.depthLimit) levels", at: span)
  }

  private mutating func descend(at span: SourceSpan) throws(Diagnostic) {
    depth += 1
    guard depth < YAMLParser.depthLimit else { throw tooDeep(at: span) }
  }

  private mutating func sequence(from start: SourceSpan, isFlow: Bool) throws(Diagnostic) -> Anchored {
    try descend(at: start)
    var items: [YAMLNode] = []
    var weight = 1
    var height = 0
    var end = start.end
    while true {
      let event = try reader.next()
      if case .sequenceEnd = event.kind {
        if isFlow { end = event.span.end }
        break
      }
      let item = try node(from: event)
      items.append(item.node)
      weight += item.weight
      height = max(height, item.height)
      end = max(end, endOfValue(event, item.node))
    }
    depth -= 1
    let node = YAMLNode(.sequence(items), at: SourceSpan(start.start, end), isFlow: isFlow)
    return Anchored(node: node, weight: weight, height: height + 1)
  }

  private mutating func mapping(from start: SourceSpan, isFlow: Bool) throws(Diagnostic) -> Anchored {
    try descend(at: start)
    var builder = MappingBuilder()
    var weight = 1
    var height = 0
    var end = start.end
    while true {
      let keyEvent = try reader.next()
      if case .mappingEnd = keyEvent.kind {
        if isFlow { end = keyEvent.span.end }
        break
      }
      guard case .scalar(let name, let style) = keyEvent.kind else {
        throw Diagnostic("YA010", "a key must be a simple text", at: keyEvent.span)
      }
      let key = try node(from: keyEvent).node
      let valueEvent = try reader.next()
      let value = try node(from: valueEvent)
      if name == "<<", style == .plain {
        try builder.merge(value.node, at: keyEvent.span)
      } else {
        try builder.add(key: key, value: value.node)
      }
      weight += value.weight + 1
      height = max(height, value.height)
      end = max(end, endOfValue(valueEvent, value.node))
    }
    depth -= 1
    let node = YAMLNode(.mapping(builder.entries), at: SourceSpan(start.start, end), isFlow: isFlow)
    return Anchored(node: node, weight: weight, height: height + 1)
  }

  /// Where a value ends in the place where it is written: an alias ends at the alias, not at its anchor.
  private func endOfValue(_ event: YAMLEvent, _ node: YAMLNode) -> Int {
    if case .alias = event.kind { return event.span.end }
    return node.span.end
  }
}

/// Collects a mapping's pairs: own keys once, merged ones where no own key stands.
private struct MappingBuilder {
  private var own: [String: SourceSpan] = [:]
  private(set) var entries: [YAMLNode.Entry] = []

  mutating func add(key: YAMLNode, value: YAMLNode) throws(Diagnostic) {
    let name = key.text ?? ""
    if own[name] != nil {
      throw Diagnostic("YA011", "the key `\(name)` stands here a second time", at: key.span)
    }
    own[name] = key.span
    // An earlier merge gave the key already: the mapping's own value wins.
    entries.removeAll { $0.name == name }
    entries.append(YAMLNode.Entry(key: key, value: value))
  }

  mutating func merge(_ source: YAMLNode, at span: SourceSpan) throws(Diagnostic) {
    switch source.content {
    case .mapping(let merged):
      for entry in merged where !entries.contains(where: { $0.name == entry.name }) { entries.append(entry) }
    case .sequence(let sources):
      for source in sources {
        guard source.entries != nil else {
          throw Diagnostic("YA012", "`<<` merges mappings only", at: span)
        }
        try merge(source, at: span)
      }
    case .scalar:
      throw Diagnostic("YA012", "`<<` merges mappings only", at: span)
    }
  }
}
