internal import Foundation
internal import Testing

/// The key of somebody who issues tokens, and what a hub verifies them with, as files.
@available(SwiftSSE 1.0, *)
struct IssuerKeys {
    private struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let algorithm: String
    private let folder: URL

    /// The secret, or the private key.
    private var signingPath: String { self.folder.appending(path: "signing").path }
    /// The same secret, or the public key.
    private var verifyingPath: String { self.folder.appending(path: "verifying").path }

    /// What a hub has to be told to verify publishers' and subscribers' tokens.
    var arguments: [String] {
        ["publisher", "subscriber"].flatMap {
            ["--\($0)-key-file", self.verifyingPath, "--\($0)-algorithm", self.algorithm]
        }
    }

    /// Makes keys for the time of a closure.
    static func with<Result>(
        _ algorithm: String,
        _ body: (IssuerKeys) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "issuer-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let keys = IssuerKeys(algorithm: algorithm, folder: folder)
        switch algorithm {
        case "RS256": try await keys.makePair(["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
        case "ES256": try await keys.makePair(["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"])
        default:
            let secret = Data("\(UUID())\(UUID())".utf8)
            try secret.write(to: URL(filePath: keys.signingPath))
            try secret.write(to: URL(filePath: keys.verifyingPath))
        }
        return try await body(keys)
    }

    private func makePair(_ arguments: [String]) async throws {
        let openssl = try #require(Executable.named("openssl"))
        for command in [
            ["genpkey", "-out", self.signingPath] + arguments,
            ["pkey", "-in", self.signingPath, "-pubout", "-out", self.verifyingPath],
        ] {
            let result = try await run(openssl, command)
            guard result.exitCode == 0 else { throw Failure(description: result.errors) }
        }
    }

    /// Has PyJWT sign a token for topics to publish to, and for topics whose private events its bearer gets.
    func token(publish: [String] = [], subscribe: [String] = []) async throws -> String {
        let python = try #require(Executable.peersPython)
        let lists = try [publish, subscribe].map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) }
        let result = try await run(python, [Files.peer("make_token.py"), self.algorithm, self.signingPath] + lists)
        guard let token = result.outputLines.first else { throw Failure(description: result.errors) }
        return token
    }
}
