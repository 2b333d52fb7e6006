// The libFuzzer entry: the first byte chooses the dialect, the rest is the text. Built by Scripts/fuzz-gate, which puts
// the sources of the rooms and this file into one module.

/// Called by libFuzzer for each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzGate(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  guard count > 0 else { return 0 }
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  let text = Array(bytes.dropFirst())
  let analysis = ScriptAnalysis.analyze(text, dialect: bytes[0] & 1 == 0 ? .bash : .sh)
  for finding in analysis.findings {
    precondition(finding.span.start >= 0 && finding.span.end <= text.count + 1, "a span outside the text")
  }
  return 0
}
