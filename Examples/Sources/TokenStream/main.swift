import ExampleServer
import Foundation
import Hummingbird
import SSEHummingbird

let router = Router()

// Answers a prompt word by word, as a language model would.
router.post("/completions") { request, _ in
    let body = try await request.body.collect(upTo: 1 << 20)
    guard let prompt = try? JSONDecoder().decode(Prompt.self, from: Data(body.readableBytesView)) else {
        throw HTTPError(.badRequest, message: "The body must be JSON with a prompt.")
    }
    return request.eventStream { writer in
        let answer = "You said “\(prompt.prompt)”.\nThat is all I know."
        for word in answer.split(separator: " ") {
            try await writer.send(json: Delta(delta: word + " "))
            try await Task.sleep(for: .milliseconds(20))
        }
        try await writer.send(ServerSentEvent(data: endMarker))
    }
}

try await run(router) { url in
    let answer = try await Completion.text(for: Prompt(prompt: "Hello"), at: "\(url)/completions") { delta in
        print(delta, terminator: "")
    }
    print()
    try ExampleFailure.unless(answer == "You said “Hello”.\nThat is all I know. ", "got \(answer)")
}
