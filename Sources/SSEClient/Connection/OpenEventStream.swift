/// An event stream whose head has come.
@available(SwiftSSE 1.0, *)
struct OpenEventStream {
    /// What the body comes from; it undoes the body's coding.
    var exchange: any EventStreamExchange
    let response: EventStreamResponse

    /// The request that led to the response, which is another one than the first after a redirect.
    let request: EventStreamRequest

    /// A redirect on the way has led to another origin.
    let hasLeftOrigin: Bool
}
