internal import JSON

/// The events that wait to be stored with the next transition.
struct Journal {
  private var encoder = EventJSON()
  private var lines: [String] = []

  mutating func add(_ event: ProgressEvent) {
    if let object = encoder.object(event) { lines.append(object.encoded()) }
  }

  mutating func take() -> [String] {
    defer { lines = [] }
    return lines
  }
}
