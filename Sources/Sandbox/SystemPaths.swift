internal import Linux

/// The paths of the system that programs need to run at all.
public enum SystemPaths {
  /// Readable for every step: programs and libraries, configuration less secrets, facts about the processor. The
  /// launcher adds /proc and the harmless devices. Without symbolic links.
  public static let readable: [String] = canonical(
    ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store", "/snap"] + configuration() + [
      "/sys/devices/system/cpu", "/sys/devices/system/node", "/sys/kernel/mm/transparent_hugepage",
    ])

  /// What name resolution reads outside /etc; only of use with the machine's network.
  public static let nameResolution: [String] = canonical(
    ["/etc/resolv.conf", "/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager/resolv.conf"])

  /// Names in /etc that hold secrets. An ordinary user cannot read them anyhow; root could.
  static let secretConfiguration: Set<String> = [
    "shadow", "shadow-", "gshadow", "gshadow-", "sudoers", "sudoers.d", "doas.conf", "ssh", "krb5.keytab",
    "NetworkManager", "wireguard", "wpa_supplicant", "ppp", "ipsec.secrets", "ipsec.d", "openvpn", "letsencrypt",
    "docker", "containerd", "kubernetes", "rancher", "cni", "security", "polkit-1", "crypttab", "cryptsetup-keys.d",
    "credstore", "credstore.encrypted", "munge", "exim4", "postfix", "fstab", "cifs-credentials", ".pwd.lock",
    "machine-id-secret", "vault", "consul.d", "salt", "puppet", "chef",
  ]

  /// /etc as a whole for a user; entry by entry for root, whom permissions do not stop.
  private static func configuration() -> [String] {
    if ThisProcess.effectiveUserID != 0 { return ["/etc"] }
    let entries: [DirectoryEntry]
    do throws(FileError) { entries = try FileSystem.list("/etc") } catch { return [] }
    var paths: [String] = []
    for entry in entries where entry.isUTF8 && !secretConfiguration.contains(entry.name) {
      if entry.name == "ssl" {
        paths += ["/etc/ssl/certs", "/etc/ssl/openssl.cnf"]
      } else if entry.name == "pki" {
        paths += ["/etc/pki/tls/certs", "/etc/pki/ca-trust"]
      } else {
        paths.append("/etc/\(entry.name)")
      }
    }
    return paths
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
