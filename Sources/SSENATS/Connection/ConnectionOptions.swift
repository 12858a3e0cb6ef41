#if NATS
internal import CNats
internal import SSEBroker

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Glibc)
internal import Glibc
#endif

/// The client library's options for a connection.
@available(SwiftSSE 1.0, *)
final class ConnectionOptions {
    let handle: OpaquePointer

    init(_ configuration: JetStreamConfiguration, closure: UnsafeMutableRawPointer?) throws(NATSFailure) {
        var handle: OpaquePointer?
        try check(natsOptions_Create(&handle))
        guard let handle else { throw NATSFailure(NATS_NO_MEMORY) }
        self.handle = handle
        try self.setServers(configuration.servers)
        try check(natsOptions_SetName(handle, configuration.connectionName))
        try check(natsOptions_SetTimeout(handle, configuration.requestTimeout.wholeMilliseconds))
        // For ever, and often: the library gives up after a minute or so by default.
        try check(natsOptions_SetMaxReconnect(handle, -1))
        try check(natsOptions_SetReconnectWait(handle, 250))
        try check(natsOptions_SetReconnectJitter(handle, 100, 100))
        // A server that is gone without a word is found out in about as long as a follower does.
        try check(natsOptions_SetPingInterval(handle, 2000))
        try check(natsOptions_SetMaxPingsOut(handle, 2))
        try check(natsOptions_SetWriteDeadline(handle, 5000))
        try check(natsOptions_SetFailRequestsOnDisconnect(handle, true))
        // Writes at once instead of when a thread comes round: a quarter of the latency.
        try check(natsOptions_SetSendAsap(handle, true))
        // Else each subscription has a thread.
        try check(natsOptions_UseGlobalMessageDelivery(handle, true))
        try check(natsOptions_SetMaxPendingMsgs(handle, 1_000_000))
        try check(natsOptions_SetDisconnectedCB(handle, natsDisconnected, closure))
        try check(natsOptions_SetReconnectedCB(handle, natsReconnected, closure))
        try check(natsOptions_SetClosedCB(handle, natsClosed, closure))
        try check(natsOptions_SetErrorHandler(handle, natsFailed, closure))
        try self.setAuthentication(configuration.authentication)
        if let tls = configuration.tls { try self.setTLS(tls) }
    }

    deinit { natsOptions_Destroy(self.handle) }

    private func setServers(_ servers: [String]) throws(NATSFailure) {
        guard !servers.isEmpty else { throw NATSFailure(NATS_INVALID_ARG, text: "no server is named") }
        let texts = servers.map {
            $0.utf8CString.withUnsafeBufferPointer { buffer in
                let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: buffer.count)
                _ = copy.initialize(from: buffer)
                return copy
            }
        }
        defer { for text in texts { text.deallocate() } }
        var pointers = texts.map { UnsafePointer($0.baseAddress) }
        let status = natsOptions_SetServers(self.handle, &pointers, Int32(pointers.count))
        guard status == NATS_OK else { throw NATSFailure(status, text: "a server's URL cannot be read") }
    }

    private func setAuthentication(_ authentication: JetStreamAuthentication) throws(NATSFailure) {
        switch authentication.kind {
        case .none: break
        case .password(let user, let password):
            try check(natsOptions_SetUserInfo(self.handle, user, password))
        case .token(let token):
            try check(natsOptions_SetToken(self.handle, token))
        case .nkey(let publicKey, let seedPath):
            try Self.checkReadable(seedPath, "the NKey's seed")
            try check(natsOptions_SetNKeyFromSeed(self.handle, publicKey, seedPath))
        case .credentials(let path):
            try Self.checkReadable(path, "the credentials")
            try check(natsOptions_SetUserCredentialsFromFiles(self.handle, path, nil))
        }
    }

    private func setTLS(_ tls: JetStreamTLS) throws(NATSFailure) {
        try check(natsOptions_SetSecure(self.handle, true))
        if let path = tls.certificateAuthorityPath {
            try Self.checkReadable(path, "the certificate authorities")
            try check(natsOptions_LoadCATrustedCertificates(self.handle, path))
        }
        if let certificate = tls.certificatePath, let key = tls.keyPath {
            try Self.checkReadable(certificate, "the certificate")
            try Self.checkReadable(key, "the certificate's key")
            try check(natsOptions_LoadCertificatesChain(self.handle, certificate, key))
        }
        if let name = tls.serverName { try check(natsOptions_SetExpectedHostname(self.handle, name)) }
    }

    /// The library says of a file only that something is wrong.
    private static func checkReadable(_ path: String, _ what: String) throws(NATSFailure) {
        guard let file = fopen(path, "r") else {
            throw NATSFailure(NATS_INVALID_ARG, text: "cannot read \(what) from '\(path)'")
        }
        fclose(file)
    }
}
#endif
