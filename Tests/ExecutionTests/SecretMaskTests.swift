import Foundation
import Linux
import Policy
import Testing

@testable import Execution

/// Secrets are found in every form, however the output is cut.
@Suite struct SecretMaskTests {
  private func masked(_ text: String, _ secrets: String...) -> String { SecretMask(secrets).masked(text) }

  @Test func forms() {
    #expect(masked("a hunter22 b", "hunter22") == "a *** b")
    #expect(masked("hunter22hunter22", "hunter22") == "***")
    #expect(masked("hunter2", "hunter22") == "hunter2")
    #expect(masked("yes", "yes") == "yes", "a word that short is no secret")
    #expect(masked("a%20b%2Fcdef a%20b%2fcdef", "a b/cdef") == "*** ***")
    #expect(masked(#"{"x":"say \"hi\" now"}"#, #"say "hi" now"#) == #"{"x":"***"}"#)
    #expect(masked("one of them\nanother line", "one of them\nanother line\n") == "***\n***")
    #expect(masked("x another line", "one of them\nanother line\n") == "x ***")
    #expect(
      masked("abcdefgh12345678zz", "abcdefgh1234", "efgh12345678") == "***zz", "overlapping ones are one")
    #expect(masked("abcdefghij", "abcdefgh", "abcdefghij") == "***")
  }

  /// As programs write it: hexadecimal, percent-encoded with what is left as it is, JSON with more or fewer escapes.
  @Test(arguments: [
    "7061/2b772b6fcc3864203a2924", "70617373", "p%20q%2F%C3%A9%21", "p%20q/%C3%A9%21", "p%20q%2F%C3%A9!",
    "p%20q/%c3%a9!",
    "p+q%2F%C3%A9%21", "p+q/%C3%A9!", #"p q\/é!"#, #"p q/\u00e9!"#, #"p q\/\u00E9!"#, "702071 2fc3a921",
    "7020712fc3a921",
    "7020712FC3A921", "cCBxL8OpIQ",
  ])
  func otherForms(_ text: String) {
    let shown = masked("<\(text)>", "p q/é!")
    let isForm = !["7061/2b772b6fcc3864203a2924", "70617373", "702071 2fc3a921"].contains(text)
    #expect(shown.hasPrefix("<***") == isForm, "\(shown)")
  }

  @Test(arguments: ["", "x", "xy", "xyz", "user:"]) func base64(before: String) {
    let secret = "correct-horse/battery"
    for after in ["", "\n", "xx", ":y"] {
      for urlSafe in [false, true] {
        var text = Data((before + secret + after).utf8).base64EncodedString()
        if urlSafe {
          text = text.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
        }
        let shown = masked(text, secret)
        #expect(shown.contains("***") && shown.utf8.count <= 3 + 8 + 8, "\(text) is shown as \(shown)")
      }
    }
  }

  /// Cutting the output anywhere changes nothing, and nothing is kept back for ever.
  @Test func pieces() {
    let secrets = ["abcabd", "abcabcabd", "bdxxxx", "zzzzzz"]
    let mask = SecretMask(secrets)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<3000 {
      let bytes = (0..<Int.random(in: 0..<60, using: &random)).map { _ in
        Array("abcdxz".utf8)[Int.random(in: 0..<6, using: &random)]
      }
      let whole = mask.masked(bytes)
      var stream = MaskStream(mask)
      var out: [UInt8] = []
      var rest = bytes[...]
      while !rest.isEmpty {
        let piece = rest.prefix(Int.random(in: 1...7, using: &random))
        rest = rest.dropFirst(piece.count)
        out += stream.add(piece)
      }
      out += stream.end()
      #expect(out == whole, "\(String(decoding: bytes, as: UTF8.self))")
      let text = String(decoding: whole, as: UTF8.self)
      for secret in secrets { #expect(!text.contains(secret)) }
    }
  }

  @Test func names() throws {
    let context = PolicyContext(repo: "/p", tmp: "/tmp", home: "/h", cwd: "/p")
    let policy = try EffectivePolicy(document: nil, context: context)
    for name in [
      "GITHUB_TOKEN", "db_password", "API_KEY", "token", "Secret", "AWS_SESSION", "MY_CREDENTIALS",
    ] {
      #expect(policy.isSecretName(name), "\(name)")
    }
    for name in ["PATH", "AWS_REGION", "AWS_PROFILE", "SSH_TTY", "DOCKER_HOST", "key", "monkey", "LANG", ""] {
      #expect(!policy.isSecretName(name), "\(name)")
    }
    let mask = SecretMask(
      policy: policy,
      environment: Environment(variables: ["X_TOKEN": "abcdefgh", "Y_KEY": "/etc/ssl/key.pem"]),
      variables: ["password": "ijklmnop", "who": "nobody-else"])
    #expect(mask.values == ["abcdefgh", "ijklmnop"])
  }
}
