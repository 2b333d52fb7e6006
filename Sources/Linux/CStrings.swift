/// Hands C an array of C strings that ends with a null pointer. Everything lives in two blocks that stay
/// where they are until `body` returns. No string may hold a NUL byte: the caller checks. `areNames`: see `FileName`.
@safe
func withCStrings<Result>(
  _ strings: [String], areNames: Bool = false, _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var bytes: [CChar] = []
  var starts: [Int] = []
  for string in strings {
    starts.append(bytes.count)
    if areNames {
      bytes.append(contentsOf: FileName.bytes(string).lazy.map { CChar(bitPattern: $0) })
    } else {
      bytes.append(contentsOf: string.utf8.lazy.map { CChar(bitPattern: $0) })
    }
    bytes.append(0)
  }
  bytes.append(0)
  return unsafe bytes.withUnsafeMutableBufferPointer { text in
    // The array is never empty, so it has a base address; each start lies inside it.
    let base = text.baseAddress
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe starts.map { start in
      unsafe base?.advanced(by: start)
    }
    unsafe pointers.append(nil)
    return unsafe pointers.withUnsafeBufferPointer { list in
      guard let first = list.baseAddress else {
        preconditionFailure("an array with an element has an address")
      }
      return unsafe body(first)
    }
  }
}
