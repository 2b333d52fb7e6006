/// Public services whose use by a step most often means that something is carried out of the machine, or that its address
/// is asked for. They are denied under `network: proxied`, also where any public host is allowed; a rule that names one
/// lifts it. Docs/network.md reproduces the list; a test compares the two.
public enum RiskyHosts {
  /// Hosts of one kind, subdomains included.
  public struct Category: Sendable {
    /// What they do, for messages.
    public let name: String
    /// Their names.
    public let hosts: [String]

    init(_ name: String, _ hosts: String) {
      self.name = name
      self.hosts = hosts.split { $0 == " " || $0 == "\n" }.map(String.init)
    }
  }

  /// All of them.
  public static let categories = [
    Category(
      "request catchers",
      """
      webhook.site requestbin.com requestbin.net pipedream.com pipedream.net hookbin.com beeceptor.com
      requestcatcher.com postb.in ptsv3.com mockbin.org typedwebhook.tools requestrepo.com
      """),
    Category(
      "out-of-band testers",
      """
      interact.sh oast.pro oast.live oast.site oast.online oast.fun oast.me oastify.com burpcollaborator.net dnslog.cn
      ceye.io canarytokens.com bxss.me
      """),
    Category(
      "paste sites",
      """
      pastebin.com paste.ee hastebin.com dpaste.org dpaste.com pastie.org ghostbin.com rentry.co rentry.org paste.rs
      paste.mozilla.org ix.io sprunge.us termbin.com controlc.com justpaste.it privatebin.net 0bin.net cl1p.net
      """),
    Category(
      "file drops",
      """
      transfer.sh file.io 0x0.st x0.at catbox.moe temp.sh filedrop.io gofile.io tempsend.com sendgb.com filebin.net
      bashupload.com oshi.at uguu.se tmpfiles.org pixeldrain.com wormhole.app
      """),
    Category(
      "tunnels",
      """
      ngrok.io ngrok.app ngrok.dev ngrok-free.app ngrok-free.dev localtunnel.me loca.lt serveo.net localhost.run lhr.life
      bore.pub bore.digital telebit.cloud trycloudflare.com pinggy.io pinggy.link pagekite.me tunnelto.dev zrok.io
      playit.gg
      """),
    Category(
      "address look-ups",
      """
      ipinfo.io ifconfig.me ifconfig.co icanhazip.com ipify.org checkip.amazonaws.com checkip.dyndns.org wtfismyip.com
      ipecho.net myexternalip.com myip.com ip-api.com ident.me
      """),
    Category(
      "DNS over HTTPS",
      """
      dns.google dns64.dns.google cloudflare-dns.com one.one.one.one dns.quad9.net dns9.quad9.net doh.opendns.com
      dns.nextdns.io doh.cleanbrowsing.org dns.adguard-dns.com dns.alidns.com doh.pub 1.1.1.1 1.0.0.1 8.8.8.8 8.8.4.4
      9.9.9.9 149.112.112.112
      """),
  ]
}
