public import ServerSentEvents

/// An attempt of a subscription to connect.
@available(SwiftSSE 1.0, *)
public struct ConnectionAttempt: Sendable {
    /// 1 for the first attempt of the subscription, and so on.
    public var number: Int

    /// How the connection before ended, `nil` at the first attempt, and after a pause.
    public var previousEnd: ConnectionEnd?

    /// The last event that has been seen, empty if none has. It is sent with the request unless that has one of its own.
    public var lastEventID: ServerSentEvent.EventID

    /// The head of the last response that came, of a stream or of a refusal, also from before a pause; `nil` if none has.
    /// For what a server wants to see again, such as a cookie: the client itself keeps none.
    public var previousResponse: EventStreamResponse?

    /// Makes a description of an attempt.
    ///
    /// - Parameters:
    ///   - number: 1 for the first attempt of the subscription, and so on.
    ///   - previousEnd: How the connection before ended.
    ///   - lastEventID: The last event that has been seen.
    ///   - previousResponse: The head of the last response that came.
    public init(
        number: Int,
        previousEnd: ConnectionEnd?,
        lastEventID: ServerSentEvent.EventID,
        previousResponse: EventStreamResponse? = nil
    ) {
        self.number = number
        self.previousEnd = previousEnd
        self.lastEventID = lastEventID
        self.previousResponse = previousResponse
    }
}

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
