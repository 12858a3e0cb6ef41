import AsyncHTTPClient
import SSEClient

/// The code of the client's landing page.
@available(SwiftSSE 1.0, *)
private func clientSamples(url: String) async throws {
    let client = EventStreamClient()
    let request = EventStreamRequest(url: url)
    try await read(url: url)

    for try await event in client.subscription(to: request) {
        print(event.type, event.data)
    }

    do {
        try await client.withStream(request) { _, events in
            for try await event in events { print(event.data) }
        }
    } catch let error as SSEClientError where error.code == .refused {
        print(error.message, error.refusal?.response.status as Any)
    }
}

@available(SwiftSSE 1.0, *)
private func read(url: String) async throws {
    let client = EventStreamClient()
    let request = EventStreamRequest(url: url)
    try await client.withStream(request) { response, events in
        for try await event in events {
            print(event.type, event.data)
        }
    }
}

/// The code of the article on transports.
@available(SwiftSSE 1.0, *)
private func transportSample(url: String) async throws {
    let client = EventStreamClient(transport: URLSessionTransport.shared)
    try await client.subscribe(EventStreamRequest(url: url)) { event in print(event.data) }
}

/// The code of the article's section on connections.
@available(SwiftSSE 1.0, *)
private func connectionSample(url: String) async throws {
    let httpClient = HTTPClient(configuration: .eventStreams(.shared))
    let client = EventStreamClient(httpClient: httpClient)
    try await client.subscribe(EventStreamRequest(url: url)) { event in print(event.data) }
    try await httpClient.shutdown()
}
