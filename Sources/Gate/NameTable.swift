internal import ShellSyntax

/// Names with marks, found by their bytes: one cheap hash, no String and no comparison of characters.
///
/// Each command of a text asks several tables about its name.
struct NameTable<Marks: OptionSet & Sendable>: Sendable where Marks.Element == Marks {
  /// A place of the table; unused without a name.
  private struct Slot {
    var hash: UInt64 = 0
    /// Where the name's bytes lie.
    var start: UInt32 = 0
    var count: UInt32 = 0
    var marks: Marks = []
  }

  private var slots = [Slot](repeating: Slot(), count: 16)
  private var bytes: [UInt8] = []
  private var count = 0

  var isEmpty: Bool { count == 0 }

  /// The marks of a name; none when it is not in the table.
  subscript(name: ArraySlice<UInt8>) -> Marks { marks(of: name.span) }

  /// The marks of a name; none when it is not in the table.
  subscript(name: String) -> Marks { marks(of: name.utf8.span) }

  private func marks(of name: Span<UInt8>) -> Marks {
    count == 0 ? [] : slots[slot(of: name, Self.hash(name))].marks
  }

  /// Whoever writes a text does not know the process' seed, so that names cannot be chosen to share a slot.
  private static func hash(_ name: Span<UInt8>) -> UInt64 {
    var hash = nameSeed
    for index in name.indices { hash = (hash ^ UInt64(name[index])) &* 0x9E37_79B9_7F4A_7C15 }
    // Never zero, as it is in an unused slot.
    return (hash ^ hash >> 32) | 1
  }

  /// The slot that holds the name, or the one that would.
  private func slot(of name: Span<UInt8>, _ hash: UInt64) -> Int {
    let slots = slots.span
    let mask = slots.count - 1
    var index = Int(truncatingIfNeeded: hash >> 1) & mask
    while slots[index].hash != 0 {
      if slots[index].hash == hash, holds(slots[index], name) { return index }
      index = (index + 1) & mask
    }
    return index
  }

  private func holds(_ slot: Slot, _ name: Span<UInt8>) -> Bool {
    guard slot.count == name.count else { return false }
    let bytes = bytes.span
    let start = Int(slot.start)
    for index in name.indices where bytes[start + index] != name[index] { return false }
    return true
  }

  /// Adds marks to a name.
  mutating func insert(_ name: String, _ new: Marks) {
    let hash = Self.hash(name.utf8.span)
    var index = slot(of: name.utf8.span, hash)
    if slots[index].hash == 0 {
      if count * 2 >= slots.count {
        grow()
        index = slot(of: name.utf8.span, hash)
      }
      slots[index] = Slot(hash: hash, start: UInt32(bytes.count), count: UInt32(name.utf8.count))
      bytes += name.utf8
      count += 1
    }
    slots[index].marks.formUnion(new)
  }

  private mutating func grow() {
    let old = slots
    slots = [Slot](repeating: Slot(), count: old.count * 4)
    for slot in old where slot.hash != 0 {
      var index = Int(truncatingIfNeeded: slot.hash >> 1) & (slots.count - 1)
      while slots[index].hash != 0 { index = (index + 1) & (slots.count - 1) }
      slots[index] = slot
    }
  }
}

private let nameSeed = UInt64(truncatingIfNeeded: Hasher().finalize())

/// The one mark of names of which only their presence counts.
struct Presence: OptionSet, Sendable {
  let rawValue: UInt8
  static let here = Presence(rawValue: 1)
}

/// A set of names.
typealias NameSet = NameTable<Presence>

extension NameTable where Marks == Presence {
  func contains(_ name: String) -> Bool { !self[name].isEmpty }
  mutating func insert(_ name: String) { insert(name, .here) }
}
