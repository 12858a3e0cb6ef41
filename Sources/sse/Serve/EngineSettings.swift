import Foundation
import SSENATS

/// Reads the settings of `sse serve --engine`.
@available(SwiftSSE 1.0, *)
struct EngineSettings {
    let options: EngineOptions
    let settings: ServeSettings

    /// The settings as they were given, but for `engine`; secrets only as having been given.
    var given: [String: String] {
        var given = [
            "natsStream": self.options.natsStream, "natsSubjectPrefix": self.options.natsSubjectPrefix,
            "natsReplicas": self.options.natsReplicas.map(String.init), "natsUser": self.options.natsUser,
            "natsPasswordFile": self.options.natsPasswordFile, "natsTokenFile": self.options.natsTokenFile,
            "natsCreds": self.options.natsCreds, "natsNkey": self.options.natsNkey, "natsCa": self.options.natsCa,
            "natsCert": self.options.natsCert, "natsKey": self.options.natsKey,
            "natsUpdateStream": self.options.natsUpdateStream ? "true" : nil,
        ].reduce(into: [:]) { $0[$1.key] = self.settings.string($1.key, $1.value) }
        if self.password != nil { given["natsPassword"] = "***" }
        return given
    }

    private var password: String? { self.settings.string("natsPassword", self.options.natsPassword) }

    /// The servers' URLs; those without a scheme have that of the first.
    func servers(in text: String) throws -> [String] {
        let parts = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        guard let first = parts.first, let scheme = ["nats://", "tls://"].first(where: first.hasPrefix) else {
            throw CommandFailure(
                "\(self.origin("engine", self.options.engine)) cannot be "
                    + "\u{201C}\(self.printable(parts).printable)\u{201D}; write it as nats://host:4222."
            )
        }
        return parts.map { $0.contains("://") ? $0 : scheme + $0 }
    }

    /// URLs without names and passwords.
    func printable(_ urls: [String]) -> String {
        urls.map { $0.replacing(/\/\/.*@/, with: "//") }.joined(separator: ",")
    }

    private func origin(_ name: String, _ argument: String?) -> String {
        self.settings.origin(of: name, argument != nil)
    }

    private func file(_ name: String, _ argument: String?) throws -> (path: String, text: String)? {
        guard let path = self.settings.string(name, argument) else { return nil }
        guard let data = FileManager.default.contents(atPath: path), let text = String(validating: data, as: UTF8.self)
        else {
            throw CommandFailure(
                "Cannot read '\(path.printable)', which \(self.origin(name, argument)) names; is the path right?"
            )
        }
        return (path, text)
    }
}

#if NATS
@available(SwiftSSE 1.0, *)
extension EngineSettings {
    /// Sets what was given.
    func set(_ configuration: inout JetStreamConfiguration) throws {
        if let name = self.settings.string("natsStream", self.options.natsStream) { configuration.stream = name }
        if let prefix = self.settings.string("natsSubjectPrefix", self.options.natsSubjectPrefix) {
            configuration.subjectPrefix = prefix
        }
        if let count = try self.settings.int("natsReplicas", self.options.natsReplicas, in: 1...5) {
            configuration.replicas = count
        }
        if try self.settings.flag("natsUpdateStream", self.options.natsUpdateStream) {
            configuration.existingStream = .update
        }
        configuration.tls = try self.tls(configuration.servers)
        configuration.authentication = try self.authentication()
        do throws(BrokerError) {
            try configuration.validate()
        } catch {
            throw CommandFailure("--engine: \(error.message.printable)")
        }
    }

    private func tls(_ servers: [String]) throws -> JetStreamTLS? {
        let authorities = try self.file("natsCa", self.options.natsCa)?.path
        let certificate = try self.file("natsCert", self.options.natsCert)?.path
        let key = try self.file("natsKey", self.options.natsKey)?.path
        guard (certificate == nil) == (key == nil) else {
            throw CommandFailure("--nats-cert and --nats-key need each other.")
        }
        guard authorities != nil || certificate != nil || servers.contains(where: { $0.hasPrefix("tls://") }) else {
            return nil
        }
        return JetStreamTLS(certificateAuthorityPath: authorities, certificatePath: certificate, keyPath: key)
    }

    private func authentication() throws -> JetStreamAuthentication {
        let user = self.settings.string("natsUser", self.options.natsUser)
        let passwordFile = try self.file("natsPasswordFile", self.options.natsPasswordFile)
        let token = try self.file("natsTokenFile", self.options.natsTokenFile)
        let credentials = try self.file("natsCreds", self.options.natsCreds)
        let nkey = try self.file("natsNkey", self.options.natsNkey)
        guard [user, token?.path, credentials?.path, nkey?.path].count(where: { $0 != nil }) < 2 else {
            throw CommandFailure("Choose one of --nats-user, --nats-token-file, --nats-creds and --nats-nkey.")
        }
        guard self.password == nil || passwordFile == nil else {
            throw CommandFailure("Choose one of --nats-password and --nats-password-file.")
        }
        let password = self.password ?? passwordFile?.text.trimmingCharacters(in: .newlines)
        guard (user == nil) == (password == nil) else {
            throw CommandFailure("--nats-user and --nats-password or --nats-password-file need each other.")
        }
        if let user, let password { return .password(password, user: user) }
        if let token { return .token(token.text.trimmingCharacters(in: .whitespacesAndNewlines)) }
        if let credentials { return .credentials(path: credentials.path) }
        guard let nkey else { return .none }
        guard let publicKey = nkey.text.firstMatch(of: /(?m)^U[A-Z2-7]{55}$/)?.output else {
            throw CommandFailure(
                "'\(nkey.path.printable)', which \(self.origin("natsNkey", self.options.natsNkey)) names, has no public key "
                    + "of a user beside the seed."
            )
        }
        return .nkey(publicKey: String(publicKey), seedPath: nkey.path)
    }
}
#endif
