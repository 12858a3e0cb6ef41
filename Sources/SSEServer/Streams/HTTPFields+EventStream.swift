public import HTTPTypes
public import NIOHTTP1

@available(SwiftSSE 1.0, *)
extension HTTPFields {
    /// Adds what the head of an event stream needs, where it is not there yet.
    ///
    /// - `Content-Type: text/event-stream`, always: anything else would not be an event stream.
    /// - `Cache-Control: no-cache, no-transform`, unless there is a `Cache-Control`: proxies that compress would hold events
    ///   back.
    /// - `X-Accel-Buffering: no`, unless there is one: nginx and others would hold events back otherwise.
    ///
    /// A `Content-Length` is removed, since nobody knows it.
    public mutating func prepareForEventStream() {
        self[.contentType] = "text/event-stream"
        self[.contentLength] = nil
        if !self.contains(.cacheControl) { self[.cacheControl] = "no-cache, no-transform" }
        if !self.contains(.xAccelBuffering) { self[.xAccelBuffering] = "no" }
    }
}

@available(SwiftSSE 1.0, *)
extension HTTPField.Name {
    /// `Last-Event-ID`, with which a client says where it lost the stream.
    public static var lastEventID: HTTPField.Name { Self.known("Last-Event-ID") }

    /// `X-Accel-Buffering`, with which a response forbids proxies to buffer it.
    public static var xAccelBuffering: HTTPField.Name { Self.known("X-Accel-Buffering") }

    private static func known(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is a valid field name.") }
        return name
    }
}

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
