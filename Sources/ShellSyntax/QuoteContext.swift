/// Whether a place of a text stands outside quotes.
public enum QuoteContext {
  /// True when the byte at `offset` belongs to bare characters; false inside quotes and here-documents.
  ///
  /// The text is read with the rest of the line from `offset` on replaced by one plain character, so that what stands
  /// there cannot change the answer.
  public static func isBare(at offset: Int, in text: [UInt8], dialect: Dialect) -> Bool {
    var quote: UInt8?
    var index = 0
    while index < offset {
      let byte = text[index]
      if let open = quote {
        if byte == open {
          quote = nil
        } else if byte == 0x5C, open == 0x22 {
          index += 1
        }
      } else if byte == 0x5C {
        index += 1
      } else if byte == 0x27 || byte == 0x22 {
        quote = byte
      } else if byte == 0x23, index == 0 || [0x20, 0x09, 0x0A, 0x3B].contains(text[index - 1]) {
        while index < offset, text[index] != 0x0A { index += 1 }
        if index >= offset { return false }
      }
      index += 1
    }
    return quote == nil
  }
}
