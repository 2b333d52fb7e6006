import ShellSyntax
import Testing

/// Texts that use everything, for tests over their prefixes and mutations.
private let samples = [
  """
  #!/bin/bash
  set -euo pipefail
  readonly DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
  declare -A map=([a]=1 ["b c"]=$((1 + 2)))
  log() { printf '%s %s\\n' "$(date +%T)" "$*" >&2; }
  for f in "${DIR}"/*.{c,h} ; do [[ -f $f && $f =~ ^(a|b)\\.c$ ]] || continue; log "${f##*/}"; done
  case ${1:-} in -h|--help) cat <<-'EOF'
  \tusage: x [y]
  \tEOF
    ;; *) : ;& esac
  while IFS= read -r line; do echo "${line//[^a-z]/_}"; done < <(sort -u f | head -n "$((n > 3 ? n : 3))")
  if ! grep -q "x\\"y" f 2>/dev/null; then (trap 'rm -f "$t"' EXIT; a && b || c) & fi; wait
  coproc N { cat; }; select x in a b; do break; done <<< 1; time -p { a |& b; }; echo $'a\\x41' $"b" `c \\`d\\``
  """,
  """
  #!/bin/sh
  X=1 Y="${X:-'}" cmd <<E1 <<'E2' && until false; do break; done
  $(a "b`c`") ${x#'}'}
  E1
  raw $x
  E2
  f() if :; then echo "$@"; fi
  """,
]

@Suite struct TotalTests {
  @Test(arguments: samples, [Dialect.bash, .sh])
  func `every prefix is read or refused`(_ text: String, _ dialect: Dialect) {
    let bytes = Array(text.utf8)
    for end in 0...bytes.count { _ = try? Parser.parse(Array(bytes[..<end]), dialect: dialect) }
    for start in 0..<bytes.count { _ = try? Parser.parse(Array(bytes[start...]), dialect: dialect) }
  }

  @Test(arguments: samples, [Dialect.bash, .sh])
  func `every change of one byte is read or refused`(_ text: String, _ dialect: Dialect) {
    var bytes = Array(text.utf8)
    for index in stride(from: 0, to: bytes.count, by: 2) {
      let kept = bytes[index]
      for byte in Array("\"'`$(;\\".utf8) {
        bytes[index] = byte
        _ = try? Parser.parse(bytes, dialect: dialect)
      }
      bytes[index] = kept
    }
  }

  @Test func `the samples are accepted as they stand`() throws {
    _ = try Parser.parse(Array(samples[0].utf8), dialect: .bash)
    _ = try Parser.parse(Array(samples[1].utf8), dialect: .sh)
  }
}
