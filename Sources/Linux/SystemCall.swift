internal import CLinux

/// The one place where EINTR is retried and -errno becomes a thrown `Errno`.
@discardableResult
func retrying<Value: SignedInteger>(_ call: () -> Value) throws(Errno) -> Value {
  while true {
    let result = call()
    if result >= 0 { return result }
    let error = Errno(rawValue: Int32(0 - result))
    if error != .interrupted { throw error }
  }
}

/// Hands `path` to C. A path with a NUL byte is refused: C would silently see a shorter one.
@discardableResult
@safe
func withPath<Value: SignedInteger>(
  _ path: String, _ call: (UnsafePointer<CChar>) -> Value
) throws(Errno) -> Value {
  if path.utf8.contains(0) { throw .invalidArgument }
  return try retrying { FileName.withCString(path) { unsafe call($0) } }
}

/// Two paths at once, under the same rule as `withPath`.
@safe
func withPaths(
  _ first: String, _ second: String, _ call: (UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32
) throws(Errno) {
  if first.utf8.contains(0) || second.utf8.contains(0) { throw .invalidArgument }
  try retrying {
    FileName.withCString(first) { left in FileName.withCString(second) { right in unsafe call(left, right) } }
  }
}

/// A path that a call writes into a buffer of PATH_MAX bytes and whose length it returns; see `FileName`.
@safe
func text(_ call: (UnsafeMutablePointer<CChar>, Int) -> Int64) throws(Errno) -> String {
  var buffer = [UInt8](repeating: 0, count: 4097)
  let length = try retrying { () -> Int64 in
    unsafe buffer.withUnsafeMutableBytes { raw -> Int64 in
      // The buffer is never empty, so it has a base address.
      guard let base = raw.baseAddress else { return -22 }
      return unsafe call(base.assumingMemoryBound(to: CChar.self), raw.count)
    }
  }
  return FileName.text(buffer.prefix(Int(length)))
}

/// "At the working directory", as the *at calls want it.
let workingDirectory: Int32 = -100
