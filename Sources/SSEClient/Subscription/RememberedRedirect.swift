/// Where a redirect has led, for the next request to the same place.
@available(SwiftSSE 1.0, *)
struct RememberedRedirect {
    private var from: String?
    private var to = ""
    private var dropsBody = false

    init() {}

    /// - Parameters:
    ///   - original: The request as it was made.
    ///   - final: The request that led to the stream.
    init(from original: EventStreamRequest, to final: EventStreamRequest) {
        guard original.url != final.url else { return }
        self.from = original.url
        self.to = final.url
        self.dropsBody = original.method != final.method
    }

    /// The request at the place where the redirect led that was met last time.
    func apply(to request: EventStreamRequest) -> EventStreamRequest {
        request.url == self.from ? request.redirected(to: self.to, droppingBody: self.dropsBody) : request
    }
}
