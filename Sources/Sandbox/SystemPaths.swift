internal import Linux

/// The paths of the system that programs need to run at all.
public enum SystemPaths {
  /// Readable for every step: programs and libraries, configuration less secrets, facts about the
  /// processor. The launcher adds /proc and the harmless devices. Without symbolic links.
  public static let readable: [String] = canonical(
    ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/snap", "/etc"]
      + [
        "/sys/devices/system/cpu", "/sys/devices/system/node", "/sys/kernel/mm/transparent_hugepage",
      ])

  /// What name resolution reads outside /etc; only of use with the machine's network.
  public static let nameResolution: [String] = canonical(
    ["/etc/resolv.conf", "/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager/resolv.conf"])

  /// Directories in /etc with secrets deeper down.
  private static let secretFolders = [
    "ssl/private", "pki/tls/private", "letsencrypt", "NetworkManager/system-connections", "wireguard",
    "ipsec.d/private",
    "openvpn", "kubernetes", "rancher", "cryptsetup-keys.d", "credstore", "credstore.encrypted", "munge",
    "salt/pki",
    "docker", "cups/ssl", "sudoers.d", "ppp/peers", "vault.d",
  ]

  /// Single files in /etc with secrets deeper down.
  private static let secretFiles = [
    "security/opasswd", "mysql/debian.cnf", "postfix/sasl_passwd", "postfix/sasl_passwd.db",
    "exim4/passwd.client",
    "ppp/chap-secrets", "ppp/pap-secrets",
  ]

  /// What root could read in /etc and others cannot: masked for a step of root. Permissions stop everybody
  /// else.
  static let secrets: [String] = findSecrets()

  private static func findSecrets() -> [String] {
    if ThisProcess.effectiveUserID != 0 { return [] }
    var paths = (secretFolders + secretFiles).map { "/etc/\($0)" }.filter(FileSystem.exists)
    paths += names(in: "/etc") { info in
      switch info.kind {
      case .regular: info.permissions & 0o004 == 0
      case .directory: info.permissions & 0o005 != 0o005
      case .symbolicLink, .fifo, .socket, .characterDevice, .blockDevice, .unknown: false
      }
    }
    paths += names(in: "/etc/ssh") { $0.kind == .regular && $0.permissions & 0o004 == 0 }
    return paths
  }

  private static func names(in folder: String, _ isSecret: (FileInfo) -> Bool) -> [String] {
    let entries: [DirectoryEntry]
    do throws(FileError) { entries = try FileSystem.list(folder) } catch { return [] }
    return entries.map { "\(folder)/\($0.name)" }.filter { path in
      do throws(FileError) { return isSecret(try FileSystem.linkInfo(path)) } catch { return false }
    }
  }

  /// The entries of /etc less secrets, for a step of root where nothing can be masked.
  static func configurationWithoutSecrets() -> [String] {
    let hidden = Set(secrets.map { "/etc/" + ($0.dropFirst(5).split(separator: "/").first ?? "") })
    let entries: [DirectoryEntry]
    do throws(FileError) { entries = try FileSystem.list("/etc") } catch { return [] }
    return entries.map { "/etc/\($0.name)" }.filter { !hidden.contains($0) }
  }

  /// Existing paths with their links followed, each once.
  private static func canonical(_ paths: [String]) -> [String] {
    var seen: Set<String> = []
    var result: [String] = []
    for path in paths {
      do throws(FileError) {
        let real = try FileSystem.realPath(path)
        // /etc/mtab leads into /proc, which the launcher grants itself.
        if !real.hasPrefix("/proc/") && seen.insert(real).inserted { result.append(real) }
      } catch {
        // Not on this machine: nothing to grant.
      }
    }
    return result
  }
}
