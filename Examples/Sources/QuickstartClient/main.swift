import SSEClient

let arguments = CommandLine.arguments.dropFirst()
let url = arguments.first { !$0.hasPrefix("--") } ?? "http://localhost:8080/ticks"
let maximum = arguments.contains("--once") ? 3 : Int.max

let client = EventStreamClient()
let request = EventStreamRequest(url: url)
try await client.withStream(request) { response, events in
    print("connected to \(response.url)")
    var count = 0
    for try await event in events {
        print(event.type, event.data)
        count += 1
        if count == maximum { break }
    }
}
