import NIOCore
import NIOHTTP1
import SSEServer

/// The code of the article on the fan-out.
@available(SwiftSSE 1.0, *)
private func makeFanOut() -> FanOut {
    let broker = Broker()
    let fanOut = FanOut(broker)
    return fanOut
}

@available(SwiftSSE 1.0, *)
private func serve(
    _ request: HTTPRequestHead,
    on channel: any Channel,
    from fanOut: FanOut,
    refuse: (HTTPRequestHead, BrokerError) async throws -> Void
) async throws {
    let admission: Admission
    do throws(BrokerError) {
        let id = request.headers.first(name: "Last-Event-ID")
        admission = try await fanOut.admission(to: TopicSelection("news"), from: ResumePoint(lastEventID: id))
    } catch {
        try await refuse(request, error)
        return
    }

    var head = HTTPResponseHead(version: .http1_1, status: .ok)
    head.headers.prepareForEventStream()
    try await channel.writeAndFlush(HTTPServerResponsePart.head(head))
    try await fanOut.serve(admission, on: channel, as: .httpServerResponsePart)
}

@available(SwiftSSE 1.0, *)
private func drain(_ fanOut: FanOut) async {
    await fanOut.drain(over: .seconds(2), retry: .seconds(1) ... .seconds(5), timeout: .seconds(10))
}
