public import NIOHTTP1

@available(SwiftSSE 1.0, *)
extension HTTPHeaders {
    /// Adds what the head of an event stream needs, where it is not there yet.
    ///
    /// The same as `HTTPFields.prepareForEventStream()`, for channels of `HTTPServerResponsePart`s.
    public mutating func prepareForEventStream() {
        self.replaceOrAdd(name: "Content-Type", value: "text/event-stream")
        self.remove(name: "Content-Length")
        if !self.contains(name: "Cache-Control") {
            self.add(name: "Cache-Control", value: "no-cache, no-transform")
        }
        if !self.contains(name: "X-Accel-Buffering") { self.add(name: "X-Accel-Buffering", value: "no") }
    }
}
