internal import AsyncHTTPClient
internal import NIOSSL
internal import SSETestSupport
internal import Testing

@testable internal import SSEClient

/// A certificate must be for the name that was asked for.
///
/// - SeeAlso: [RFC 9110, 4.3.4](https://www.rfc-editor.org/rfc/rfc9110#section-4.3.4)
@Suite(.timeLimit(.minutes(3)))
struct CertificateNameTests {
    private static let loopback: [UInt8] = [127, 0, 0, 1]

    /// What comes of a request to a host whose name leads to this machine.
    @available(SwiftSSE 1.0, *)
    private static func outcome(
        of host: String,
        hosts: [String],
        overHTTP2: Bool,
        verification: CertificateVerification = .fullVerification
    ) async throws -> (outcome: StreamOutcome, requestCount: Int) {
        try await TestCertificate.with(hosts: hosts, addresses: [Self.loopback]) { certificate in
            func outcome(_ port: Int) async throws -> StreamOutcome {
                var tls = TLSConfiguration.makeClientConfiguration()
                tls.trustRoots = .file(certificate.certificatePath)
                tls.certificateVerification = verification
                return try await withHTTPClient(overHTTP2 ? .shared : .onePerStream, tls: tls) {
                    $0.dnsOverride["bank.test"] = "127.0.0.1"
                } _: { httpClient in
                    await EventStreamClient.test(httpClient).outcome(of: "https://\(host):\(port)/events")
                }
            }
            if overHTTP2 {
                return try await withHTTP2TestServer(certificate) { connection in
                    let request = try await connection.nextRequest()
                    try await connection.sendStream("data: secret\n\n", on: request.stream)
                    await connection.waitForClose()
                } _: { server in
                    (try await outcome(server.port), server.requests.entries.count)
                }
            }
            return try await withTestServer(certificate: certificate) { connection, _ in
                try await connection.sendStream("data: secret\n\n")
            } _: { server in
                (try await outcome(server.port), server.requests.entries.count)
            }
        }
    }

    @Test(arguments: [true, false])
    @available(SwiftSSE 1.0, *)
    func `A certificate for an address is not for a name that leads there`(overHTTP2: Bool) async throws {
        for hosts in [[], ["other.test"]] {
            let (outcome, requestCount) = try await Self.outcome(of: "bank.test", hosts: hosts, overHTTP2: overHTTP2)
            #expect(outcome.clientError?.code == .connectionFailed)
            #expect(
                outcome.clientError?.message
                    == "No connection to the server: its certificate is for an address, not for 'bank.test'."
            )
            #expect(outcome.data.isEmpty)
            // Nothing has been said to whoever that is.
            #expect(requestCount == 0)
        }
    }

    @Test(arguments: [true, false])
    @available(SwiftSSE 1.0, *)
    func `One that names both is`(overHTTP2: Bool) async throws {
        let (outcome, _) = try await Self.outcome(of: "bank.test", hosts: ["bank.test"], overHTTP2: overHTTP2)
        #expect(outcome.data == ["secret"])
    }

    @Test(arguments: [true, false])
    @available(SwiftSSE 1.0, *)
    func `It is for the address`(overHTTP2: Bool) async throws {
        let (outcome, _) = try await Self.outcome(of: "127.0.0.1", hosts: [], overHTTP2: overHTTP2)
        #expect(outcome.data == ["secret"])
    }

    @Test(arguments: [CertificateVerification.none, .noHostnameVerification])
    @available(SwiftSSE 1.0, *)
    func `Who verifies no names is left alone`(verification: CertificateVerification) async throws {
        let (outcome, _) = try await Self.outcome(
            of: "bank.test",
            hosts: [],
            overHTTP2: false,
            verification: verification
        )
        #expect(outcome.data == ["secret"])
    }

    @Test(
        arguments: [
            ("a.test", "a.test:8443", true), ("A.test", "a.TEST", true), ("a.test.", "a.test", true),
            ("a.test", "a.test.", true), ("*.test", "a.test", true), ("*.test", "b.a.test", false),
            ("*.test", ".test", false), ("*.test", "test", false), ("a.test", "b.test", false), ("*", "a", false),
            ("a.test", "127.0.0.1:1", true), ("a.test", "[::1]:1", true), ("a.test", "[::1]", true),
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `Names cover hosts`(name: String, authority: String, isCovered: Bool) {
        let certificate = AddressCertificate(
            hostNames: [name],
            addresses: ["127.0.0.1", "::1"],
            connectedTo: "127.0.0.1"
        )
        #expect((certificate.refusal(of: authority) == nil) == isCovered)
    }

    /// Through a proxy the connection leads to the proxy's address, and that is what swift-nio-ssl looks at.
    @Test(
        arguments: [
            ("10.0.0.1", ["127.0.0.1"], "127.0.0.1", false), ("10.0.0.1:8443", ["10.0.0.1"], "127.0.0.1", true),
            ("10.0.0.1", ["127.0.0.1", "10.0.0.1"], "127.0.0.1", true), ("10.0.0.1", [], "10.0.0.1", false),
            ("127.0.0.1", ["127.0.0.1"], "127.0.0.1", true), ("[::1]:8443", ["127.0.0.1"], "127.0.0.1", false),
            ("[0:0:0:0:0:0:0:1]", ["::1"], "127.0.0.1", true), ("[::1]", ["::1"], "::1", true),
            // Of a name, swift-nio-ssl has seen to it, unless the certificate has the connection's address.
            ("b.test", ["10.0.0.1"], "127.0.0.1", true), ("b.test", ["127.0.0.1"], "127.0.0.1", false),
            ("b.test", [], "127.0.0.1", true), ("a.test", ["127.0.0.1"], "127.0.0.1", true),
        ]
    )
    @available(SwiftSSE 1.0, *)
    func `A certificate stands for the address that was asked for, wherever the connection leads`(
        authority: String,
        addresses: [String],
        connection: String,
        isCovered: Bool
    ) {
        let certificate = AddressCertificate(hostNames: ["a.test"], addresses: addresses, connectedTo: connection)
        #expect((certificate.refusal(of: authority) == nil) == isCovered)
    }

    @Test(arguments: Defect.allCases)
    @available(SwiftSSE 1.0, *)
    func `The library's text, with its source paths, is not the message`(defect: Defect) async throws {
        let hosts = defect == .otherName ? ["other.test"] : ["localhost"]
        try await TestCertificate.with(hosts: hosts, isExpired: defect == .expired) { certificate in
            try await withTestServer(certificate: certificate) { connection, _ in
                try await connection.sendStream("data: 1\n\n")
            } _: { server in
                try await withHTTPClient(trusting: defect == .unknownAuthority ? nil : certificate) { httpClient in
                    let outcome = await EventStreamClient.test(httpClient).outcome(of: server.url)
                    #expect(outcome.clientError?.message == "No connection to the server: \(defect.words).")
                }
            }
        }
    }

    @Test
    @available(SwiftSSE 1.0, *)
    func `URLSession says it in words as well`() async throws {
        try await TestCertificate.with { certificate in
            try await withTestServer(certificate: certificate) { connection, _ in
                try await connection.sendStream("data: 1\n\n")
            } _: { server in
                let client = EventStreamClient(transport: URLSessionTransport())
                let outcome = await client.outcome(of: server.url)
                #expect(outcome.clientError?.code == .connectionFailed)
                #expect(outcome.clientError?.message.contains("certificate") == true)
                #expect(server.requests.entries.isEmpty)
            }
        }
    }

    /// What may be wrong with a certificate.
    enum Defect: CaseIterable {
        case expired
        case otherName
        case unknownAuthority

        var words: String {
            switch self {
            case .expired, .unknownAuthority:
                "the server's certificate is not trusted; it has expired, or no known authority vouches for it"
            case .otherName: "the server's certificate is for another name"
            }
        }
    }
}
