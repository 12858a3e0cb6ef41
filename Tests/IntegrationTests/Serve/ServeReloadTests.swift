internal import Foundation
internal import Hummingbird
internal import HummingbirdCore
internal import SSETestSupport
internal import Testing

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Glibc)
internal import Glibc
#endif

/// What `sse serve` does at SIGHUP, whenever it comes and whatever is wrong then.
@Suite(.timeLimit(.minutes(15)), .withPrograms)
struct ServeReloadTests {
    @available(SwiftSSE 1.0, *)
    private func waitForLine(
        _ words: String...,
        from hub: RunningProcess,
        _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let line = await hub.errors.lines.first { line in words.allSatisfy { line.contains($0) } }
        try #require(line != nil, "\(words)", sourceLocation: location)
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `SIGHUP while the hub is being started reloads it, and does not end it`() async throws {
        try await TestCertificate.with { certificate in
            let path = certificate.certificatePath
            let contents = try Data(contentsOf: URL(filePath: path))
            // A named pipe holds the hub up where it reads its settings, until somebody writes.
            try #require(unlink(path) == 0 && mkfifo(path, 0o600) == 0)
            let arguments = ["serve", "--port", "0", "--tls-cert", path, "--tls-key", certificate.keyPath]
            try await withProcess(Executable.sse(), arguments) { hub in
                var pipe: CInt = -1
                try await waitUntil {
                    pipe = open(path, O_WRONLY | O_NONBLOCK)
                    return pipe >= 0
                }
                hub.hangUp()
                // Which it has to do again later.
                try contents.write(to: URL(filePath: path), options: .atomic)
                let writer = FileHandle(fileDescriptor: pipe)
                try writer.write(contentsOf: contents)
                try writer.close()
                _ = try #require(await hub.output.lines.first { $0.hasPrefix("The hub listens on") })
                try await self.waitForLine("Reloaded", "keys", from: hub)
                hub.terminate()
                let exitCode = await hub.result().exitCode
                #expect(exitCode == 0)
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `What is wrong with the keys does not keep a new certificate out, nor the other way round`() async throws {
        let (old, other) = (PublisherToken.key, String(PublisherToken.key.reversed()))
        try await TestCertificate.with { certificate in
            let trusted = try Data(contentsOf: URL(filePath: certificate.certificatePath))
            try await Files.withTemporaryFile(Array(trusted)) { trusted in
                try await Files.withTemporaryFile(Array(old.utf8)) { key in
                    let arguments = [
                        "--port", "0", "--publisher-key-file", key, "--tls-cert", certificate.certificatePath,
                        "--tls-key", certificate.keyPath,
                    ]
                    try await HubProcess.run(arguments) { hub in
                        func publish(_ key: String, trusting file: String) async throws -> Int32? {
                            let token = try await PublisherToken.make(key: key)
                            let url = "https://localhost:\(hub.port)"
                            let arguments = ["publish", url, "--cacert", file, "--token", token, "--topic", "t", "x"]
                            return try await run(Executable.sse(), arguments).exitCode
                        }
                        let isPublished = try await publish(old, trusting: trusted)
                        try #require(isPublished == 0)
                        try Data("nothing".utf8).write(to: URL(filePath: certificate.certificatePath))
                        try Data(other.utf8).write(to: URL(filePath: key))
                        hub.process.hangUp()
                        try await self.waitForLine("Reloaded", "keys", from: hub.process)
                        try await self.waitForLine("Not reloaded", "certificate", from: hub.process)
                        let isNewKeyGood = try await publish(other, trusting: trusted)
                        #expect(isNewKeyGood == 0)

                        try certificate.replace(name: "another")
                        try Data("short".utf8).write(to: URL(filePath: key))
                        hub.process.hangUp()
                        try await self.waitForLine("Not reloaded", "keys", from: hub.process)
                        try await self.waitForLine("Reloaded", "certificate", from: hub.process)
                        let isNewCertificateThere = try await publish(other, trusting: certificate.certificatePath)
                        #expect(isNewCertificateThere == 0)
                        let isOldCertificateThere = try await publish(other, trusting: trusted)
                        #expect(isOldCertificateThere != 0)
                    }
                }
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `A key set is loaded again at SIGHUP, long before its time`() async throws {
        // The public key of RFC 8037, appendix A.2.
        let set = #"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#
        let loads = Log<Void>()
        let router = Router()
        router.get("keys") { _, _ in
            loads.append(())
            return set
        }
        try await LocalServer.run(router, .http1()) { port in
            let url = "http://127.0.0.1:\(port)/keys"
            try await HubProcess.run(["--port", "0", "--publisher-jwks", url]) { hub in
                try await loads.wait(forCount: 1)
                hub.process.hangUp()
                try await loads.wait(forCount: 2)
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `--check finds out whether there is such a host`() async throws {
        let key = ["--publisher-key", PublisherToken.key]
        for host in ["nowhere.invalid", "256.0.0.1", "a b"] {
            let result = try await run(Executable.sse(), ["serve", "--check", "--host", host] + key)
            #expect(result.exitCode == 1 && result.output == "")
            #expect(result.errors == "Error: \(host) is not known; choose another one with --host.\n")
        }
        for host in ["localhost", "0.0.0.0", "::1"] {
            let result = try await run(Executable.sse(), ["serve", "--check", "--host", host] + key)
            #expect(result.exitCode == 0 && result.errors == "")
        }
    }
}
