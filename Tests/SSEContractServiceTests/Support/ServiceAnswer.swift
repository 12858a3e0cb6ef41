/// What the service answers.
struct ServiceAnswer: Sendable {
    let status: Int
    let location: String?
    let body: String
}
