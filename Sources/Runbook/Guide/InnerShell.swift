/// A shell elsewhere that a command of a session opens: on another machine, in a container, as another user. What the
/// document shows behind it is typed there, whatever the prompt looks like.
struct InnerShell {
  /// Nil when the command opens none.
  init?(_ command: ArraySlice<UInt8>) {
    var words = String(decoding: command, as: UTF8.self).split { $0 == " " || $0 == "\t" }.map(String.init)
    if let comment = words.firstIndex(where: { $0.hasPrefix("#") }) { words.removeSubrange(comment...) }
    while let first = words.first, first == "sudo" || (first.contains("=") && !first.hasPrefix("-")) {
      words.removeFirst()
      if first == "sudo", let option = words.first, ["-i", "-s", "--login", "--shell"].contains(option) {
        if words.count == 1 { return }
        words.removeFirst()
      } else if first == "sudo", words.count > 2, ["-u", "--user"].contains(words[0]) {
        words.removeFirst(2)
        if ["-i", "-s"].contains(words.first) { words.removeFirst() }
        if words.isEmpty { return }
      }
    }
    guard let program = words.first?.split(separator: "/").last.map(String.init) else { return nil }
    let rest = Array(words.dropFirst())
    guard
      !rest.contains(where: { ["|", "&&", ";", "||", "<<", "<<<", "<"].contains($0) || $0.hasPrefix("<<") })
    else {
      return nil
    }
    if Self.opens(program, rest) { return }
    return nil
  }

  private static func opens(_ program: String, _ words: [String]) -> Bool {
    let isInteractive = words.contains { word in
      ["--interactive", "--tty", "--stdin"].contains(word)
        || (word.hasPrefix("-") && !word.hasPrefix("--") && (word.contains("i") && word.contains("t")))
    }
    switch program {
    case "bash", "sh", "zsh", "fish", "dash":
      return words.allSatisfy { ["-i", "-l", "--login"].contains($0) }
    case "su": return !words.contains { $0 == "-c" || $0.hasPrefix("--command") }
    // A host and nothing to run there.
    case "ssh", "mosh": return words.count { !$0.hasPrefix("-") } <= sshOperands(words)
    case "docker", "podman", "nerdctl", "kubectl", "oc", "lxc", "incus":
      return isInteractive || words.first == "shell"
    case "vagrant", "minikube", "multipass", "machinectl", "limactl", "heroku", "fly", "flyctl", "gcloud":
      return words.contains { ["ssh", "shell", "console"].contains($0) }
        && !words.contains { $0 == "-c" || $0 == "--" }
    case "chroot", "nix-shell", "systemd-nspawn", "toolbox", "distrobox", "newgrp": return words.count < 3
    case "poetry", "pipenv": return words.first == "shell"
    default: return false
    }
  }

  /// The host, and the values of options that take one.
  private static func sshOperands(_ words: [String]) -> Int {
    1
      + words.count { word in
        ["-i", "-p", "-l", "-L", "-R", "-D", "-J", "-o", "-F", "-b", "-c", "-E"].contains(word)
      }
  }

  /// Whether a command leaves that shell.
  func isLeft(by command: ArraySlice<UInt8>) -> Bool {
    let word = String(decoding: command, as: UTF8.self).split(separator: " ").first
    return word == "exit" || word == "logout" || word == "deactivate"
  }
}
