internal import HTTPTypes
internal import SSETestSupport

@available(SwiftSSE 1.0, *)
extension Scenario {
    /// Sends the response over a socket.
    func play(on connection: inout TestConnection) async throws {
        guard self.isAnswered else {
            await connection.waitForClose()
            return
        }
        let hasBody = self.status >= 200 && self.status != 204
        let isChunked = self.ending != .tooShort
        var fields = self.headers.map { "\($0.name): \($0.value)" } + ["Connection: close"]
        if hasBody {
            fields.append(isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(self.byteCount + 1000)")
        }
        try await connection.send(Head.response("\(self.status) Status", fields))
        guard hasBody else { return }
        for step in self.steps {
            switch step {
            case .send(let text): try await isChunked ? connection.sendChunk(text) : connection.send(text)
            case .wait(let log): await log.next()
            }
        }
        switch self.ending {
        case .complete: try await connection.endChunks()
        case .chunkedCut, .tooShort: break
        case .reset: try await connection.reset()
        case .silence: await connection.waitForClose()
        }
    }
}
