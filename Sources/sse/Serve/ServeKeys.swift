import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import SSEHub

/// Reads what tokens are verified with, for publishers or for subscribers.
@available(SwiftSSE 1.0, *)
struct ServeKeys {
    /// The most bytes of a key set.
    private static let maximumSetBytes = 1024 * 1024

    /// `publisher` or `subscriber`.
    let role: String
    let settings: ServeSettings
    let key: String?
    let keyFile: String?
    let previousKey: String?
    let previousKeyFile: String?
    let keySet: String?
    let algorithm: String?

    /// The settings as they were given, by whichever way; a secret only as having been given.
    var given: [String: String] {
        var given = [
            "\(self.role)KeyFile": self.settings.string("\(self.role)KeyFile", self.keyFile),
            "\(self.role)PreviousKeyFile": self.settings.string(
                "\(self.role)PreviousKeyFile",
                self.previousKeyFile
            ),
            "\(self.role)Jwks": self.settings.string("\(self.role)Jwks", self.keySet),
            "\(self.role)Algorithm": self.settings.string("\(self.role)Algorithm", self.algorithm),
        ].compactMapValues { $0 }
        for (name, key) in [("Key", self.key), ("PreviousKey", self.previousKey)]
        where self.settings.string(self.role + name, key) != nil {
            given[self.role + name] = "***"
        }
        return given
    }

    /// The keys, `nil` if there are none.
    func read() throws -> TokenKeys? {
        let key = self.settings.string("\(self.role)Key", self.key)
        let file = self.settings.string("\(self.role)KeyFile", self.keyFile)
        let set = self.settings.string("\(self.role)Jwks", self.keySet)
        let algorithm: TokenAlgorithm = try self.settings.choice("\(self.role)Algorithm", self.algorithm) ?? .hs256
        guard [key, file, set].count(where: { $0 != nil }) < 2 else {
            throw CommandFailure(
                "Choose one of --\(self.role)-key, --\(self.role)-key-file and --\(self.role)-jwks."
            )
        }
        let current = try self.fixedKeys("", self.key, self.keyFile, algorithm)
        let previous = try self.fixedKeys("Previous", self.previousKey, self.previousKeyFile, algorithm)
        switch (current, previous) {
        case (let current?, let previous?): return try current.adding(previous)
        case (let current?, nil): return current
        case (nil, .some):
            throw CommandFailure(
                "--\(self.role)-previous-key goes beside --\(self.role)-key or --\(self.role)-key-file, and is for the same "
                    + "algorithm; a key set has all keys itself."
            )
        case (nil, nil): break
        }
        guard let set else { return nil }
        guard self.settings.string("\(self.role)Algorithm", self.algorithm) == nil else {
            throw CommandFailure("A key set says the algorithms of its keys; leave out --\(self.role)-algorithm.")
        }
        if set.hasPrefix("https://") || set.hasPrefix("http://") {
            guard URL(string: set)?.host()?.isEmpty == false else {
                throw CommandFailure(
                    "\u{201C}\(set.printable)\u{201D} has no host; write it as https://example.com/keys."
                )
            }
            return .keySet(named: set) { try await Self.load(set) }
        }
        let json = try self.contents(of: set, "Jwks", self.keySet != nil)
        return try self.keys("Jwks", self.keySet != nil) { () throws(TokenKeysError) in try .keySet(json) }
    }

    /// The key that is given as a secret or as a file, `nil` if none is.
    ///
    /// - Parameter kind: What its settings' names have before `Key`.
    private func fixedKeys(
        _ kind: String,
        _ keyArgument: String?,
        _ fileArgument: String?,
        _ algorithm: TokenAlgorithm
    ) throws -> TokenKeys? {
        let key = self.settings.string("\(self.role)\(kind)Key", keyArgument)
        let file = self.settings.string("\(self.role)\(kind)KeyFile", fileArgument)
        if let key {
            guard file == nil else {
                let name = ServeSettings.optionName("\(self.role)\(kind)Key")
                throw CommandFailure("Choose one of \(name) and \(name)-file.")
            }
            return try self.keys("\(kind)Key", keyArgument != nil) { () throws(TokenKeysError) in
                try .secret(key, algorithm: algorithm)
            }
        }
        guard let file else { return nil }
        let text = try self.contents(of: file, "\(kind)KeyFile", fileArgument != nil)
        return try self.keys("\(kind)KeyFile", fileArgument != nil) { () throws(TokenKeysError) in
            guard algorithm.minimumSecretBytes == nil else {
                return try .secret(text.trimmingCharacters(in: .newlines), algorithm: algorithm)
            }
            return try .publicKey(pem: text, algorithm: algorithm)
        }
    }

    /// What is wrong with where the keys come from, though they can be used.
    var warnings: [String] {
        var warnings: [String] = []
        if let set = self.settings.string("\(self.role)Jwks", self.keySet), let url = URL(string: set),
            url.scheme == "http", let host = url.host(), !Self.isThisMachine(host)
        {
            warnings.append(
                "The \(self.role)s' keys are loaded without encryption from \(host.printable); whoever can change "
                    + "them on their way can make tokens. Use https."
            )
        }
        let files = [("KeyFile", self.keyFile), ("PreviousKeyFile", self.previousKeyFile), ("Jwks", self.keySet)]
        for (name, file) in files {
            guard let path = self.settings.string(self.role + name, file), Self.isWritableByOthers(path) else {
                continue
            }
            warnings.append(
                "Other users of this machine may write '\(path.printable)', and so can make tokens of \(self.role)s. "
                    + "Use chmod go-w."
            )
        }
        return warnings
    }

    private static func isThisMachine(_ host: String) -> Bool {
        let host = host.trimmingCharacters(in: ["[", "]"]).lowercased()
        if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
        return host.wholeMatch(of: /127\.\d+\.\d+\.\d+/) != nil
    }

    private static func isWritableByOthers(_ path: String) -> Bool {
        let attributes = try? FileManager.default.attributesOfItem(
            atPath: URL(filePath: path).resolvingSymlinksInPath().path(percentEncoded: false)
        )
        guard attributes?[.type] as? FileAttributeType == .typeRegular,
            let permissions = attributes?[.posixPermissions] as? NSNumber
        else {
            return false
        }
        return permissions.intValue & 0o022 != 0
    }

    private func keys(
        _ name: String,
        _ isArgument: Bool,
        _ make: () throws(TokenKeysError) -> TokenKeys
    ) throws -> TokenKeys {
        do throws(TokenKeysError) {
            return try make()
        } catch {
            throw CommandFailure("\(self.settings.origin(of: self.role + name, isArgument)): \(error.message)")
        }
    }

    private func contents(of file: String, _ name: String, _ isArgument: Bool) throws -> String {
        guard let data = FileManager.default.contents(atPath: file), let text = String(validating: data, as: UTF8.self)
        else {
            let origin = self.settings.origin(of: self.role + name, isArgument)
            throw CommandFailure("Cannot read '\(file.printable)', which \(origin) names; is the path right?")
        }
        return text
    }

    private static func load(_ url: String) async throws -> String {
        let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(5))
        guard response.status == .ok else { throw CommandFailure("\(url) answers \(response.status.code).") }
        return String(buffer: try await response.body.collect(upTo: Self.maximumSetBytes))
    }
}
