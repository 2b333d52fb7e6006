internal import CYAML
internal import SourceText

/// One event of libyaml's parser, in Swift's words.
struct YAMLEvent {
  enum Kind {
    case documentStart(hasTagDirectives: Bool)
    case documentEnd
    case streamStart
    case streamEnd
    case alias(name: String)
    case scalar(text: String, style: ScalarStyle)
    case sequenceStart(isFlow: Bool)
    case sequenceEnd
    case mappingStart(isFlow: Bool)
    case mappingEnd
  }

  var kind: Kind
  var anchor: String?
  var tag: String?
  var span: SourceSpan
}

/// Owns a libyaml parser over a buffer that must outlive it.
@safe struct EventReader: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let marks: MarkTable

  init(buffer: UnsafeBufferPointer<UInt8>, marks: MarkTable) throws(Diagnostic) {
    self.marks = marks
    unsafe parser = .allocate(capacity: 1)
    guard unsafe yaml_parser_initialize(parser) == 1 else {
      unsafe parser.deallocate()
      throw Diagnostic("YA003", "no memory for the YAML parser", at: SourceSpan(0, 0))
    }
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
  }

  /// The next event; nothing may be read after an error or the end of the stream.
  mutating func next() throws(Diagnostic) -> YAMLEvent {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { unsafe yaml_event_delete(&event) }
    let span = SourceSpan(
      marks.offset(unsafe Int(event.start_mark.index)), marks.offset(unsafe Int(event.end_mark.index)))
    // The union's member is the one that `type` names; its strings live until yaml_event_delete.
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT: return YAMLEvent(kind: .streamStart, span: span)
    case YAML_DOCUMENT_START_EVENT:
      let directives = unsafe event.data.document_start.tag_directives
      let any = unsafe directives.start != directives.end
      return YAMLEvent(kind: .documentStart(hasTagDirectives: any), span: span)
    case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, span: span)
    case YAML_ALIAS_EVENT:
      return YAMLEvent(kind: .alias(name: unsafe text(event.data.alias.anchor) ?? ""), span: span)
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: Int(scalar.length))
      let style: ScalarStyle
      switch unsafe scalar.style {
      case YAML_SINGLE_QUOTED_SCALAR_STYLE: style = .singleQuoted
      case YAML_DOUBLE_QUOTED_SCALAR_STYLE: style = .doubleQuoted
      case YAML_LITERAL_SCALAR_STYLE: style = .literal
      case YAML_FOLDED_SCALAR_STYLE: style = .folded
      default: style = .plain
      }
      return YAMLEvent(
        kind: .scalar(text: unsafe String(decoding: bytes, as: UTF8.self), style: style),
        anchor: unsafe text(scalar.anchor), tag: unsafe text(scalar.tag), span: span)
    case YAML_SEQUENCE_START_EVENT:
      let start = unsafe event.data.sequence_start
      return YAMLEvent(
        kind: .sequenceStart(isFlow: unsafe start.style == YAML_FLOW_SEQUENCE_STYLE),
        anchor: unsafe text(start.anchor), tag: unsafe text(start.tag), span: span)
    case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .sequenceEnd, span: span)
    case YAML_MAPPING_START_EVENT:
      let start = unsafe event.data.mapping_start
      return YAMLEvent(
        kind: .mappingStart(isFlow: unsafe start.style == YAML_FLOW_MAPPING_STYLE),
        anchor: unsafe text(start.anchor), tag: unsafe text(start.tag), span: span)
    case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, span: span)
    default: return YAMLEvent(kind: .streamEnd, span: span)
    }
  }

  private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    guard let pointer = unsafe pointer else { return nil }
    return unsafe String(cString: pointer)
  }

  private func failure() -> Diagnostic {
    let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "this is not YAML"
    if unsafe parser.pointee.error == YAML_READER_ERROR {
      let offset = marks.offset(bytes: unsafe Int(parser.pointee.problem_offset))
      return Diagnostic("YA002", problem, at: SourceSpan(offset, offset + 1))
    }
    let offset = marks.offset(unsafe Int(parser.pointee.problem_mark.index))
    var message = problem
    if let context = unsafe parser.pointee.context {
      message += " \(unsafe String(cString: context))"
      let place = unsafe parser.pointee.context_mark
      if unsafe place.line != parser.pointee.problem_mark.line {
        message += " that begins on line \(place.line + 1)"
      }
    }
    let help: String?
    switch problem {
    case "found character that cannot start any token":
      help = "indent with spaces, not tabs; put quotes around a text that begins with @, `, % or {"
    case "mapping values are not allowed in this context":
      help =
        "put quotes around a text that contains `: `; look at the indentation of this line and the one before"
    case "did not find expected key", "did not find expected '-' indicator":
      help = "look at the indentation of this line and the one before, and at quotes"
    case "did not find expected alphabetic or numeric character":
      help = "a text that begins with * or & needs quotes: \"*.txt\""
    default: help = nil
    }
    return Diagnostic("YA004", message, at: SourceSpan(offset, offset + 1), help: help)
  }
}
