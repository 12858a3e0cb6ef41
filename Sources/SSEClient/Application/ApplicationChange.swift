/// What happens to an application that its subscriptions should know.
enum ApplicationChange: Sendable {
    /// It is out of sight: the system may stop it at any time, and an open connection costs energy.
    case background

    /// It is in use again.
    case foreground

    /// The network is another one, or is back: what is connected over the old one may be dead without knowing it.
    case network
}
