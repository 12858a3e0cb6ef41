/// What the client asks for.
struct Prompt: Codable {
    var prompt: String
}

/// A piece of the answer.
struct Delta: Codable {
    var delta: String
}

/// The data of the last event.
let endMarker = "[DONE]"
