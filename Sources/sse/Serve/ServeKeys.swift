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
    let keySet: String?
    let algorithm: String?

    /// The settings as they were given, by whichever way; a secret only as having been given.
    var given: [String: String] {
        var given = [
            "\(self.role)KeyFile": self.settings.string("\(self.role)KeyFile", self.keyFile),
            "\(self.role)Jwks": self.settings.string("\(self.role)Jwks", self.keySet),
            "\(self.role)Algorithm": self.settings.string("\(self.role)Algorithm", self.algorithm),
        ].compactMapValues { $0 }
        if self.settings.string("\(self.role)Key", self.key) != nil { given["\(self.role)Key"] = "***" }
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
        if let key {
            return try self.keys("Key", self.key != nil) { () throws(TokenKeysError) in
                try .secret(key, algorithm: algorithm)
            }
        }
        if let file {
            let text = try self.contents(of: file, "KeyFile", self.keyFile != nil)
            return try self.keys("KeyFile", self.keyFile != nil) { () throws(TokenKeysError) in
                guard algorithm.minimumSecretBytes == nil else {
                    return try .secret(text.trimmingCharacters(in: .newlines), algorithm: algorithm)
                }
                return try .publicKey(pem: text, algorithm: algorithm)
            }
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
