/// What the harness tells a client to do.
struct ClientCommand: Decodable {
    let command: String
}
