/// The events that wait to be stored with the next transition.
struct Journal {
  private var encoder: EventJSON
  private var lines: [String] = []

  init(_ encoder: EventJSON) {
    self.encoder = encoder
  }

  /// Takes an event up, and gives it as it will be stored; nil when nobody will ask for it.
  mutating func add(_ event: ProgressEvent) -> String? {
    guard let line = encoder.line(event) else { return nil }
    lines.append(line)
    return line
  }

  /// Takes lines again that could not be stored.
  mutating func putBack(_ earlier: [String]) { lines = earlier + lines }

  mutating func take() -> [String] {
    defer { lines = [] }
    return lines
  }
}
