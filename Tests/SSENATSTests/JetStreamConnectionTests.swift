#if NATS
import Foundation
import SSEBroker
import SSETestSupport
import Testing

@testable import SSENATS

/// How an engine comes to a server and a stream, and what it says if it does not.
@Suite(.enabled(if: !NATSProgram.all.isEmpty, "No nats-server is installed."), .inTurn)
struct JetStreamConnectionTests {
    /// What an engine says that cannot be made.
    @available(SwiftSSE 1.0, *)
    private static func refusal(
        _ server: NATSServer,
        log: LinesLog = LinesLog(),
        _ change: (inout JetStreamConfiguration) -> Void = { _ in }
    ) async -> String? {
        let error = await thrownError {
            _ = try await JetStreamEngine.on(server, logger: log.logger) {
                $0.connectTimeout = .seconds(1)
                change(&$0)
            }
        }
        return (error as? BrokerError)?.message
    }

    /// Waits until a server lets its own people in.
    @available(SwiftSSE 1.0, *)
    private static func makeEngine(
        _ server: NATSServer,
        _ change: @escaping (inout JetStreamConfiguration) -> Void
    ) async throws {
        let engine = try await JetStreamEngine.on(server, change)
        #expect(try await engine.append("in").position.sequence == 1)
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(2)))
    func `A server that is not there is named`() async throws {
        try await NATSServer.with(try .any) { server in
            await server.kill()
            let message = await Self.refusal(server) {
                $0.servers = ["nats://me:secret@127.0.0.1:\(server.port)", "nats://127.0.0.1:1"]
            }
            #expect(
                message
                    == "Cannot connect to nats://127.0.0.1:\(server.port), nats://127.0.0.1:1: No server available for connection."
            )
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(2)), arguments: NATSProgram.all)
    func `A password is needed and suffices`(program: NATSProgram) async throws {
        let settings = "authorization { user: me, password: secret }"
        try await NATSServer.with(program, settings: settings) { server in
            try await Self.makeEngine(server) { $0.authentication = .password("secret", user: "me") }
            for authentication in [.none, .password("wrong", user: "me"), .token("secret")] as [JetStreamAuthentication]
            {
                let message = await Self.refusal(server) { $0.authentication = authentication }
                #expect(message?.contains("Authorization Violation") == true, "\(message ?? "accepted")")
                #expect(message?.contains("secret") == false)
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(2)))
    func `A token is needed and suffices`() async throws {
        try await NATSServer.with(try .any, settings: "authorization { token: secret }") { server in
            try await Self.makeEngine(server) { $0.authentication = .token("secret") }
            #expect(await Self.refusal(server)?.contains("Authorization Violation") == true)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(2)))
    func `An NKey is needed and suffices`() async throws {
        // Made for this test, and for nothing else.
        let seed = "SUANBXN75G522B5ZOKHCLYL42K5EOHC7YQ4UCIHWWMA2VCUGL5OF7IVG5E"
        let publicKey = "UDGWYZWRPCDGGNQ5IMSIJAPN2SLUXQTHTANRTGRZLXLDNV2BJ6Y3YD63"
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("nkey-\(UUID().uuidString)").path
        try "\(seed)\n\(publicKey)\n".write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await NATSServer.with(try .any, settings: "authorization { users: [ { nkey: \(publicKey) } ] }") { server in
            try await Self.makeEngine(server) { $0.authentication = .nkey(publicKey: publicKey, seedPath: path) }
            #expect(await Self.refusal(server)?.contains("Authorization Violation") == true)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(2)), arguments: NATSProgram.all)
    func `A credentials file is needed and suffices`(program: NATSProgram) async throws {
        let folder = FileManager.default.temporaryDirectory
        let path = folder.appendingPathComponent("credentials-\(UUID().uuidString)").path
        try TestUser.credentials.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await NATSServer.with(program, settings: TestUser.settings) { server in
            try await Self.makeEngine(server) { $0.authentication = .credentials(path: path) }
            for authentication in [.none, .password("secret", user: "me")] as [JetStreamAuthentication] {
                let message = await Self.refusal(server) { $0.authentication = authentication }
                #expect(message?.contains("Authorization Violation") == true, "\(message ?? "accepted")")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(2)), arguments: NATSProgram.all)
    func `A client's certificate is needed and suffices`(program: NATSProgram) async throws {
        try await TestCertificate.with { certificate in
            try await TestCertificate.with(name: "hub") { client in
                let settings = """
                    tls {
                        cert_file: "\(certificate.certificatePath)", key_file: "\(certificate.keyPath)"
                        ca_file: "\(client.certificatePath)", verify: true
                    }
                    """
                try await NATSServer.with(program, settings: settings) { server in
                    let authority = JetStreamTLS(certificateAuthorityPath: certificate.certificatePath)
                    try await Self.makeEngine(server) {
                        $0.servers = ["tls://localhost:\(server.port)"]
                        $0.tls = authority
                        $0.tls?.certificatePath = client.certificatePath
                        $0.tls?.keyPath = client.keyPath
                    }
                    let message = await Self.refusal(server) {
                        $0.servers = ["tls://localhost:\(server.port)"]
                        $0.tls = authority
                    }
                    #expect(message != nil, "A client without a certificate is let in.")
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(2)), arguments: NATSProgram.all)
    func `An engine that was shut out comes back when it is let in again`(program: NATSProgram) async throws {
        let settings = "authorization { user: me, password: secret }"
        try await NATSServer.with(program, settings: settings) { server in
            let engine = try await JetStreamEngine.on(server) { $0.authentication = .password("secret", user: "me") }
            try await engine.withFollower(after: 0) { received in
                try await engine.append("before")
                await server.kill()
                try server.start(settings: "authorization { user: me, password: other }")
                // The library gives up for good here.
                try await waitUntil {
                    guard case .unavailable(let reason) = await engine.health() else { return false }
                    return reason.contains("Authorization Violation") && !reason.contains("secret")
                }
                await server.kill()
                try server.start(settings: settings)
                #expect(try await engine.append("after").position.sequence == 2)
                try await received.wait(forCount: 2)
                #expect(received.records.map(\.event.data) == ["before", "after"])
                try await waitUntil { await engine.health() == .healthy }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(2)), arguments: NATSProgram.all)
    func `A follower that cannot find out whether the stream is the same tries again`(program: NATSProgram) async throws
    {
        func settings(_ permissions: String) -> String {
            "authorization { users: [ { user: me, password: secret\(permissions) } ] }"
        }
        let log = LinesLog()
        // Single events cannot be read.
        let denied = settings(", permissions: { publish: { deny: \"$JS.API.STREAM.MSG.GET.>\" } }")
        try await NATSServer.with(program, settings: denied) { server in
            let engine = try await JetStreamEngine.on(server, logger: log.logger) {
                $0.authentication = .password("secret", user: "me")
                $0.requestTimeout = .seconds(2)
            }
            try await engine.append("before")
            try await engine.withFollower(after: 1) { received in
                try await waitUntil {
                    received.error != nil || log.lines.contains { $0.contains("Following the stream again") }
                }
                #expect(received.error == nil)
                await server.kill()
                try server.start(settings: settings(""))
                try await engine.append("after")
                try await received.wait { !$0.records.isEmpty || $0.error != nil }
                #expect(received.records.map(\.event.data) == ["after"])
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(2)))
    func `Files that cannot be read are named`() async throws {
        try await NATSServer.with(try .any) { server in
            let path = "/nowhere/file"
            let changes: [((inout JetStreamConfiguration) -> Void, String)] = [
                ({ $0.authentication = .credentials(path: path) }, "the credentials"),
                ({ $0.authentication = .nkey(publicKey: "U", seedPath: path) }, "the NKey's seed"),
                ({ $0.tls = JetStreamTLS(certificateAuthorityPath: path) }, "the certificate authorities"),
            ]
            for (change, what) in changes {
                let message = await Self.refusal(server, change)
                #expect(message == "Cannot connect to \(server.url): cannot read \(what) from '/nowhere/file'.")
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(2)), arguments: NATSProgram.all)
    func `A server's certificate has to be vouched for`(program: NATSProgram) async throws {
        try await TestCertificate.with { certificate in
            let settings = """
                tls { cert_file: "\(certificate.certificatePath)", key_file: "\(certificate.keyPath)" }
                """
            try await NATSServer.with(program, settings: settings) { server in
                let secure = "tls://localhost:\(server.port)"
                try await Self.makeEngine(server) {
                    $0.servers = [secure]
                    $0.tls = JetStreamTLS(certificateAuthorityPath: certificate.certificatePath)
                }
                let unknown = await Self.refusal(server) { $0.servers = [secure] }
                #expect(unknown?.contains("certificate") == true, "\(unknown ?? "accepted")")
                let otherName = await Self.refusal(server) {
                    $0.servers = ["tls://127.0.0.1:\(server.port)"]
                    $0.tls = JetStreamTLS(certificateAuthorityPath: certificate.certificatePath)
                }
                #expect(otherName != nil, "A certificate for another host is accepted.")
                try await Self.makeEngine(server) {
                    $0.stream = "NAMED"
                    $0.subjectPrefix = "named"
                    $0.servers = ["tls://127.0.0.1:\(server.port)"]
                    $0.tls = JetStreamTLS(
                        certificateAuthorityPath: certificate.certificatePath,
                        serverName: "localhost"
                    )
                }
            }
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(2)))
    func `A stream that cannot hold a log is refused`() async throws {
        try await NATSServer.with(try .any) { server in
            _ = try await JetStreamEngine.on(server) {
                $0.stream = "OTHER"
                $0.subjectPrefix = "other"
            }
            let others = try RawNATS(server)
            let changes: [((inout StreamChange) -> Void, String)] = [
                ({ $0.isInMemory = true }, "it is in memory, and gone when its server restarts"),
                ({ $0.isQueue = true }, "it lets go of events when somebody has read them"),
                ({ $0.perSubject = 5 }, "it has a limit for each subject, which makes holes that nobody is told of"),
                ({ $0.subject = "elsewhere.>" }, "it takes in elsewhere.> and not sse.>"),
            ]
            for (change, reason) in changes {
                var stream = StreamChange()
                change(&stream)
                try others.makeStream(stream)
                #expect(
                    await Self.refusal(server)
                        == "The stream 'SSE' cannot be used: it exists and cannot hold a log: \(reason)."
                )
                try others.deleteStream()
            }
            #expect(
                await Self.refusal(server) { $0.replicas = 3 }?.contains("replicas > 1 not supported") == true
            )
            #expect(
                await Self.refusal(server) { $0.subjectPrefix = "other" }?.contains("subjects overlap") == true
            )
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test(.timeLimit(.minutes(2)))
    func `A stream with other limits is used as it is, or given them`() async throws {
        try await NATSServer.with(try .any) { server in
            _ = try await JetStreamEngine.on(server) { $0.retention = Retention(events: 5, bytes: 10_000, age: nil) }
            let log = LinesLog()
            let engine = try await JetStreamEngine.on(server, logger: log.logger) {
                $0.retention = Retention(events: 3, bytes: 10_000, age: nil)
            }
            #expect(log.lines.contains { $0.hasPrefix("warning") && $0.contains("events: 5 instead of 3") })
            for number in 1...9 { try await engine.append("\(number)") }
            #expect(try await engine.bounds().first == 5)
            _ = try await JetStreamEngine.on(server, logger: log.logger) {
                $0.retention = Retention(events: 3, bytes: 10_000, age: nil)
                $0.existingStream = .update
            }
            #expect(log.lines.contains { $0.hasPrefix("notice") && $0.contains("events: 5 instead of 3") })
            #expect(try await engine.bounds().first == 7)
        }
    }

    @available(SwiftSSE 1.0, *)
    @Test func `Names that cannot be are refused`() throws {
        func refusal(_ change: (inout JetStreamConfiguration) -> Void) -> String? {
            var configuration = JetStreamConfiguration()
            change(&configuration)
            return #expect(throws: BrokerError.self) { try configuration.validate() }?.message
        }
        #expect(refusal { $0.servers = [] } == "No NATS server is named.")
        #expect(
            refusal { $0.stream = "a.b" } == "The stream's name 'a.b' has to be 1 to 64 letters, digits, - and _."
        )
        #expect(
            refusal { $0.subjectPrefix = "a..b" }
                == "The subjects' prefix 'a..b' has to be letters, digits, - and _, with dots between them."
        )
        #expect(refusal { $0.replicas = 2 } == "A stream has 1, 3 or 5 replicas, not 2.")
    }
}
#endif
