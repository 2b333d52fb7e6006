public import Linux

/// Why a secret cannot be had or kept.
public enum SecretError: Error, Sendable {
  /// There is none of this name.
  case missing(name: String)
  /// It is not for this runbook.
  case otherRunbook(name: String, pattern: String)
  /// There is no key.
  case noKey(path: String)
  /// `RUNDOWN_SECRET_KEY`, or the file of the key, is no key.
  case badKey(place: String)
  /// Others could have read or written the file.
  case exposed(path: String, why: String)
  /// It was changed, or encrypted with another key.
  case unreadable(name: String)
  /// The file of secrets is none.
  case badFile(path: String)
  /// A file could not be read or written.
  case file(FileError)

  /// What is wrong.
  public var message: String {
    switch self {
    case .missing(let name): "there is no secret ‘\(name)’ in this project"
    case .otherRunbook(let name, let pattern): "the secret ‘\(name)’ is for the runbooks \(pattern) only"
    case .noKey(let path): "there is no key for secrets: neither RUNDOWN_SECRET_KEY nor \(path)"
    case .badKey(let place): "\(place) is no key: it has not 64 hexadecimal digits"
    case .exposed(let path, let why): "\(path) is not used: \(why)"
    case .unreadable(let name):
      "the secret ‘\(name)’ cannot be opened: it was changed, or set with another key"
    case .badFile(let path): "\(path) does not hold secrets"
    case .file(let error): "\(error)"
    }
  }

  /// How to mend it.
  public var help: String {
    switch self {
    case .missing(let name): "set it: rundown secret set \(name)"
    case .otherRunbook(let name, _):
      "set it for this runbook too: rundown secret set \(name) --runbook PATTERN"
    case .noKey: "set a secret, which makes one: rundown secret set NAME; or take RUNDOWN_SECRET_KEY with you"
    case .badKey: "a key is 32 random bytes: openssl rand -hex 32"
    case .exposed(let path, _): "make it yours alone: chmod 600 \(path)"
    case .unreadable(let name): "set it again: rundown secret set \(name)"
    case .badFile(let path): "remove it and set the secrets again: rm \(path)"
    case .file: "look at the file's place and permissions"
    }
  }
}
