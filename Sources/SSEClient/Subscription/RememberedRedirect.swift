/// Where a redirect has led, for the next request to the same place.
@available(SwiftSSE 1.0, *)
struct RememberedRedirect {
    private var from: String?
    private var to = ""
    private var dropsBody = false
    private var dropsSecrets = false

    init() {}

    /// - Parameters:
    ///   - original: The request as it was made.
    ///   - stream: The stream that it led to.
    ///   - previous: What was applied to the request before it was sent.
    init(from original: EventStreamRequest, to stream: OpenEventStream, previous: RememberedRedirect) {
        guard original.url != stream.request.url else { return }
        self.from = original.url
        self.to = stream.request.url
        self.dropsBody = original.method != stream.request.method
        self.dropsSecrets = stream.hasLeftOrigin || previous.from == original.url && previous.dropsSecrets
    }

    /// The request at the place where the redirect led that was met last time.
    func apply(to request: EventStreamRequest) -> EventStreamRequest {
        guard request.url == self.from else { return request }
        return request.redirected(to: self.to, droppingBody: self.dropsBody, droppingSecrets: self.dropsSecrets)
    }
}
