import ExampleServer
import Hummingbird
import SSEHummingbird

let topics = Topics()
let router = Router()

// Subscribes: first comes an event `joined`, then the messages.
router.get("/topics/:name") { request, context in
    let name = try context.parameters.require("name")
    guard await topics.contains(name) else { throw HTTPError(.notFound) }
    return request.eventStream { writer in
        try await topics.withSubscription(to: name) { messages in
            try await writer.send(ServerSentEvent(type: "joined", data: name))
            try await writer.send(contentsOf: messages)
        }
    }
}

// Publishes the body; answers with the number of subscribers.
router.post("/topics/:name") { request, context in
    let name = try context.parameters.require("name")
    let body = try await request.body.collect(upTo: 4096)
    guard let count = try await topics.publish(String(buffer: body), to: name) else { throw HTTPError(.notFound) }
    return "\(count)\n"
}

try await run(router) { url in try await converse(at: url) }
