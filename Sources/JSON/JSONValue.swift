/// A JSON number as it was written; nothing is lost by reading it.
public struct JSONNumber: Hashable, Sendable {
  /// The number's text, valid JSON.
  public let text: String

  /// A whole number.
  public init(_ value: some BinaryInteger) { text = String(value) }

  /// A finite number; infinities and NaN, which JSON lacks, become 0.
  public init(_ value: Double) { text = value.isFinite ? "\(value)" : "0" }

  /// A text that the parser has found to be a number.
  init(checked text: String) { self.text = text }

  /// The value as an integer, if it is written as one and fits.
  public var int: Int? { Int(text) }

  /// The value as a floating-point number, if it is finite there.
  public var double: Double? { Double(text).flatMap { $0.isFinite ? $0 : nil } }
}

/// A JSON value; objects keep the order of their members.
public enum JSONValue: Hashable, Sendable {
  /// A name with its value.
  public struct Member: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The value.
    public var value: JSONValue

    /// A pair.
    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number, kept as text.
  case number(JSONNumber)
  /// A string.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// Members in order.
  case object([Member])

  /// A whole number.
  public static func int(_ value: some BinaryInteger) -> JSONValue { .number(JSONNumber(value)) }

  /// A floating-point number.
  public static func double(_ value: Double) -> JSONValue { .number(JSONNumber(value)) }

  /// An object of the given members, those whose value is nil left out.
  public static func object(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
    .object(members.compactMap { pair in pair.value.map { Member(pair.key, $0) } })
  }

  /// The value of a member, if this is an object that has it.
  public subscript(name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The text, if this is a string.
  public var string: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  /// The integer, if this is a number that is one.
  public var int: Int? {
    if case .number(let number) = self { return number.int }
    return nil
  }

  /// The truth value, if this is one.
  public var bool: Bool? {
    if case .bool(let value) = self { return value }
    return nil
  }

  /// The items, if this is a list.
  public var array: [JSONValue]? {
    if case .array(let items) = self { return items }
    return nil
  }

  /// The members, if this is an object.
  public var members: [Member]? {
    if case .object(let members) = self { return members }
    return nil
  }

  /// The value as JSON text; the same value always gives the same text.
  public func encoded(pretty: Bool = false) -> String {
    var writer = JSONWriter(pretty: pretty)
    writer.write(self)
    return writer.text
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  /// `null`.
  public init(nilLiteral: ()) { self = .null }
  /// A string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A number.
  public init(integerLiteral value: Int) { self = .int(value) }
  /// A truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A list.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object; the order is kept.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }
}
